import unicodedata
from dataclasses import asdict
from typing import Annotated

import typer

from casework.commands.terminal import AsJson, installed, show, warn
from casework.database import open_session
from casework.demo import fill
from casework.demo.fill import Login
from casework.demo.tables import table
from casework.errors import BadInput, FieldError
from casework.installation import Installation


def demo(
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="すでに入っているときは何も変えず、ログイン名だけを示します。")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """空のデータベースに、体験用の架空の市(星見ヶ丘市)を入れます。"""
    with installed() as installation:
        with open_session(installation.engine, writes=False, operator=True) as session:
            is_there = fill.is_filled(session)
        if is_there and not if_empty:
            message = "星見ヶ丘市はすでに入っています。ログイン名を見るには --if-empty を付けてください。"
            raise BadInput(message, [FieldError("", "already_filled", message)])
        if not is_there:
            warn("星見ヶ丘市を作っています(20秒ほど)…")
            fill.fill(installation)
        _tell(installation, is_new=not is_there, as_json=as_json)


def _tell(installation: Installation, *, is_new: bool, as_json: bool) -> None:
    settings, town = installation.settings, table("town")
    address = f"http://{settings.host}:{settings.port}"
    with open_session(installation.engine, writes=False, operator=True) as session:
        counts, logins = fill.count_rows(session), fill.list_logins(session, installation)
    answer = {
        "organisation": town["name"],
        "address": address,
        "password": town["password"],
        "filled": is_new,
        "counts": counts,
        "logins": [asdict(login) for login in logins],
    }
    lines = [
        f"{town['name']}(架空): 申請 {counts['requests']} / サービス {counts['services']} / 契約 {counts['contracts']}",
        f"住所: {address}",
        "",
        *_as_table(logins, town["password"]),
        "",
        "体験用のログインです。実際の業務の記録は、別のデータベースに入れてください。",
    ]
    show(answer, as_json=as_json, lines=lines)


def _as_table(logins: list[Login], password: str) -> list[str]:
    rows = [("役割", "ログイン名", "パスワード", "最初の仕事(今日やること)")]
    rows += [(f"{login.label}({login.name})", login.login_name, password, login.first_task) for login in logins]
    widths = [max(_width(row[column]) for row in rows) for column in range(3)]
    lines = ["  ".join([*(_padded(row[at], widths[at]) for at in range(3)), row[3]]) for row in rows]
    return [lines[0], "-" * sum(widths, 4 + _width(rows[0][3])), *lines[1:]]


def _width(text: str) -> int:
    """Return how many columns a terminal takes for a text: two for each wide letter."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
