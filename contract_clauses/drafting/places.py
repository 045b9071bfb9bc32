"""Where in somebody's draft a clause belongs, and what its article is headed."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml

from contract_clauses.clause import Clause

_FILE = Path(__file__).with_name("places.yaml")
# What a contract closes with: it is agreed on, disputed, kept and dated.
CLOSING_HEADING = re.compile(
    "協議|定めのない|契約外|疑義|管轄|準拠法|裁判所|紛争|附則|付則|雑則|存続|その他$|補則|契約書の保管|施行"
)
CLOSING_TEXT = re.compile(
    "定めのない事項|疑義(?:が|を|の)?生じ|管轄(?:裁判所|する)|専属的合意管轄|この契約に定めのない"
)
SIGNATURE = re.compile(
    r"\s*(?:附\s*則|付\s*則|以\s*上\s*$"
    r"|(?:この|本|上記の?|以上の)(?:契約|覚書|協定|合意)?(?:の?(?:締結|成立|合意))?[のを]*証(?:する|と)"
    r"|(?:令和|平成|西暦|20)?[\s\d０-９○〇元　_]*年[\s\d０-９○〇　_]*月[\s\d０-９○〇　_]*日"
    r"(?:\s*$|\s+(?:甲|乙|発注者|受注者|委託者|受託者))"
    r"|[（(]?(?:甲|乙|発注者|受注者|委託者|受託者|賃借人|賃貸人)[)）]?"
    r"(?:[\s:：　]*(?:住\s*所|所在地|氏\s*名|商号|名称|代表者|記名)|[\s:：　]+\S+[市町村社](?:\s|$)))"
)


@dataclass(frozen=True, slots=True)
class Place:
    """What an article about a clause is headed, and the words of the headings it belongs after, nearest first."""

    heading: str
    near: tuple[str, ...] = ()


@cache
def load_places() -> Mapping[str, Place]:
    """Return the places of the clauses by clause id."""
    read = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return MappingProxyType({name: Place(each["heading"], tuple(each["near"])) for name, each in read.items()})


def place_of(clause: Clause) -> Place:
    """Return where a clause belongs; one without an entry is headed by its title and stands before the closing."""
    return load_places().get(clause.id) or Place(clause.title)


def fold(text: str) -> str:
    """Return a text without spaces in one width, to compare what is written differently.

    >>> fold("（ 再委託 ）１")
    '(再委託)1'
    """
    return "".join(unicodedata.normalize("NFKC", text).split())


def first_about(word: str, headings: Sequence[str]) -> int | None:
    """Return the first heading that has a word, None where none has."""
    return next((at for at, heading in enumerate(headings) if word in fold(heading)), None)


def is_closing(heading: str, text: str) -> bool:
    """Return whether an article is one of those a contract closes with."""
    if heading.strip():
        return CLOSING_HEADING.search(fold(heading)) is not None
    return CLOSING_TEXT.search(fold(text)) is not None
