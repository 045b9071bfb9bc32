"""The English catalogue: a Japanese sentence as a page says it, whole or with places, and what it is in English.

A page is written in Japanese and nowhere else. Whoever reads in English gets each text of the finished page looked
up here: whole first, then as a sentence with places (``第%(a)s版``), whose values are looked up in turn. What the
catalogue does not know is data (a name, a title, a provision) and stays as it was written.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from casework.call import ROLE_LABELS
from web.english.days import english_day, short_days
from web.english.text import SIGNS, is_japanese, letters_of, plain

PO_FILE = Path(__file__).parents[1] / "locale" / "en" / "LC_MESSAGES" / "sekisho.po"
# Around what stays Japanese inside an English sentence, so that it can be marked as such.
KEPT, KEPT_END = "\ue8fe", "\ue8ff"

_DEEPEST = 4
_LONGEST = 1500
_MOST_PIECES = 80
_MOST_SENTENCES = 12
_FEW_LETTERS = 3
_PHRASE_LETTERS = 5  # a piece of a name is shorter; a piece this long is ours
_LONGEST_LINE = 90
_LONG_REMARK = 10
_REMEMBERED = 20_000
_PLACE = re.compile(r"%\(([a-z])\)s")
_OF_ENGLISH = re.compile(r"%\((?P<place>[a-z])\)s|\{(?P<one>[^{}|]*)\|(?P<many>[^{}|]*)\}")
_OF_TITLE = " - "
_AND = " かつ "
_ERROR = "エラー: "  # before the title of a refused form
_SENTENCE_END = re.compile(r"(?<=。)\s*(?=[^」』)\s])| - ")
_BETWEEN = re.compile(r"([、。・,/:()「」『』\s→〜;|]|又は|及び|または|および)")
_AROUND = re.compile(r"([\s():→/]+)")
_REMARK = re.compile(r"(?P<named>.*[^\s(])\((?P<remark>[^()]+)\)")
_NUMBERED = re.compile(r"(?P<number>(?:[A-Z]\d{1,2}-\d{4}|(?:[A-Z]-)?\d[\d()①-⑳ア-ンー-]*)) (?P<rest>.+)", re.DOTALL)
_NUMBER = re.compile(r"\d[\d,]*$")
_NAMES = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|January|February|March|April|May|June|July|August|September|October|November"
    r"|December|Personal Information|My Number|Government Cloud|Sekisho|Hoshimigaoka|Excel|Word|Outlook|Webhook"
    r"|Internet|Japan|English|Local Autonomy|Act|Reiwa|Heisei|Windows|Mac|Linux)\b"
)
_PLACE_IN_SHAPE = re.compile(re.escape("(.*?)"))
_CUT = re.compile(r"[\u4e00-\u9fff].", re.DOTALL)  # a value right behind a kanji is the rest of a word
_OF_NAME = re.compile(r"(?P<named>.+) の(?P<what>[^ ]{4,})")
_JOINING = {"又は": " or ", "または": " or ", "及び": " and ", "および": " and "}
_ROLES = frozenset(ROLE_LABELS.values())


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sentence with places: how it is recognised, and how it goes in English."""

    shape: re.Pattern[str]
    literals: tuple[str, ...]
    places: str
    english: str

    @property
    def letters(self) -> int:
        """Return how many Japanese letters are its own: few say little about what the sentence is."""
        return sum(letters_of(literal) for literal in self.literals)

    @property
    def weight(self) -> tuple[int, int]:
        """Return how much of a text is the sentence's own: the heaviest that fits is meant."""
        return self.letters, sum(map(len, self.literals))

    @property
    def is_telling(self) -> bool:
        """Return whether a text of this shape is surely ours, whatever stands in its places."""
        length = sum(map(len, self.literals))
        return self.letters >= _FEW_LETTERS or (self.letters > 1 and length > _FEW_LETTERS)

    def leaves_whole(self, values: Sequence["Value"]) -> bool:
        """Return whether what is not known in the places is each a whole: no sentences, and no word cut in two."""
        before = _PLACE_IN_SHAPE.split(self.shape.pattern)
        return all(
            value.is_known or ("。" not in value.written and not _CUT.fullmatch(f"{left[-1:]}{value.written[:1]}"))
            for left, value in zip(before, values, strict=False)
        )


@dataclass(frozen=True, slots=True)
class Value:
    """What stands in a place: its text, what it is in English, and whether all of it is known."""

    written: str
    english: str
    is_known: bool

    @property
    def number(self) -> str:
        """Return the number the value is or ends with, "" for none."""
        found = _NUMBER.search(self.written)
        return found.group() if found else ""


