"""What makes a receipt or a certificate count, and what keeps it from counting."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from models.vocabulary import ErasureMethod, ProofKind, Rigour
from policy.ending_rules import EndingRules, Held, Proof, problems_of, rigour_of, rules_of
from policy.library import load_pack

RULES = rules_of("mutsu")
TODAY = date(2028, 5, 10)
HELD = Held(Rigour.STRICT, last_used_on=date(2028, 3, 31), prove_by_on=date(2028, 5, 1), count_given=100)
SOUND = Proof(
    ProofKind.DELETION,
    "全件と複製",
    date(2028, 4, 3),
    count=100,
    method=ErasureMethod.CRYPTO_ERASE,
    verification="復号できないことを確かめた",
    done_by="担当者",
    place="作業室",
    issuer="△△株式会社",
)


def codes(proof: Proof, held: Held = HELD) -> dict[str, str]:
    return {problem.field: problem.code for problem in problems_of(proof, held, RULES, TODAY)}


def test_a_sound_certificate_counts() -> None:
    assert codes(SOUND) == {}


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"done_on": None}, {"done_on": "missing"}),
        ({"done_on": date(2028, 3, 30)}, {"done_on": "before_last_use"}),
        ({"done_on": date(2028, 3, 31)}, {}),
        ({"done_on": date(2028, 5, 11)}, {"done_on": "day_to_come"}),
        ({"done_on": date(2028, 5, 1)}, {}),
        ({"done_on": date(2028, 5, 2)}, {"late_reason": "term_passed"}),
        ({"done_on": date(2028, 5, 2), "late_reason": "媒体の回収を待った"}, {}),
        ({"count": None}, {"count": "missing"}),
        ({"count": -1}, {"count": "negative"}),
        ({"count": 99}, {"difference": "count_differs"}),
        ({"count": 101}, {"difference": "count_differs"}),
        ({"count": 99, "difference": "1件は期間中に返却を受けた"}, {}),
        ({"method": ErasureMethod.DELETE}, {"method": "method_too_weak"}),
        ({"method": ErasureMethod.FORMAT}, {"method": "method_too_weak"}),
        ({"method": "magic"}, {"method": "unknown_method"}),
        ({"method": ""}, {"method": "missing"}),
        ({"verification": " "}, {"verification": "missing"}),
        ({"method": ErasureMethod.OVERWRITE}, {"tool": "missing"}),
        ({"method": ErasureMethod.SHRED}, {"media": "missing", "serials": "missing", "witness": "missing"}),
        ({"items": "", "done_by": "", "place": "", "issuer": ""},
         {"items": "missing", "done_by": "missing", "place": "missing", "issuer": "missing"}),
        ({"backup_until_on": date(2028, 7, 31)}, {}),
        ({"backup_until_on": date(2028, 4, 3)}, {"backup_until_on": "backups_before_deletion"}),
    ],
)  # fmt: skip
def test_what_keeps_a_certificate_from_counting(said: dict[str, Any], found: dict[str, str]) -> None:
    assert codes(replace(SOUND, **said)) == found


@pytest.mark.parametrize(
    ("rigour", "method", "is_fine"),
    [
        (Rigour.DOCUMENT, ErasureMethod.FORMAT, True),
        (Rigour.DOCUMENT, ErasureMethod.DELETE, False),
        (Rigour.PLAIN, ErasureMethod.DELETE, True),
    ],
)
def test_a_lower_class_may_vanish_by_a_weaker_way(rigour: Rigour, method: ErasureMethod, *, is_fine: bool) -> None:
    proof = replace(SOUND, method=method, verification="")

    assert (codes(proof, replace(HELD, rigour=rigour)) == {}) is is_fine


def test_a_return_says_that_no_copy_is_left() -> None:
    receipt = replace(SOUND, kind=ProofKind.RETURN, method="", verification="")

    assert codes(receipt) == {"no_copies_left": "copies_left"}
    assert codes(replace(receipt, no_copies_left=True)) == {}
    assert codes(replace(receipt, no_copies_left=True, backup_until_on=date(2028, 7, 31))) == {
        "backup_until_on": "not_of_this_kind"
    }


def test_media_that_were_handed_over_are_named_one_by_one() -> None:
    assert codes(SOUND, replace(HELD, media_given="外付けSSD 2台")) == {"media": "missing", "serials": "missing"}


def test_the_erasure_of_backups_follows_a_certificate_that_named_them() -> None:
    later = replace(SOUND, kind=ProofKind.BACKUP_ERASURE, done_on=date(2028, 5, 9), count=3)

    assert codes(later) == {"kind": "no_backups_known"}
    assert codes(later, replace(HELD, backups_until_on=date(2028, 5, 8))) == {}


def test_who_never_had_it_and_who_is_excepted_say_so() -> None:
    bare = Proof(ProofKind.NEVER_HELD, "予約の記録", date(2028, 4, 3))

    assert codes(bare) == {"issuer": "missing"}
    assert codes(replace(bare, kind=ProofKind.EXCEPTION)) == {"exception_number": "missing"}


@pytest.mark.parametrize(
    ("confidentiality", "is_personal", "rigour"),
    [
        ("3A", False, Rigour.STRICT),
        ("3C", False, Rigour.STRICT),
        ("2", False, Rigour.DOCUMENT),
        ("2", True, Rigour.STRICT),
        ("1", False, Rigour.PLAIN),
        ("1", True, Rigour.STRICT),
    ],
)
def test_the_class_and_people_in_it_say_how_thoroughly_it_vanishes(
    confidentiality: str, *, is_personal: bool, rigour: Rigour
) -> None:
    assert rigour_of(load_pack("mutsu").file, confidentiality, is_personal=is_personal) == rigour


def test_rules_that_let_restorable_data_pass_are_refused() -> None:
    stated = RULES.model_dump()
    stated["methods"][Rigour.STRICT]["allowed"] = [ErasureMethod.FORMAT]

    with pytest.raises(ValidationError, match="復元できる方法"):
        EndingRules.model_validate(stated)


def test_defaults_stand_in_and_say_so() -> None:
    assert (RULES.is_common, RULES.inspection_within_days, RULES.reminders_before_days) == (True, 10, (90, 30))
