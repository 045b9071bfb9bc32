"""One request as a case file to hand over: everything decided about it and why, and proof that it was not changed.

A zip with a PDF for people, the documents and verdicts as they were, every piece of evidence, the events of the record
with the stand-alone verifier, and the SHA-256 of each file in the manifest.
"""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import PurePath
from typing import Any

from casework import audit, audit_bundle, audit_views, request_views
from casework.audit_bundle import Chain, ExportedFile
from casework.audit_views import EventFilter
from casework.call import Call
from casework.clock import JAPAN
from casework.request_views import RequestDetail
from models.decision import Decision
from models.evidence_file import EvidenceFile

MOST_EVENTS = 2000


def export_case_file(call: Call, number: str) -> ExportedFile:
    """Return the case file of a request; leaves the event of the export. Raises ``NotPermitted`` and ``NotFound``."""
    from casework.case_file_pdf import CasePaper, write_pdf  # noqa: PLC0415  26 MB that only a case file needs

    audit_views.need_reader(call, to="事件簿を書き出す")
    detail = request_views.request_detail(call, number)
    objects = (("request", number), *(("evidence", str(row.key)) for row in detail.files))
    chain = Chain(call, EventFilter(objects=objects))
    lines = list(chain.events())
    parts = {**_documents(detail), **_evidence(call, detail.files)}
    head = audit.daily_head_line(call)
    parts[f"{number}.pdf"] = write_pdf(CasePaper(detail, lines[-MOST_EVENTS:], head, call.now, call.actor.name))
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()}
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
            for name, content in parts.items():
                bundle.writestr(name, content)
            manifest = {**chain.manifest(), "request": number, "files": hashes}
            audit_bundle.write_record(bundle, lines, manifest)
        file.seek(0)
        content = file.read()
    after = {"files": len(parts), "sha256": hashlib.sha256(content).hexdigest()}
    audit.record(call, "case_file_exported", "request", number, after=after)
    return ExportedFile(f"jiken_{number}_{call.today.isoformat()}.zip", "application/zip", content)


def _documents(detail: RequestDetail) -> dict[str, bytes]:
    """Return documents, verdicts, route and decisions; each version's text is the one that was hashed."""
    found: dict[str, bytes] = {}
    for version in detail.versions:
        found[f"versions/{version.version_no:02}_document.json"] = version.document_json.encode()
        found[f"versions/{version.version_no:02}_verdict.json"] = version.verdict_json.encode()
    if not detail.versions:
        found["draft_document.json"] = _json(detail.document)
    found["route.json"] = _json([asdict(step) for step in detail.steps])
    found["decisions.json"] = _json([_decision(row, detail) for row in detail.decisions])
    found["versions.json"] = _json(
        [
            {
                "version": version.version_no,
                "submitted_at": version.submitted_at.astimezone(JAPAN).isoformat(),
                "document_sha256": version.document_hash,
                "content_hash": version.content_hash,
                "pack": version.pack,
                "edition": version.edition,
                "pack_hash": version.pack_hash,
                "snapshot": version.snapshot_code,
                "overall": version.overall,
            }
            for version in detail.versions
        ]
    )
    return found


def _decision(row: Decision, detail: RequestDetail) -> dict[str, Any]:
    return {
        "action": row.action,
        "by": detail.people.get(row.decided_by_id, ""),
        "as": row.decided_as,
        "on_behalf_of": detail.people.get(row.on_behalf_of_id or 0, ""),
        "at": row.decided_at.astimezone(JAPAN).isoformat(),
        "manager": detail.people.get(row.manager_id or 0, ""),
        "reason": row.reason,
        "remarks": row.remarks,
        "conditions": row.conditions,
        "content_hash": row.content_hash,
        "is_against_verdict": row.is_against_verdict,
    }


def _evidence(call: Call, files: Sequence[EvidenceFile]) -> dict[str, bytes]:
    # Names come from outside: only the last part, and never a separator a reader could follow.
    return {
        f"evidence/{at:02}_{PurePath(row.name.replace(chr(92), '/')).name}": call.store.get(row.sha256)
        for at, row in enumerate(files, start=1)
    }


def _json(value: Any) -> bytes:  # noqa: ANN401 (any JSON value)
    return json.dumps(value, ensure_ascii=False, indent=2).encode()
