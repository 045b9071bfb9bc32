import pytest
from hypothesis import given
from hypothesis import strategies as st

from ismap.names import fold_name, fold_number, fold_provider, has_legal_form, looks_like_number, search_key


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
    ],
)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert fold_name(one) != fold_name(other)


def test_a_name_that_is_only_a_legal_form_does_not_vanish() -> None:
    assert fold_name("株式会社") != ""


def test_a_company_may_drop_words_that_would_name_an_edition_of_a_service() -> None:
    assert fold_provider("Hoshimi Company Limited") == fold_provider("Hoshimi")
    assert has_legal_form("㈱星見")
    assert not has_legal_form("星見クラウド")


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
