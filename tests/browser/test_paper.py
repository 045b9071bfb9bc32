"""Paper: what cases, contracts, lists and the year look like as Chromium prints them (A54 to A57)."""

from __future__ import annotations

import re
import unicodedata
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

if TYPE_CHECKING:
    from tests.browser.inspection import Seat, Seats

pytestmark = pytest.mark.browser

READER = "supervising_officer"
PORTRAIT, LANDSCAPE = (595, 842), (842, 595)  # points: 210 × 297 mm
CASES = {
    "/requests/{in_review}": "{in_review}",
    "/requests/{in_review}/print": "{in_review}",
    "/contracts/{concluded}": "{concluded}",
    "/contracts/{ending}/closing": "{ending}",
}
LEDGERS = ("/requests", "/contracts", "/services", "/obligations", "/ismap", "/audit", "/incidents", "/exceptions")
OF_THE_SCREEN = (
    "今日やること",
    "ログアウト",
    "本文へ移動",
    "この画面でできること",
    "絞り込む",
    "条件をすべて外す",
    "決裁を確認する",
)
FORMS = {  # a page that is a form: what it asks and what stands in its fields, and what belongs to the screen alone
    "/requests/{draft}/basics": (
        ("件名", "使うネットワークの領域", "インターネット接続系", "情報の名前"),
        ("保存して次へ", "情報の行を追加", "例住民向け予約サービス", "必須"),
    ),
    "{first_topic}": (("はい", "条件を付ければできる", "根拠"), ("保存して次へ", "判定だけ更新", "資料の名前と場所")),
    "/q/{token}": (("答える人(部署と名前)", "条件・理由・補足"), ("回答を送る", "例2027-03-31")),
}
FIELDS = """() => [...document.querySelectorAll("main form :is(input[type=text], textarea)")]
  .filter((field) => field.checkVisibility() && field.value).map((field) => field.value)"""
CUT = """() => [...document.querySelectorAll("main form .input")].filter((field) => field.checkVisibility())
  .filter((field) => field.scrollWidth > field.clientWidth + 1).map((field) => field.value || field.name)"""
RADICALS = str.maketrans(
    "⻑⺠⻘⻄⻝⻲⻤⻩⻨⻭⻯⻁⺟⻆⻅⻫", "長民青西食亀鬼黄麦歯竜虎母角見斉"
)  # a PDF gives these for those
ROWS = """() => [...document.querySelectorAll("main tbody tr")].map(
  (row) => [...row.cells].map((cell) => cell.innerText).filter((words) => words.trim()))"""


def print_out(seat: Seat, path: str) -> list[str]:
    """Print a page without its grounds and return the words of each sheet, blanks left out."""
    seat.page.goto(path)
    seat.page.emulate_media(media="print")
    pdf = seat.page.pdf(prefer_css_page_size=True, print_background=False)
    seat.page.emulate_media(media="null")
    sheets = PdfReader(BytesIO(pdf)).pages
    sizes = {(round(float(sheet.mediabox.width)), round(float(sheet.mediabox.height))) for sheet in sheets}
    wanted = LANDSCAPE if path in LEDGERS else PORTRAIT
    assert sizes == {wanted}, f"A54: {path} has sheets of {sizes}"
    return [squeezed(sheet.extract_text()) for sheet in sheets]


def squeezed(words: str) -> str:
    """Return words as they can be found in what a PDF holds, which draws dots and dashes with other characters."""
    return re.sub(r"[^\w/.:]", "", unicodedata.normalize("NFKC", words.translate(RADICALS)))


@pytest.mark.parametrize("path", [*CASES, *LEDGERS])
def test_paper_is_a4_numbered_and_carries_nothing_of_the_screen(path: str, seats: Seats, town: dict[str, str]) -> None:
    """A54, A55."""
    sheets = print_out(seats[READER], path.format_map(town))

    for no, words in enumerate(sheets, start=1):
        assert f"ページ{no}/{len(sheets)}" in words
        assert [each for each in OF_THE_SCREEN if each in words] == []
        if path in CASES:
            assert squeezed(CASES[path].format_map(town)) in words, f"sheet {no} does not say which case it is"
        if "{in_review}" in path:
            assert re.search(r"審査中第\d+版", words), f"sheet {no} does not say that nothing is decided"


