"""Names as applicants write them, labelled by hand with the row they mean: a wrong link is the one fault here."""

from dataclasses import replace
from datetime import date

import pytest

from ismap.aliases import Alias, load_aliases
from ismap.entry import Entry
from ismap.errors import RegistryRefused
from ismap.match import match
from models.vocabulary import EntryStatus


def row(number: str | None, name: str, provider: str = "", scheme: str = "ISMAP", **more: object) -> Entry:
    blank = Entry(scheme, number or name, number, name, provider)
    return replace(blank, **more)  # type: ignore[arg-type]  # facts of one row, named as in Entry


LIST = [
    row("C21-0004-2", "Google Cloud Platform", "Google LLC"),
    row("C21-0005-2", "Google Workspace", "Google LLC"),
    row("C26-0114-2", "Gemini Enterprise", "Google LLC"),
    row("C26-0115-2", "NotebookLM Enterprise", "Google LLC"),
    row("C21-0008-2", "AWS", "Amazon Web Services, Inc."),
    row("C21-0012-2", "Azure", "日本マイクロソフト株式会社"),
    row("C21-0014-2", "Office 365 services", "日本マイクロソフト株式会社"),
    row("C21-0021-2", "FJcloud-V", "○○通信株式会社"),
    row("C21-0022-2", "FJcloud-O", "○○通信株式会社"),
    row("C21-0026-2", "IIJ GIO P2", "株式会社インターネットイニシアティブ"),
    row("C21-0030-2", "さくらのクラウド", "さくらインターネット株式会社"),
    row("C21-0031-2", "Salesforce Services", "株式会社セールスフォース・ジャパン"),
    row("C21-0032-2", "Heroku Services", "株式会社セールスフォース・ジャパン"),
    row("C21-0033-2", "Slack", "株式会社セールスフォース・ジャパン"),
    row("C21-0034-2", "cybozu.com（Garoon、kintone を含む）", "サイボウズ株式会社"),
    row("C21-0035-2", "Oracle Cloud Infrastructure (OCI)", "日本オラクル株式会社"),
    row("C25-0100-2", "Cloudflare", "Cloudflare, Inc."),
    row("C25-0101-2", "星見予約サービス", "星見ヶ丘システム株式会社"),
    row("C25-0102-2", "みどりポータル", "株式会社みどり"),
    row("C25-0103-2", "みどりポータル", "株式会社あおば"),
    row("C25-0104-2", "ヴィータ サーバー", "○○情報株式会社"),
    row("C25-0105-2", "電子申請", "△△電算株式会社"),
    row("C25-0106-2", "星見データバンク", "株式会社星見データバンク"),
    row("L25-0001-2", "ほしみ相談チャット", "□□ソフト株式会社", "ISMAP-LIU"),
    row(None, "ほしみ調査フォーム", "□□ソフト株式会社", "ISMAP-SPECIAL"),
    row("C25-0107-2", "あおばストレージ", "株式会社あおば", status=EntryStatus.SUSPENDED, remarks="一時停止"),
]

