"""A finished Japanese page, or a part of one, turned into English; the Japanese page itself is made as ever.

Texts and the attributes that are read aloud are looked up in the catalogue. What was typed (values of fields, texts
of text areas, values of options) and every address stay untouched. What the catalogue does not know is data: it stays
as it was written and is marked ``lang="ja"`` (WCAG 3.1.2).
"""

import html
import re
from dataclasses import dataclass, field

from web.english.catalogue import KEPT, KEPT_END, Catalogue
from web.english.text import IN_NAVIGATION, JAPANESE_RUN, SPOKEN_ATTRIBUTES, is_japanese

_TAG = re.compile(
    r"<!--.*?-->|<!DOCTYPE[^>]*>|<(?P<end>/?)(?P<name>[a-zA-Z][\w-]*)(?P<rest>(?>[^<>\"']+|\"[^\"]*\"|'[^']*')*+)>",
    re.DOTALL | re.IGNORECASE,
)
_SPOKEN = re.compile(rf"(?<=\s)(?P<name>{'|'.join(sorted(SPOKEN_ATTRIBUTES))})=\"(?P<said>[^\"]*)\"")
# Wordings and what stands as it was taken over are data, like whatever says so itself.
_LEFT_ALONE = re.compile(r"\s(?:lang=\"ja\"|translate=\"no\"|class=\"(?:wording|verbatim)\")")
_HTML_LANGUAGE = re.compile(r"(?<=\s)lang=\"ja\"")
_UNTOUCHED = frozenset({"textarea", "script", "style"})
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_TEXT_ONLY = frozenset({"title", "option", "text", "tspan", "desc"})  # no span may stand in these
_INLINE = frozenset({
    "a", "abbr", "b", "bdi", "cite", "code", "data", "em", "i", "kbd", "label", "mark", "q", "s", "small", "span",
    "strong", "sub", "sup", "time", "u", "var",
})  # fmt: skip
_ATOM = 0xE000  # private signs stand for the elements inside a sentence
_ATOMS = re.compile(r"[\ue000-\ue7ff]")
_KEPT = re.compile(f"{KEPT}(.*?){KEPT_END}", re.DOTALL)
_GLUED_BEFORE = re.compile(r"[A-Za-z0-9)\"'.,:;%!?]")
_GLUED_AFTER = re.compile(r"[A-Za-z0-9(\"]")


def in_english(page: str, catalogue: Catalogue) -> str:
    """Return a page or a part of it in English."""
    turned = _Turning(catalogue)
    at = 0
    for found in _TAG.finditer(page):
        turned.text(page[at : found.start()])
        turned.tag(found)
        at = found.end()
    turned.text(page[at:])
    turned.end_of_run("")
    return "".join(turned.out)


