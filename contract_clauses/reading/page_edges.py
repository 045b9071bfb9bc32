"""What stands at the edges of pages and says nothing: page numbers, running headers and footers."""

import re
from collections.abc import Iterator, Sequence

from contract_clauses.reading.numbers import narrow, read_marks

_SENTENCE_END = re.compile(r"[。．？！:：;；]$")
_PAGE_NUMBER = re.compile(
    r"(?:[-~=|<\[(]{0,2} ?(?P<n>[0-9](?: ?[0-9]){0,3})(?: ?[/of]{1,2} ?[0-9]{1,4})? ?[-~=|>\])]{0,2}"
    r"|(?:p|P|page|Page)[. ]{0,2}(?P<p>[0-9]{1,4})(?: ?/ ?[0-9]{1,4})?"
    r"|(?P<j>[0-9]{1,4}) ?ページ|第 ?(?P<k>[0-9]{1,4}) ?(?:ページ|頁))"
)
_TYPED = re.compile(r"[-−–—ー―] ?[0-9０-９]{1,3} ?[-−–—ー―]")
_DECORATED = re.compile(r"[-~/|=pP頁ペ]")
_SHORTEST_PAGE = 6
_MOSTLY = 0.45
_LONGEST_HEADER = 60
_LONGEST_NUMBER = 20
_LINES_OF_TITLE = 3


def without_edges(raw: Sequence[str], *, has_pages: bool = True) -> Iterator[tuple[int, bool, bool]]:
    """Yield the places of the lines that bear meaning, with whether an empty line and a page's end stands before each.

    A form feed at a line's beginning is a page's end. Empty lines beside a page's end mean nothing. Without
    ``has_pages`` the lines are paragraphs of a word processor, and only - 3 - is a page's number.
    """
    numbers = _page_numbers(raw) if has_pages else {at for at, line in enumerate(raw) if _TYPED.fullmatch(line.strip())}
    running = _running_lines(raw, numbers) if has_pages else set()
    gap, page = True, False
    for at, line in enumerate(raw):
        page = page or at in numbers or line.startswith("\f")
        if at in numbers or at in running:
            continue
        if not line.removeprefix("\f").strip():
            gap = True
            continue
        yield at, gap and not page, page
        gap, page = False, False


def _page_numbers(raw: Sequence[str]) -> set[int]:
    """Return the lines that are nothing but a page's number."""
    found: dict[int, int] = {}
    decorated: set[int] = set()
    for at, line in enumerate(raw):
        said = narrow(line.strip("\f \t\u3000"))
        match = _PAGE_NUMBER.fullmatch(said) if 0 < len(said) < _LONGEST_NUMBER else None
        if match:
            found[at] = int(next(value for value in match.groups() if value).replace(" ", ""))
            if _DECORATED.search(said):
                decorated.add(at)
    before, after = _neighbours(raw)
    places = list(found)
    last = max((at for at, line in enumerate(raw) if line.strip()), default=-1)
    return decorated | {
        at
        for order, at in enumerate(places)
        if at not in decorated and _is_page_number(raw, at, (before[at], after[at]), _chain(found, places, order, last))
    }


def _neighbours(raw: Sequence[str]) -> tuple[list[int], list[int]]:
    """Return for each line the nearest line with words before and after it; -1 for none."""
    found: tuple[list[int], list[int]] = ([], [])
    for order, into in ((range(len(raw)), found[0]), (range(len(raw) - 1, -1, -1), found[1])):
        last = -1
        for at in order:
            into.append(last)
            last = at if raw[at].strip() else last
    found[1].reverse()
    return found


def _chain(found: dict[int, int], places: Sequence[int], order: int, last: int) -> bool | None:
    """Return whether a bare number counts on from the one before or to the one after it, a page away.

    None where there is no other near it; False where one is too near: the paragraphs of an article. The page of the
    last line may be a short one.
    """
    at = places[order]
    near = [places[other] for other in (order - 1, order + 1) if 0 <= other < len(places)]
    if any(abs(other - at) < _SHORTEST_PAGE for other in near if other != last):
        return False
    return True if any(found[other] - found[at] == (1 if other > at else -1) for other in near) else None


def _is_page_number(raw: Sequence[str], at: int, beside: tuple[int, int], chain: bool | None) -> bool:  # noqa: FBT001 (what _chain says)
    before, after = beside
    if after < 0 or raw[at].startswith("\f") or raw[after].startswith("\f"):
        return True
    if chain is False or raw[at].strip("\f \t\u3000")[0] in "(（[":
        return False  # the number of a paragraph or an item whose words stand in the next line
    above = narrow(raw[before].strip()) if before >= 0 else ""
    is_amid = bool(above) and not _SENTENCE_END.search(above) and not above.endswith((")", "]"))
    return chain is True or is_amid


def _running_lines(raw: Sequence[str], numbers: set[int]) -> set[int]:
    """Return the lines that say the same where most pages begin or end, but for the first at the very beginning."""
    found: set[int] = set()
    pages = _pages(raw, numbers)
    if len(pages) < 2:  # noqa: PLR2004 (nothing can come again)
        return found
    for edge in (0, -1):
        alike: dict[str, list[int]] = {}
        for page in pages:
            alike.setdefault(_said_alike(raw[page[edge]]), []).append(page[edge])
        for said, places in alike.items():
            if len(places) < max(2, len(pages) * _MOSTLY) or not 0 < len(said) < _LONGEST_HEADER:
                continue
            if not said.endswith(("。", "、")) and not read_marks(raw[places[0]].strip()):
                found.update(places if places[0] > _LINES_OF_TITLE else places[1:])
    return found


def _pages(raw: Sequence[str], numbers: set[int]) -> list[list[int]]:
    """Return the lines with words page by page, page numbers not counted."""
    pages: list[list[int]] = [[]]
    for at, line in enumerate(raw):
        if pages[-1] and (at in numbers or line.startswith("\f")):
            pages.append([])
        if line.strip() and at not in numbers:
            pages[-1].append(at)
    return [page for page in pages if page]


def _said_alike(line: str) -> str:
    return re.sub(r"[0-9]+|\s", "", narrow(line))