# name, provider or None, the number (or name) of the one row meant; None: no row may be linked.
LABELLED: list[tuple[str, str | None, str | None]] = [
    ("Google Cloud Platform", None, "C21-0004-2"),
    ("ｇｏｏｇｌｅ　ｃｌｏｕｄ　ｐｌａｔｆｏｒｍ", None, "C21-0004-2"),
    ("GCP", None, "C21-0004-2"),
    ("Google Cloud", "グーグル合同会社", "C21-0004-2"),
    ("GoogleCloudPlatform", "Google", "C21-0004-2"),
    ("Google Workspace", "Google LLC", "C21-0005-2"),
    ("google workspace", None, "C21-0005-2"),
    ("グーグルワークスペース", None, "C21-0005-2"),
    ("Gemini Enterprise", None, "C26-0114-2"),
    ("Agentspace", None, "C26-0114-2"),
    ("NotebookLM Enterprise", "Google", "C26-0115-2"),
    ("AWS", None, "C21-0008-2"),
    ("ａｗｓ", "Amazon Web Services", "C21-0008-2"),
    ("Amazon Web Services", None, "C21-0008-2"),
    ("アマゾン ウェブ サービス", None, "C21-0008-2"),
    ("アマゾン・ウェブ・サービス", "AWS", "C21-0008-2"),
    ("Azure", None, "C21-0012-2"),
    ("Microsoft Azure", "Microsoft", "C21-0012-2"),
    ("microsoft azure", "マイクロソフト", "C21-0012-2"),
    ("Office 365 Services", None, "C21-0014-2"),
    ("FJcloud-V", None, "C21-0021-2"),
    ("ＦＪｃｌｏｕｄ－Ｖ", None, "C21-0021-2"),
    ("FJcloud-O", "○○通信(株)", "C21-0022-2"),
    ("IIJ GIO P2", "IIJ", "C21-0026-2"),
    ("IIJ GIOインフラストラクチャーP2", None, "C21-0026-2"),
    ("さくらのクラウド", None, "C21-0030-2"),
    ("さくらの ｸﾗｳﾄﾞ", "さくらインターネット（株）", "C21-0030-2"),
    ("Salesforce Services", "セールスフォース", "C21-0031-2"),
    ("heroku services", None, "C21-0032-2"),
    ("Slack", None, "C21-0033-2"),
    ("スラック", None, "C21-0033-2"),
    ("Oracle Cloud Infrastructure", None, "C21-0035-2"),
    ("OCI", "日本オラクル", "C21-0035-2"),
    ("Cloudflare", None, "C25-0100-2"),
    ("星見予約サービス", None, "C25-0101-2"),
    ("星見・予約サービス", "星見ヶ丘システム㈱", "C25-0101-2"),
    ("みどりポータル", "(株)みどり", "C25-0102-2"),
    ("みどりポータル", "あおば", "C25-0103-2"),
    ("ビータサーバ", None, "C25-0104-2"),
    ("ヴィータ・サーバ", "○○情報", "C25-0104-2"),
    ("ほしみ相談チャット", None, "L25-0001-2"),
    ("ほしみ調査フォーム", None, "ほしみ調査フォーム"),
    ("あおばストレージ", None, "C25-0107-2"),
    # components
    ("Teams", None, None),
    ("Microsoft Teams", "Microsoft", None),
    ("Amazon Bedrock", "Amazon Web Services", None),
    ("Bedrock", None, None),
    ("Vertex AI", "Google", None),
    ("Google Vertex AI", None, None),
    ("ElastiCache", None, None),
    ("Amazon S3", None, None),
    ("Azure OpenAI", "Microsoft", None),
    ("Azure OpenAI Service", None, None),
    ("BigQuery", "Google", None),
    ("Gmail", "Google", None),
    ("kintone", None, None),
    ("Garoon", "サイボウズ", None),
    ("キントーン", None, None),
    ("SharePoint Online", "Microsoft", None),
    # plans, editions and neighbours
    ("NotebookLM", None, None),
    ("Google Workspace Business Plus", None, None),
    ("Google Workspace for Education", "Google", None),
    ("Google Workspace Enterprise Standard", "Google", None),
    ("Gemini", None, None),
    ("Slack Enterprise Grid", None, None),
    ("Slack GovSlack", None, None),
    ("AWS GovCloud", None, None),
    ("Azure Stack", None, None),
    ("さくらのVPS", None, None),
    ("さくらのクラウド 高火力", None, None),
    ("FJcloud", None, None),
    ("FJcloud-A", None, None),
    ("IIJ GIO P1", None, None),
    ("IIJ GIO", None, None),
    ("Office 365", None, None),
    ("Microsoft 365", None, None),
    ("Microsoft 365 E5", "Microsoft", None),
    ("Heroku", None, None),
    ("Cloudflare for Government", None, None),
    ("星見予約サービス プレミアム", None, None),
    ("星見予約サービス2", None, None),
    ("cybozu.com", None, None),
    # companies
    ("Google", None, None),
    ("Google LLC", None, None),
    ("Microsoft", None, None),
    ("日本マイクロソフト株式会社", None, None),
    ("Amazon Web Services, Inc.", None, None),
    ("Cloudflare, Inc.", None, None),
    ("株式会社星見データバンク", None, None),
    ("サイボウズ", None, None),
    ("Salesforce", None, None),
    ("さくらインターネット", None, None),
    # generic words
    ("クラウド", None, None),
    ("クラウドサービス", None, None),
    ("電子申請", None, None),
    ("予約サービス", None, None),
    ("チャット", None, None),
    ("storage", None, None),
    ("株式会社", None, None),
    # typing errors
    ("Gogle Workspace", None, None),
    ("Google Workspce", "Google", None),
    ("さくらのクラド", None, None),
    ("星見予訳サービス", None, None),
    ("Azzure", None, None),
    # two rows of one name, and a provider that contradicts
    ("みどりポータル", None, None),
    ("みどりポータル", "株式会社きいろ", None),
    ("Google Workspace", "株式会社きいろ", None),
    ("AWS", "さくらインターネット", None),
    ("OCI", "○○通信株式会社", None),
    ("さくらのクラウド", "さくら", None),
    ("星見予約サービス", "星見ヶ丘", None),
]


