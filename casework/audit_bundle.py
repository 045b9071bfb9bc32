"""The record as files that leave: a bundle that proves itself without us, and a table for Excel. Leaving is an event.

A bundle holds the events as JSON Lines, a manifest with the head of the chain, the stand-alone verifier and how to run
it. Without a condition it is the whole chain and every link is provable; with one it is an extract, event by event.
"""

import csv
import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from casework import audit, audit_views
from casework.audit_scheme import FIRST, line_of
from casework.audit_views import EventFilter
from casework.audit_words import ACTIONS, OBJECTS, SOURCES
from casework.call import ROLE_LABELS, Call
from casework.canonical import canonical_json
from casework.clock import JAPAN
from casework.errors import FieldError, MalformedRequest
from casework.ledgers.writing import FORMULA_STARTS
from models.audit_anchor import AuditAnchor
from models.audit_event import AuditEvent
from models.organisation import Organisation

FORMAT = "sekisho-record-1"
VERIFIER = "verify_sekisho_record.py"
BATCH = 1000
LARGEST_PROOF = 2000
COLUMNS = (
    "番号", "日時(JST)", "人", "職", "役割", "だれの代理", "発信元", "操作", "対象の種類", "対象の番号",
    "変更前", "変更後", "要求番号", "保存期限", "直前のハッシュ", "ハッシュ",
)  # fmt: skip
_HOW_TO = """関所の記録の書出し

この記録が書き出された後に変えられていないことは、Python 3.9 以降があればどの機械でも確かめられます。
  python3 verify_sekisho_record.py
終わりの番号は 0=一致、1=変更あり(最初の番号を示します)、2=読み取れない、です。
決裁シートや毎朝の知らせに載った「記録の先頭」と比べるには、--head 番号:ハッシュ を付けます。

A record exported from Sekisho. To verify it: python3 verify_sekisho_record.py (Python 3.9 or later, nothing else).
"""


@dataclass(frozen=True)
class ExportedFile:
    """A file that leaves: its name, its type and its bytes."""

    name: str
    media_type: str
    content: bytes


def export_bundle(call: Call, wanted: EventFilter) -> ExportedFile:
    """Return the record, or the events that fit a condition, as a bundle; leaves the event of the export."""
    audit_views.need_reader(call, to="記録を書き出す")
    chain = Chain(call, wanted)
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
            write_record(bundle, chain.events(), chain.manifest())
        file.seek(0)
        content = file.read()
    return _leaving(call, wanted, chain, "zip", "application/zip", content)


def export_table(call: Call, wanted: EventFilter) -> ExportedFile:
    """Return the events that fit a condition as CSV for Excel (ux.md 3.4); leaves the event of the export."""
    audit_views.need_reader(call, to="記録を書き出す")
    chain = Chain(call, wanted)
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for line in chain.events():
        table.writerow([f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell for cell in cells_of(line)])
    return _leaving(call, wanted, chain, "csv", "text/csv; charset=utf-8", b"\xef\xbb\xbf" + text.getvalue().encode())


def write_record(bundle: zipfile.ZipFile, lines: Iterable[Mapping[str, Any]], manifest: dict[str, Any]) -> None:
    """Put events, verifier, instructions and a manifest that holds their hashes into a bundle."""
    counted, digest = 0, hashlib.sha256()
    with bundle.open("events.jsonl", "w", force_zip64=True) as file:
        for line in lines:
            text = f"{canonical_json(line)}\n".encode()
            digest.update(text)
            file.write(text)
            counted += 1
    parts = {VERIFIER: verifier(), "README.txt": _HOW_TO.encode()}
    for name, content in parts.items():
        bundle.writestr(name, content)
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()}
    files = {"events.jsonl": digest.hexdigest(), **hashes, **manifest.pop("files", {})}
    written = {**manifest, "events": counted, "files": files}
    bundle.writestr("manifest.json", json.dumps(written, ensure_ascii=False, indent=2))


def verifier() -> bytes:
    """Return the stand-alone verifier, as it lies beside this file."""
    return Path(__file__).with_name(VERIFIER).read_bytes()


