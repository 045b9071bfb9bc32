"""What an item, a row or a short sentence takes from what stands around it."""

import pytest

from contract_clauses.analysis.mood import Force
from contract_clauses.analysis.plain import PartyWords, make_plain
from contract_clauses.analysis.statements import Statement, Statements
from contract_clauses.analysis.topics import Agent
from contract_clauses.draft import Party
from contract_clauses.reading import read_texts


def statements(text: str) -> list[Statement]:
    return Statements(read_texts([("案.txt", text)])).all


def bound(statement: Statement) -> tuple[Force, Agent]:
    last = statement.phrases[-1]
    return last.force, last.agent


def test_items_beside_the_sentence_that_opens_their_list_are_bound_by_it() -> None:
    opening = "第11条　乙は、次に掲げる作業を実施しなければならない。\n"
    items = "(1) 修正プログラムの月次適用\n(2) 不要な利用者番号の棚卸し\n"

    assert [bound(one) for one in statements(opening + items)] == [(Force.DUTY, Agent.CONTRACTOR)] * 3


def test_nouns_are_bound_by_the_sentence_that_sums_them_up() -> None:
    said = "業務仕様書\n1 提出\n・名簿\n・図面\n\n受託者は、上記を提出しなければならない。\n"
    first, *_ = statements(said)

    assert (first.text, bound(first)) == ("名簿", (Force.DUTY, Agent.CONTRACTOR))


@pytest.mark.parametrize(
    ("row", "agent"),
    [
        ("| 棚卸し | 半年に1回 | 受託者 |", Agent.CONTRACTOR),
        ("| 監査 | 市が年1回実施 | 立入りあり |", Agent.CLIENT),
        ("| 監査 | 年1回 | 市 |", Agent.CLIENT),
        ("| 点検 | 年1回 | 市、受託者 |", Agent.UNSAID),
    ],
)
def test_a_row_is_the_duty_of_the_party_in_its_cells(row: str, agent: Agent) -> None:
    (statement,) = statements(f"業務仕様書\n1 体制\n(1) 市と受託者の分担\n{row}\n")[-1:]

    assert (statement.phrases[0].force, statement.phrases[0].agent) == (Force.DUTY, agent)


def test_a_heading_is_taken_off_once_only() -> None:
    (statement,) = statements("第1条（事故の公表）\n事故の公表の時期は、双方の合意により定める。\n")

    assert statement.text == "事故の公表の時期は、双方の合意により定める。"


def test_a_text_in_katakana_is_read_as_one_in_hiragana() -> None:
    words = PartyWords({"甲": Party.CLIENT, "乙": Party.CONTRACTOR})

    assert make_plain("乙ハ、秘密ヲ取扱フ者ヲ甲ニ届出ヅベシ。", words).text == "Ⓑは、秘密を取扱う者をⒶに届出づべし。"
    assert make_plain("乙は、サーバを保守する。", words).text == "Ⓑは、サーバを保守する。"


def test_residents_are_no_party() -> None:
    words = PartyWords({"市": Party.CLIENT, "事業者": Party.CONTRACTOR})

    assert make_plain("市民への説明は、市が行う。", words).text == "市民への説明は、Ⓐが行う。"


def test_a_sentence_below_a_list_stands_for_itself() -> None:
    text = "第1条 乙は、次に掲げる者に任せてよい。\n(1) 青波\n(2) 白波\nこの場合、乙は、立入りを受け入れさせる。\n"
    *items, last = statements(f"業務委託契約書\n{text}")[1:]

    assert all(item.stems for item in items)
    assert (last.stems, last.phrases[-1].force) == ((), Force.DUTY)


def test_what_is_named_below_the_following_is_bound_by_it() -> None:
    text = "第1条 乙は、次を記した名簿を提出しなければならない。\n(1) 氏名\n(2) 所属\n"

    assert [one.phrases[-1].force for one in statements(f"業務委託契約書\n{text}")] == [Force.DUTY] * 3


@pytest.mark.parametrize(
    ("sentence", "force", "agent"),
    [
        ("乙は、個人情報を複写したり、持ち出したりしません。", Force.BAN, Agent.CONTRACTOR),
        ("乙は、成果物に誤りがないことを保証する。", Force.DUTY, Agent.CONTRACTOR),
        ("乙は、情報を漏らさないことを保証する。", Force.BAN, Agent.CONTRACTOR),
        ("甲は、名簿を渡すことはあります。", Force.RIGHT, Agent.CLIENT),
        ("下請の会社は、秘密を守る。", Force.DUTY, Agent.OTHER),
    ],
)
def test_the_first_phrase_has_the_force_and_the_doer_that_are_meant(sentence: str, force: Force, agent: Agent) -> None:
    (phrase, *more) = statements(f"業務委託契約書\n甲と乙は、契約を結ぶ。\n第1条 {sentence}\n")[-1].phrases

    assert (phrase.force, phrase.agent, more) == (force, agent, [])
