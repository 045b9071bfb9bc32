"""What can go wrong in casework, as facts with a kind; ``api`` and ``web`` alone turn kinds into answers.

Every message is a Japanese sentence that says what happened and what to do next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FieldError:
    """One thing to mend in what was sent: where (JSON pointer or field name), a code, and a sentence."""

    pointer: str
    code: str
    message: str


class CaseworkError(Exception):
    """Base of everything casework refuses. ``kind`` is a problem type of ux.md 3.3."""

    kind = "malformed-request"

    def __init__(self, message: str, **facts: Any) -> None:  # noqa: ANN401 (facts go out as JSON)
        super().__init__(message)
        self.message = message
        self.facts = facts


class BadInput(CaseworkError):
    """Something typed or sent cannot be taken; each field says why."""

    kind = "validation-error"

    def __init__(self, message: str, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(message)
        self.errors = tuple(errors)


class MalformedRequest(CaseworkError):
    """The call itself is not of the expected form."""


class NotAuthenticated(CaseworkError):
    """Nobody is signed in, or the sign-in has run out."""

    kind = "not-authenticated"


class StepOwed(CaseworkError):
    """The sign-in is not complete; ``step`` says what is owed: ``code``, ``password`` or ``enrolment``."""

    kind = "sign-in-incomplete"


class TokenRefused(NotAuthenticated):
    """A program's token does not hold here: run out, revoked, from another address, or written into an address."""


class NotPermitted(CaseworkError):
    """The actor's roles do not allow it; the message says which role does."""

    kind = "not-permitted"


class ScopeMissing(NotPermitted):
    """A token may not do this; ``scope`` says what it would need."""


class NotFound(CaseworkError):
    """There is no such thing, or it belongs to another organisation."""

    kind = "not-found"


class WrongState(CaseworkError):
    """The thing is in a state in which this cannot be done; the message says what can."""

    kind = "wrong-state"


class NotYourTurn(CaseworkError):
    """Somebody else has to act first."""

    kind = "not-your-turn"


class StaleVersion(CaseworkError):
    """Somebody saved in between; ``current_version`` says which version stands."""

    kind = "stale-version"


class VersionRequired(CaseworkError):
    """A change was sent without saying which version it was made on."""

    kind = "version-required"


class ContentChanged(CaseworkError):
    """What the decider read is not what is there now."""

    kind = "content-changed-since-read"


class UnansweredRemarks(CaseworkError):
    """A returned request was sent again with a remark left unanswered."""

    kind = "unanswered-remarks"


class UnconfirmedAnswers(CaseworkError):
    """A draft was sent with answers that nobody has confirmed; ``provisions`` names them."""

    kind = "unconfirmed-answers"


class ClosingIncomplete(CaseworkError):
    """An ending still has open items; ``open_items`` names them."""

    kind = "closing-incomplete"


class FileRejected(CaseworkError):
    """A file that cannot be taken, with the reason."""

    kind = "file-rejected"


class TooManyRequests(CaseworkError):
    """Tried too often; ``retry_after`` is in seconds."""

    kind = "too-many-requests"


class IdempotencyKeyMissing(CaseworkError):
    """A call that creates or decides came without its key."""

    kind = "idempotency-key-missing"


class IdempotencyKeyReused(CaseworkError):
    """The key was used before for something else."""

    kind = "idempotency-key-reused"


class IdempotencyKeyInProgress(CaseworkError):
    """The first call with this key is still running."""

    kind = "idempotency-key-in-progress"
