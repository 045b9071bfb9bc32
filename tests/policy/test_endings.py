import pytest

from policy.endings import EVIDENCE_LABELS, EndingItem, ending_items
from policy.errors import PolicyError
from policy.library import load_pack

MUTSU = load_pack("mutsu")
DELETION_PROOF = {"target", "method", "done_at", "done_by", "witness", "certificate_issuer", "file"}


def by_id(items: tuple[EndingItem, ...]) -> dict[str, EndingItem]:
    assert len({item.id for item in items}) == len(items)
    return {item.id: item for item in items}


def test_a_contract_ends_with_inspection_and_return_of_every_copy() -> None:
    items = by_id(ending_items(MUTSU, subject_kinds=["outsourcing"], confidentiality="3B", personal=True))

    assert items["acceptance_inspected"].provision == "8-1(4)①(ア)"
    assert items["returned_and_erased"].provision == "8-1(4)①(イ)"
    assert {"2(2)⑩(ア)", "2(2)⑩(イ)", "2(2)⑩(ウ)"} <= {item.provision for item in items.values()}
    assert "all_copies_erased" not in items


def test_a_sensitive_cloud_service_ends_with_its_keys_deleted() -> None:
    items = by_id(ending_items(MUTSU, subject_kinds=["cloud"], confidentiality="3B"))

    assert items["encryption_keys_deleted"].provision == "8-3(8)③-02"
    assert items["accounts_removed"].provision == "8-3(8)①(ウ)"
    assert items["ending_measures_recorded"].provision == "8-3(8)②"
    assert "returned_and_erased" not in items


def test_a_public_service_ends_without_citing_the_section_it_is_not_under() -> None:
    items = ending_items(MUTSU, subject_kinds=["cloud"], confidentiality="1")

    assert not [item.provision for item in items if item.provision.startswith("8-3")]
    assert "all_copies_erased" in by_id(items)


def test_proof_of_deletion_carries_every_field_and_is_seen_by_two() -> None:
    items = by_id(ending_items(MUTSU, subject_kinds=["cloud", "outsourcing"], confidentiality="2"))

    for name in ("returned_and_erased", "all_copies_erased", "subcontractors_erased", "media_made_unreadable"):
        assert items[name].needs_second_checker
        assert set(items[name].evidence_fields) >= DELETION_PROOF
    assert {field for item in items.values() for field in item.evidence_fields} <= set(EVIDENCE_LABELS)


@pytest.mark.parametrize(("has_subcontractors", "listed"), [(None, True), (True, True), (False, False)])
def test_subcontractors_stay_on_the_list_until_somebody_says_there_are_none(
    *, has_subcontractors: bool | None, listed: bool
) -> None:
    items = ending_items(
        MUTSU, subject_kinds=["outsourcing"], confidentiality="2", has_subcontractors=has_subcontractors
    )

    assert ("subcontractors_erased" in by_id(items)) is listed


def test_an_unknown_class_is_refused() -> None:
    with pytest.raises(PolicyError) as caught:
        ending_items(MUTSU, subject_kinds=["cloud"], confidentiality="4")

    assert caught.value.code == "unknown_class"
