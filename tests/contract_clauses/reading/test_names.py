"""Whose name a word is, and what words are said to mean."""

from __future__ import annotations

import pytest

from contract_clauses.draft import Party
from contract_clauses.reading import read_texts
from contract_clauses.reading.names import find_parties

CLIENT, CONTRACTOR, OTHER, BOTH = Party.CLIENT, Party.CONTRACTOR, Party.OTHER, Party.BOTH


@pytest.mark.parametrize(
    ("text", "parties"),
    [
        ("星見ヶ丘市（以下「甲」という。）と株式会社青波（以下「乙」という。）は、", {"甲": CLIENT, "乙": CONTRACTOR}),
        ("株式会社青波（以下「甲」という。）と星見ヶ丘市（以下「乙」という。）は、", {"甲": CONTRACTOR, "乙": CLIENT}),
        (
            "発注者　星見ヶ丘市（以下「発注者」という。）と受注者　青波商会（以下「受注者」という。）",
            {"発注者": CLIENT, "受注者": CONTRACTOR},
        ),
        ("星見ヶ丘市を甲とし、株式会社青波を乙とし、", {"甲": CLIENT, "乙": CONTRACTOR}),
        (
            "委託者星見ヶ丘市(甲)と受託者青波(乙)は、",
            {"甲": CLIENT, "乙": CONTRACTOR, "委託者": CLIENT, "受託者": CONTRACTOR},
        ),
        ("甲は乙に委託する。丙は第三者とする。", {"甲": CLIENT, "乙": CONTRACTOR, "丙": OTHER, "第三者": OTHER}),
        ("株式会社青波（以下「当社」といいます。）は、お客様に提供します。", {"当社": CONTRACTOR, "お客様": CLIENT}),
        ("提供者は、利用者に本サービスを提供する。", {"提供者": CONTRACTOR, "利用者": CLIENT}),
        ("本市は、事業者に委託する。利用者は、窓口で申し込む。", {"本市": CLIENT, "事業者": CONTRACTOR}),
        (
            "市は、受託者に払う。再委託先は、甲及び乙の承諾を得る。",
            {"市": CLIENT, "受託者": CONTRACTOR, "再委託先": OTHER, "甲及び乙": BOTH},
        ),
        (
            "公益社団法人星見ヶ丘市人材センター（以下「乙」という。）と星見ヶ丘市長（以下「甲」という。）",
            {"甲": CLIENT, "乙": CONTRACTOR},
        ),
        (
            "賃借人星見ヶ丘市を甲、賃貸人青波株式会社を乙とし、",
            {"甲": CLIENT, "乙": CONTRACTOR, "賃借人": CLIENT, "賃貸人": CONTRACTOR},
        ),
        ("甲　株式会社青波\n　代表取締役\n乙　星見ヶ丘市\n", {"甲": CONTRACTOR, "乙": CLIENT}),
        ("星見ヶ丘市と合資会社はやぶさは、次のとおり合意した。", {"星見ヶ丘市": CLIENT, "はやぶさ": CONTRACTOR}),
        ("お請けします。貴市の指示に従い、当社は働きます。", {"貴市": CLIENT, "当社": CONTRACTOR}),
    ],
)
def test_a_word_is_the_name_of_whom_the_draft_says(text: str, parties: dict[str, Party]) -> None:
    found = find_parties(text)

    assert {word: found.get(word) for word in parties} == parties


@pytest.mark.parametrize(
    ("text", "word"), [("市場の市を開く。", "市"), ("甲は乙の委託先に払う。", "委託先"), ("乙は、再委託先に", "委託先")]
)
def test_a_word_in_another_sense_is_nobodys_name(text: str, word: str) -> None:
    assert word not in find_parties(text)


def test_what_words_mean_is_taken_from_the_draft() -> None:
    text = (
        "契約書\n第1条　この契約において「個人情報」とは、生存する個人に関する情報をいう。\n"
        "（定義）\n第2条　次の用語の意味は、次のとおりとする。\n"
        "(1) 本システム　窓口の受付のための情報システムをいう。\n(2) 「事故」　情報の漏えい及び紛失\n"
        "第3条　乙は、貸与した資料（以下「貸与資料」という。）を返す。\n"
    )

    assert dict(read_texts([("案.txt", text)]).definitions) == {
        "個人情報": "生存する個人に関する情報",
        "本システム": "窓口の受付のための情報システム",
        "事故": "情報の漏えい及び紛失",
        "貸与資料": "貸与した資料",
    }


def test_a_word_is_told_from_its_meaning_though_a_pdf_lost_the_space_between() -> None:
    text = (
        "契約書\n第1条（定義）用語の意義は、次のとおりとする。\n(1)有事甲の情報の漏えいをいう。\n(2)保守員乙の従業員をいう。\n"
        "第2条（報告）保守員は、有事を直ちに報告する。\n"
    )

    assert dict(read_texts([("案.txt", text)]).definitions) == {"有事": "甲の情報の漏えい", "保守員": "乙の従業員"}


@pytest.mark.parametrize(
    ("opening", "client", "contractor"),
    [
        ("星見ヶ丘市を委託元とし、株式会社青波を委託先とし、次のとおり契約する。", "委託元", "委託先"),
        ("組合(星見ヶ丘市消防組合)とベンダー(株式会社かけはし情報)は、契約する。", "組合", "ベンダー"),
        ("星見ヶ丘市(以下「市」という。)と株式会社青波(以下「青波」という。)とは、契約する。", "市", "青波"),
    ],
)
def test_whatever_word_the_opening_gives_to_a_party_is_that_party(opening: str, client: str, contractor: str) -> None:
    parties = find_parties(opening)

    assert (parties[client], parties[contractor]) == (Party.CLIENT, Party.CONTRACTOR)


def test_a_word_for_a_thing_is_no_party() -> None:
    parties = find_parties(
        "星見ヶ丘市(以下「甲」という。)は、株式会社青波製作所製の複写機(以下「本件機器」という。)を借りる。"
    )

    assert "本件機器" not in parties


@pytest.mark.parametrize(
    ("opening", "client", "contractor"),
    [
        (
            "紺碧県土木事務所(以下「事務所」という。)と青波測量株式会社(以下「供給者」という。)との間で締結する。",
            "事務所",
            "供給者",
        ),
        ("教育委員会（以下「委員会」）と有限会社ほんだな（以下「ほんだな」）は、約束します。", "委員会", "ほんだな"),
        (
            "株式会社青波(以下「センター」という。)と星見ヶ丘市立病院(以下「病院」という。)とは、契約する。",
            "病院",
            "センター",
        ),
    ],
)
def test_the_two_that_the_opening_names_together_are_the_parties(opening: str, client: str, contractor: str) -> None:
    parties = find_parties(opening)

    assert (parties[client], parties[contractor]) == (Party.CLIENT, Party.CONTRACTOR)


def test_two_things_that_the_opening_names_together_are_no_parties() -> None:
    parties = find_parties(
        "星見ヶ丘市の受付システム(以下「本システム」という。)及び台帳(以下「本台帳」という。)は、次のとおり。"
    )

    assert not {"本システム", "本台帳"} & set(parties)
