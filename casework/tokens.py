"""Personal API tokens: a person's key for programs, with scopes, addresses and a last day, shown once.

``tsk_live_`` and a checksum at the end let scanners find one that was left lying about, and let us refuse a mistyped
one without asking the database.
"""

import ipaddress
import re
import secrets
import string
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Date, Engine, and_, bindparam
from sqlmodel import Session, col, select

from casework import audit, notices
from casework.actor import Actor, actor_of, counts_on
from casework.calendar import fiscal_year, fiscal_year_days
from casework.call import Call
from casework.clock import day_in_japan
from casework.database import open_session
from casework.errors import BadInput, FieldError, NotFound, NotPermitted, TokenRefused
from casework.sessions import SignedIn, hash_secret, need_usable
from casework.sign_in_rules import Knock
from casework.tenancy import visible_to
from models.api_token import ApiToken
from models.organisation import Organisation
from models.role_grant import RoleGrant
from models.user import User
from models.vocabulary import SignInWay

PREFIX = "tsk_live_"
RANDOM_LETTERS = 36
CHECK_LETTERS = 6
LONGEST_DAYS = 366
LONGEST_NAME = 80
USED_EVERY = timedelta(minutes=1)
READ, WRITE = "read", "write"
# What a token may be allowed, resource by resource. What is not here (tokens, sessions, people's accounts) never is.
RESOURCES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "requests": ("申請と判定", (READ, WRITE)),
    "decisions": ("決裁をする", (WRITE,)),
    "exceptions": ("例外措置", (READ, WRITE)),
    "incidents": ("インシデント", (READ, WRITE)),
    "services": ("サービス", (READ, WRITE)),
    "dossiers": ("証拠の台帳", (READ, WRITE)),
    "contracts": ("契約と終了手続", (READ, WRITE)),
    "duties": ("期限", (READ, WRITE)),
    "rules": ("組織の定め", (READ, WRITE)),
    "ismap": ("公的な一覧", (READ, WRITE)),
    "files": ("ファイル", (READ,)),
    "people": ("職員の一覧", (READ,)),
    "audit": ("監査証跡", (READ,)),
}
SCOPES: tuple[str, ...] = tuple(f"{name}:{kind}" for name, (_, kinds) in RESOURCES.items() for kind in kinds)
_LETTERS = string.ascii_letters + string.digits
_SHAPE = re.compile(rf"{PREFIX}[A-Za-z0-9]{{{RANDOM_LETTERS + CHECK_LETTERS}}}")


@dataclass(frozen=True)
class TokenIn:
    """What a person wishes for a token; without a day it ends with the fiscal year."""

    name: str
    scopes: Sequence[str]
    is_read_only: bool = True
    addresses: Sequence[str] = ()
    ends_on: date | None = None


def scope_label(scope: str) -> str:
    """Return the Japanese words for a scope.

    >>> scope_label("requests:read"), scope_label("decisions:write")
    ('申請と判定: 読む', '決裁をする')
    """
    name, _, kind = scope.partition(":")
    label, kinds = RESOURCES[name]
    return label if kinds == (WRITE,) else f"{label}: {'読む' if kind == READ else '書く'}"


def usual_end(today: date) -> date:
    """Return the last day of the fiscal year, or of the next one on that very day.

    >>> usual_end(date(2026, 11, 20)), usual_end(date(2027, 3, 31))
    (datetime.date(2027, 3, 31), datetime.date(2028, 3, 31))
    """
    _, last = fiscal_year_days(fiscal_year(today + timedelta(days=1)))
    return last


def new_secret() -> str:
    """Return a token's secret: 214 random bits and their checksum."""
    body = PREFIX + "".join(secrets.choice(_LETTERS) for _ in range(RANDOM_LETTERS))
    return body + _checksum(body)


def _checksum(body: str) -> str:
    number, letters = zlib.crc32(body.encode()), ""
    for _ in range(CHECK_LETTERS):
        number, at = divmod(number, len(_LETTERS))
        letters = _LETTERS[at] + letters
    return letters


def is_token(secret: str) -> bool:
    """Return whether a secret says of itself that it is a token."""
    return secret.startswith(PREFIX)


