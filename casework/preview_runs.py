"""An organisation tries a new edition of its own pack on its own ledger; nothing is written and no file is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from casework.call import Call
from casework.errors import BadInput, FieldError, FileRejected
from casework.evidence import Upload
from casework.organisation_items import KEEPERS
from casework.preview import ContractChange, Preview, RequestChange, Unreadable
from casework.preview_workbook import PreviewWorkbook
from casework.verdicts import own_pack
from policy.errors import PolicyError
from policy.library import load_criteria, load_duties, read_pack
from policy.pack import Pack, PackProvision

MOST = 200


@dataclass(frozen=True)
class Tried:
    """What an edition would change: at most ``MOST`` rows of each kind, the whole numbers beside them."""

    pack: Pack
    edition: str
    flips: Sequence[RequestChange]
    changed: Sequence[RequestChange]
    contracts: Sequence[ContractChange]
    new_duties: Sequence[tuple[PackProvision, int]]
    unreadable: Sequence[Unreadable]
    requests_read: int
    contracts_read: int
    flip_count: int
    changed_count: int
    contract_count: int


def pack_to_try(call: Call, upload: Upload | None) -> Pack:
    """Return the pack in an uploaded ``pack.yaml``, or the organisation's shipped one without a file.

    Raises ``NotPermitted``, and ``FileRejected`` with file, line and remedy.
    """
    call.need(*KEEPERS, to="版の見直しを試す")
    own = own_pack(call.session, call.actor.organisation_id)
    if upload is None:
        return own
    with TemporaryDirectory() as folder:
        path = Path(folder) / "pack.yaml"
        path.write_bytes(upload.content)
        try:
            pack = read_pack(path, load_criteria(), load_duties(), named_after_folder=False)
        except PolicyError as error:
            raise FileRejected(error.message, reason=error.code) from error
    if pack.id != own.id:
        raise FileRejected(
            f"「{upload.name}」は「{pack.id}」のパックです。id が「{own.id}」のパックを選んでください。",
            reason="other_pack",
        )
    return pack


def ledger_size(call: Call) -> tuple[int, int]:
    """Return how many requests and contracts an edition is tried on."""
    own = own_pack(call.session, call.actor.organisation_id)
    return _run(call, own, own.file.editions[-1].edition).count()


def try_edition(call: Call, pack: Pack, edition: str) -> Tried:
    """Return what an edition would change in the organisation's ledger.

    Raises ``NotPermitted``, and ``BadInput`` at ``/edition`` for an edition the pack does not have.
    """
    call.need(*KEEPERS, to="版の見直しを試す")
    run = _run(call, pack, edition)
    flips: list[RequestChange] = []
    changed: list[RequestChange] = []
    contracts: list[ContractChange] = []
    changed_count = contract_count = 0
    for change in run.requests():
        changed_count += not change.is_flip
        kept = flips if change.is_flip else changed
        if len(kept) < MOST:
            kept.append(change)
    for contract in run.contracts():
        contract_count += 1
        if len(contracts) < MOST:
            contracts.append(contract)
    return Tried(
        pack=pack,
        edition=edition,
        flips=flips,
        changed=changed,
        contracts=contracts,
        new_duties=[(pack.by_id[provision], count) for provision, count in run.new_duties.most_common()],
        unreadable=run.unreadable[:MOST],
        requests_read=run.requests_read,
        contracts_read=run.contracts_read,
        flip_count=run.flips,
        changed_count=changed_count,
        contract_count=contract_count,
    )


def write_book(call: Call, pack: Pack, edition: str) -> bytes:
    """Return the same as an Excel book with every row; raises as ``try_edition`` does."""
    call.need(*KEEPERS, to="版の見直しを試す")
    run = _run(call, pack, edition)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "preview.xlsx"
        book = PreviewWorkbook(path, pack, edition)
        for change in run.requests():
            book.add_request(change)
        for contract in run.contracts():
            book.add_contract(contract)
        book.close(run)
        return path.read_bytes()


def _run(call: Call, pack: Pack, edition: str) -> Preview:
    try:
        return Preview(call.session, pack, edition, organisation_id=call.actor.organisation_id)
    except PolicyError as error:
        names = "、".join(f"第{known.edition}版" for known in pack.file.editions)
        message = f"「{pack.file.label}」に版「{edition}」はありません。あるのは {names} です。"
        raise BadInput(message, [FieldError("/edition", error.code, message)]) from error
