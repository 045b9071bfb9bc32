import shutil
from pathlib import Path

import pytest

from contract_clauses.library import CLAUSES, ClauseLibraryError, load_clauses, read_clause, read_folder


@pytest.fixture
def audit_file(tmp_path: Path) -> Path:
    return Path(shutil.copy(CLAUSES / "client_may_audit.yaml", tmp_path))


def rewrite(path: Path, old: str, new: str) -> int:
    """Replace one piece of text and return the line on which it stood."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_is_read_once_and_cannot_be_changed() -> None:
    clauses = load_clauses()

    assert load_clauses() is clauses
    with pytest.raises(TypeError):
        clauses["client_may_audit"] = None  # type: ignore[index]  # the point of the test


def test_an_unknown_key_is_named_with_file_and_line(audit_file: Path) -> None:
    line = rewrite(audit_file, "needed_when:", "wanted_when: いつも\nneeded_when:")

    with pytest.raises(ClauseLibraryError, match=rf"client_may_audit\.yaml:{line}: wanted_when"):
        read_clause(audit_file)


def test_an_unknown_key_deep_in_an_example_is_named_with_its_own_line(audit_file: Path) -> None:
    line = rewrite(audit_file, "    why: 委託者が実地に", "    whi: 委託者が実地に")

    with pytest.raises(ClauseLibraryError, match=rf"yaml:{line}: examples\.0\.whi") as raised:
        read_clause(audit_file)
    assert "綴り" in str(raised.value)


def test_a_repeated_key_is_named_with_file_and_line(audit_file: Path) -> None:
    line = rewrite(audit_file, "needed_when:", "title: 二つ目\nneeded_when:")

    with pytest.raises(ClauseLibraryError, match=rf"yaml:{line}: 項目「title」が2回"):
        read_clause(audit_file)


def test_a_missing_key_is_named(audit_file: Path) -> None:
    rewrite(audit_file, ", label: 委託者による監査又は立入りの検査", "")

    with pytest.raises(ClauseLibraryError, match=r"elements\.0\.label: この項目がありません"):
        read_clause(audit_file)


def test_a_file_under_another_name_is_refused(audit_file: Path) -> None:
    renamed = audit_file.rename(audit_file.with_name("client_may_look.yaml"))

    with pytest.raises(ClauseLibraryError, match="ファイル名は client_may_look"):
        read_clause(renamed)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("lacks: [client_inspects_contractor]", "lacks: [somebody_else]", "somebody_else は elements に"),
        ("state: weak", "state: missing", "present・weak・missing"),
        ("state: weak", "state: waived", "present・weak・missing"),
        ("state: weak", "state: perhaps", "この値は使えません"),
        ("elements:", "elements: [", "YAML として読めません"),
        ("title: 委託者が受託者を監査し、又は実地に検査できる", "title:", "title"),
    ],
)
def test_a_slip_in_a_file_stops_with_a_sentence(audit_file: Path, old: str, new: str, complaint: str) -> None:
    rewrite(audit_file, old, new)

    with pytest.raises(ClauseLibraryError, match=complaint) as raised:
        read_clause(audit_file)
    assert str(raised.value).startswith("client_may_audit.yaml:")


def test_yaml_guesses_never_apply(audit_file: Path) -> None:
    rewrite(audit_file, "why: 委託者が実地に調べることができ、応じる義務がある", "why: yes")

    assert read_clause(audit_file).examples[0].why == "yes"


def test_a_list_instead_of_a_clause_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "odd.yaml"
    path.write_text("- one\n- two\n", encoding="utf-8")

    with pytest.raises(ClauseLibraryError, match="「項目: 値」"):
        read_clause(path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ClauseLibraryError, match="条項のファイルがありません"):
        read_folder(tmp_path)
