"""The guide's worked example is what it says: it loads, covers its list, and judges its request."""

import re
from pathlib import Path
from typing import Any

import pytest

from contract_clauses.library import load_clauses
from policy.advice import advise
from policy.coverage import cover, read_provision_list
from policy.document import read_document
from policy.endings import ending_items
from policy.errors import BadDocument, BadLibrary
from policy.evaluation import evaluate
from policy.library import load_criteria, load_duties, read_pack
from policy.pack import Pack
from policy.scaffold import scaffold_pack
from policy.strict_yaml import read_text

GUIDE = (Path(__file__).parents[2] / "docs" / "your_pack_in_a_day.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def pack_in(folder: Path, text: str) -> Pack:
    path = folder / str(read_text(text).value["id"]) / "pack.yaml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return read_pack(path, load_criteria(), load_duties())


def test_the_worked_example_loads_and_covers_its_own_list(tmp_path: Path) -> None:
    pack = pack_in(tmp_path, blocks("yaml")[0])
    (listed,) = blocks("csv")

    assert cover(pack, read_provision_list(listed.encode(), "reikawa.csv")).missing == ()
    assert [item.code for item in advise(pack)] == ["proposed_cycle"]
    assert {item.clause for item in pack.file.provisions if item.clause} <= set(load_clauses())
    assert len(ending_items(pack, subject_kinds=["cloud", "outsourcing"], confidentiality="2")) == 2


def test_the_worked_request_comes_to_what_the_guide_says(tmp_path: Path) -> None:
    pack = pack_in(tmp_path, blocks("yaml")[0])
    values: dict[str, Any] = read_text(blocks("yaml")[1]).value

    verdict = evaluate(read_document(values), pack)
    unanswered = evaluate(read_document(values | {"answers": {}}), pack)

    assert verdict.overall.value == "met"
    assert [(step.action, step.provision) for step in verdict.approval_route] == [
        ("apply", "21(1)"),
        ("decide", "21(2)"),
    ]
    assert verdict.approval_route[1].roles == ("supervising_officer",)
    assert [duty.provision for duty in verdict.duties] == ["21(4)"]
    assert unanswered.overall.value == "needs_information"


def test_a_new_pack_has_every_heading_and_is_not_read_until_it_is_filled_in(tmp_path: Path) -> None:
    text = scaffold_pack("reikawa")

    with pytest.raises(BadLibrary) as caught:
        pack_in(tmp_path, text)

    assert caught.value.code == "not_filled_in"
    assert f"{text.count('要記入(')}か所" in caught.value.message
    assert set(read_text(blocks("yaml")[0]).value) <= set(read_text(text).value)


def test_a_new_pack_is_read_once_it_is_filled_in(tmp_path: Path) -> None:
    text = scaffold_pack("filled")
    text = text.replace("要記入(文書の日付)", "2026-02-20").replace("要記入(効力の始まる日)", "2026-04-01")
    number = iter(range(1, 100))
    text = re.sub(r'id: "要記入\(条番号\)"', lambda _: f'id: "{next(number)}"', text)
    text = text.replace('provision: "要記入(条番号)"', 'provision: "3"')

    pack = pack_in(tmp_path, re.sub(r"要記入\(([^)]*)\)", r"\1", text.replace("# 団体の", "#")))

    assert [item.id for item in pack.file.provisions] == [str(number) for number in range(1, 8)]
    assert [item.code for item in advise(pack)] == ["proposed_cycle"]
    assert {item.clause for item in pack.file.provisions if item.clause} <= set(load_clauses())


@pytest.mark.parametrize("name", ["", "Rei", "例川", "1st", "../etc", "a b", "a" * 41])
def test_a_name_that_cannot_be_a_folder_is_refused(name: str) -> None:
    with pytest.raises(BadDocument) as caught:
        scaffold_pack(name)

    assert caught.value.code == "bad_pack_id"