class Catalogue:
    """Looks Japanese texts up. One is made for a process and remembers what it was asked."""

    def __init__(self, english: Mapping[str, str]) -> None:
        known = {msgid: msgstr for msgid, msgstr in english.items() if msgstr}
        self.whole = {msgid: msgstr for msgid, msgstr in known.items() if not _PLACE.search(msgid)}
        self._by_sign = _indexed(_pattern(msgid, known[msgid]) for msgid in known if _PLACE.search(msgid))
        self._english = lru_cache(maxsize=_REMEMBERED)(self._look_up)

    def english(self, text: str) -> str | None:
        """Return a text in English, ``KEPT … KEPT_END`` around what stays Japanese; ``None`` when nothing is known."""
        return self._english(plain(text), 0)

    def _look_up(self, text: str, depth: int) -> str | None:
        if not is_japanese(text):
            changed = short_days(text).translate(SIGNS)
            return None if changed == text else plain(changed)
        if text.startswith(_ERROR) and (error := self.whole.get(_ERROR.strip())):
            return f"{error} {self._value(text.removeprefix(_ERROR), depth).english}"
        found = self._sentences(text, depth) if _OF_TITLE in text and text not in self.whole else None
        found = self._known(text, depth) if found is None else found
        if found is None and depth < _DEEPEST and len(text) <= _LONGEST:
            found = self._sentences(text, depth)
            for way in (self._numbered, self._pieces, self._conditions, self._remark):
                found = way(text, depth) if found is None else found
            return self._line(text) if found is None else found
        return found

    def _known(self, text: str, depth: int) -> str | None:
        """Return what is known as one: a message, a day, or a message with places."""
        found = self.whole.get(text) or english_day(text)
        numbered = _NUMBERED.fullmatch(text) if found is None else None
        if numbered and (rest := self.whole.get(numbered["rest"])):
            return f"{numbered['number']} {rest}"
        if found is None and depth < _DEEPEST and len(text) <= _LONGEST:
            return self._patterns(text, depth)
        return found

    def _value(self, text: str, depth: int) -> Value:
        written = text.strip()
        found = self._english(written, depth + 1)
        if found is not None:
            return Value(written, found, KEPT not in found)
        if not is_japanese(written):
            return Value(written, written, is_known=True)
        return Value(written, f"{KEPT}{written}{KEPT_END}", is_known=False)

    def _patterns(self, text: str, depth: int) -> str | None:
        signs = {text[at : at + 2] for at in range(len(text))} | set(text)
        likely = {id(each): each for sign in signs for each in self._by_sign.get(sign, ())}
        second_best = None
        for pattern in sorted(likely.values(), key=lambda each: each.weight, reverse=True):
            if not all(literal in text for literal in pattern.literals):
                continue
            found = pattern.shape.fullmatch(text)
            if found is None:
                continue
            values = [self._value(value, depth) for value in found.groups()]
            if all(value.is_known for value in values):
                return _filled(pattern, values)
            if second_best is None and pattern.is_telling and pattern.leaves_whole(values):
                second_best = _filled(pattern, values)
        return second_best

    def _sentences(self, text: str, depth: int) -> str | None:
        """Return several sentences, as many of them at once as are known; those that are not known are kept."""
        sentences = [part for part in _SENTENCE_END.split(text) if part]
        if not 1 < len(sentences) <= _MOST_SENTENCES:
            return None
        said: list[Value] = []
        at = 0
        while at < len(sentences):
            ends = () if _OF_TITLE in text else range(len(sentences), at + 1, -1)
            together = (("".join(sentences[at:end]), end) for end in ends)
            whole = (
                (found, end)
                for part, end in together
                if part != text and (found := self._known_or_numbered(part, depth))
            )
            found, end = next(whole, (None, at + 1))
            one = self._value(sentences[at], depth) if found is None else Value("", found, is_known=True)
            said.append(one)
            at = end
        if all(value.english.startswith(KEPT) for value in said if is_japanese(value.written) or not value.written):
            return None
        return (_OF_TITLE if _OF_TITLE in text else " ").join(value.english for value in said)

    def _pieces(self, text: str, depth: int) -> str | None:
        """Return words joined by signs, when every one of them is known: half a name must not be translated."""
        parts = _BETWEEN.split(text)
        if not 1 < len(parts) <= _MOST_PIECES:
            return None
        said: list[str] = []
        at = 0
        while at < len(parts):
            for end in range(len(parts), at, -1):
                piece = "".join(parts[at:end])
                if end - at == len(parts):
                    continue
                is_sign = parts[max(0, at - 1)] == "(" and len(piece) == 1 and parts[at + 1 : at + 2] == [")"]
                if end == at + 1 and (not is_japanese(piece) or piece in _JOINING or is_sign):
                    found: str | None = _JOINING.get(piece, short_days(piece).translate(SIGNS))
                else:
                    known = self._known(piece.strip(), depth + 1)
                    found = None if known is None else f"{' ' * piece[0].isspace()}{known}{' ' * piece[-1].isspace()}"
                if found is not None and KEPT not in found:
                    said.append(found)
                    at = end
                    break
            else:
                return None
        return _tidy("".join(said))

    def _known_or_numbered(self, text: str, depth: int) -> str | None:
        return self._known(text, depth + 1) or self._numbered(text, depth)

    def _numbered(self, text: str, depth: int) -> str | None:
        """Return a number (of a provision, a request, a contract) and what is known of the words behind it."""
        found = _NUMBERED.fullmatch(text)
        rest = self._english(found["rest"], depth + 1) if found else None
        return f"{found['number']} {rest}" if found and rest is not None else None

    def _remark(self, text: str, depth: int) -> str | None:
        """Return a name with a remark of ours in brackets, or with what is told of it; the name is kept."""
        of_name = _OF_NAME.fullmatch(text)
        if of_name and (what := self.whole.get(of_name["what"])):
            return f"{self._value(of_name['named'], depth).english}: {what}"
        found = _REMARK.fullmatch(text)
        if found is None:
            return None
        remark = self.whole.get(f"({found['remark']})", "").strip("()")
        if not remark and len(found["remark"]) >= _LONG_REMARK:
            remark = self._english(found["remark"], depth + 1) or ""
        if not remark or KEPT in remark:
            return None
        return f"{self._value(found['named'], depth).english} ({remark})"

    def _conditions(self, text: str, depth: int) -> str | None:
        """Return the conditions of a list, joined as they are shown above it."""
        if _AND not in text:
            return None
        return " and ".join(self._value(part, depth).english for part in text.split(_AND))

    def _line(self, text: str) -> str | None:
        """Return a short line of names and words of ours: a role, or a phrase too long to be part of a name."""
        if len(text) > _LONGEST_LINE or "。" in text or "、" in text:
            return None
        parts = _AROUND.split(text)
        said = []
        is_ours = False
        for part in parts:
            found = (self.whole.get(part) or english_day(part)) if is_japanese(part) else part
            if found is None or KEPT in found or (letters_of(part) < _PHRASE_LETTERS and part not in _ROLES):
                said.append(f"{KEPT}{part}{KEPT_END}" if is_japanese(part) else part)
            else:
                said.append(found)
                is_ours = is_ours or is_japanese(part)
        return _tidy("".join(said).replace(f"{KEPT_END} {KEPT}", " ")) if is_ours else None


