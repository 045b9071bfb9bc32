"""What a paragraph of Word says: insertions counted, deletions not; fields by their results, ruby by its base."""

from dataclasses import dataclass, field

from contract_clauses.reading.word_package import Element, alternative, attribute, child, local

_TRANSPARENT = frozenset({
    "ins", "moveTo", "hyperlink", "smartTag", "fldSimple", "sdt", "sdtContent", "customXml", "dir", "bdo", "rubyBase",
    "oMath", "oMathPara", "subDoc",
})  # fmt: skip
_GONE = frozenset({"del", "moveFrom"})
_LONGEST_TOLD = 20


@dataclass(slots=True)
class Seen:
    """What was met and not read, to be told as cautions."""

    deleted: list[str] = field(default_factory=list)
    hidden: int = 0
    comments: int = 0
    images: int = 0
    objects: int = 0

    def cautions(self) -> list[str]:
        """Return the sentences about what was left out."""
        said = []
        if self.deleted:
            told = "、".join(f"「{each}」" for each in self.deleted[:3])
            said.append(f"変更履歴で削除された文字({told}など{len(self.deleted)}か所)は、ないものとして読みました。")
        if self.comments:
            said.append(f"コメント{self.comments}件は契約の文言ではないため、読んでいません。")
        if self.hidden:
            said.append(f"隠し文字が{self.hidden}か所あります。印刷されないため、読んでいません。")
        if self.images:
            said.append(f"画像が{self.images}点あります。画像の中の文字は読んでいません。")
        if self.objects:
            said.append(f"埋め込まれた別のファイルが{self.objects}点あります。その中身は読んでいません。")
        return said


@dataclass(slots=True)
class Said:
    """A paragraph's words, with what hangs on them: notes by number, boxes of text, whether its end was deleted."""

    text: str = ""
    notes: list[tuple[str, str]] = field(default_factory=list)  # (footnotes, 2)
    boxes: list[Element] = field(default_factory=list)


class ParagraphReader:
    """Reads paragraphs one after another; fields may begin in one and end in another."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen
        self._fields: list[bool] = []  # for each open field: whether its instruction is being read
        self._pieces: list[str] = []
        self._said = Said()

    def read(self, paragraph: Element) -> Said:
        """Return what a paragraph says."""
        self._pieces, self._said = [], Said()
        for each in paragraph:
            self._take(each)
        self._said.text = "".join(self._pieces)
        return self._said

    def _take(self, element: Element) -> None:
        name = local(element)
        if name == "r":
            self._take_run(element)
        elif name in _TRANSPARENT:
            for each in element:
                self._take(each)
        elif name in _GONE:
            self._delete(element)
        elif name == "AlternateContent":
            for each in alternative(element):
                self._take(each)
        elif name == "commentRangeStart":
            self._seen.comments += 1

    def _take_run(self, run: Element) -> None:
        properties = child(run, "rPr")
        if properties is not None and child(properties, "vanish") is not None and _is_on(child(properties, "vanish")):
            self._seen.hidden += any(local(each) == "t" and each.text for each in run)
            return
        for each in run:
            self._take_piece(each)

    def _take_piece(self, piece: Element) -> None:
        name = local(piece)
        if name == "fldChar":
            self._turn_field(attribute(piece, "fldCharType"))
        elif any(self._fields) or name in {"instrText", "delText"}:
            return
        elif name == "t":
            self._pieces.append(piece.text or "")
        elif name in _SIGNS:
            self._pieces.append(_SIGNS[name])
        elif name == "br":
            self._pieces.append("\f" if attribute(piece, "type") == "page" else "\n")
        elif name == "sym":
            self._pieces.append(_symbol(attribute(piece, "char")))
        elif name in {"footnoteReference", "endnoteReference"}:
            self._said.notes.append((name.replace("Reference", "s"), attribute(piece, "id")))
        elif name == "ruby":
            for each in piece:
                if local(each) == "rubyBase":
                    self._take(each)
        elif name == "AlternateContent":
            for each in alternative(piece):
                self._take_piece(each)
        elif name in {"drawing", "pict", "object"}:
            self._take_drawing(piece)

    def _turn_field(self, kind: str) -> None:
        if kind == "begin":
            self._fields.append(True)
        elif kind == "separate" and self._fields:
            self._fields[-1] = False
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _take_drawing(self, drawing: Element) -> None:
        boxes = [each for each in drawing.iter() if local(each) == "txbxContent" and not _is_in_fallback(each, drawing)]
        if boxes:
            self._said.boxes += [box for box in boxes if not _is_in_box(box, drawing)]
        elif any(local(each) in {"blip", "imagedata"} for each in drawing.iter()):
            self._seen.images += 1
        elif local(drawing) == "object":
            self._seen.objects += 1

    def _delete(self, element: Element) -> None:
        gone = "".join(each.text or "" for each in element.iter() if local(each) in {"delText", "t"}).strip()
        if gone:
            self._seen.deleted.append(gone[:_LONGEST_TOLD])


_SIGNS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}


def _is_on(toggle: Element | None) -> bool:
    return toggle is not None and attribute(toggle, "val") not in {"0", "false", "off"}


def _symbol(code: str) -> str:
    """Return a sign given by its number; one of a picture font is told as a bullet."""
    try:
        value = int(code, 16)
    except ValueError:
        return ""
    return "・" if value < 0x20 or 0xE000 <= value <= 0xF8FF or 0xD800 <= value <= 0xDFFF or value > 0x10FFFF else chr(value)


def _is_in_fallback(element: Element, top: Element) -> bool:
    return any(local(each) == "Fallback" for each in _above(element, top))


def _is_in_box(element: Element, top: Element) -> bool:
    return any(local(each) == "txbxContent" for each in _above(element, top))


def _above(element: Element, top: Element) -> list[Element]:
    found = []
    parent = element.getparent()
    while parent is not None and parent is not top:
        found.append(parent)
        parent = parent.getparent()
    return found
