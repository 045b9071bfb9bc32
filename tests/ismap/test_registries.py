from datetime import date

import pytest

from ismap.registry import Holder
from ismap.schemes import fold_scheme
from ismap.snapshot import take_in
from ismap.sources import REGISTRIES, has_numbers, looks_like_number_of
from models.vocabulary import Scheme
from tests.ismap.lists import as_csv, make_row, make_rows


def test_every_scheme_has_its_registry_and_says_how_long_an_entry_lasts() -> None:
    assert set(REGISTRIES) == {scheme.value for scheme in Scheme}
    assert all(registry.scheme == name for name, registry in REGISTRIES.items())
    assert all(registry.label and registry.validity.endswith("。") for registry in REGISTRIES.values())


def test_who_holds_a_mark() -> None:
    holders = {name: registry.holder for name, registry in REGISTRIES.items()}

    assert {name for name, holder in holders.items() if holder is Holder.COMPANY} == {"PRIVACYMARK"}
    assert {name for name, holder in holders.items() if holder is Holder.ORGANISATION} == {"ISO27001", "ISO27017"}


def test_only_marks_of_services_come_as_lists_and_only_some_of_them_decide() -> None:
    lists = {name for name, registry in REGISTRIES.items() if registry.reads_as_list}

    assert all(REGISTRIES[name].holder is Holder.SERVICE for name in lists)
    assert lists == {"ISMAP", "ISMAP-LIU", "ISMAP-SPECIAL", "LGWAN-ASP", "GOVERNMENT-CLOUD", "ASPIC", "CS-MARK"}
    assert {name for name in lists if REGISTRIES[name].decides} == {
        "ISMAP",
        "ISMAP-LIU",
        "ISMAP-SPECIAL",
        "LGWAN-ASP",
    }


@pytest.mark.parametrize(
    ("scheme", "text"),
    [
        ("ISMAP", "C21-0004-2"),
        ("ISMAP", "Ｃ２１－０００４－２"),
        ("ASPIC", "0001-0805"),
        ("ASPIC", "IP 0012-2104"),
        ("ASPIC", "IoT0003-2211"),
        ("PRIVACYMARK", "10000001(02)"),
        ("PRIVACYMARK", "１０００００１２"),
        ("ISO27001", "IS 000001"),
        ("ISMAP-LIU", "何でも"),
        ("聞いたことのない一覧", "何でも"),
    ],
)
def test_a_number_of_its_own_form_is_known(scheme: str, text: str) -> None:
    assert looks_like_number_of(scheme, text)


@pytest.mark.parametrize(
    ("scheme", "text"),
    [
        ("ISMAP", "0001-0805"),
        ("ISMAP", "C21-4-2"),
        ("ASPIC", "C21-0004-2"),
        ("ASPIC", "0001-0813"),
        ("PRIVACYMARK", "1000001"),
        ("PRIVACYMARK", "10000001(2)"),
    ],
)
def test_a_number_of_another_form_is_odd(scheme: str, text: str) -> None:
    assert not looks_like_number_of(scheme, text)


@pytest.mark.parametrize(
    ("scheme", "counted_from", "last_day"),
    [
        ("ISMAP", date(2025, 3, 31), date(2026, 8, 1)),
        ("ISMAP", date(2025, 10, 30), date(2027, 2, 28)),
        ("PRIVACYMARK", date(2025, 4, 1), date(2027, 3, 31)),
        ("PRIVACYMARK", date(2024, 2, 29), date(2026, 2, 27)),
        ("ASPIC", date(2026, 1, 15), date(2028, 1, 14)),
    ],
)
def test_the_last_day_follows_from_the_rule(scheme: str, counted_from: date, last_day: date) -> None:
    lasts_until = REGISTRIES[scheme].lasts_until

    assert lasts_until is not None
    assert lasts_until(counted_from) == last_day


@pytest.mark.parametrize(
    "scheme", ["ISO27001", "ISO27017", "SOC2", "CS-MARK", "LGWAN-ASP", "ISMAP-LIU", "GOVERNMENT-CLOUD"]
)
def test_where_no_rule_is_known_none_is_made_up(scheme: str) -> None:
    assert REGISTRIES[scheme].lasts_until is None


@pytest.mark.parametrize(
    ("written", "scheme"),
    [
        ("ガバメントクラウド", "GOVERNMENT-CLOUD"),
        ("ASPIC 情報開示認定", "ASPIC"),
        ("ＣＳマーク", "CS-MARK"),
        ("ISO/IEC 27017", "ISO27017"),
        ("Pマーク", "PRIVACYMARK"),
        ("SOC 2", "SOC2"),
    ],
)
def test_a_registry_is_known_however_it_is_written(written: str, scheme: str) -> None:
    assert fold_scheme(written) == scheme


def test_numbers_are_judged_by_the_form_of_their_own_list() -> None:
    rows = [make_row(n, 登録番号=f"{n:04}-2104") for n in range(1, 4)]

    assert {lint.kind for lint in take_in(as_csv(rows)).lints} == {"odd_number"}
    assert take_in(as_csv(rows), scheme="ASPIC").lints == ()
    assert {lint.kind for lint in take_in(as_csv(make_rows(3)), scheme="ASPIC").lints} == {"odd_number"}


def test_a_list_without_numbers_is_not_scolded_for_having_none() -> None:
    rows = [make_row(n, 登録番号="") for n in range(1, 4)]

    named = take_in(as_csv([*rows, make_row(4)]), scheme="GOVERNMENT-CLOUD")

    assert not has_numbers("GOVERNMENT-CLOUD")
    assert named.lints == ()
    assert {lint.kind for lint in take_in(as_csv([*rows, make_row(4)])).lints} == {"missing_number"}
