"""Reads the shipped criteria, duties and packs, strictly, and ties them together.

One file is one criterion or one duty, and its name is its id; a pack is one folder with ``pack.yaml``. Anything that
does not hold together is named with file and line and stops the product at start.
"""

import hashlib
import json
import re
import string
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from policy.criterion import Criterion, LibraryItem
from policy.errors import BadDocument, BadLibrary, PolicyError
from policy.fact_names import KNOWN_FACTS
from policy.library_errors import first_fault
from policy.pack import Duty, Pack, PackFile, Settings
from policy.pack_checks import UNFILLED, dangling_settings, find_faults, unfilled, unknown_facts
from policy.strict_yaml import ReadText, read_text

HOME = Path(__file__).parent
_PACK_NAME = re.compile(r"[A-Za-z0-9_-]+")

Item = TypeVar("Item", bound=LibraryItem)


def list_pack_ids() -> tuple[str, ...]:
    """The ids of all shipped packs, sorted."""
    return tuple(sorted(path.parent.name for path in (HOME / "packs").glob("*/pack.yaml")))


@cache
def load_pack(pack_id: str) -> Pack:
    """The pack with everything it points to; read once per process.

    Raises:
        PolicyError: ``unknown_pack``.
        BadLibrary: a shipped file is broken.
    """
    if pack_id not in list_pack_ids():
        raise PolicyError(
            "unknown_pack",
            f"ポリシー「{pack_id}」は収録されていません。使えるのは {'、'.join(list_pack_ids())} です。",
            "/pack",
        )
    return read_pack(HOME / "packs" / pack_id / "pack.yaml", load_criteria(), load_duties())


@cache
def load_criteria() -> dict[str, Criterion]:
    """Every shipped criterion by id."""
    return _load_folder(HOME / "criteria", Criterion)


@cache
def load_duties() -> dict[str, Duty]:
    """Every shipped duty by id."""
    return _load_folder(HOME / "duties", Duty)


def read_pack(
    path: Path, criteria: dict[str, Criterion], duties: dict[str, Duty], *, named_after_folder: bool = True
) -> Pack:
    """The pack in ``path``, tied to the criteria and duties it points to.

    ``named_after_folder`` False takes a pack that lies anywhere, such as an edition still being written.

    Raises:
        BadLibrary: unreadable, unknown or repeated keys, or a reference to something that is not there.
    """
    pack, read = _read_pack_file(path)
    if named_after_folder and pack.id != path.parent.name:
        raise _broken(path, read, "/id", f"id「{pack.id}」がフォルダ名「{path.parent.name}」と違います")
    for pointer, sentence in find_faults(pack, criteria, duties):
        raise _broken(path, read, pointer, sentence)
    used_criteria = {item.criterion for item in pack.provisions if item.criterion}
    used_duties = {item.duty for item in pack.provisions if item.duty}
    tied = Pack(
        file=pack,
        criteria={name: criteria[name] for name in sorted(used_criteria)},
        duties={name: duties[name] for name in sorted(used_duties)},
        content_hash="",
    )
    return tied.model_copy(update={"content_hash": hash_content(tied)})


def _read_pack_file(path: Path) -> tuple[PackFile, ReadText]:
    """A pack file; one that says ``copy_of`` has the named pack's content under its own name, source and editions.

    For a body that took another's text over word for word, and for the demo. What it states itself replaces the
    copied part whole, so that no dated edition or document of one body can stand as another's.
    """
    read = _read_file(path)
    _refuse_unfilled(path, read)
    if not isinstance(read.value, dict) or "copy_of" not in read.value:
        return read_item(path, PackFile)
    own = {key: value for key, value in read.value.items() if key != "copy_of"}
    missing = [key for key in ("id", "label", "source", "editions") if key not in own]
    if missing:
        raise _broken(path, read, "", f"copy_of を使うパックは {'、'.join(missing)} も自分のものを書いてください")
    folders = (path.parent.parent, HOME / "packs")  # a pack still being written lies anywhere
    name = str(read.value["copy_of"])
    # The file may come from a browser: a name with a path in it must not reach other folders.
    originals = [folder / name / "pack.yaml" for folder in folders if _PACK_NAME.fullmatch(name)]
    original = next((each for each in originals if each.exists()), None)
    if original is None:
        raise _broken(path, read, "/copy_of", f"写し元のパック「{name}」がありません。名前を確かめてください")
    copied = _read_file(original)
    if not isinstance(copied.value, dict) or "copy_of" in copied.value:
        raise _broken(path, read, "/copy_of", "写し元には、写しでないパックを指定してください")
    try:
        return PackFile.model_validate({**copied.value, **own}), read
    except ValidationError as error:
        raise _broken(path, read, *first_fault(error)) from error


