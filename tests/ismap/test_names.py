import pytest
from hypothesis import given
from hypothesis import strategies as st

from ismap.names import (
    company_core,
    fold_name,
    fold_number,
    fold_provider,
    former_name,
    has_legal_form,
    has_slipped_long_vowel,
    looks_like_number,
    search_key,
    split_brackets,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Google Workspace", "ｇｏｏｇｌｅ　ｗｏｒｋｓｐａｃｅ"),
        ("さくらのクラウド", "さくらの クラウド"),
        ("サイボウズ・ドットコム", "サイボウズドットコム"),
        ("サーバーワークス", "サーバワークス"),
        ("ヴァーチャルデスク", "バーチャルデスク"),
        ("ヴェール", "ベール"),
        ("星見クラウド", "ﾎｼﾐクラウド".replace("ﾎｼﾐ", "星見")),
        ("ｸﾗｳﾄﾞ", "クラウド"),
        ("株式会社星見クラウド", "㈱星見クラウド"),
        ("星見クラウド(株)", "星見クラウド 株式会社"),
        ("Hoshimi Cloud, Inc.", "HOSHIMI CLOUD"),
        ("Hoshimi Cloud Co., Ltd.", "hoshimi cloud"),
        ("Hoshimi® Cloud™", "Hoshimi Cloud"),
        ("サ―ビス", "サービス"),
        ("FJcloud‐V", "FJcloud-V"),
        ("FJcloudーV", "FJcloud-V"),
        ("サ-ビス", "サービス"),
        ("星見クラウド\U000e0100", "星見クラウド"),
        ("「星見」クラウド", "星見クラウド"),
        ("Hoshimi(R) Cloud(TM)", "Hoshimi Cloud"),
        ("星見(株)クラウド", "星見株式会社クラウド"),
    ],
)
def test_spellings_of_one_name_are_equal(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("NotebookLM", "NotebookLM Enterprise"),
        ("FJcloud-V", "FJcloud-O"),
        ("星見クラウド", "星見クラウド2"),
        ("Box Limited", "Box"),
        ("IIJ GIO P2", "IIJ GIO P"),
        ("きんとーん", "kintone"),
        ("サービス-A", "サービスA"),
        ("星見クラウド SA", "星見クラウド"),
        ("星見クラウド（有）", "星見クラウド"),
        ("星見1 2", "星見12"),
        ("1ー2号", "12号"),
    ],
)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert fold_name(one) != fold_name(other)


def test_a_name_that_is_only_a_legal_form_does_not_vanish() -> None:
    assert fold_name("株式会社") != ""


def test_a_company_may_drop_words_that_would_name_an_edition_of_a_service() -> None:
    assert fold_provider("Hoshimi Company Limited") == fold_provider("Hoshimi")
    assert fold_provider("Hoshimi S.A.") == fold_provider("Hoshimi社") == fold_provider("Hoshimi K.K.")
    assert fold_provider("独立行政法人星見機構") == fold_provider("(独)星見機構")
    assert fold_provider("星見公社") != fold_provider("星見公")
    assert has_legal_form("㈱星見")
    assert not has_legal_form("星見クラウド")


def test_a_branch_in_japan_has_the_core_of_its_company_and_no_more() -> None:
    assert (
        company_core("日本ほしみ株式会社") == company_core("ほしみ・ジャパン合同会社") == company_core("ほしみ, Inc.")
    )
    assert fold_provider("日本ほしみ株式会社") != fold_provider("ほしみ, Inc.")
    assert company_core("ジャパン株式会社") != ""


@pytest.mark.parametrize(
    ("one", "other", "slipped"),
    [
        ("スーテション", "ステーション", True),
        ("デターバンク", "データバンク", True),
        ("サーバ", "サーバー", False),
        ("ユーザ・マネージャー", "ユーザー・マネージャ", False),
        ("星見クラウド", "星見クラウド", False),
    ],
)
def test_a_long_vowel_in_the_wrong_place_is_a_typing_error(one: str, other: str, slipped: bool) -> None:  # noqa: FBT001 - one value of a table
    assert fold_name(one) == fold_name(other)
    assert has_slipped_long_vowel(one, other) is slipped


@pytest.mark.parametrize(
    ("note", "former"),
    [
        ("旧称：みどり会議室", "みどり会議室"),
        ("旧名称 みどり会議室", "みどり会議室"),
        ("旧みどり会議室", "みどり会議室"),
        ("formerly Midori Rooms", "Midori Rooms"),
        ("みどり会議室", ""),
        ("新版", ""),
    ],
)
def test_a_note_in_brackets_may_give_a_former_name(note: str, former: str) -> None:
    split = split_brackets(f"ペーパーレス会議（{note}）")

    assert split is not None
    assert split[0] == "ペーパーレス会議"
    assert former_name(split[1]) == former


def test_brackets_count_only_at_the_end_and_once() -> None:
    assert split_brackets("(株)星見") is None
    assert split_brackets("星見(A)(B)") is None
    assert split_brackets("星見") is None


@pytest.mark.parametrize(
    "written",
    ["C21-0004-2", " c21-0004-2　", "Ｃ２１－０００４－２", "C21ー0004ー2", "C21−0004‐2", "\ufeffC21 - 0004 - 2"],
)
def test_a_registration_number_is_one_however_it_is_typed(written: str) -> None:
    assert fold_number(written) == "C21-0004-2"
    assert looks_like_number(written)


@pytest.mark.parametrize("odd", ["C21-4-2", "2021-0004", "C21/0004/2", "未定", ""])
def test_other_shapes_are_no_registration_numbers(odd: str) -> None:
    assert not looks_like_number(odd)


def test_a_search_takes_hiragana_for_katakana_and_leaves_out_legal_forms() -> None:
    assert search_key("㈱サイボウズ・ドットコム") == search_key("さいぼうず どっとこむ")
    assert search_key("くらうど") in search_key("さくらのクラウド")


@given(st.text("CcＣ0123０１-－‐ーｰ 　", max_size=20))
def test_folding_a_number_twice_changes_nothing(text: str) -> None:
    folded = fold_number(text)

    assert fold_number(folded) == folded
    assert folded.isascii()
    assert " " not in folded