def find_in(text: str) -> list[str]:
    """Return every token that stands in a text, such as an address."""
    return [found for found in _SHAPE.findall(text) if _checksum(found[:-CHECK_LETTERS]) == found[-CHECK_LETTERS:]]


def create_token(call: Call, wish: TokenIn) -> tuple[ApiToken, str]:
    """Make a token for the actor and return it with its secret, which is told once and never stored.

    Raises ``BadInput`` with a sentence for each field, and ``NotPermitted`` to a token that wants another.
    """
    need_person(call.actor)
    ends_on = wish.ends_on or usual_end(call.today)
    errors = _faults(call, wish, ends_on)
    if errors:
        raise BadInput(errors[0].message, errors)
    secret = new_secret()
    row = ApiToken(
        organisation_id=call.actor.organisation_id,
        user_id=call.actor.user_id,
        name=wish.name.strip(),
        secret_hash=hash_secret(secret),
        ending=secret[-4:],
        scopes=" ".join(scope for scope in SCOPES if scope in wish.scopes),
        addresses=" ".join(str(ipaddress.ip_network(text.strip(), strict=False)) for text in wish.addresses),
        ends_on=ends_on,
    )
    call.session.add(row)
    call.session.flush()
    told = {"name": row.name, "scopes": row.scopes, "addresses": row.addresses, "ends_on": ends_on.isoformat()}
    audit.record(call, "token_created", "token", str(row.key), after=told)
    return row, secret


def need_person(actor: Actor) -> None:
    """Refuse a program: what concerns accounts is done by people in a session. Raises ``NotPermitted``."""
    if actor.token_scopes is not None:
        raise NotPermitted("この操作はトークンではできません。画面からログインして行ってください。")


def _faults(call: Call, wish: TokenIn, ends_on: date) -> list[FieldError]:
    found = [FieldError("/name", "name", fault) for fault in [_name_fault(wish.name.strip())] if fault]
    found += [FieldError("/scopes", "scopes", fault) for fault in [_scope_fault(wish)] if fault]
    found += [
        FieldError("/addresses", "unreadable", f"「{text}」は、192.0.2.10 や 192.0.2.0/24 の形で書いてください。")
        for text in wish.addresses
        if not _is_network(text.strip())
    ]
    if ends_on < call.today:
        found.append(FieldError("/ends_on", "past", "期限は今日か、今日より後の日にしてください。"))
    elif ends_on > call.today + timedelta(days=LONGEST_DAYS):
        sentence = "期限は1年以内の日にしてください。続けて使うときは、新しく作り直します。"
        found.append(FieldError("/ends_on", "too_far", sentence))
    return found


def _name_fault(name: str) -> str:
    if not name:
        return "何に使うトークンかを名前に書いてください。"
    return f"名前は{LONGEST_NAME}文字までにしてください。" if len(name) > LONGEST_NAME else ""


def _scope_fault(wish: TokenIn) -> str:
    unknown = [scope for scope in wish.scopes if scope not in SCOPES]
    if unknown:
        return f"範囲「{'、'.join(unknown)}」はありません。一覧から選んでください。"
    if not wish.scopes:
        return "トークンに許す範囲を1つ以上選んでください。"
    if wish.is_read_only and any(scope.endswith(f":{WRITE}") for scope in wish.scopes):
        return "読むだけのトークンに「書く」範囲は付けられません。範囲を外すか、種類を変えてください。"
    return ""


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def list_own(call: Call) -> Sequence[ApiToken]:
    """Return the actor's tokens, newest first, revoked and ended ones too."""
    mine = visible_to(call.actor, ApiToken).where(ApiToken.user_id == call.actor.user_id)
    return call.session.exec(mine.order_by(col(ApiToken.id).desc())).all()


def revoke_token(call: Call, token_id: int) -> ApiToken:
    """Revoke one of the actor's tokens at once; raises ``NotFound`` for anybody else's. Twice is once."""
    need_person(call.actor)
    mine = visible_to(call.actor, ApiToken).where(ApiToken.user_id == call.actor.user_id, ApiToken.id == token_id)
    row = call.session.exec(mine.with_for_update()).first()
    if row is None:
        raise NotFound("そのトークンはありません。一覧から選び直してください。")
    if row.revoked_at is None:
        row.revoked_at, row.revoked_by_id = call.now, call.actor.user_id
        call.session.add(row)
        audit.record(call, "token_revoked", "token", str(row.key), before={"name": row.name})
    return row


