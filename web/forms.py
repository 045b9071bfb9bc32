"""What a form posted: texts, days and numbers read leniently, every refusal kept with the field it belongs to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from fastapi import Request
from starlette.datastructures import UploadFile

from casework.errors import BadInput, FileRejected
from casework.evidence import Upload
from casework.ledgers.cells import read_number
from web.dates import DateInput, DateRefused
from web.folding import fold_code
from web.view import FieldError, FormErrors

MOST_FIELDS = 4000
MOST_FILES = 10
LONGEST_TEXT = 20_000
LONGEST_ID = 10
LONGEST_PASTED = 1_000_000  # rows of a whole table, pasted into the field of this name
_LONGER = {"pasted": LONGEST_PASTED}


@dataclass(frozen=True)
class Form:
    """A posted form: every value of every field, in order, and its files (of a field that takes several, the last)."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)
    several: Mapping[str, Sequence[Upload]] = field(default_factory=dict)

    def get(self, name: str, default: str = "") -> str:
        """Return the first value of a field exactly as typed, line ends made one kind."""
        given = self.values.get(name)
        return given[0].replace("\r\n", "\n").replace("\r", "\n") if given else default

    def text(self, name: str) -> str:
        """Return the first value without blanks around it; names and texts are otherwise left alone."""
        return self.get(name).strip()

    def code(self, name: str) -> str:
        """Return the first value of a field that holds an id, an address or a number, in any width as one kind."""
        return fold_code(self.get(name))

    def code_understood(self, name: str) -> str:
        """Return the code of a field to say back, where it is not what was typed."""
        return self.code(name) if self.code(name) != self.get(name) else ""

    def number_understood(self, name: str, unit: str = "") -> str:
        """Return the number of a field to say back, with its unit: ``1,320,000円``; empty where there is none."""
        number = read_number(self.text(name))
        return "" if number is None else f"{number:,}{unit}"

    def listed(self, name: str) -> list[str]:
        """Return every value of a field that may be chosen several times."""
        return [value for value in self.values.get(name, ()) if value]

    @property
    def kept_id(self) -> int:
        """Return which form that was put aside this one goes on with; 0 for none."""
        said = self.text("kept")
        return int(said) if said.isascii() and said.isdigit() and len(said) < LONGEST_ID else 0

    def has(self, name: str) -> bool:
        """Return whether a field or a button of that name was sent."""
        return name in self.values

    def boxes(self, name: str) -> DateInput:
        """Return the boxes of a date field as typed; a suggested day that was clicked replaces them."""
        chosen = self.text(f"{name}_fix")
        if chosen:
            try:
                return DateInput.from_date(date.fromisoformat(chosen))
            except ValueError:
                return DateInput(year=chosen)
        return DateInput.from_form({key: self.get(key) for key in self.values}, name)


async def read_form(request: Request) -> Form:
    """Return the posted form. Raises ``FileRejected`` when it is larger than a file may be."""
    limit = request.app.state.installation.settings.max_upload_mb
    if int(request.headers.get("Content-Length") or 0) > (limit + 2) * 1024 * 1024:
        raise FileRejected(
            f"送られたファイルは{limit}MBを超えています。{limit}MB以下に分けてください。", reason="too_big"
        )
    # A sign may take four bytes; what is longer than a field may be is cut, and the page then says so.
    posted = await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=4 * LONGEST_PASTED)
    values: dict[str, list[str]] = {}
    several: dict[str, list[Upload]] = {}
    try:
        for name, value in posted.multi_items():
            if not isinstance(value, UploadFile):
                values.setdefault(name, []).append(value.replace("\0", "")[: _LONGER.get(name, LONGEST_TEXT)])
            elif value.filename:
                several.setdefault(name, []).append(Upload(value.filename, await value.read()))
    finally:
        await posted.close()
    form = Form(values, {name: uploads[-1] for name, uploads in several.items()}, several)
    # Kept for the page that asks to sign in again when the session ran out in between.
    request.state.form = form
    return form


@dataclass
class Reading:
    """Reads fields of a form one by one and gathers what has to be mended, in the order of the fields."""

    form: Form
    found: dict[str, FieldError] = field(default_factory=dict)
    suggestions: dict[str, tuple[date, ...]] = field(default_factory=dict)

    def refuse(self, name: str, message: str, anchor: str = "") -> None:
        """Note one thing to mend; the first word on a field stands."""
        self.found.setdefault(name, FieldError(name, message, anchor))

    def need(self, name: str, label: str, verb: str = "入力") -> str:
        """Return a text that must be there."""
        value = self.form.text(name)
        if not value:
            self.refuse(name, f"{label}を{verb}してください。")
        return value

    def day(self, name: str, label: str, *, required: bool = False) -> date | None:
        """Return the day in a date field, or None when it is empty (and may be) or unreadable."""
        boxes = self.form.boxes(name)
        if boxes.is_empty:
            if required:
                self.refuse(name, f"{label}を入力してください。")
            return None
        try:
            return boxes.to_date()
        except DateRefused as refusal:
            anchor = name if refusal.part == "era" else f"{name}-{refusal.part}"
            self.refuse(name, refusal.message, anchor)
            self.suggestions[name] = tuple(refusal.suggestions)
            return None

    def number(self, name: str, label: str) -> int | None:
        """Return a number of yen, people or things; ``1,200千円`` and full width are fine. None when empty."""
        typed = self.form.text(name)
        if not typed:
            return None
        value = read_number(typed)
        if value is None:
            self.refuse(name, f"{label}を数字で入力してください(例 1,200,000)。")
        return value

    def version(self) -> int:
        """Return the version the form was made on; 0 (which is never current) when it is missing."""
        typed = self.form.text("version")
        return int(typed) if typed.isascii() and typed.isdigit() else 0

    def take(self, refusal: BadInput, names: Mapping[str, str] | None = None, *, suffix: str = "") -> None:
        """Take over what a use case refused: its pointers become field names.

        ``suffix`` ends the ids of the fields where several forms of one page share their names.
        """
        known = names or {}
        for error in refusal.errors:
            name = known.get(error.pointer, error.pointer.strip("/").replace("/", "-"))
            self.refuse(name, error.message, f"{name}{suffix}" if suffix else "")
        if not refusal.errors:
            self.refuse("form", refusal.message, "main")

    @property
    def errors(self) -> FormErrors:
        """Return everything found, for the page."""
        return FormErrors(tuple(self.found.values()))