@dataclass
class _Turning:
    """Where in the page we are, and what has been said so far."""

    catalogue: Catalogue
    out: list[str] = field(default_factory=list)
    run: list[str] = field(default_factory=list)
    atoms: list[str] = field(default_factory=list)
    untouched: str = ""
    depth: int = 0
    opened: str = ""  # the element whose start tag is the last thing in ``out``
    before: str = ""  # the last sign said on this line, and whether we changed it
    changed_before: bool = False
    in_time: bool = False
    is_navigation: bool = False

    def text(self, raw: str) -> None:
        """Take what stands between two tags."""
        if not raw:
            return
        if self.untouched:
            self.out.append(raw)
            self.opened = ""
        elif self.in_time:
            self.atoms[-1] += self._said_in_time(raw)
        else:
            self.run.append(raw)

    def tag(self, found: re.Match[str]) -> None:
        """Take a tag: it ends the sentence before it, unless it is a day inside the sentence."""
        name, is_end = (found["name"] or "").lower(), bool(found["end"])
        if self.untouched:
            self._walk_untouched(found, name, is_end=is_end)
        elif name == "time":
            self._time(found.group(), is_end=is_end)
        else:
            self.end_of_run(name if is_end else "")
            if name not in _INLINE:
                self.before, self.changed_before = "", False
            self._tag(found, name, is_end=is_end)

    def _walk_untouched(self, found: re.Match[str], name: str, *, is_end: bool) -> None:
        self.out.append(found.group())
        if name == self.untouched:
            self.depth += -1 if is_end else 1
            if self.depth == 0:
                self.untouched = ""

    def _tag(self, found: re.Match[str], name: str, *, is_end: bool) -> None:
        whole = found.group()
        self.opened = ""
        if name == "nav":
            self.is_navigation = not is_end
        if name and not is_end:
            self.opened = "" if name in _VOID else name
            if name == "html":
                whole = _HTML_LANGUAGE.sub('lang="en"', whole)
            elif name in _UNTOUCHED or (name not in _VOID and _LEFT_ALONE.search(found["rest"])):
                self.untouched, self.depth = name, 1
                if name not in _UNTOUCHED and " lang=" not in whole:
                    whole = f'{whole[:-1]} lang="ja">'
            elif is_japanese(found["rest"]):
                whole = _SPOKEN.sub(self._spoken, whole)
        self.out.append(whole)

    def _spoken(self, found: re.Match[str]) -> str:
        said = self.catalogue.english(html.unescape(found["said"]))
        if said is None:
            return found.group()
        said = _with_capital(said)
        return f'{found["name"]}="{html.escape(said.replace(KEPT, "").replace(KEPT_END, ""))}"'

    def _time(self, tag: str, *, is_end: bool) -> None:
        if is_end:
            if self.in_time:
                self.atoms[-1] += tag
            self.in_time = False
        else:
            self.atoms.append(tag)
            self.run.append(chr(_ATOM + len(self.atoms) - 1))
            self.in_time = True

    def _said_in_time(self, raw: str) -> str:
        said = self.catalogue.english(html.unescape(raw))
        return raw if said is None or KEPT in said else html.escape(said, quote=False)

    def end_of_run(self, closing: str) -> None:
        """Say the sentence gathered so far; ``closing`` is the element that ends with it."""
        if not self.run:
            return
        raw = "".join(self.run)
        core = raw.strip(" \t\r\n")
        if core:
            self._say(raw, core, closing)
        else:
            self._put(raw)
        self.run, self.atoms = [], []

    def _say(self, raw: str, core: str, closing: str) -> None:
        lead, trail = raw[: raw.index(core[0])], raw[len(raw.rstrip(" \t\r\n")) :]
        bare = html.unescape(core)
        said = self.catalogue.whole.get(f"{IN_NAVIGATION}{bare}") if self.is_navigation else None
        if said is None and (not bare.isascii() or "." in bare):
            said = self.catalogue.english(bare)
        if said is None:
            self._keep(raw, bare, closing)
            return
        if not lead and _is_glued(self.before, said):
            lead = " "
        if not self.before:
            said = _with_capital(said)
        if self.opened == "option" and " value=" not in self.out[-1]:
            self.out[-1] = f'{self.out[-1][:-1]} value="{html.escape(bare)}">'
        marked = _marked(said)
        is_marked = '<span lang="ja">' in marked
        if is_marked and self.opened in _TEXT_ONLY:
            marked = _marked(said, as_text=True)
            if self.opened != "title":  # of a title no part can be marked, and most of it is English
                self.out[-1] = f'{self.out[-1][:-1]} lang="ja">'
        self._put(f"{lead}{marked}{trail}")
        self.before, self.changed_before = (trail or said)[-1], True

    def _keep(self, raw: str, bare: str, closing: str) -> None:
        """Leave a text as it is; if it is Japanese, say so on its element or around it."""
        lead = " " if self.changed_before and _is_glued(self.before, bare) else ""
        if not is_japanese(bare):
            self._put(lead + raw)
        elif self.opened and self.opened in {closing, *_TEXT_ONLY} and "aria-label=" not in self.out[-1]:
            self.out[-1] = f'{self.out[-1][:-1]} lang="ja">'
            self._put(lead + raw)
        else:
            self._put(f'{lead}<span lang="ja">{raw}</span>')
        self.before, self.changed_before = raw[-1], False

    def _put(self, text: str) -> None:
        self.out.append(_ATOMS.sub(lambda found: self.atoms[ord(found.group()) - _ATOM], text))
        self.opened = ""


def _with_capital(said: str) -> str:
    """Return a text as it begins a line; labels stand in sentences too, where they begin small."""
    return said[0].upper() + said[1:] if said[:2].isalpha() and said[:2].isascii() else said


def _is_glued(before: str, after: str) -> bool:
    """Return whether two words would run into each other; Japanese needs no blank between them."""
    if not before or not after:
        return False
    if is_japanese(after[0]) or after[0] == KEPT:
        return bool(_GLUED_BEFORE.match(before))
    return bool(_GLUED_AFTER.match(after)) and bool(_GLUED_BEFORE.match(before) or is_japanese(before))


def _marked(said: str, *, as_text: bool = False) -> str:
    """Return an English text escaped, with each Japanese part of it in a span that says so."""
    if as_text:
        return html.escape(said.replace(KEPT, "").replace(KEPT_END, ""), quote=False)
    parts = _KEPT.split(said)
    return "".join(_span(part) if at % 2 else _mark_words(part) for at, part in enumerate(parts))


def _mark_words(text: str) -> str:
    said, end = "", 0
    for found in JAPANESE_RUN.finditer(text):
        said += html.escape(text[end : found.start()], quote=False) + _span(found.group())
        end = found.end()
    return said + html.escape(text[end:], quote=False)


def _span(text: str) -> str:
    return f'<span lang="ja">{html.escape(text, quote=False)}</span>'
