"""What is read is made one after another in a process, and nobody stands behind what is slow."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from anyio.from_thread import start_blocking_portal
from starlette.types import Message, Receive, Scope, Send

from web import turns
from web.turns import Turns

T = TypeVar("T")


class Kitchen:
    """A site whose pages take as long as they are told, and which notes who is at work."""

    def __init__(self) -> None:
        self.at_work = self.most_at_work = 0
        self.waits: dict[str, asyncio.Event] = {}

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer a call, after its event where it has one."""
        self.at_work += 1
        self.most_at_work = max(self.most_at_work, self.at_work)
        if scope["path"] in self.waits:
            await self.waits[scope["path"]].wait()
        if scope["path"] == "/broken":
            raise ZeroDivisionError
        await asyncio.sleep(0)
        self.at_work -= 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def run(deed: Callable[[], Awaitable[T]]) -> T:
    """Return what a deed returns in a loop of its own thread: a browser of other tests may have one in this one."""
    with start_blocking_portal() as portal:
        return portal.call(deed)


async def ask(site: Turns, path: str, method: str = "GET") -> list[Message]:
    said: list[Message] = []

    async def send(message: Message) -> None:
        said.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    await site({"type": "http", "method": method, "path": path}, receive, send)
    return said


def test_eight_pages_asked_for_at_once_are_made_one_after_another() -> None:
    kitchen = Kitchen()

    async def all_at_once() -> list[list[Message]]:
        site = Turns(kitchen)
        return await asyncio.gather(*(ask(site, f"/requests/R8-000{no}") for no in range(8)))

    answers = run(all_at_once)

    assert [answer[0]["status"] for answer in answers] == [200] * 8
    assert kitchen.most_at_work == 1


def asked_beside_a_page_that_does_not_end(path: str, method: str = "GET") -> list[Message]:
    kitchen = Kitchen()

    async def _beside() -> list[Message]:
        site = Turns(kitchen)
        kitchen.waits["/audit"] = asyncio.Event()
        page = asyncio.create_task(ask(site, "/audit"))
        await asyncio.sleep(0)
        answer = await ask(site, path, method)
        assert not page.done()
        kitchen.waits["/audit"].set()
        await page
        return answer

    return run(_beside)


@pytest.mark.parametrize(("path", "method"), [("/requests", "POST"), ("/static/site.css", "GET")])
def test_what_writes_and_what_lies_ready_waits_for_no_page(
    path: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "LONGEST", 60.0)

    assert asked_beside_a_page_that_does_not_end(path, method)[0]["status"] == 200


def test_nobody_stands_behind_a_page_that_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LONGEST", 0.0)

    assert asked_beside_a_page_that_does_not_end("/requests")[0]["status"] == 200


def test_a_page_that_breaks_gives_its_turn_back() -> None:
    async def after_a_broken_one() -> list[Message]:
        site = Turns(Kitchen())
        with pytest.raises(ZeroDivisionError):
            await ask(site, "/broken")
        return await asyncio.wait_for(ask(site, "/requests"), timeout=5)

    assert run(after_a_broken_one)[0]["status"] == 200
