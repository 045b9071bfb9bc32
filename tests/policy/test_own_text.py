"""A policy document is cut into its provisions, scanned labels and all.

``labels_of_mutsu.txt`` is the skeleton of むつ市's document as it was scanned: every label with the slips it really
has, and the first characters of each line.
"""

from pathlib import Path

import pytest

from policy.library import load_pack
from policy.outline import read_outline
from policy.own_text import place_text

SCANNED = (Path(__file__).parent / "labels_of_mutsu.txt").read_text(encoding="utf-8")
SMALL = """
8	業務委託	35
8-1	業務委託	35

8 業務委託
8-1 業務委託
漏えいを防ぐための定め。

(1) 規程の整備

規程を作る。
① 判断の基準
② 選定の基準

(2) 実施の前
① 次を行う。
(7) 業務を特定する
(4) 契約を結ぶ
必要な要件は次のとおり。
・ 守秘義務
・ 定期の
報告

を条件とする。
(5) 秘密保持の約束
② 相手に求める。

(3) 実施の間
"""


def placed(text: str, *ids: str) -> list[str | None]:
    found = place_text(text, ids)
    return [found.texts.get(provision) for provision in ids]


def test_every_provision_of_the_scanned_policy_is_found() -> None:
    file = load_pack("mutsu").file
    ids = [*(item.id for item in file.provisions), *file.other_provisions]

    found = place_text(SCANNED, ids)

    assert (len(ids), len(found.texts), found.unplaced) == (302, 302, ())


def test_the_known_slips_of_the_scan_are_read_and_noted() -> None:
    slips = [(slip.written, slip.read_as) for slip in read_outline(SCANNED).slips]

    three = [("(7)", "(ア)"), ("(4)", "(イ)"), ("(5)", "(ウ)")]
    in_8_1 = [*three, *three, ("(6)", "(エ)"), *three, *three[:2], *three[:2]]
    assert slips == [
        ("(7)", "(ア)"),  # 5-1(1)④
        ("(イ)", "(エ)"),  # 6-2(1)②
        *zip(("(ロ)", "(ハ)", "(ニ)", "(ホ)", "(ヘ)"), ("(ウ)", "(エ)", "(オ)", "(カ)", "(キ)"), strict=True),
        *in_8_1,
        *zip(("(ロ)", "(ハ)"), ("(ウ)", "(エ)"), strict=True),  # 8-4(1)
    ]


@pytest.mark.parametrize(
    ("provision", "begins"),
    [
        ("8-1(2)①(エ)-01", "情報セキュ"),
        ("8-1(2)①(エ)-10", "委託業務終"),
        ("8-1(2)①(エ)-14", "情報セキュ"),
        ("8-1(3)①(イ)-02", "(イ) 契約に基づ"),
        ("8-1(4)①(ア)", "(ア) 業務委託の"),
        ("8-4(1)(エ)", "(エ) クラウドサ"),
        ("6-1(10)⑤b", "⑤ 情報システム管"),
        ("6-2(1)③(オ)", "(オ) 統括情報セ"),
        ("基本4(1)", "(1) 行政機関の"),
        ("4-1(6)-01", "(6) 庁外への機"),
        ("基本9-10", "9 情報セキュリテ"),
        ("序", "序 情報"),
        ("9-3", "9－3 情報セキュ"),
    ],
)
def test_a_provision_gets_its_own_place(provision: str, begins: str) -> None:
    file = load_pack("mutsu").file
    ids = [*(item.id for item in file.provisions), *file.other_provisions]

    assert place_text(SCANNED, ids).texts[provision].startswith(begins)


def test_the_table_of_contents_is_no_text() -> None:
    assert placed(SMALL, "8-1(0)") == ["8-1 業務委託\n漏えいを防ぐための定め。"]


def test_an_item_brings_what_stands_below_it_unless_that_is_a_provision_of_its_own() -> None:
    assert placed(SMALL, "8-1(1)") == ["(1) 規程の整備\n規程を作る。\n① 判断の基準\n② 選定の基準"]
    assert placed(SMALL, "8-1(1)", "8-1(1)②") == ["(1) 規程の整備\n規程を作る。\n① 判断の基準", "② 選定の基準"]


def test_bullets_are_the_duties_where_there_are_as_many() -> None:
    text = SMALL.replace("を条件とする。\n", "")

    assert placed(text, "8-1(2)①(イ)-00", "8-1(2)①(イ)-01", "8-1(2)①(イ)-02") == [
        "(イ) 契約を結ぶ必要な要件は次のとおり。",
        "守秘義務",
        "定期の報告",
    ]


def test_otherwise_every_duty_of_an_item_gets_the_whole_item() -> None:
    three = placed(SMALL, "8-1(2)①(イ)-01", "8-1(2)①(イ)-02", "8-1(2)①(イ)-03")

    assert len(set(three)) == 1
    assert three[0] is not None
    assert three[0].splitlines()[1:] == ["・守秘義務", "・定期の報告", "を条件とする。"]


def test_a_number_in_brackets_is_the_next_paragraph_where_it_can_be() -> None:
    assert placed(SMALL, "8-1(2)①(ウ)", "8-1(3)") == ["(ウ) 秘密保持の約束", "(3) 実施の間"]


def test_what_is_not_in_the_document_is_named() -> None:
    assert place_text(SMALL, ["8-1(1)①", "8-1(9)", "9-1(1)", "M-01"]).unplaced == ("8-1(9)", "9-1(1)", "M-01")


def test_a_provision_of_the_basic_policy_never_gets_the_standards_text() -> None:
    text = "第1章 基本方針\n4 範囲\n(1) 機関\n第2章 対策基準\n4 設備\n(1) 取付け\n(2) 電源\n"

    assert placed(text, "基本4(1)", "4(1)", "基本4(2)", "4(2)") == ["(1) 機関", "(1) 取付け", None, "(2) 電源"]


def test_full_width_labels_and_bare_kana_are_labels() -> None:
    text = "６　対策\n（３）強靱性\nア　分離する。\nイ　分割する。\n（４）物理\n"

    assert placed(text, "6(3)イ-01", "6(4)") == ["イ　分割する。", "（４）物理"]


@pytest.mark.parametrize("line", ["3 年を超えないこと。", "(9) のとおり", "12 月までに行う", "(ウ) の場合"])
def test_a_line_of_text_that_looks_like_a_label_stays_text(line: str) -> None:
    (text,) = placed(f"1 目的\n(1) 定め\n次のとおり\n{line}\n", "1(1)")

    assert text == f"(1) 定め次のとおり{line}"


@pytest.mark.parametrize("text", ["", "\n\n", "(1) 章も節もない", "① ア", "・", "序", "第1章"])
def test_any_text_can_be_read(text: str) -> None:
    assert place_text(text, ["1(1)", "序"]).unplaced == ("1(1)", "序")