@pytest.mark.parametrize("path", FORMS)
def test_a_page_that_is_a_form_prints_its_questions_and_what_stands_in_them(
    path: str, seats: Seats, town: dict[str, str]
) -> None:
    seat = seats["nobody" if path.startswith("/q/") else "staff"]
    asked, of_the_screen = FORMS[path]
    words = "".join(print_out(seat, path.format_map(town)))
    seat.page.emulate_media(media="print")
    typed, cut = seat.page.evaluate(FIELDS), seat.page.evaluate(CUT)
    seat.page.emulate_media(media="null")

    assert [each for each in asked if squeezed(each) not in words] == []
    assert [each for each in of_the_screen if squeezed(each) in words] == []
    assert [each for each in typed if squeezed(each) not in words] == []
    assert cut == []
    assert typed or not path.endswith("/basics")


def test_the_facts_of_the_decision_sheet_use_both_halves_of_the_paper(seats: Seats, town: dict[str, str]) -> None:
    page = seats[READER].page
    page.set_viewport_size({"width": 718, "height": 1000})  # what an A4 sheet has between its margins, in px
    page.goto(f"/requests/{town['in_review']}/print")
    page.emulate_media(media="print")
    lefts = page.evaluate(
        "[...document.querySelectorAll('.sheet .facts')].map((list) => [...list.querySelectorAll('dt')]"
        ".map((term) => Math.round(term.getBoundingClientRect().left)))"
    )
    page.emulate_media(media="null")

    assert lefts
    assert [len(set(each)) for each in lefts] == [2] * len(lefts)


@pytest.mark.parametrize("path", ["/obligations", "/contracts"])
def test_a_long_table_repeats_its_head_and_never_splits_a_row(path: str, seats: Seats) -> None:
    """A56."""
    seat = seats[READER]
    sheets = print_out(seat, path)
    table = seat.page.locator("main table").last
    head = [squeezed(words) for words in table.locator("thead th:not(.no-print)").all_inner_texts()]
    rows = [[squeezed(words) for words in row] for row in seat.page.evaluate(ROWS)]

    assert len(sheets) > 1
    assert all(all(words in sheet for words in head) for sheet in sheets[1:-1])
    split = [row for row in rows if not any(all(cell in sheet for cell in row) for sheet in sheets)]
    assert split == []


def test_the_decision_boxes_say_post_name_time_and_for_whom(seats: Seats) -> None:
    """A56."""
    seat = seats[READER]
    words = "".join(print_out(seat, "/_patterns"))

    for each in ("情報政策課長", "見本太郎", "承認", "R8.11.1916:41", "部長代理として", "総務部長"):
        assert each in words


@pytest.mark.parametrize("path", ["/requests/{in_review}/print", "/requests/{in_review}?show=all", "/_patterns"])
def test_every_result_is_a_word_on_paper_without_grounds_and_colours(
    path: str, seats: Seats, town: dict[str, str]
) -> None:
    """A57."""
    seat = seats[READER]
    sheets = print_out(seat, path.format_map(town))
    seat.page.emulate_media(media="print")
    tags = seat.page.locator("main .tag:visible")
    colours = {tag.evaluate("each => getComputedStyle(each).color") for tag in tags.all()[:40]}
    words = {squeezed(each) for each in tags.all_inner_texts()}
    seat.page.emulate_media(media="null")

    assert words
    assert [each for each in words if each not in "".join(sheets)] == []
    assert colours <= {"rgb(0, 0, 0)", "rgb(51, 51, 51)"}  # black in a box; plain words are the text's grey
