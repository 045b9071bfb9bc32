import pytest

from policy.errors import BadDocument
from policy.library import load_pack
from policy.provision_ids import ProvisionIds, fold_id


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("8-3(3)②(ア)", "8-3(3)②(ア)"),
        ("８－３（３）②（ア）", "8-3(3)②(ア)"),
        ("8-3(3)2(ｱ)", "8-3(3)②(ア)"),
        ("8‐3 (3) ② (あ)".replace("あ", "ア"), "8-3(3)②(ア)"),
        ("8-1(2)①(エ)ー10", "8-1(2)①(エ)-10"),
        ("8-1(2)①(エ)-1", "8-1(2)①(エ)-01"),
        ("序", "序"),
    ],
)
def test_an_id_is_found_however_it_is_spelt(written: str, meant: str) -> None:
    assert load_pack("mutsu").ids.resolve(written) == meant


def test_a_missing_last_number_is_filled_in_only_when_one_can_be_meant() -> None:
    ids = ProvisionIds(["1(1)①-01", "1(2)①-01", "1(2)①-02"])

    assert ids.resolve("1(1)①") == "1(1)①-01"
    with pytest.raises(BadDocument, match=r"1\(2\)①-01、1\(2\)①-02") as caught:
        ids.resolve("1(2)①")
    assert caught.value.code == "ambiguous_provision"


def test_a_provision_the_pack_lacks_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(BadDocument, match="近いもの") as caught:
        load_pack("mutsu").ids.resolve("8-3(3)②(ク)")

    assert caught.value.code == "unknown_provision"


def test_one_provision_spelt_twice_is_refused() -> None:
    with pytest.raises(BadDocument) as caught:
        load_pack("mutsu").ids.resolve_keys({"8-3(3)③": 1, "８-３（３）③": 2})

    assert caught.value.code == "repeated_provision"
    assert "/answers/" in caught.value.where


def test_no_two_ids_of_the_pack_fold_alike() -> None:
    pack = load_pack("mutsu")
    ids = [*(item.id for item in pack.file.provisions), *pack.file.other_provisions]

    assert len({fold_id(name) for name in ids}) == len(ids) == 302
