"""The chains of incidents that packs carry."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from models.vocabulary import Role
from policy.incident_chain import IncidentChain, chain_of
from policy.library import list_pack_ids, load_pack

STEP = {"step": "manager", "title": "管理者へ", "sender": "staff", "receiver": "security_manager", "hours": 1}


@pytest.mark.parametrize("pack", list_pack_ids())
def test_every_pack_has_a_chain_its_own_or_the_common_one(pack: str) -> None:
    chain = chain_of(pack)

    assert chain.steps[0].receiver == Role.SECURITY_MANAGER
    assert {"ministry", "prefecture", "prevention", "contractor"} <= {step.step for step in chain.steps}


def test_a_pack_without_a_chain_is_told_apart() -> None:
    assert chain_of("hakodate").is_common
    assert not chain_of("mutsu").is_common
    assert chain_of("hoshimigaoka") == chain_of("mutsu")


def test_the_common_chain_claims_no_provision_of_a_policy() -> None:
    assert {step.provision for step in chain_of("hakodate").steps} == {"", "個情法68条2項"}


def test_the_provisions_the_pack_weighs_are_the_ones_the_chain_names() -> None:
    named = {step.provision for step in chain_of("mutsu").steps}

    weighed = {item.id for item in load_pack("mutsu").file.provisions}
    assert {"5-3(1)①", "5-3(1)⑤", "1(9)⑤", "8-1(3)①(エ)-01", "5-3(3)④"} <= named & weighed


def test_hours_of_ours_say_so() -> None:
    first, third = chain_of("mutsu").step("manager"), chain_of("mutsu").step("ciso")

    assert first is not None
    assert first.basis() == "本文は「速やかに」。時間の定めがないため、既定の1時間"
    assert third is not None
    assert third.basis() == "時間の定めがないため、既定の24時間"
    assert first.model_copy(update={"is_default": False}).basis() == "ポリシーの定めによる1時間"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"receiver": "somebody"}, "という相手はありません"),
        ({"after": "ciso"}, "の前の ciso がありません"),
        ({"hours": 0}, "greater than or equal to 1"),
    ],
)
def test_a_chain_that_does_not_hold_together_is_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        IncidentChain.model_validate({"steps": [STEP | change]})


def test_a_step_stands_once() -> None:
    with pytest.raises(ValidationError, match="2回"):
        IncidentChain.model_validate({"steps": [STEP, STEP]})