@lru_cache(maxsize=1)
def _whose_token() -> Any:  # noqa: ANN401 (a select of four tables, put together once)
    grants_of_today = and_(
        col(RoleGrant.user_id) == col(User.id),
        col(RoleGrant.organisation_id) == col(User.organisation_id),
        counts_on(bindparam("today", type_=Date)),
    )
    return (
        select(ApiToken, User, Organisation, RoleGrant)
        .join(User, col(User.id) == col(ApiToken.user_id))
        .join(Organisation, col(Organisation.id) == col(User.organisation_id))
        .outerjoin(RoleGrant, grants_of_today)
        .where(ApiToken.secret_hash == bindparam("secret_hash"))
        .order_by(col(RoleGrant.id))
    )


def read_token(session: Session, secret: str, *, now: datetime, address: str) -> SignedIn:
    """Return whose token it is, acting within its scopes; raises ``TokenRefused`` when it does not hold."""
    rows = []
    if find_in(secret) == [secret]:
        given = {"secret_hash": hash_secret(secret), "today": day_in_japan(now)}
        rows = session.exec(_whose_token(), params=given).all()
    if not rows:
        raise TokenRefused("このトークンは知られていません。写し間違いがないか確かめてください。")
    token, user, organisation, _ = rows[0]
    if token.revoked_at is not None:
        raise TokenRefused("このトークンは取り消されています。新しいトークンを作ってください。")
    if token.ends_on < day_in_japan(now):
        raise TokenRefused("このトークンは期限が過ぎています。新しいトークンを作ってください。", is_expired=True)
    if token.addresses and not _is_inside(address, token.addresses):
        raise TokenRefused("このトークンは、決められたアドレスからしか使えません。作った人に確かめてください。")
    need_usable(user)
    actor = actor_of(user, (row[3] for row in rows if row[3] is not None))
    acting = replace(actor, signed_in_with=SignInWay.TOKEN, token_scopes=frozenset(token.scopes.split()))
    return SignedIn(None, user, acting, organisation, token=token)


def _is_inside(address: str, networks: str) -> bool:
    try:
        caller = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(caller in ipaddress.ip_network(text) for text in networks.split())


def note_use(engine: Engine, signed: SignedIn, knock: Knock) -> None:
    """Note when and from where a token was used; the first use of a day is an event.

    In a transaction of its own, before the call's: a use that is refused afterwards was a use all the same.
    """
    token = signed.token
    if token is None or (token.last_used_at is not None and knock.now - token.last_used_at < USED_EVERY):
        return
    is_first = token.last_used_at is None or day_in_japan(token.last_used_at) != day_in_japan(knock.now)
    with open_session(engine, operator=True) as session:
        call = Call(session, signed.actor, knock.now, knock.store, knock.source, knock.call_id)
        call.line_up()
        row = session.exec(visible_to(signed.actor, ApiToken).where(ApiToken.id == token.id)).one()
        row.last_used_at, row.last_used_address = knock.now, knock.address
        session.add(row)
        if is_first:
            told = {"name": row.name, "address": knock.address}
            audit.record(call, "token_used", "token", str(row.key), after=told)


def report_in_address(engine: Engine, text: str, knock: Knock) -> None:
    """Record that a token stood in an address, which proxies and histories keep, and tell its owner to replace it."""
    for secret in find_in(text):
        with open_session(engine, operator=True) as session:
            query = select(ApiToken, User).join(User, col(User.id) == col(ApiToken.user_id))
            found = session.exec(query.where(ApiToken.secret_hash == hash_secret(secret))).first()
            if found is None:
                continue
            token, user = found
            nobody = Actor(user.organisation_id, 0, "", user.department_id, ())
            call = Call(session, nobody, knock.now, knock.store, knock.source, knock.call_id)
            call.line_up()
            told = {"name": token.name, "address": knock.address}
            audit.record(call, "token_in_address", "token", str(token.key), after=told)
            title = f"トークン「{token.name}」がアドレスの中で送られました。取り消して、作り直してください"
            notices.tell(session, user, "token_in_address", title, knock.now)
