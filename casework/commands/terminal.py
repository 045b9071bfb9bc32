"""How every command speaks: one JSON document on stdout with ``--json``, sentences otherwise, errors on stderr."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from sqlmodel import Session, col, select

from casework import refusals
from casework.actor import Actor, load_actor
from casework.call import Call
from casework.clock import day_in_japan
from casework.database import open_session
from casework.errors import BadInput, CaseworkError, FieldError
from casework.installation import Installation, open_installation
from casework.refusals import Attempt
from models.user import User

AsJson = Annotated[bool, typer.Option("--json", help="結果を JSON で1件だけ出します。")]
AsUser = Annotated[str, typer.Option("--as", help="だれとして行うか(ログイン名)。記録に残ります。")]
Version = Annotated[int, typer.Option("--version", help="読んだ版の番号。食い違うと何も変えません。")]


def say(text: str) -> None:
    """Print a sentence for a person."""
    sys.stdout.write(f"{text}\n")


def warn(text: str) -> None:
    """Print a sentence on stderr: it is a message, not the answer."""
    sys.stderr.write(f"{text}\n")


def show(answer: Any, *, as_json: bool, lines: list[str] | None = None) -> None:  # noqa: ANN401 (any JSON value)
    """Print an answer: one JSON document, or the lines a person reads."""
    if as_json or lines is None:
        say(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    for line in lines:
        say(line)


def error_document(error: CaseworkError) -> dict[str, Any]:
    """Return the JSON document of a refused command: code, message, where."""
    first: FieldError | None = None
    if isinstance(error, BadInput) and error.errors:
        first = error.errors[0]
    code = first.code if first else error.kind.replace("-", "_")
    return {"error": {"code": code, "message": error.message, "where": first.pointer if first else ""}}


@contextmanager
def installed() -> Iterator[Installation]:
    """Yield the installation the settings name, and give its connections back."""
    installation = open_installation()
    try:
        yield installation
    finally:
        installation.close()


@contextmanager
def call_as(login_name: str, *, writes: bool = True) -> Iterator[Call]:
    """Yield a call by a person, in one transaction. The record says that it came from the command line."""
    acting: list[Actor] = []
    with installed() as installation:
        try:
            with open_session(installation.engine, writes=writes, operator=True) as session:
                call = _call_of(session, installation, login_name)
                acting.append(call.actor)
                yield call
        except CaseworkError as error:
            for actor in acting:
                words = " ".join(word for word in sys.argv[1:3] if not word.startswith("-"))
                refusals.note_refusal(installation, Attempt(actor, "COMMAND", words, "cli"), error)
            raise


def _call_of(session: Session, installation: Installation, login_name: str) -> Call:
    user = session.exec(select(User).where(User.login_name == login_name, col(User.is_active))).first()
    if user is None:
        message = f"「{login_name}」という職員はいません。--as にログイン名を指定してください。"
        raise BadInput(message, [FieldError("--as", "unknown_user", message)])
    now = installation.now()
    actor = load_actor(session, user, day_in_japan(now))
    return Call(session=session, actor=actor, now=now, store=installation.store, source="cli")
