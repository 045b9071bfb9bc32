import pytest
from hypothesis import given
from hypothesis import strategies as st

from ismap.certificates import Certificate, holder_of_evidence, recognise
from ismap.registry import Holder
from models.vocabulary import Scheme

_PHRASE = (
    "ISO/IEC 27001 ISO27017:2015 ISMS Pマーク プライバシーマーク SOC 2 Type タイプ2 CSマーク ゴールド ASPIC 0001-0805 "
    "ISMAP ISMAP-LIU "
    "C21-0004-2 LGWAN-ASP 登録番号 No. : IS 689557 CLOUD 806590 10000001(02) 、 （ ） の 写し 登録証 契約書 （旧"
)
WORDS = _PHRASE.split()


@pytest.mark.parametrize(
    ("text", "scheme", "number", "detail"),
    [
        ("ISO/IEC 27001 登録証（IS 000001）", Scheme.ISO27001, "IS000001", ""),
        ("ＩＳＯ２７００１認証　登録番号：ＡＢＣ－１２３", Scheme.ISO27001, "ABC-123", ""),
        ("JIS Q 27001:2023", Scheme.ISO27001, "", ""),
        ("ISMS認証", Scheme.ISO27001, "", ""),
        ("ISMS（ISO/IEC 27001）認証 No. XY 12345", Scheme.ISO27001, "XY12345", ""),
        ("ISO/IEC 27017:2015（CLOUD 000002）", Scheme.ISO27017, "CLOUD000002", ""),
        ("ISMSクラウドセキュリティ認証", Scheme.ISO27017, "", ""),
        ("プライバシーマーク 10000001(02)", Scheme.PRIVACYMARK, "10000001(02)", ""),
        ("Ｐマーク登録証（第１０００００１２号）", Scheme.PRIVACYMARK, "10000012", ""),
        ("SOC 2 Type 2報告書", Scheme.SOC2, "", "Type 2"),
        ("SOC2 Type I", Scheme.SOC2, "", "Type 1"),
        ("SOC-2 タイプ2", Scheme.SOC2, "", "Type 2"),
        ("CSマーク(ゴールド) 使用許諾番号 G-0001", Scheme.CS_MARK, "G-0001", "ゴールド"),
        ("CSマーク Silver", Scheme.CS_MARK, "", "シルバー"),
        ("ASPICの情報開示認定 IP 0012-2104", Scheme.ASPIC, "IP0012-2104", ""),
        ("ISMAPクラウドサービスリスト C21-0004-2", Scheme.ISMAP, "C21-0004-2", ""),
        ("登録番号 c21‐0004‐2", Scheme.ISMAP, "C21-0004-2", ""),
        ("ISMAP-LIUの一覧", Scheme.ISMAP_LIU, "", ""),
        ("LGWAN-ASPサービスの一覧", Scheme.LGWAN_ASP, "", ""),
    ],
)
def test_a_mark_is_found_with_its_number(text: str, scheme: Scheme, number: str, detail: str) -> None:
    (found,) = recognise(text)

    assert (found.scheme, found.number, found.detail) == (scheme, number, detail)


def test_several_marks_keep_their_own_numbers_and_order() -> None:
    found = recognise("ISO/IEC 27001（IS 000001）、ISO/IEC 27017（CLOUD 000002）、Pマーク 10000001、ISO 27001")

    assert found == (
        Certificate(Scheme.ISO27001, "IS000001", Holder.ORGANISATION),
        Certificate(Scheme.ISO27017, "CLOUD000002", Holder.ORGANISATION),
        Certificate(Scheme.PRIVACYMARK, "10000001", Holder.COMPANY),
    )


@pytest.mark.parametrize(
    "text", ["", "評価票", "ISO 9001", "SOC 20", "CSマーケット", "RISMAP", "ISMAPS", "ASPICS", "GPマーク"]
)
def test_other_words_are_no_marks(text: str) -> None:
    assert recognise(text) == ()
    assert holder_of_evidence(text) is None


@pytest.mark.parametrize(
    ("text", "holder"),
    [
        ("プライバシーマーク", Holder.COMPANY),
        ("Pマーク登録証の写し（2027年3月まで）", Holder.COMPANY),
        ("プライバシーマーク付与事業者一覧の写し", Holder.COMPANY),
        ("ISO/IEC 27001認証登録証の写し", Holder.ORGANISATION),
        ("ISMS認証とPマークを取得済み", Holder.ORGANISATION),
        ("ISO/IEC 27017（適用範囲: 星見クラウドの運用）", Holder.ORGANISATION),
    ],
)
def test_evidence_of_nothing_but_marks_that_no_service_holds(text: str, holder: Holder) -> None:
    assert holder_of_evidence(text) is holder


@pytest.mark.parametrize(
    "text",
    [
        "ISMAPクラウドサービスリストの写し",
        "PマークとASPICの情報開示認定",
        "ISO/IEC 27001登録証と利用規約第3条",
        "プライバシーマーク、提供者の回答書",
        "SOC 2 報告書とISMS",
        "一覧の写し",
    ],
)
def test_evidence_that_names_anything_of_the_service_is_left_to_its_reader(text: str) -> None:
    assert holder_of_evidence(text) is None


@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join)))
def test_whatever_is_written_is_read(text: str) -> None:
    found = recognise(text)

    assert len({(one.scheme, one.number) for one in found}) == len(found)
    assert holder_of_evidence(text) in {None, Holder.COMPANY, Holder.ORGANISATION}


def test_a_very_long_text_is_read_in_little_time() -> None:
    assert len(recognise("ISO/IEC 27001 登録番号 " * 50_000)) == 1
    assert holder_of_evidence("プライバシーマーク" + "認証" * 100_000) is Holder.COMPANY
