"""Files shown as proof: kept under what they are, taken in with care."""

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from casework import attachment_list, attachments, evidence
from casework.errors import FileRejected
from casework.evidence import Upload
from casework.files import FileStore
from tests.office import Office

PDF = b"%PDF-1.7 x"


def test_bytes_come_back_by_their_hash(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files")

    name = store.put(PDF)

    assert name == sha256(PDF).hexdigest()
    assert store.get(name) == PDF
    assert store.put(PDF) == name
    assert [path.name for path in store.folder.rglob("*") if path.is_file()] == [name]


def test_bytes_that_were_changed_on_disk_are_not_handed_out(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    name = store.put(PDF)
    (tmp_path / name[:2] / name).write_bytes(b"%PDF-1.7 y")

    with pytest.raises(OSError, match="other bytes"):
        store.get(name)


def test_many_writers_of_the_same_bytes_do_not_disturb_each_other(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    content = b"x" * 3_000_000

    for _ in range(5):
        with ThreadPoolExecutor(8) as writers:
            names = set(writers.map(lambda _: store.put(content), range(8)))
        [name] = names
        assert store.get(name) == content
        (tmp_path / name[:2] / name).unlink()

    assert list(tmp_path.rglob("*.part")) == []


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("", PDF, "not_chosen"),
        ("規約.exe", PDF, "wrong_kind"),
        ("規約", PDF, "wrong_kind"),
        ("規約.pdf", b"", "empty"),
        ("規約.pdf", b"PK\x03\x04", "wrong_content"),
        ("写真.png", PDF, "wrong_content"),
        ("規約.txt", b"x" * (evidence.LARGEST + 1), "too_big"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why(sqlite_office: Office, name: str, content: bytes, reason: str) -> None:
    draft = sqlite_office.draft()

    with pytest.raises(FileRejected) as refused:
        sqlite_office.do("staff", attachments.attach_to_request, draft.number, Upload(name, content))

    assert refused.value.facts == {"reason": reason}
    assert sqlite_office.one("SELECT count(*) FROM evidence_file") == 0


@pytest.mark.parametrize("name", ["規約.PDF", "..\\..\\規約.pdf", "/etc/規約.pdf", "C:\\規約.pdf"])
def test_a_file_keeps_its_own_name_and_no_folder(sqlite_office: Office, name: str) -> None:
    draft = sqlite_office.draft()

    row = sqlite_office.do("staff", attachments.attach_to_request, draft.number, Upload(name, PDF))

    assert row.name.casefold() == "規約.pdf"
    assert row.media_type == "application/pdf"


def test_a_file_is_read_back_by_its_own_town(office: Office) -> None:
    draft = office.draft()
    row = office.do("staff", attachments.attach_to_request, draft.number, Upload("規約.pdf", PDF))

    found, content = office.look("auditor", evidence.read_file, row.key)

    assert (found.name, found.size_bytes, content) == ("規約.pdf", len(PDF), PDF)
    assert [each.file.key for each in office.look("staff", attachment_list.list_rows, draft.number)] == [row.key]
    assert office.one("SELECT action FROM audit_event WHERE object_kind = 'evidence'") == "evidence_attached"
