"""The files of a form and what is said of them; where the form is refused, they need not be chosen again."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from casework import evidence, kept_uploads
from casework.call import Call
from casework.errors import BadInput, FileRejected
from casework.evidence import NO_CAPTION, Caption, Upload
from web.forms import Form, Reading
from web.view import FormErrors

FIELD = "kept"
# What is said of a file, by the fields of a form; a request's own form has a title too.
CAPTION_FIELDS = {name: f"file_{name}" for name in asdict(NO_CAPTION)}


@dataclass(frozen=True)
class KeptFile:
    """A file that need not be chosen again, with the slip it comes back for."""

    name: str
    size_bytes: int
    slip: str


def chosen_files(call: Call, form: Form, name: str = "file") -> list[Upload]:
    """Return the files of a form: those chosen now, after those that were kept from a time before."""
    kept = [kept_uploads.bring_back(call, slip) for slip in form.listed(FIELD)]
    return [*(upload for upload in kept if upload), *form.several.get(name, ())]


def keep_files(call: Call, uploads: Sequence[Upload]) -> list[KeptFile]:
    """Return the files that can be taken, kept for the next time the form is sent."""
    slips = [(upload, kept_uploads.keep(call, upload)) for upload in uploads]
    return [KeptFile(upload.name, len(upload.content), slip) for upload, slip in slips if slip]


def caption_from(form: Form) -> Caption:
    """Return what a form says of its files."""
    texts = {name: form.text(field) for name, field in CAPTION_FIELDS.items() if name != "is_sanitised"}
    texts |= {name: form.code(CAPTION_FIELDS[name]) for name in ("kind", "original_sha256")}
    return Caption(**texts, is_sanitised=form.has(CAPTION_FIELDS["is_sanitised"]))


def form_of(caption: Caption) -> Form:
    """Return the fields of a form filled with what is said of a file."""
    said = {CAPTION_FIELDS[name]: value for name, value in asdict(caption).items()}
    return Form({name: ["yes" if value is True else value] for name, value in said.items() if value})


def refusals_of(call: Call, uploads: Sequence[Upload], refusal: FileRejected | BadInput, form: Form) -> FormErrors:
    """Return what has to be mended: each file that cannot be taken at the field of files, all else at its own."""
    reading = Reading(form)
    if isinstance(refusal, BadInput):
        reading.take(refusal, {f"/{name}": field for name, field in CAPTION_FIELDS.items()})
        return reading.errors
    found = []
    for upload in uploads:
        try:
            evidence.look_at(call, upload)
        except FileRejected as each:
            found.append(each.message)
    return FormErrors.of({"file": "".join(dict.fromkeys(found or [refusal.message]))})