def linked(name: str, provider: str | None) -> str | None:
    result = match(name, provider, LIST)
    if result.outcome != "registered":
        return None
    entry = result.candidates[0].entry
    return entry.registration_number or entry.service_name


def test_there_are_enough_labelled_pairs() -> None:
    assert len(LABELLED) >= 80


@pytest.mark.parametrize(("name", "provider", "meant"), LABELLED)
def test_a_name_is_linked_to_the_row_it_means_or_to_none(name: str, provider: str | None, meant: str | None) -> None:
    assert linked(name, provider) == meant


def test_a_row_of_another_list_or_under_suspension_says_so() -> None:
    special = match("ほしみ調査フォーム", None, LIST).as_json()["candidates"][0]
    suspended = match("あおばストレージ", None, LIST).as_json()["candidates"][0]

    assert (special["scheme"], special["registration_number"]) == ("ISMAP-SPECIAL", None)
    assert (suspended["status"], suspended["remarks"]) == ("suspended", "一時停止")


def test_an_answer_has_the_documented_shape() -> None:
    listed = [replace(LIST[0], expires_on=date(2027, 3, 31))]

    assert match("GCP", "Google", listed).as_json() == {
        "outcome": "registered",
        "candidates": [
            {
                "registration_number": "C21-0004-2",
                "scheme": "ISMAP",
                "service_name": "Google Cloud Platform",
                "provider": "Google LLC",
                "expires_on": "2027-03-31",
                "remarks": None,
                "status": "registered",
                "score": 1.0,
                "why": "確認済みの別名です（GCP ＝ Google Cloud Platform）",
            }
        ],
    }


@pytest.mark.parametrize(
    ("name", "best"),
    [
        ("Gogle Workspace", "Google Workspace"),
        ("星見予訳サービス", "星見予約サービス"),
        ("Google Workspace Business Plus", "Google Workspace"),
        ("Azure OpenAI", "Azure"),
        ("kintone", "cybozu.com（Garoon、kintone を含む）"),
        ("みどりポータル", "みどりポータル"),
        ("サイボウズ", "cybozu.com（Garoon、kintone を含む）"),
    ],
)
def test_what_is_not_linked_is_offered_with_a_reason(name: str, best: str) -> None:
    result = match(name, None, LIST)

    assert result.outcome == "candidates"
    assert result.candidates[0].entry.service_name == best
    assert all(candidate.why for candidate in result.candidates)
    scores = [candidate.score for candidate in result.candidates]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score < 1 for score in scores)


def test_never_more_than_five_candidates() -> None:
    many = [row(f"C25-{number:04}-2", f"星見クラウド{number}") for number in range(50)]

    assert len(match("星見クラウド", None, many).candidates) == 5


def test_a_name_like_nothing_on_the_list_is_none() -> None:
    assert match("ぷにぷに郵便", None, LIST).as_json() == {"outcome": "none", "candidates": []}
    assert match("AWS", None, []).outcome == "none"


