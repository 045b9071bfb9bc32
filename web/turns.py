"""Pages of one worker are made one after another, because many at once take longer than the same many in turn.

A page is mostly Python, which one thread of a process runs at a time. Where eight people ask at once, threads that
take the interpreter from each other cost a third of it, and everybody gets the page last. In turn, the first has it
at once. A turn is a courtesy and no lock: it ends when the answer begins, and after ``LONGEST`` seconds in any case,
so that nobody stands behind a slow page or a database that does not answer.
"""

import asyncio
from weakref import WeakKeyDictionary

from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST = 0.1
AT_ONCE = "/static/"


class Turn:
    """The turn that somebody has; it is given back once, whoever does so."""

    def __init__(self, turns: asyncio.Lock) -> None:
        self.turns = turns
        self.is_held = True
        self.end = asyncio.get_running_loop().call_later(LONGEST, self.give_back)

    def give_back(self) -> None:
        """Let the next one begin."""
        if self.is_held:
            self.is_held = False
            self.end.cancel()
            self.turns.release()


class Turns:
    """What is only read is made in turn; what writes waits for the database, not for other people's pages."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        # A lock belongs to its loop; a process has one loop, tests have one for each thread.
        self.by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on when its turn has come (async because ASGI is)."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"} or scope["path"].startswith(AT_ONCE):
            await self.app(scope, receive, send)
            return
        turns = self.by_loop.setdefault(asyncio.get_running_loop(), asyncio.Lock())
        await turns.acquire()
        turn = Turn(turns)

        async def send_and_end(message: Message) -> None:
            turn.give_back()
            await send(message)

        try:
            await self.app(scope, receive, send_and_end)
        finally:
            turn.give_back()