@cache
def catalogue() -> Catalogue:
    """Return the catalogue of the product, read when the first page is asked for in English."""
    with PO_FILE.open("rb") as file:
        return Catalogue({key_of(entry): str(entry.string) for entry in read_po(file) if entry.id})


def key_of(entry: Message) -> str:
    """Return under what a message of the file is looked up: its sentence, behind its context if it has one."""
    return f"{entry.context}\x04{entry.id}" if entry.context else str(entry.id)


def _pattern(msgid: str, english: str) -> Pattern:
    parts = _PLACE.split(msgid)
    literals, places = parts[::2], "".join(parts[1::2])
    shape = re.compile("(.*?)".join(re.escape(literal) for literal in literals), re.DOTALL)
    return Pattern(shape, tuple(literal for literal in literals if literal), places, english)


def _indexed(patterns: Iterable[Pattern]) -> dict[str, list[Pattern]]:
    """Return the patterns under the rarest two signs (or the one sign) that a text of theirs must hold."""
    found = list(patterns)
    pairs = [[literal[at : at + 2] for literal in each.literals for at in range(len(literal))] for each in found]
    often: dict[str, int] = {}
    for signs in pairs:
        for sign in set(signs):
            often[sign] = often.get(sign, 0) + 1
    by_sign: dict[str, list[Pattern]] = {}
    for pattern, signs in zip(found, pairs, strict=True):
        # The last sign of a literal stands alone here, as it does in a text that ends with it.
        doubles = [sign for sign in signs if len(sign) > 1] or signs
        by_sign.setdefault(min(doubles, key=lambda sign: often[sign]), []).append(pattern)
    return by_sign


def _filled(pattern: Pattern, values: list[Value]) -> str:
    """Return the English sentence with its values; ``{day|days}`` goes by the number before it, or after it."""
    by_place = dict(zip(pattern.places, values, strict=True))
    said = ""
    number: str | None = None
    end = 0
    for found in _OF_ENGLISH.finditer(pattern.english):
        said += pattern.english[end : found.start()]
        end = found.end()
        if found["place"]:
            value = by_place[found["place"]]
            number = value.number or number
            said += _as_it_stands(value.english, said)
        else:
            said += found["one"] if (number or _next_number(pattern, end, by_place)) == "1" else found["many"]
    return said + pattern.english[end:]


def _next_number(pattern: Pattern, start: int, by_place: Mapping[str, Value]) -> str:
    numbers = (by_place[place].number for place in _PLACE.findall(pattern.english[start:]))
    return next((number for number in numbers if number), "")


def _as_it_stands(value: str, before: str) -> str:
    """Return a value as it stands behind these words: inside a sentence a label begins small, but no name does."""
    is_inside = re.search(r"[a-z,] $|[a-z] \($", before) is not None
    is_label = re.match(r"[A-Z][a-z]", value) is not None and ". " not in value
    return value[0].lower() + value[1:] if is_inside and is_label and not _NAMES.match(value) else value


def _tidy(text: str) -> str:
    """Return a text put together from pieces with one blank where English has one."""
    text = re.sub(r"\s+([,.;:)])", r"\1", text)
    text = re.sub(rf"(?<=[a-z]{{2}}|.{KEPT_END})\(", " (", text)
    return plain(re.sub(r"\(\s+", "(", text))
