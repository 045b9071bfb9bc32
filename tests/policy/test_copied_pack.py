from pathlib import Path

import pytest

from policy.errors import BadLibrary
from policy.library import load_criteria, load_duties, load_pack, read_pack

OWN = """\
copy_of: original
id: copied
label: 写した町
source: {title: 写した町の方針, issued_by: 写した町}
editions:
  - {edition: "1", in_force_from: 2026-04-01}
"""


def test_a_copied_pack_has_the_same_rules_under_its_own_name_document_and_editions() -> None:
    original, copied = load_pack("mutsu"), load_pack("hoshimigaoka")

    assert copied.file.provisions == original.file.provisions
    assert copied.file.source.title != original.file.source.title
    assert copied.file.editions != original.file.editions
    assert copied.content_hash != original.content_hash


@pytest.mark.parametrize("left_out", ["label", "source", "editions"])
def test_a_copy_must_bring_its_own_name_document_and_editions(tmp_path: Path, left_out: str) -> None:
    lines = OWN.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(left_out))
    kept = lines[:start] + [line for line in lines[start + 1 :] if not line.startswith(" ")]
    path = tmp_path / "copied" / "pack.yaml"
    path.parent.mkdir()
    path.write_text("\n".join(kept))

    with pytest.raises(BadLibrary, match=left_out):
        read_pack(path, load_criteria(), load_duties())


def test_a_copy_of_a_pack_that_is_not_there_is_refused_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "copied" / "pack.yaml"
    path.parent.mkdir()
    path.write_text(OWN)

    with pytest.raises(BadLibrary, match=r"pack\.yaml.*original"):
        read_pack(path, load_criteria(), load_duties())
