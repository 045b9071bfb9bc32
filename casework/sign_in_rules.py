"""How long a session holds, how often signing in may fail, and whose accounts are privileged (6-2(6))."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from casework.actor import Actor
from casework.files import FileStore
from models.organisation import Organisation
from models.vocabulary import Role

FAILURES_ALLOWED = 5
LOCK = timedelta(minutes=15)
ADDRESS_WINDOW = timedelta(minutes=15)
TEMPORARY_DAYS = 7


@dataclass(frozen=True)
class SignInRules:
    """The figures an installation may set; privileged accounts have the shorter limits and a second factor."""

    idle_minutes: int = 60
    hours: int = 12
    privileged_idle_minutes: int = 30
    privileged_hours: int = 8
    address_failures: int = 30
    mfa_roles: frozenset[str] = frozenset({Role.ADMIN, Role.SUPERVISING_OFFICER, Role.CISO})

    def roles_with_second_factor(self, organisation: Organisation) -> frozenset[str]:
        """Return the privileged roles; an organisation's own setting ``mfa_roles`` replaces the installation's."""
        own = organisation.settings.get("mfa_roles")
        return self.mfa_roles if own is None else frozenset(own)

    def is_privileged(self, actor: Actor, organisation: Organisation) -> bool:
        """Return whether the person holds a privileged role today.

        Provisions:
            6-2(6): ids with privileges are kept few and watched more strictly than others.
        """
        return not actor.roles.isdisjoint(self.roles_with_second_factor(organisation))

    def idle(self, *, is_privileged: bool) -> timedelta:
        """Return how long a session may lie unused."""
        return timedelta(minutes=self.privileged_idle_minutes if is_privileged else self.idle_minutes)

    def longest(self, *, is_privileged: bool) -> timedelta:
        """Return how long a session may last however busy."""
        return timedelta(hours=self.privileged_hours if is_privileged else self.hours)


@dataclass(frozen=True)
class Knock:
    """Somebody at the door: when, by which door, from which address, with which device, under which rules."""

    now: datetime
    store: FileStore
    source: str
    rules: SignInRules
    address: str = ""
    device: str = ""
    call_id: str = ""
