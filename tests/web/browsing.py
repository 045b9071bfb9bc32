"""A browser without script: follows links, fills forms as they stand on the page, presses buttons by their words."""

from __future__ import annotations

import html
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import httpx2
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select

from api.authentication import SESSION_COOKIE
from casework.sessions import hash_secret
from models.login_session import LoginSession
from models.user import User
from tests.office import Office

File = tuple[str, bytes]
VOID = {"meta", "link", "input", "img", "br", "hr"}


@dataclass
class Form:
    """One form as it stands on a page."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    ways: dict[str, str] = field(default_factory=dict)  # where a button sends the form instead

    def values(self, name: str) -> list[str]:
        return [value for given, value in self.fields if given == name]

    def has_button(self, words: str) -> bool:
        return any(words == label for label, _, _ in self.buttons)


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: tuple[str, list[tuple[str, bool]]] | None = None
        self._option: list[str] | None = None
        self._area: tuple[str, list[str]] | None = None
        self._button: list[str] | None = None
        self._button_of: tuple[str, str] = ("", "")
        self._way = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get"))
            self.forms.append(self._form)
        if self._form is None:
            return
        name = given.get("name", "")
        if tag == "input" and name:
            self._input(name, given)
        elif tag == "select":
            self._form.names.add(name)
            self._select = (name, [])
        elif tag == "option" and self._select:
            self._option = None if "value" in given else []
            self._select[1].append((given.get("value", ""), "selected" in given))
        elif tag == "textarea":
            self._form.names.add(name)
            self._area = (name, [])
        elif tag == "button":
            self._button, self._button_of = [], (name, given.get("value", ""))
            self._way = given.get("formaction", "")

    def _input(self, name: str, given: dict[str, str]) -> None:
        assert self._form is not None
        self._form.names.add(name)
        kind = given.get("type", "text")
        if kind == "file" or (kind in {"radio", "checkbox"} and "checked" not in given):
            return
        self._form.fields.append((name, given.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self._button is not None:
            self._button.append(data)
        if self._area is not None:
            self._area[1].append(data)
        if self._select is not None and self._option is not None:
            # An option without a value says its words.
            _, is_selected = self._select[1].pop()
            self._select[1].append((data.strip(), is_selected))
            self._option = None

    def handle_endtag(self, tag: str) -> None:
        if self._form is None:
            return
        if tag == "form":
            self._form = None
        elif tag == "select" and self._select:
            name, options = self._select
            chosen = [value for value, is_selected in options if is_selected] or [options[0][0]]
            self._form.fields.append((name, chosen[0]))
            self._select = None
        elif tag == "textarea" and self._area:
            self._form.fields.append((self._area[0], "".join(self._area[1]).removeprefix("\n")))
            self._area = None
        elif tag == "button" and self._button is not None:
            words = "".join(self._button).strip()
            self._form.buttons.append((words, *self._button_of))
            self._form.ways |= {words: self._way} if self._way else {}
            self._button = None


@dataclass
class Page:
    """What a visitor sees after a step."""

    answer: httpx2.Response
    forms: list[Form]

    @property
    def html(self) -> str:
        return self.answer.text

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def path(self) -> str:
        return self.answer.url.path

    @property
    def words(self) -> str:
        """The text of the page's main part, tags taken away."""
        found = re.search(r"<main.*?</main>", self.html, re.DOTALL)
        said = re.sub(r"</?time[^>]*>", "", found[0] if found else self.html)  # a day stands in its sentence
        return html.unescape(re.sub(r"<[^>]+>", " ", said))

    @property
    def title(self) -> str:
        found = re.search(r"<title>(.*?)</title>", self.html, re.DOTALL)
        return html.unescape(found[1]) if found else ""

    def form_with(self, button: str, **fields: str) -> Form:
        """The form that has a button of these words (and, among several, these values)."""
        for form in self.forms:
            if form.has_button(button) and all(value in form.values(name) for name, value in fields.items()):
                return form
        raise AssertionError(f"{self.path}: no button 「{button}」 {fields}: {[each.buttons for each in self.forms]}")

    def links(self) -> list[str]:
        return [html.unescape(found) for found in re.findall(r'<a\b[^>]*\bhref="([^"]*)"', self.html)]


class Visitor:
    """One person at one browser, signed in unless they are nobody."""

    def __init__(self, site: FastAPI, office: Office, login_name: str | None = None) -> None:
        self.client = TestClient(site, raise_server_exceptions=False, follow_redirects=True)
        if login_name:
            self.client.cookies.set(SESSION_COOKIE, hand_session(office, login_name), domain="testserver.local")

    def open(self, path: str, **headers: str) -> Page:
        return self._page(self.client.get(path, headers=headers))

    def press(
        self,
        page: Page,
        button: str,
        *,
        files: dict[str, File] | None = None,
        where: dict[str, str] | None = None,
        also: Mapping[str, str | list[str]] | None = None,
        **typed: str | list[str],
    ) -> Page:
        """Fill fields of the form with that button and press it; ``also`` are fields whose names are no words."""
        form = page.form_with(button, **(where or {}))
        filled: dict[str, str | list[str]] = {**typed, **(also or {})}
        for name in [*filled, *(files or {})]:
            assert name in form.names, f"{page.path}: the form 「{button}」 has no field {name}: {sorted(form.names)}"
        _, pressed, value = next(each for each in form.buttons if each[0] == button)
        fields = [(name, said) for name, said in form.fields if name not in filled]
        fields += [(name, one) for name, said in filled.items() for one in ([said] if isinstance(said, str) else said)]
        fields += [(pressed, value)] if pressed else []
        return self.send(replace(form, action=form.ways.get(button, form.action)), fields, files, page.path)

    def send(self, form: Form, fields: list[tuple[str, str]], files: dict[str, File] | None, path: str) -> Page:
        data: dict[str, Any] = {}
        for name, value in fields:
            data.setdefault(name, []).append(value)
        action = form.action or path
        if form.method == "get":
            return self._page(self.client.get(action, params=data))
        return self._page(self.client.post(action, data=data, files=files or None))

    def _page(self, answer: httpx2.Response) -> Page:
        reader = _FormReader()
        if answer.headers.get("content-type", "").startswith("text/html"):
            reader.feed(answer.text)
        return Page(answer, reader.forms)


def hand_session(office: Office, login_name: str) -> str:
    """Sign somebody in without the cost of a password, and return what their browser keeps."""
    secret = secrets.token_urlsafe(16)
    with office.session(writes=True) as session:
        user = session.exec(select(User).where(User.login_name == login_name)).one()
        session.add(
            LoginSession(
                organisation_id=user.organisation_id,
                secret_hash=hash_secret(secret),
                user_id=user.key,
                csrf_token=secrets.token_urlsafe(16),
                last_seen_at=office.clock(),
                expires_at=office.clock() + timedelta(hours=12),
            )
        )
    return secret


def day(name: str, era: str, year: str, month: str, number: str) -> dict[str, str]:
    """The boxes of a date field."""
    return {f"{name}_era": era, f"{name}_year": year, f"{name}_month": month, f"{name}_day": number}
