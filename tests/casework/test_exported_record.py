"""What leaves proves itself: a bundle verifies with one file, any change in it is named, and leaving is recorded."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework import audit_bundle, audit_views, case_file, redaction, retention
from casework.attachments import attach_to_request
from casework.audit_bundle import ExportedFile
from casework.audit_views import EventFilter
from casework.errors import MalformedRequest, NotFound, NotPermitted
from casework.evidence import Upload
from casework.paging import PageWish
from casework.redaction import Wanted
from tests.casework.test_keeping_the_record import written_long_ago
from tests.office import Office

VERIFIER = Path(audit_bundle.__file__).with_name("verify_sekisho_record.py")
Line = dict[str, Any]


@dataclass(frozen=True)
class Verified:
    code: int
    words: str


def unpacked(made: ExportedFile, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(made.content)) as bundle:
        bundle.extractall(folder)
    return folder


def verified(path: Path, *more: str) -> Verified:
    """Run the stand-alone verifier as a stranger would: an isolated interpreter without site packages."""
    command = [sys.executable, "-I", "-S", str(VERIFIER), str(path), *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    assert not done.stderr.startswith("Traceback"), done.stderr
    return Verified(done.returncode, done.stdout + done.stderr)


def exported(office: Office, wanted: EventFilter | None = None) -> ExportedFile:
    return office.do("auditor", audit_bundle.export_bundle, wanted or EventFilter())


def tampered(folder: Path, change: Callable[[list[str]], list[str]]) -> Path:
    file = folder / "events.jsonl"
    file.write_text("".join(change(file.read_text("utf-8").splitlines(keepends=True))), "utf-8")
    return folder


def test_a_whole_record_verifies_and_its_leaving_is_an_event(office: Office, tmp_path: Path) -> None:
    office.concluded()
    made = exported(office)

    folder = unpacked(made, tmp_path / "bundle")

    assert verified(folder).code == 0
    assert {path.name for path in folder.iterdir()} == {
        "events.jsonl", "manifest.json", "verify_sekisho_record.py", "README.txt",
    }  # fmt: skip
    last = office.sql("SELECT action, actor_name FROM audit_event ORDER BY id DESC LIMIT 1")[0]
    assert tuple(last) == ("record_exported", "鈴木 しお")


def test_the_verifier_in_the_bundle_verifies_the_folder_it_lies_in(sqlite_office: Office, tmp_path: Path) -> None:
    sqlite_office.draft()
    folder = unpacked(exported(sqlite_office), tmp_path)

    command = [sys.executable, "-I", "-S", str(folder / "verify_sekisho_record.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd="/")

    assert "一致: 1件" in done.stdout
    assert "OK: 1 events" in done.stdout


def test_the_zip_itself_verifies_and_so_does_one_behind_an_anchor(sqlite_office: Office, tmp_path: Path) -> None:
    written_long_ago(sqlite_office)
    sqlite_office.do("admin", retention.purge)
    made = exported(sqlite_office)
    path = tmp_path / made.name
    path.write_bytes(made.content)

    assert verified(path).code == 0
    folder = unpacked(made, tmp_path / "opened")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["anchor"]["digest"] = "0" * 64
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    assert verified(folder).code == 1


def test_a_value_blacked_out_leaves_blacked_out_and_verifies(sqlite_office: Office, tmp_path: Path) -> None:
    sqlite_office.draft(title="青木さんの予約")
    wish = sqlite_office.do("admin", redaction.ask, Wanted(1, "after", "title", "氏名"))
    sqlite_office.do("ciso", redaction.decide, wish.key, version=1, permits=True)

    folder = unpacked(exported(sqlite_office), tmp_path)

    found = verified(folder)
    assert (found.code, "墨消し 1件" in found.words) == (0, True)
    assert "青木さん" not in (folder / "events.jsonl").read_text("utf-8")


def _without_third(lines: list[str]) -> list[str]:
    return [*lines[:2], *lines[3:]]


def _swapped(lines: list[str]) -> list[str]:
    return [lines[0], lines[2], lines[1], *lines[3:]]


def _other_person(lines: list[str]) -> list[str]:
    return [*lines[:2], lines[2].replace("木村", "木材"), *lines[3:]]


def _rehashed(lines: list[str]) -> list[str]:
    line: Line = json.loads(lines[1])
    line["action"] = "request_withdrawn"
    line["hash"] = "0" * 64
    return [lines[0], json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n", *lines[2:]]


@pytest.mark.parametrize(
    ("change", "first_bad"),
    [
        (_without_third, 3),
        (_swapped, 2),
        (_rehashed, 2),
        (lambda lines: lines[:-1], None),
        (lambda lines: [*lines, lines[-1]], None),
        (lambda lines: [lines[0], "\n", *lines[1:]], 2),
        (lambda lines: [lines[0].replace('"seq":1', '"seq": 1'), *lines[1:]], 1),
        (lambda _lines: [], 1),
    ],
)
def test_a_change_of_the_bundle_is_named(
    sqlite_office: Office, tmp_path: Path, change: Callable[[list[str]], list[str]], first_bad: int | None
) -> None:
    sqlite_office.approved()
    folder = unpacked(exported(sqlite_office), tmp_path)

    found = verified(tampered(folder, change))

    assert found.code == 1, found.words
    assert "変更あり" in found.words
    assert "CHANGED" in found.words
    if first_bad is not None:
        assert f"変更あり: {first_bad}番" in found.words


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_any_flipped_byte_of_the_events_is_named_by_its_line(bundle: bytes, at: int, bit: int) -> None:
    changed = bytearray(bundle)
    place = at % len(changed)
    changed[place] ^= 1 << bit
    line = bundle[:place].count(b"\n") + 1

    found = _verify_in_process(bytes(changed))

    # A line end that is gone joins a line to the next: the first of the two is named.
    assert found in {line, line + 1} if changed[place] == 0x0A or bundle[place] == 0x0A else found == line


@pytest.fixture
def bundle(sqlite_office: Office, tmp_path: Path) -> bytes:
    sqlite_office.approved()
    folder = unpacked(exported(sqlite_office), tmp_path / "whole")
    _MANIFEST["said"] = (folder / "manifest.json").read_bytes()
    return (folder / "events.jsonl").read_bytes()


_MANIFEST: dict[str, bytes] = {}


def _verify_in_process(events: bytes) -> int | None:
    """Return the number of the event the verifier names; a process for each would take minutes."""
    from casework import verify_sekisho_record as verifier  # noqa: PLC0415 (nobody else imports it)

    class Held(verifier.Files):
        def __init__(self) -> None: ...

        def read(self, name: str) -> bytes:
            return {"events.jsonl": events, "manifest.json": _MANIFEST["said"]}[name]

    try:
        verifier.verify(Held(), "")
    except verifier.Bad as bad:
        return bad.seq
    except KeyError:  # everything held, and the other files were asked for
        return None
    return None


def test_what_is_no_bundle_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}", "utf-8")

    assert verified(tmp_path).code == 2
    assert verified(tmp_path / "nothing.zip").code == 2
    (tmp_path / "torn.zip").write_bytes(b"PK\x03\x04 torn")
    torn = verified(tmp_path / "torn.zip")
    assert torn.code == 2
    assert "検証できません" in torn.words
    assert "Cannot verify" in torn.words


def test_the_head_on_paper_is_compared(sqlite_office: Office, tmp_path: Path) -> None:
    sqlite_office.approved()
    folder = unpacked(exported(sqlite_office), tmp_path)
    printed = sqlite_office.one("SELECT hash FROM audit_event WHERE seq = 2")

    assert verified(folder, "--head", f"2:{printed}").code == 0
    assert verified(folder, "--head", f"2:{printed[:16]}").code == 0
    assert verified(folder, "--head", f"2:{'0' * 64}").code == 1
    assert verified(folder, "--head", "999:00000000").code == 2
    assert verified(folder, "--head", "zwei").code == 2


def test_an_extract_verifies_event_by_event(sqlite_office: Office, tmp_path: Path) -> None:
    first, second = sqlite_office.draft(), sqlite_office.submitted("colleague")
    folder = unpacked(exported(sqlite_office, EventFilter(object_number=second.number)), tmp_path)

    lines = [json.loads(line) for line in (folder / "events.jsonl").read_text("utf-8").splitlines()]
    assert {line["object"][1] for line in lines} == {second.number} != {first.number}
    assert "抜粋" in verified(folder).words
    assert verified(tampered(folder, lambda found: [found[0].replace("石井", "石丼"), *found[1:]])).code == 1


def test_the_verifier_imports_nothing_of_ours_and_nothing_from_elsewhere() -> None:
    imported = {
        line.split()[1].split(".")[0]
        for line in VERIFIER.read_text("utf-8").splitlines()
        if line.startswith(("import ", "from "))
    }

    assert imported <= set(sys.stdlib_module_names)


# -- who may, and what else leaves --


@pytest.mark.parametrize("login_name", ["staff", "procurement", "security_manager", "service_manager"])
def test_who_may_not_read_the_record_cannot_take_it_away(sqlite_office: Office, login_name: str) -> None:
    sqlite_office.draft()

    for export in (audit_bundle.export_bundle, audit_bundle.export_table):
        with pytest.raises(NotPermitted):
            sqlite_office.do(login_name, export, EventFilter())
    with pytest.raises(NotPermitted):
        sqlite_office.do(login_name, audit_bundle.proof_of, 1, 1)
    with pytest.raises(NotPermitted):
        sqlite_office.do(login_name, case_file.export_case_file, "R8-0001")


def test_the_next_town_takes_nothing_of_ours(sqlite_office: Office, tmp_path: Path) -> None:
    ours = sqlite_office.draft()
    sqlite_office.do("next_procurement", audit_bundle.export_bundle, EventFilter())

    folder = unpacked(sqlite_office.do("next_procurement", audit_bundle.export_bundle, EventFilter()), tmp_path)

    assert ours.number not in (folder / "events.jsonl").read_text("utf-8")
    with pytest.raises(NotFound):
        sqlite_office.do("next_procurement", case_file.export_case_file, ours.number)


def test_a_table_for_excel_is_quoted_guarded_and_marked(sqlite_office: Office) -> None:
    sqlite_office.sql("UPDATE user_account SET name = '=HYPERLINK(1)' WHERE login_name = 'staff'")
    sqlite_office.draft()

    made = sqlite_office.do("auditor", audit_bundle.export_table, EventFilter())

    assert made.content.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in made.content
    rows = list(csv.reader(io.StringIO(made.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["番号", "日時(JST)", "人"]
    assert rows[1][:3] == ["1", "2026-11-20 10:00:00", "'=HYPERLINK(1)"]
    assert len(rows) == 2


def test_a_range_is_proved_over_the_api_in_bounds(sqlite_office: Office) -> None:
    sqlite_office.approved()

    proof = sqlite_office.do("auditor", audit_bundle.proof_of, 2, 3)

    assert [line["seq"] for line in proof["events"]] == [2, 3]
    assert proof["previous"] == sqlite_office.one("SELECT hash FROM audit_event WHERE seq = 1")
    for first, last in ((3, 2), (1, 5000)):
        with pytest.raises(MalformedRequest):
            sqlite_office.do("auditor", audit_bundle.proof_of, first, last)


def test_a_case_file_holds_everything_and_verifies(sqlite_office: Office, tmp_path: Path) -> None:
    draft = sqlite_office.draft()
    sqlite_office.do("staff", attach_to_request, draft.number, Upload("..\\..\\規約.pdf", b"%PDF-1.7 terms"))
    approved = sqlite_office.approved()

    of_draft = sqlite_office.do("auditor", case_file.export_case_file, draft.number)
    made = sqlite_office.do("auditor", case_file.export_case_file, approved.number)

    folder = unpacked(made, tmp_path / "approved")
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert {
        f"{approved.number}.pdf",
        "decisions.json",
        "route.json",
        "versions/01_verdict.json",
        "events.jsonl",
    } <= names
    assert verified(folder).code == 0
    evidence = unpacked(of_draft, tmp_path / "draft") / "evidence" / "01_規約.pdf"
    assert evidence.read_bytes() == b"%PDF-1.7 terms"
    evidence.write_bytes(b"%PDF-1.7 other terms")
    assert "01_規約.pdf" in verified(tmp_path / "draft").words
    assert sqlite_office.one("SELECT count(*) FROM audit_event WHERE action = 'case_file_exported'") == 2


# -- search --


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (EventFilter(actor="青木"), 1),
        (EventFilter(actor="100%"), 0),
        (EventFilter(object_number="Ｒ８-０００２"), 1),
        (EventFilter(text="住民向けの予約"), 2),
        (EventFilter(text="どこにもない"), 0),
        (EventFilter(action="request_drafted"), 2),
    ],
)
def test_the_record_is_searched(sqlite_office: Office, wanted: EventFilter, found: int) -> None:
    sqlite_office.draft("staff", title="住民向けの予約")
    sqlite_office.draft("colleague", title="住民向けの予約")

    page = sqlite_office.look("auditor", audit_views.list_events, wanted, wish=PageWish())

    assert len(page.items) == found
