"""A draft is read in a process of its own: whatever its files do, an answer comes, a sentence or a reading, in time."""

from __future__ import annotations

import subprocess
import time
from typing import Any

import pytest

from casework import draft_reading
from casework.draft_reader import Reader, ReaderAhead
from casework.draft_reading import read_safely, readers
from contract_clauses.draft import Party, PassageKind
from contract_clauses.reading import DraftFile, read_draft
from contract_clauses.reading.refusal import Reason
from contract_clauses.reading.wire import from_json
from tests.contract_clauses.reading.hostile import ARTICLE, FILES
from tests.contract_clauses.reading.word_files import paragraph, word_file

SLOWEST = 15.0  # seconds, with the machine at other work
CONTRACT = (
    "業務委託契約書\n　星見ヶ丘市（以下「甲」という。）と株式会社青波（以下「乙」という。）は、契約を結ぶ。\n"
    "第1条　乙は、別記を守る。\n２　前項の別記は、第2条の規定を妨げない。\n第2条　削除\n"
)


def test_what_was_read_apart_is_what_would_be_read_here() -> None:
    files = [DraftFile("1_本文.txt", CONTRACT.encode()), DraftFile("2_別記.docx", word_file(paragraph("第1　基本")))]

    draft = read_safely(files)

    assert draft == read_draft(files)
    assert draft.parties["甲"] is Party.CLIENT
    assert [each.label for each in draft.passages if each.kind is PassageKind.PART] == ["本文", "別記"]
    assert all(draft.text[each.start : each.end] == each.text for each in draft.passages)


@pytest.mark.slow
@pytest.mark.parametrize("kind", FILES)
def test_a_hostile_file_comes_to_a_sentence_or_a_reading(kind: str) -> None:
    hostile = FILES[kind]
    content = hostile.make()
    began = time.monotonic()

    draft = read_safely([DraftFile(hostile.name, content)])

    assert time.monotonic() - began < SLOWEST
    if hostile.refused:
        assert draft.problem in {reason.value.format(name=hostile.name) for reason in hostile.refused}
        assert (draft.readable, draft.passages, draft.text) == (False, (), "")
    else:
        assert draft.problem == ""
        assert hostile.says in draft.text


def test_there_are_at_least_thirty_of_them() -> None:
    assert len(FILES) >= 30


def test_every_refusal_says_what_and_what_to_do() -> None:
    for reason in Reason:
        said = reason.value.format(name="案.docx")
        assert said.endswith("。")
        assert reason is Reason.NOTHING or reason is Reason.TOO_MANY_FILES or "「案.docx」" in said


def test_a_reader_that_takes_too_long_is_ended() -> None:
    draft = read_safely([DraftFile("案.txt", ARTICLE.encode())], seconds=0.001)

    assert draft.problem == Reason.TOO_SLOW.value.format(name="案.txt")


@pytest.mark.parametrize(
    "said", [b"", b"{}", b"[1]", b'{"readable": true, "text": 3}', b"\xff", b'{"text": "a", "passages": [[0]]}']
)
def test_an_answer_that_is_no_draft_is_no_draft(said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Reader, "ask", lambda *_: said)

    assert not read_safely([DraftFile("案.txt", ARTICLE.encode())]).readable


def test_where_no_process_can_be_started_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError

    monkeypatch.setattr(subprocess, "Popen", refuse)
    draft = read_safely([DraftFile("案.txt", ARTICLE.encode())])
    readers.prepare()

    assert draft.problem == Reason.TOO_SLOW.value.format(name="案.txt")


def test_the_reader_sees_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}

    def note(*_: Any, env: dict[str, str], **__: Any) -> None:
        seen.update(env)
        raise OSError

    monkeypatch.setenv("SEKISHO_SECRET_KEY", "geheim")
    monkeypatch.setattr(subprocess, "Popen", note)
    read_safely([DraftFile("案.txt", ARTICLE.encode())])

    assert seen
    assert "SEKISHO_SECRET_KEY" not in seen


def test_a_reader_that_was_started_ahead_reads_one_draft() -> None:
    files = [DraftFile("1_本文.txt", CONTRACT.encode())]
    ahead = ReaderAhead()
    ahead.prepare()
    ahead.prepare()
    waiting = ahead.take()

    assert waiting.is_waiting
    assert from_json((waiting.ask(files, 30) or b"").decode()) == read_draft(files)
    assert not waiting.is_waiting
    waiting.end()


def test_one_that_ended_while_it_waited_is_replaced() -> None:
    ahead = ReaderAhead()
    ahead.prepare()
    first = ahead.take()
    ahead._waiting = first
    first._process.kill()
    first._process.wait()

    second = ahead.take()

    assert second is not first
    assert second.is_waiting
    second.end()


def test_a_waiting_reader_is_dismissed_and_ends_by_itself_without_us() -> None:
    ahead = ReaderAhead()
    ahead.prepare()
    waiting = ahead._waiting
    assert waiting is not None
    ahead.dismiss()
    assert not waiting.is_waiting

    left = Reader()
    assert left._process.stdin is not None
    left._process.stdin.close()  # as when we end, however we end
    assert left._process.wait(30) == 1
    left.end()


def test_too_much_is_refused_before_a_process_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft_reading, "_ask", None)

    assert read_safely([]).problem == Reason.NOTHING.value
    assert read_safely([DraftFile("案.txt", b"")] * 21).problem == Reason.TOO_MANY_FILES.value
    assert "20MB以下" in read_safely([DraftFile("案.txt", b" " * (21 * 1024**2))]).problem
