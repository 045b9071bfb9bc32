from dataclasses import asdict
from typing import Annotated

import typer

from casework import founding
from casework.commands.terminal import AsJson, installed, show
from casework.database import open_session
from casework.errors import BadInput, FieldError
from casework.founding import FirstLogin, Founding
from casework.user_accounts import UserIn

app = typer.Typer(no_args_is_help=True, help="団体(自治体など)の登録と、だれも入れなくなったときの救済。")
Code = Annotated[str, typer.Argument(help="団体の符号(例 hoshimigaoka)。")]


@app.command("list")
def list_organisations(as_json: AsJson = False) -> None:
    """登録されている団体を一覧します。"""
    with installed() as installation, open_session(installation.engine, writes=False, operator=True) as session:
        rows = [{"code": row.code, "name": row.name, "pack": row.pack} for row in founding.list_organisations(session)]
    lines = [f"{row['code']}  {row['name']}  パック {row['pack']}" for row in rows] or ["団体はまだありません。"]
    show(rows, as_json=as_json, lines=lines)


@app.command("add")
def add_organisation(
    code: Code,
    name: Annotated[str, typer.Option(help="団体の名前(例 星見ヶ丘市)。")],
    pack: Annotated[str, typer.Option(help="ポリシーのパック。sekisho policy の説明を見てください。")],
    section: Annotated[str, typer.Option(help="最初の課: 符号:名前(例 joho:情報政策課)。")],
    admin: Annotated[
        list[str],
        typer.Option(help="システム管理になる人: ログイン名:氏名[:メール]。2人以上を勧めます(くり返して書きます)。"),
    ],
    contact: Annotated[str, typer.Option(help="画面の下に出す連絡先。")] = "",
    as_json: AsJson = False,
) -> None:
    """団体を登録し、最初の課とシステム管理を置いて、仮のパスワードを1度だけ表示します。"""
    section_code, section_name = _two(section, "--section", "符号:名前")
    people = tuple(_person(each, section_code) for each in admin)
    stated = Founding(code, name, pack, section_code, section_name, people, contact)
    with installed() as installation, open_session(installation.engine, operator=True) as session:
        logins = founding.found(session, installation, stated)
    _tell(logins, f"{name}を登録しました。", as_json=as_json)


@app.command()
def rescue(
    code: Code,
    login_name: Annotated[str, typer.Argument(help="入れなくなった人のログイン名。")],
    reason: Annotated[str, typer.Option(help="理由。記録に残り、本人とシステム管理に知らせます。")],
    as_json: AsJson = False,
) -> None:
    """認証アプリやパスワードを失い、助けられるシステム管理もいない人を、もう一度入れるようにします。"""
    with installed() as installation, open_session(installation.engine, operator=True) as session:
        login = founding.rescue(session, installation, organisation=code, login_name=login_name, reason=reason)
    _tell([login], "仮のパスワードを出し、認証アプリの登録を外しました。", as_json=as_json)


def _person(said: str, section: str) -> UserIn:
    login_name, rest = _two(said, "--admin", "ログイン名:氏名[:メール]")
    name, _, email = rest.partition(":")
    return UserIn(login_name, name, section, email)


def _two(said: str, option: str, shape: str) -> tuple[str, str]:
    first, mark, rest = said.partition(":")
    if not (mark and first.strip() and rest.strip()):
        message = f"{option} は「{shape}」の形で書いてください(書かれたもの: {said})。"
        raise BadInput(message, [FieldError(option, "unreadable", message)])
    return first.strip(), rest.strip()


def _tell(logins: list[FirstLogin], done: str, *, as_json: bool) -> None:
    lines = [done, "仮のパスワードは今だけ表示します。最初のログインで変えてもらってください。"]
    lines += [f"  {login.login_name}({login.name}): {login.temporary_password}" for login in logins]
    show([asdict(login) for login in logins], as_json=as_json, lines=lines)