@pytest.mark.parametrize("name", ["", "  ", "　", "\u200b"])
def test_an_empty_name_is_refused(name: str) -> None:
    with pytest.raises(RegistryRefused) as refusal:
        match(name, None, LIST)

    assert refusal.value.code == "empty_name"


def test_an_own_alias_counts_once_somebody_reviewed_it() -> None:
    reviewed = Alias("予約くん", "星見予約サービス", source="契約書 別紙1", reviewer="情報政策課")
    unreviewed = replace(reviewed, reviewer="")

    assert match("予約くん", None, LIST, load_aliases().with_more([reviewed])).outcome == "registered"
    assert match("予約くん", None, LIST, load_aliases().with_more([unreviewed])).outcome != "registered"


def test_an_alias_of_one_company_does_not_reach_a_row_of_another() -> None:
    stranger = [row("C25-0200-2", "Google Cloud Platform", "株式会社きいろ")]

    assert match("GCP", None, stranger).outcome == "candidates"


def test_an_alias_with_two_meanings_links_nothing() -> None:
    two = [
        Alias("窓口さん", "星見予約サービス", source="覚書", reviewer="情報政策課"),
        Alias("窓口さん", "ほしみ相談チャット", source="覚書", reviewer="情報政策課"),
    ]

    assert match("窓口さん", None, LIST, load_aliases().with_more(two)).outcome == "candidates"


def test_an_alias_with_two_meanings_links_nothing_though_only_one_is_listed() -> None:
    two = [
        Alias("窓口さん", "星見予約サービス", source="覚書", reviewer="情報政策課"),
        Alias("窓口さん", "一覧にないサービス", source="覚書", reviewer="情報政策課"),
    ]

    assert match("窓口さん", None, LIST, load_aliases().with_more(two)).outcome == "candidates"


def test_an_own_name_of_a_company_counts_with_all_its_other_names() -> None:
    own = load_aliases().with_companies([("星見HD", "星見ヶ丘システム株式会社"), ("Google", "きたかぜ株式会社")])
    renamed = [row("C25-0300-2", "北風クラウド", "きたかぜ株式会社")]

    assert match("星見予約サービス", "星見HD", LIST).outcome == "candidates"
    assert match("星見予約サービス", "星見HD", LIST, own).outcome == "registered"
    assert match("北風クラウド", "グーグル合同会社", renamed, own).outcome == "registered"


@pytest.mark.parametrize(
    ("name", "best", "said"),
    [
        ("C21-0030-2", "さくらのクラウド", "登録番号"),
        ("Amazon Bedrock", "AWS", "構成要素"),
        ("さくらのくらうど", "さくらのクラウド", "ひらがな"),
        ("みどり掲示板", "みどり新掲示板（旧称：みどり掲示板）", "旧称"),
        ("みどり新掲示板（旧称：電子回覧板）", "みどり新掲示板（旧称：みどり掲示板）", "旧称か長音"),
    ],
)
def test_why_a_candidate_is_shown_stands_beside_it(name: str, best: str, said: str) -> None:
    listed = [*LIST, row("C25-0301-2", "みどり新掲示板（旧称：みどり掲示板）", "株式会社みどり")]

    result = match(name, None, listed)

    assert result.outcome == "candidates"
    assert result.candidates[0].entry.service_name == best
    assert said in result.candidates[0].why


def test_a_word_for_a_kind_of_service_links_only_with_its_company() -> None:
    listed = [row("C25-0302-2", "勤怠管理クラウド", "△△電算株式会社")]

    assert match("勤怠管理クラウド", None, listed).outcome == "candidates"
    assert match("勤怠管理クラウド", "△△電算", listed).outcome == "registered"


def test_one_name_among_five_thousand_alike_finds_its_row_first() -> None:
    many = [replace(LIST[number % len(LIST)], service_name=f"星見{number}番窓口クラウド") for number in range(5_000)]

    result = match("星見17番窓口クラウト", None, many)

    assert result.candidates[0].entry.service_name == "星見17番窓口クラウド"