class Chain:
    """One organisation's chain as it stands when the export begins."""

    def __init__(self, call: Call, wanted: EventFilter) -> None:
        mine = select(Organisation).where(Organisation.id == call.actor.organisation_id)
        self._call, self._wanted, self.organisation = call, wanted, call.session.exec(mine).one()
        self.head = (self.organisation.chain_seq, self.organisation.chain_hash or FIRST)
        self.anchor: AuditAnchor | None = audit.newest_anchor(call.session, self.organisation.key)
        self.first = max(wanted.from_seq or 1, self.anchor.upto_seq + 1 if self.anchor else 1)
        self.last = min(wanted.upto_seq or self.head[0], self.head[0])

    def events(self) -> Iterator[dict[str, Any]]:
        """Yield the events in their order, in batches."""
        seq = self.first
        while seq <= self.last:
            query = audit_views.matching(self._call, self._wanted)
            rows = self._call.session.exec(
                query.where(col(AuditEvent.seq).between(seq, self.last)).order_by(col(AuditEvent.seq)).limit(BATCH)
            ).all()
            for row in rows:
                yield line_of(row)
                self._call.session.expunge(row)
            if not rows:
                return
            seq = rows[-1].seq + 1

    def manifest(self) -> dict[str, Any]:
        """Return what a bundle says of itself."""
        return {
            "format": FORMAT,
            "organisation": {"code": self.organisation.code, "name": self.organisation.name},
            "exported_at": self._call.now.astimezone(JAPAN).isoformat(),
            "exported_by": self._call.actor.name,
            "condition": self._wanted.words,
            "is_whole": self._wanted.is_range,
            "from": self.first,
            "upto": self.last,
            "previous": self._previous(),
            "head": {"seq": self.head[0], "hash": self.head[1]},
            "anchor": audit.anchor_facts(self.anchor) if self.anchor else None,
        }

    def _previous(self) -> str:
        if self.anchor and self.first == self.anchor.upto_seq + 1:
            return self.anchor.upto_hash
        query = select(AuditEvent.hash).where(
            AuditEvent.organisation_id == self.organisation.key, AuditEvent.seq == self.first - 1
        )
        return self._call.session.exec(query).first() or FIRST


def _leaving(call: Call, wanted: EventFilter, chain: Chain, kind: str, media_type: str, content: bytes) -> ExportedFile:
    after = {"file": kind, "condition": wanted.words, "sha256": hashlib.sha256(content).hexdigest()}
    audit.record(call, "record_exported", "audit_event", f"{chain.first}-{chain.last}", after=after)
    name = f"kiroku_{chain.organisation.code}_{chain.first}-{chain.last}_{call.today.isoformat()}.{kind}"
    return ExportedFile(name, media_type, content)


def cells_of(line: Mapping[str, Any]) -> list[str]:
    """Return an event as the cells of a table, in the order of ``COLUMNS``."""
    kind, number = line["object"]
    return [
        str(line["seq"]),
        audit_views.instant_of(line).astimezone(JAPAN).strftime("%Y-%m-%d %H:%M:%S"),
        line["actor_name"],
        line["post"],
        ROLE_LABELS.get(line["acted_as"], line["acted_as"]),
        line["on_behalf_of"],
        SOURCES.get(line["source"], line["source"]),
        ACTIONS.get(line["action"], line["action"]),
        OBJECTS.get(kind, kind),
        number,
        *(canonical_json({**line[side], **dict.fromkeys(line["redacted"].get(side, {}), "(墨消し)")})
          for side in ("before", "after")),
        line["call"],
        line["keep_until"],
        line["previous"],
        line["hash"],
    ]  # fmt: skip


def proof_of(call: Call, from_seq: int, upto_seq: int) -> dict[str, Any]:
    """Return a range of the record with everything that proves it: the lines, where they hang, and the head.

    Raises ``NotPermitted`` and ``MalformedRequest``.
    """
    audit_views.need_reader(call, to="記録を書き出す")
    if not 0 <= upto_seq - from_seq < LARGEST_PROOF:
        message = f"範囲は小さい番号から大きい番号へ、{LARGEST_PROOF}件までで指定してください。"
        raise MalformedRequest(message, errors=[FieldError("to", "out_of_range", message)])
    chain = Chain(call, EventFilter(from_seq=from_seq, upto_seq=upto_seq))
    lines = list(chain.events())
    audit.record(call, "record_exported", "audit_event", f"{chain.first}-{chain.last}", after={"file": "proof"})
    return {**chain.manifest(), "events": lines}
