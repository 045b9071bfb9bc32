from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session, select

from casework.actor import Actor
from casework.clock import day_in_japan
from casework.database import confine
from casework.errors import NotPermitted
from casework.files import FileStore
from models.organisation import Organisation
from models.vocabulary import Role

JOB = "job"
ROLE_LABELS: dict[str, str] = {
    Role.STAFF: "職員等",
    Role.SECURITY_MANAGER: "情報セキュリティ管理者",
    Role.SYSTEM_MANAGER: "情報システム管理者",
    Role.SECURITY_OFFICER: "情報セキュリティ責任者",
    Role.SUPERVISING_OFFICER: "統括情報セキュリティ責任者",
    Role.CISO: "CISO",
    Role.DEPUTY_CISO: "副CISO",
    Role.SERVICE_MANAGER: "サービス管理者",
    Role.PROCUREMENT: "契約担当",
    Role.AUDITOR: "監査",
    Role.ADMIN: "システム管理",
}


@dataclass(frozen=True)
class Call:
    """One call of a use case: one transaction, one actor, one instant; pages, API, command line and jobs make them."""

    session: Session
    actor: Actor
    now: datetime
    store: FileStore
    source: str = "api"
    call_id: str = ""
    today: date = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "today", day_in_japan(self.now))
        if self.source != JOB:  # a job says itself over which organisations it works
            confine(self.session, self.actor.organisation_id)

    def line_up(self) -> None:
        """Wait until no other writer of the organisation is at work; a writing use case begins with this.

        What is read afterwards cannot change under it: two people who decide the same request at once get one decision
        and one ``StaleVersion``. The organisation is locked first by everybody, so no two can wait for each other in a
        ring. SQLite's writers stand in line from their first statement on.
        """
        mine = select(Organisation.id).where(Organisation.id == self.actor.organisation_id)
        self.session.exec(mine.with_for_update()).one()

    def need(self, *roles: str, to: str) -> None:
        """Refuse whoever holds none of the roles; the sentence says who may.

        Raises ``NotPermitted``. ``to`` is the deed in Japanese, e.g. ``契約を登録する``.
        """
        if not self.actor.uses(*roles):
            names = "、".join(ROLE_LABELS[role] for role in roles)
            raise NotPermitted(f"{to}のは{names}の役割を持つ人です。該当する人に依頼してください。", roles=list(roles))
