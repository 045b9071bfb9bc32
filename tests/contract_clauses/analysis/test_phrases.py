"""Who owes what in a sentence of several predicates. Ⓐ stands for the client, Ⓑ for the contractor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_clauses.analysis.mood import Force
from contract_clauses.analysis.phrases import cut
from contract_clauses.analysis.topics import Agent


def read(sentence: str) -> list[tuple[str, Force, Agent]]:
    return [(sentence[phrase.start : phrase.end], phrase.force, phrase.agent) for phrase in cut(sentence)]


def test_two_topics_of_one_sentence_owe_each_their_own() -> None:
    right, duty = read("Ⓐは、事業所を監査することができるものとし、Ⓑは、これに応じなければならない。")

    assert right[1:] == (Force.RIGHT, Agent.CLIENT)
    assert duty[1:] == (Force.DUTY, Agent.CONTRACTOR)


def test_a_ban_is_shared_by_what_or_joins_to_it_only() -> None:
    kept, copied, carried = read("Ⓑは、資料を適切に管理するほか、複写し、又は持ち出してはならない。")

    assert (kept[1], copied[1], carried[1]) == (Force.DUTY, Force.BAN, Force.BAN)


def test_an_effort_reaches_back_to_what_it_closes() -> None:
    assert {force for _, force, _ in read("Ⓑは、教育を実施し、漏えいの防止に努めなければならない。")} == {Force.SOFT}


def test_allowing_one_thing_leaves_the_duty_before_it() -> None:
    done, allowed = read("Ⓑは、作業を本社で行い、接続を専用端末に限って認める。")

    assert (done[1], allowed[1]) == (Force.DUTY, Force.RIGHT)


def test_an_effort_in_mid_sentence_is_no_duty() -> None:
    effort, duty = read("Ⓑは、漏えいの防止に努めるものとし、事故の際は直ちに報告しなければならない。")

    assert (effort[1], duty[1]) == (Force.SOFT, Force.DUTY)


def test_a_ground_has_a_force_of_its_own() -> None:
    published, helped = read("Ⓐは、その事実を公表するので、Ⓑは、これに協力しなければならない。")

    assert (published[1:], helped[1:]) == ((Force.DUTY, Agent.CLIENT), (Force.DUTY, Agent.CONTRACTOR))


def test_each_phrase_has_the_doer_it_names() -> None:
    first, second = read("庁舎内の機器まではⒶが管理し、センターの機器はⒷが管理する。")

    assert (first[2], second[2]) == (Agent.CLIENT, Agent.CONTRACTOR)


def test_each_cell_of_a_row_is_read_by_itself() -> None:
    assert [force for _, force, _ in read("|サプライチェーン対策|体制を構築し、維持すること|")][-2:] == [Force.DUTY] * 2


@pytest.mark.parametrize(
    ("sentence", "agent"),
    [
        ("事故が発生したときは、Ⓑは、直ちに報告しなければならない。", Agent.CONTRACTOR),
        ("Ⓑの従業員は、秘密を漏らしてはならない。", Agent.CONTRACTOR),
        ("Ⓐ又はその指定する者は、立入検査をすることができる。", Agent.CLIENT),
        ("監査は、Ⓐが行う。", Agent.CLIENT),
        ("Ⓐが指定する方法により消去すること。", Agent.UNSAID),
        ("漏えいによりⒷが負担した費用は、Ⓐが補償する。", Agent.CLIENT),
        ("これによる損害は、Ⓐの負担とする。", Agent.CLIENT),
        ("結果の報告書をⒷに提出すること。", Agent.CLIENT),
        ("Ⓐ及びⒷは、相手方の秘密を漏らしてはならない。", Agent.BOTH),
        ("再委託先は、作業の記録を残す。", Agent.OTHER),
        ("Ⓑには、毎月報告する義務がある。", Agent.CONTRACTOR),
        ("Ⓑの責務として、従業員を教育する。", Agent.CONTRACTOR),
        ("監査は、Ⓐ又はその指定する者がこれを行う。", Agent.CLIENT),
        ("Ⓐには、監査を実施する権利がある。", Agent.CLIENT),
    ],
)
def test_the_one_who_owes_it_is_found(sentence: str, agent: Agent) -> None:
    assert cut(sentence)[-1].agent is agent


@given(st.text(alphabet="ⒶⒷはがをにし、。又はず漏らせこときる務ない負うものとする(監査", max_size=60))
def test_the_phrases_cover_whatever_is_written(sentence: str) -> None:
    phrases = cut(sentence)

    assert "".join(sentence[phrase.start : phrase.end] for phrase in phrases) == sentence
