"""Cross references lead to the passages they name; what is not in hand is told as open; laws are passed over."""

from __future__ import annotations

import pytest

from contract_clauses.draft import Draft, Passage
from contract_clauses.reading import read_texts

BODY = (
    "業務委託契約書\n第1条　乙は、働く。\n第2条　乙は、秘密を守る。\n２　乙は、次の事項を守る。\n(1) 施錠\n(2) 記録\n"
    "３　前2項の規定は、契約の後も効力を有する。\n第3条　削除\n第4条　甲は、払う。\n第5条　{}\n第6条　終わり。\n"
)
ANNEX = (
    "別記\n個人情報取扱特記事項\n第1　基本的事項\n乙は、守る。\n第2　再委託\n"
    "１　乙は、再委託しない。\n２　承諾の申請には、次のものを添える。\n"
    "(1) 理由\n(2) 期間\n第3　返還\n{}\n"
)


def read(body: str = "終わり。", annex: str = "返す。", *more: tuple[str, str]) -> Draft:
    return read_texts([("本文.txt", BODY.format(body)), ("別記.txt", ANNEX.format(annex)), *more])


def at(draft: Draft, label: str) -> Passage:
    return next(each for each in draft.passages if each.label == label)


def reached(draft: Draft, label: str) -> list[str]:
    return [draft.passages[no].label for no in at(draft, label).refers_to]


@pytest.mark.parametrize(
    ("words", "labels"),
    [
        ("前条の規定を準用する。", ["第4条"]),
        ("次条に定める。", ["第6条"]),
        ("前２条の規定を準用する。", ["第4条", "第3条"]),
        ("第２条第１項の規定による。", ["第2条第1項"]),
        ("第二条第二項第一号に掲げるものとする。", ["第2条第2項第1号"]),
        ("第2条第1項及び第2項の規定による。", ["第2条第1項", "第2条第2項"]),
        ("第1条、第2条及び第4条の規定による。", ["第1条", "第2条", "第4条"]),
        ("第1条から第4条までの規定による。", ["第1条", "第2条", "第3条", "第4条"]),
        ("第1条第1項の規定による。", ["第1条"]),
        ("第2条を除き、同条第2項による。", ["第2条", "第2条第2項"]),
        ("別記を守る。", ["別記"]),
        ("別記第2の規定を守る。", ["別記第2"]),
        ("別記第２第２項(1)に掲げる理由による。", ["別記第2第2項(1)"]),
        ("別記「個人情報取扱特記事項」を守る。", ["別記"]),
        ("「個人情報取扱特記事項」を守る。", ["別記"]),
        ("個人情報については、特記事項による。", ["別記"]),
        ("別記第1から第3までの規定による。", ["別記第1", "別記第2", "別記第3"]),
        ("本契約第1条の規定による。", ["第1条"]),
        ("第3条の規定による。", ["第3条"]),
        ("民法第1条、同法第2条及び同条第2項による。", []),
        ("個人情報の保護に関する法律(平成15年法律第57号)第2条による。", []),
    ],
)
def test_a_reference_leads_to_what_it_names(words: str, labels: list[str]) -> None:
    draft = read(words)

    assert reached(draft, "第5条") == labels
    assert not at(draft, "第5条").is_reference_open


@pytest.mark.parametrize(
    "words",
    [
        "別紙2のとおりとする。",
        "別添仕様書による。",
        "「情報管理特記事項」を守る。",
        "仕様書に従う。",
        "第99条の規定による。",
        "別記第9による。",
    ],
)
def test_what_is_not_in_hand_is_open(words: str) -> None:
    draft = read(words)

    assert at(draft, "第5条").is_reference_open
    assert reached(draft, "第5条") == []


def test_an_annex_that_is_only_named_in_a_list_is_not_in_hand() -> None:
    draft = read_texts(
        [("案.txt", "契約書\n第1条　乙は、別紙1による。\n第2条　終わり。\n\n別紙1　体制図\n別紙2　様式\n")]
    )

    assert at(draft, "第1条").is_reference_open


def test_the_paragraphs_before_are_those_of_the_same_article() -> None:
    draft = read()

    assert reached(draft, "第2条第3項") == ["第2条第2項", "第2条第1項"]


def test_an_annex_without_articles_means_the_contracts() -> None:
    draft = read(annex="乙は、第2条第1項の規定に従い、前項の規定、前条及び第2の2により返す。")

    assert reached(draft, "別記第3") == ["第2条第1項", "別記第2"]


def test_places_of_a_specification_are_found_by_their_steps() -> None:
    draft = read(
        "仕様書1.2(1)及び仕様書2に従う。",
        "返す。",
        ("仕様書.txt", "1. 業務\n1.1 受付\n1.2 記録\n(1) 日誌\n(2) 月報\n2. 体制\n1.1の業務を行う。\n"),
    )

    assert reached(draft, "第5条") == ["仕様書1.2(1)", "仕様書2"]
    assert reached(draft, "仕様書2") == ["仕様書1.1"]


def test_all_items_before_are_meant_by_their_name() -> None:
    text = (
        "契約書\n第1条　次のとおり。\n(1) 氏名\n(2) 住所\n(3) 前各号に掲げるもののほか、必要な事項\n"
        "第2条　前各条の規定による。\n"
    )

    draft = read_texts([("案.txt", text)])

    assert reached(draft, "第1条第3号") == ["第1条第1号", "第1条第2号"]
    assert reached(draft, "第2条") == ["第1条"]
