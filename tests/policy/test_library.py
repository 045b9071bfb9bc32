import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from contract_clauses.library import load_clauses
from policy.criterion import Criterion, Example
from policy.errors import BadLibrary, PolicyError
from policy.library import (
    HOME,
    adopt_settings,
    list_pack_ids,
    load_criteria,
    load_duties,
    load_pack,
    read_item,
    read_pack,
)
from policy.pack import Duty

EXAMPLES = [
    pytest.param(criterion, example, id=f"{criterion.id}: {example.about}")
    for criterion in load_criteria().values()
    for example in criterion.examples
]


@pytest.mark.parametrize(("criterion", "example"), EXAMPLES)
def test_a_criterion_comes_to_what_its_example_says(criterion: Criterion, example: Example) -> None:
    assessment = criterion.assess(
        example.facts,
        example.answer,
        as_of=example.as_of,
        strength=example.strength,
        evidence_holder=example.evidence_holder,
    )

    assert assessment.result is example.result
    assert assessment.reason.endswith("。")
    assert "{" not in assessment.reason


def test_every_criterion_shows_that_it_can_be_met_and_that_it_can_fail() -> None:
    for criterion in load_criteria().values():
        shown = {example.result.value for example in criterion.examples}

        assert "met" in shown, criterion.id
        assert shown & {"not_met", "needs_information", "conditional"}, criterion.id


def test_every_criterion_and_duty_is_pointed_at_by_a_pack() -> None:
    packs = [load_pack(pack) for pack in list_pack_ids()]

    assert set(load_criteria()) == {name for pack in packs for name in pack.criteria}
    assert set(load_duties()) == {name for pack in packs for name in pack.duties}


def test_shared_items_carry_no_bodys_number() -> None:
    for folder in ("criteria", "duties"):
        for path in (HOME / folder).glob("*.yaml"):
            assert not re.search(r"\d\(\d+\)|[①-⑳]|むつ", path.read_text(encoding="utf-8")), path.name


def test_an_unknown_pack_is_named_with_the_known_ones() -> None:
    with pytest.raises(PolicyError, match="mutsu") as caught:
        load_pack("atlantis")

    assert caught.value.code == "unknown_pack"


def test_the_edition_begins_on_its_first_day() -> None:
    pack = load_pack("mutsu")

    assert pack.edition_on(date(2025, 5, 21)).edition == "5"
    with pytest.raises(PolicyError) as caught:
        pack.edition_on(date(2025, 5, 20))
    assert caught.value.code == "edition_not_in_force"


def test_the_hash_follows_the_content_of_everything_the_pack_points_to() -> None:
    path = HOME / "packs" / "mutsu" / "pack.yaml"
    same = read_pack(path, load_criteria(), load_duties())
    name = "provider_bars_other_use"
    reworded = load_criteria()[name].model_copy(update={"question": "別の問い"})

    other = read_pack(path, load_criteria() | {name: reworded}, load_duties())

    assert same.content_hash == load_pack("mutsu").content_hash
    assert re.fullmatch("[0-9a-f]{64}", same.content_hash)
    assert other.content_hash != same.content_hash


def test_a_body_may_set_what_the_policy_leaves_open() -> None:
    pack = load_pack("mutsu")

    adopted = adopt_settings(pack, {"cloud_deciders": ["ciso"]})

    assert adopted.file.settings.cloud_deciders == ("ciso",)
    assert adopted.content_hash != pack.content_hash
    for changes in ({"cloud_deciders": ["mayor"]}, {"important_confidentiality": "9"}, {"colour": "red"}):
        with pytest.raises(BadLibrary) as caught:
            adopt_settings(pack, changes)
        assert caught.value.code == "bad_setting"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("criterion: provider_bars_other_use", "criterion: provider_bars_nothing", "provider_bars_nothing"),
        ("duty: operation_measures_are_checked", "duty: nothing_is_checked", "nothing_is_checked"),
        ("id: mutsu\n", "id: mutsu\nid: mutsu\n", "2回"),
        ("id: mutsu\n", "id: mutsu\ncolour: red\n", "colour"),
        ("actor: supervising_officer", "actor: mayor", "mayor"),
        ('sections: ["8-3"]', 'sections: ["8-5"]', "8-5"),
        ("web_meeting:", "telephone:", "telephone"),
        ('id: "8-3(4)①"', 'id: "8-3(4)②-01"', "同じ条番号"),
    ],
)
def test_a_broken_pack_is_named_with_file_and_line(tmp_path: Path, before: str, after: str, told: str) -> None:
    text = (HOME / "packs" / "mutsu" / "pack.yaml").read_text(encoding="utf-8")
    assert before in text
    path = tmp_path / "mutsu" / "pack.yaml"
    path.parent.mkdir()
    path.write_text(text.replace(before, after, 1), encoding="utf-8")

    with pytest.raises(BadLibrary, match=told) as caught:
        read_pack(path, load_criteria(), load_duties())

    assert re.search(r"pack\.yaml: .*\d+行目", caught.value.where)


def test_a_broken_criterion_is_named_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "provider_bars_other_use.yaml"
    shutil.copy(HOME / "criteria" / path.name, path)
    path.write_text(path.read_text(encoding="utf-8").replace("question:", "qestion:"), encoding="utf-8")

    with pytest.raises(BadLibrary, match=r"provider_bars_other_use\.yaml") as caught:
        read_item(path, Criterion)

    assert "行目" in caught.value.where


def test_a_periodic_duty_has_no_trigger_and_every_other_has_one() -> None:
    for duty in load_duties().values():
        assert (duty.trigger is None) == (duty.kind.value == "periodic"), duty.id
    with pytest.raises(ValueError, match="trigger"):
        Duty.model_validate({"id": "x", "title": "こと", "kind": "event", "record": "記録"})


def test_a_cycle_the_policy_does_not_set_is_marked_as_a_proposal() -> None:
    for provision in load_pack("mutsu").file.provisions:
        assert provision.every is None or provision.default or provision.basis, provision.id


def test_no_message_uses_a_word_the_house_avoids() -> None:
    for path in HOME.rglob("*.yaml"):
        assert not re.search("不正な|無効な|全角で|半角で|お手数", path.read_text(encoding="utf-8")), path.name


def test_every_clause_a_pack_demands_exists_in_the_clause_library() -> None:
    demanded = {item.clause for item in load_pack("mutsu").file.provisions if item.clause}

    assert demanded <= set(load_clauses())
    assert len(demanded) == 23
