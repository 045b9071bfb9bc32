import json
from datetime import date

import pytest

from policy.document import read_document
from policy.errors import BadDocument

PLAIN = """
pack: mutsu
as_of: 2026-11-20
title: 住民向け予約サービス
information:
  - {name: 氏名, confidentiality: 3b, integrity: 2, availability: "2", personal: true}
zone: internet
subjects:
  - type: cloud
    name: ○○予約
answers:
  "8-3(3)②(ア)": {answer: yes, evidence: 010, valid_until: 2027-03-31}
"""


def test_reads_what_was_written_and_guesses_no_types() -> None:
    document = read_document(PLAIN)

    answer = document.answers["8-3(3)②(ア)"]
    assert answer.answer.value == "yes"
    assert answer.evidence == "010"
    assert answer.valid_until == date(2027, 3, 31)
    assert document.information[0].confidentiality == "3B"
    assert document.information[0].availability == 2


def test_what_is_left_out_is_not_known() -> None:
    subject = read_document(PLAIN).subjects[0]

    assert subject.type == "cloud"
    assert subject.subcontracting == "unknown"
    assert subject.data_locations == ["unknown"]
    assert subject.connection is None
    assert subject.registry == "auto"


def test_times_and_octals_in_plain_yaml_stay_text() -> None:
    document = read_document(PLAIN.replace("title: 住民向け予約サービス", "title: 12:30"))

    assert document.title == "12:30"


def test_json_and_yaml_say_the_same() -> None:
    as_yaml = read_document(PLAIN)

    as_json = read_document(json.dumps(as_yaml.model_dump(mode="json"), ensure_ascii=False))

    assert as_json == as_yaml


@pytest.mark.parametrize(
    ("before", "after", "code", "place"),
    [
        ("answer: yes", "answer: maybe", "unknown_word", "/answers/8-3(3)②(ア)/answer"),
        ("answer: yes", "answer: true", "unknown_word", "/answers/8-3(3)②(ア)/answer"),
        ("as_of: 2026-11-20", "as_of: 2026-02-30", "day_not_in_calendar", "/as_of"),
        ("as_of: 2026-11-20", "as_of: 11/20", "day", "/as_of"),
        ("zone: internet\n", "zone: internet\nzone: lgwan\n", "repeated_key", "/zone"),
        ("zone: internet\n", "zome: internet\n", "unknown_key", "/zome"),
        ("pack: mutsu\n", "", "missing_key", "/pack"),
        ("type: cloud", "type: clod", "unknown_subject_type", "/subjects/0"),
        ("name: ○○予約", "name: ○○予約\n    subcontracting: yes", "unknown_word", "/subjects/0/subcontracting"),
        ("name: ○○予約", "name: ○○予約\n    data_locations: [Japan]", "country", "/subjects/0/data_locations/0"),
        ("name: ○○予約", "name: ○○予約\n    activities: [build]", "unknown_key", "/subjects/0/activities"),
        ("personal: true", "personal: 1", "not_true_or_false", "/information/0/personal"),
        ("title: 住民向け予約サービス", "title: !!python/name:os.system x", "yaml_tag", "/title"),
        ("title: 住民向け予約サービス", "title: [", "not_yaml", "行目"),
    ],
)
def test_bad_input_is_refused_with_its_place(before: str, after: str, code: str, place: str) -> None:
    assert before in PLAIN

    with pytest.raises(BadDocument) as caught:
        read_document(PLAIN.replace(before, after), origin="申請.yaml")

    assert caught.value.code == code
    assert place in caught.value.where
    assert "行目" in caught.value.where
    assert caught.value.where.startswith("申請.yaml")
    assert caught.value.message.endswith("。")


def test_a_repeated_key_names_its_second_line() -> None:
    with pytest.raises(BadDocument, match=r"zone.*8行目"):
        read_document(PLAIN.replace("zone: internet\n", "zone: internet\nzone: lgwan\n"))


def test_no_information_is_refused() -> None:
    values = read_document(PLAIN).model_dump(mode="json") | {"information": []}

    with pytest.raises(BadDocument) as caught:
        read_document(values)

    assert caught.value.code == "empty_list"
    assert caught.value.where == "/information"


def test_a_contract_cannot_end_before_it_starts_but_may_last_a_day() -> None:
    contract = "contract: {starts_on: 2027-04-01, ends_on: %s}\n"

    with pytest.raises(BadDocument) as caught:
        read_document(PLAIN + contract % "2027-03-31")

    assert caught.value.code == "ends_before_start"
    assert read_document(PLAIN + contract % "2027-04-01").contract.ends_on == date(2027, 4, 1)


def test_repeated_keys_in_json_are_refused() -> None:
    with pytest.raises(BadDocument) as caught:
        read_document('{"pack": "mutsu", "answers": {"a": 1, "a": 2}}')

    assert (caught.value.code, caught.value.where) == ("repeated_key", "/answers/a")


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b"", "empty_document"),
        (b"- a\n- b\n", "not_a_mapping"),
        ("表題".encode("cp932"), "not_utf8"),
        ('{"pack": NaN}', "not_json"),
        ("a: " + "[" * 100 + "]" * 100, "too_deep"),
        ("[" * 3000 + "]" * 3000, "too_deep"),
        ("a: &a [1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [" + "*b," * 300 + "*b]\nd: [" + "*c," * 99 + "*c]",
         "too_large"),
        ("a: &a [*a]", "too_deep"),
        ("? [x]\n: y", "key_not_text"),
        ("a" * 2_000_001, "too_large"),
    ],
)  # fmt: skip
def test_hostile_text_is_refused_quietly(source: str | bytes, code: str) -> None:
    with pytest.raises(BadDocument) as caught:
        read_document(source)

    assert caught.value.code == code


def test_a_byte_order_mark_and_empty_parts_are_no_trouble() -> None:
    document = read_document(("\ufeff" + PLAIN + "contract:\n").encode())

    assert document.contract.starts_on is None
