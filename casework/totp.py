"""The second factor: an authenticator's codes (RFC 6238), each of which works once, and recovery codes.

The secret lies sealed in the database (``casework.sealing``). Which step was used last lies beside it; a trigger lets
it only grow, so a code that was seen over somebody's shoulder is worth nothing, even half a minute later.
"""

import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pyotp
from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from casework import audit, sealing
from casework.call import Call
from casework.errors import BadInput, FieldError, WrongState
from casework.files import FileStore
from models.organisation import Organisation
from models.recovery_code import RecoveryCode
from models.second_factor import SecondFactor
from models.user import User
from models.vocabulary import SignInWay

DIGITS = 6
STEP_SECONDS = 30
STEPS_AROUND = (-1, 0, 1)
RECOVERY_CODES = 10
WRONG_CODE = "確認コードが違います。認証アプリに表示されている6桁を、表示が変わる前に入力してください。"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS = 4


@dataclass(frozen=True)
class Enrolment:
    """A secret to be put into an authenticator, as text and as the address a QR code holds."""

    secret: str
    address: str

    @property
    def spaced(self) -> str:
        """Return the secret in fours, to be typed."""
        return " ".join(self.secret[at : at + 4] for at in range(0, len(self.secret), 4))


def find_factor(session: Session, user: User) -> SecondFactor | None:
    """Return the person's confirmed authenticator, or None."""
    row = _row(session, user)
    return row if row is not None and row.confirmed_at is not None else None


def begin(call: Call, user: User) -> Enrolment:
    """Return the secret to enrol with, the same until it is confirmed. Raises ``WrongState`` when one is in use."""
    row = _row(call.session, user)
    if row is not None and row.confirmed_at is not None:
        raise WrongState("認証アプリはすでに登録されています。替えるときは、先にいまの登録を外してください。")
    if row is None:
        row = SecondFactor(
            organisation_id=user.organisation_id,
            user_id=user.key,
            sealed_secret=sealing.seal(_folder(call.store), pyotp.random_base32()),
        )
        call.session.add(row)
        call.session.flush()
        audit.record(call, "second_factor_begun", "user", user.login_name)
    return enrolment_of(call, user, row)


def enrolment_of(call: Call, user: User, row: SecondFactor | None = None) -> Enrolment:
    """Return the secret that waits to be confirmed. Raises ``WrongState`` when there is none."""
    waiting = row or _row(call.session, user)
    if waiting is None or waiting.confirmed_at is not None:
        raise WrongState("登録の途中の認証アプリはありません。登録を始めからやり直してください。")
    secret = sealing.unseal(_folder(call.store), waiting.sealed_secret)
    town = call.session.exec(select(Organisation.name).where(Organisation.id == user.organisation_id)).one()
    address = pyotp.TOTP(secret).provisioning_uri(name=user.login_name, issuer_name=f"関所 {town}")
    return Enrolment(secret, address)


def confirm(call: Call, user: User, code: str) -> list[str]:
    """Take the authenticator into use after its first code and return the recovery codes, which are told once.

    Raises ``BadInput`` for a wrong code.
    """
    row = _row(call.session, user)
    if row is None or row.confirmed_at is not None:
        raise WrongState("登録の途中の認証アプリはありません。登録を始めからやり直してください。")
    if not _use_step(call.session, row, _fold(code), call.now, call.store):
        raise BadInput(WRONG_CODE, [FieldError("/code", "wrong_code", WRONG_CODE)])
    row.confirmed_at = call.now
    call.session.add(row)
    codes = _new_recovery_codes(call.session, user)
    audit.record(call, "second_factor_enrolled", "user", user.login_name)
    return codes


def check(session: Session, user: User, code: str, now: datetime, store: FileStore) -> SignInWay | None:
    """Return what a code is, a fresh one of the authenticator or an unused recovery code, and use it up; or None."""
    row = find_factor(session, user)
    folded = _fold(code)
    if row is None or not folded:
        return None
    if len(folded) == DIGITS and folded.isdigit():
        return SignInWay.TOTP if _use_step(session, row, folded, now, store) else None
    taken = update(RecoveryCode).where(
        col(RecoveryCode.user_id) == user.key,
        col(RecoveryCode.code_hash) == _hash(user, folded),
        col(RecoveryCode.used_at).is_(None),
    )
    return SignInWay.RECOVERY_CODE if session.exec(taken.values(used_at=now)).rowcount else None


def renew_recovery_codes(call: Call, user: User) -> list[str]:
    """Return new recovery codes, told once; the ones before work no longer."""
    if find_factor(call.session, user) is None:
        raise WrongState("先に認証アプリを登録してください。")
    codes = _new_recovery_codes(call.session, user)
    audit.record(call, "recovery_codes_renewed", "user", user.login_name)
    return codes


def count_recovery_codes(session: Session, user: User) -> int:
    """Return how many recovery codes are unused."""
    mine = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == user.key)
    return session.exec(mine.where(col(RecoveryCode.used_at).is_(None))).one()


def remove(session: Session, user: User) -> bool:
    """Take the authenticator and its recovery codes away and return whether there was one; the caller records why."""
    session.exec(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user.key))
    return bool(session.exec(delete(SecondFactor).where(col(SecondFactor.user_id) == user.key)).rowcount)


def _row(session: Session, user: User) -> SecondFactor | None:
    return session.exec(select(SecondFactor).where(SecondFactor.user_id == user.key)).first()


def _use_step(session: Session, row: SecondFactor, code: str, now: datetime, store: FileStore) -> bool:
    """Return whether a code belongs to a step around now that is later than the last one used, and use the step.

    The step is taken in one statement, so of two calls with the same code one gets it.
    """
    totp = pyotp.TOTP(sealing.unseal(_folder(store), row.sealed_secret))
    current = int(now.timestamp()) // STEP_SECONDS
    steps = [current + around for around in STEPS_AROUND]
    fitting = [step for step in steps if hmac.compare_digest(totp.at(step * STEP_SECONDS), code)]
    if not fitting:
        return False
    later = update(SecondFactor).where(col(SecondFactor.id) == row.key, col(SecondFactor.last_step) < fitting[-1])
    is_fresh = bool(session.exec(later.values(last_step=fitting[-1])).rowcount)
    session.refresh(row)
    return is_fresh


def _new_recovery_codes(session: Session, user: User) -> list[str]:
    session.exec(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user.key))
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    session.add_all(
        RecoveryCode(organisation_id=user.organisation_id, user_id=user.key, code_hash=_hash(user, _fold(code)))
        for code in codes
    )
    session.flush()
    return codes


def _new_code() -> str:
    """Return sixteen letters in fours: 79 bits, so a plain hash is enough to keep."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(_GROUPS))


def _hash(user: User, folded: str) -> str:
    return sha256(f"{user.key} {folded}".encode()).hexdigest()


def _fold(code: str) -> str:
    """Return a code as it was meant, whatever width and spaces it was typed with."""
    folded = unicodedata.normalize("NFKC", code).casefold()
    return "".join(letter for letter in folded if letter.isascii() and letter.isalnum())


def _folder(store: FileStore) -> Path:
    return store.folder.parent