def _refuse_unfilled(path: Path, read: ReadText) -> None:
    places = [read.place(pointer) for pointer in unfilled(read.value)]
    if places:
        sentence = f"「{UNFILLED}」が{len(places)}か所残っています。文書を見て書き入れてください({'、'.join(places)})。"
        where = f"{_name(path)}: {places[0]}"
        raise BadLibrary("not_filled_in", f"{where}: {sentence}", where)


def adopt_settings(pack: Pack, changes: Mapping[str, object]) -> Pack:
    """The pack with an organisation's own values for what the policy leaves open, under a hash of its own.

    Raises:
        BadLibrary: ``bad_setting`` for a setting that does not exist or a value the pack does not know.
    """
    try:
        settings = Settings.model_validate({**pack.file.settings.model_dump(), **changes})
    except ValidationError as error:
        where = "/settings/" + "/".join(str(step) for step in error.errors()[0]["loc"])
        raise BadLibrary("bad_setting", f"{where}: 設定の名前か値を確かめてください。", where) from error
    file = pack.file.model_copy(update={"settings": settings})
    for pointer, sentence in dangling_settings(file, {role.id for role in file.roles}):
        raise BadLibrary("bad_setting", f"{pointer}: {sentence}。", pointer)
    adopted = Pack(file=file, criteria=pack.criteria, duties=pack.duties, content_hash="")
    return adopted.model_copy(update={"content_hash": hash_content(adopted)})


def content_of(pack: Pack) -> str:
    """The one JSON text of the pack's content and that of everything it points to; its SHA-256 is the pack's hash."""
    content = pack.model_dump(mode="json", exclude={"content_hash"})
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def pack_from_content(content: str) -> Pack:
    """The pack whose ``content_of`` was stored, whatever the shipped files have become since.

    The hash is that of the text, not of what the classes of today would write: a field added since changes nothing.

    Raises:
        BadLibrary: ``unreadable_content`` when the text is not a pack.
    """
    try:
        stored = Pack.model_validate({**json.loads(content), "content_hash": _sha256(content)})
    except (ValueError, TypeError) as error:
        raise BadLibrary(
            "unreadable_content", "保存されたポリシーの内容を読めません。データベースを控えから戻してください。"
        ) from error
    return stored


def hash_content(pack: Pack) -> str:
    """The SHA-256 (hex) over the pack's content and that of everything it points to, independent of key order."""
    return _sha256(content_of(pack))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def read_item(path: Path, model: type[Item]) -> tuple[Item, ReadText]:
    """One library file as ``model``, and where its values stand.

    Raises:
        BadLibrary: named with file and line.
    """
    read = _read_file(path)
    try:
        return model.model_validate(read.value), read
    except ValidationError as error:
        raise _broken(path, read, *first_fault(error)) from error


def _read_file(path: Path) -> ReadText:
    try:
        return read_text(path.read_bytes())
    except BadDocument as error:
        raise BadLibrary(error.code, f"{_name(path)}: {error.message}", f"{_name(path)}: {error.where}") from error


def _load_folder(folder: Path, model: type[Item]) -> dict[str, Item]:
    items: dict[str, Item] = {}
    for path in sorted(folder.glob("*.yaml")):
        item, read = read_item(path, model)
        name = str(getattr(item, "id", ""))
        if name != path.stem:
            raise _broken(path, read, "/id", f"id「{name}」がファイル名「{path.stem}」と違います")
        if isinstance(item, Criterion):
            for pointer, sentence in _unknown_facts_of_criterion(item):
                raise _broken(path, read, pointer, sentence)
        items[name] = item
    return items


def _unknown_facts_of_criterion(criterion: Criterion) -> Iterable[tuple[str, str]]:
    for at, case in enumerate(criterion.facts_decide):
        pointer = f"/facts_decide/{at}"
        yield from unknown_facts(case, pointer)
        named = [name for _, name, _, _ in string.Formatter().parse(case.reason) if name]
        for fact in [*named, *case.fix, *case.or_fix]:
            if fact not in KNOWN_FACTS:
                yield pointer, f"事実「{fact}」はありません。つづりを確かめてください"
    for fact in criterion.shows:
        if fact not in KNOWN_FACTS:
            yield "/shows", f"事実「{fact}」はありません。つづりを確かめてください"


def _name(path: Path) -> str:
    """The file as it is called inside the package, so that messages carry no path of this machine."""
    try:
        return f"policy/{path.relative_to(HOME)}"
    except ValueError:
        return path.name


def _broken(path: Path, read: ReadText, pointer: str, sentence: str) -> BadLibrary:
    where = f"{_name(path)}: {read.place(pointer)}"
    return BadLibrary("broken_library", f"{where}: {sentence}。", where)
