"""Rows of tables, 「label:content」 and nouns listed under a heading bind as a specification means them to."""

import pytest

from contract_clauses.analysis.cells import answer_of_cells, force_of_cells, under_heading
from contract_clauses.analysis.mood import Force
from contract_clauses.analysis.statements import Statement, Statements
from contract_clauses.analysis.topics import Agent
from contract_clauses.reading import read_texts


def statements(text: str) -> list[Statement]:
    return Statements(read_texts([("案.txt", text)])).all


@pytest.mark.parametrize(
    ("row", "force"),
    [
        ("|研修|年1回以上|従事者全員|", Force.DUTY),
        ("|再委託|不可||", Force.BAN),
        ("|研修|不要|", Force.DENIED),
        ("報告:月1回", Force.DUTY),
        ("|事故報告|直ちに電話で報告|", Force.DUTY),
        ("|名簿|必須|", Force.DUTY),
        ("|項目|年1回の内容|", Force.FACT),
        ("|担当課|情報政策課|", Force.FACT),
        ("従事者の教育", Force.FACT),
    ],
)
def test_the_cells_of_a_row_tell_what_it_binds_to(row: str, force: Force) -> None:
    assert force_of_cells(row) is force


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        ("|監査を受け入れること|×|契約上、困難です|", Force.DENIED),
        ("2-04|役員の一覧を出すこと|対象外", Force.DENIED),
        ("|1|規程を守ること|△|参考とします|", Force.SOFT),
        ("2-03|氏名の一覧を出すこと|任意", Force.SOFT),
        ("|事故を1時間以内に知らせること|○|", None),
        ("|研修を行うこと|必須|対象外の者は任意で受ける|", None),
        ("|複写|×|", None),
        ("|端末を毎日点検する|○|×|", None),  # whose it is, in a table of roles
    ],
)
def test_an_answer_beside_a_requirement_tells_what_becomes_of_it(row: str, answer: Force | None) -> None:
    assert answer_of_cells(row) is answer


def test_a_requirement_that_is_answered_with_a_cross_binds_nobody() -> None:
    text = (
        "要件一覧\n| No | 要件 | 回答 | 備考 |\n| 1 | 事故を知らせること | ○ | 1時間以内 |\n"
        "| 2 | 立入監査を受けること。費用は負担しない | × | 困難です |\n| 3 | 研修を行うこと | △ | 相談します |\n"
    )
    forces = {statement.own.text: statement.phrases[-1].force for statement in statements(text)[1:]}

    assert [*forces.values()] == [Force.DUTY, Force.DENIED, Force.DENIED, Force.SOFT]


def test_rows_that_begin_with_a_number_and_a_bar_stand_alone() -> None:
    text = "対応票\n■1 人\n1-01｜名前を知らせること｜必須\n1-02｜一覧を出すこと｜任意\n1-03｜部屋で行うこと｜必須\n"

    assert [statement.own.text for statement in statements(text)[1:]] == [
        "1-01|名前を知らせること|必須",
        "1-02|一覧を出すこと|任意",
        "1-03|部屋で行うこと|必須",
    ]


@pytest.mark.parametrize(
    ("heading", "told"),
    [
        ("(禁止事項)", (Force.BAN, Agent.UNSAID)),
        ("Ⓑの義務", (Force.DUTY, Agent.CONTRACTOR)),
        ("Ⓐの権利", (Force.RIGHT, Agent.CLIENT)),
        ("Ⓐの責務", (Force.DUTY, Agent.CLIENT)),
        ("監査", None),
    ],
)
def test_a_heading_tells_what_is_listed_below_it(heading: str, told: tuple[Force, Agent] | None) -> None:
    assert under_heading(heading) == told


def test_nouns_listed_under_forbidden_things_are_forbidden() -> None:
    text = "業務仕様書\n1 禁止事項\n・目的外の利用\n・第三者への提供\n2 連絡先\n・情報政策課\n"

    assert [statement.phrases[-1].force for statement in statements(text)] == [Force.BAN, Force.BAN, Force.FACT]


def test_a_heading_is_the_topic_of_words_that_name_none() -> None:
    said = "業務仕様書\n1 体制\n(1) セキュリティ研修\n年1回以上実施すること。\n(2) 監査\n別に定める。\n"
    trained, audited = statements(said)

    assert (trained.text, trained.phrases[-1].force) == ("セキュリティ研修:年1回以上実施すること。", Force.DUTY)
    assert audited.text == "別に定める。"


def test_labelled_lines_are_rows_of_their_own() -> None:
    said = "業務仕様書\n1 報告\n定例報告　毎月10日までに書面で提出\n事故報告　直ちに電話\n"

    assert [statement.own.full for statement in statements(said)] == [
        "報告:定例報告|毎月10日までに書面で提出",
        "報告:事故報告|直ちに電話",
    ]
