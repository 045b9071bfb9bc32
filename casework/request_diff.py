"""What two versions of a request say differently, and which parts of it a change matters to."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col

from casework import evidence
from casework.call import Call
from casework.errors import NotFound
from casework.request_rules import find_request
from casework.tenancy import visible_to
from models.request import Request
from models.request_version import RequestVersion
from policy.document import read_document

# Free text that no criterion reads and no decider rests on. Everything else matters.
FREE_TEXT = ("/title", "/information/*/name")
# Set by the office at each submission, not stated by anybody.
NOT_STATED = ("/as_of",)


@dataclass(frozen=True)
class Change:
    """One place at which two documents or verdicts differ; None where one of them is silent."""

    pointer: str
    before: Any
    after: Any

    @property
    def part(self) -> str:
        """Return the part of the document it lies in."""
        return self.pointer.split("/")[1]

    @property
    def matters(self) -> bool:
        """Return whether approvals given before it lapse."""
        return not any(_matches(self.pointer, pattern) for pattern in FREE_TEXT)


@dataclass(frozen=True)
class Difference:
    """Everything two versions differ in."""

    document: Sequence[Change]
    findings: Sequence[Change]
    files: Sequence[Change]

    @property
    def changes(self) -> list[Change]:
        """Return all changes in one list."""
        return [*self.document, *self.findings, *self.files]

    @property
    def parts_that_matter(self) -> set[str]:
        """Return the parts in which something changed that matters."""
        return {change.part for change in self.changes if change.matters}


def _matches(pointer: str, pattern: str) -> bool:
    steps, wanted = pointer.split("/"), pattern.split("/")
    return len(steps) == len(wanted) and all(want in {"*", step} for step, want in zip(steps, wanted, strict=True))


def _leaves(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 (any JSON value)
    if isinstance(value, Mapping) and value:
        for key in sorted(value):
            yield from _leaves(value[key], f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from _leaves(item, f"{pointer}/{index}")
    else:
        yield pointer, value


def _compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    return [
        Change(key, before.get(key), after.get(key)) for key in {**before, **after} if before.get(key) != after.get(key)
    ]


def compare_documents(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return where two request documents differ, in the order of the first; the day of the verdict is left out.

    Both are read first, so that what is left out and what is said to be its usual value are the same.
    """
    was, now = _whole(before), _whole(after)
    return _compare(was, now)


def _whole(document: Mapping[str, Any]) -> dict[str, Any]:
    read = read_document(document).model_dump(mode="json")
    return {key: value for key, value in _leaves(read) if key not in NOT_STATED and value not in (None, [], {})}


def compare_verdicts(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return which provisions came to another result, and whether edition, sections or route changed."""
    was, now = _results(before), _results(after)
    return _compare(was, now)


def _results(verdict: Mapping[str, Any]) -> dict[str, Any]:
    results = {
        f"/verdict/{row['provision']}" + ("" if row.get("subject") is None else f"#{row['subject']}"): row["result"]
        for row in verdict["findings"]
    }
    route = [[step["action"], *step["roles"]] for step in verdict["approval_route"]]
    return results | {
        "/verdict/edition": verdict["edition"],
        "/verdict/governed_by": verdict["governed_by"],
        "/verdict/route": route,
    }


def compare_versions(
    before: RequestVersion, after: RequestVersion, files: tuple[Sequence[str], Sequence[str]] = ((), ())
) -> Difference:
    """Return everything two stored versions differ in; ``files`` are the files beside each by name and hash."""
    return Difference(
        compare_documents(json.loads(before.document_json), json.loads(after.document_json)),
        compare_verdicts(json.loads(before.verdict_json), json.loads(after.verdict_json)),
        compare_files(*files),
    )


def compare_files(before: Sequence[str], after: Sequence[str]) -> list[Change]:
    """Return the files that only one of two versions has."""
    gone = [Change(f"/attachments/{name}", name, None) for name in before if name not in after]
    return gone + [Change(f"/attachments/{name}", None, name) for name in after if name not in before]


def versions_of(call: Call, request: Request) -> list[RequestVersion]:
    """Return the submitted versions of a request, oldest first."""
    query = visible_to(call.actor, RequestVersion).where(RequestVersion.request_id == request.key)
    return list(call.session.exec(query.order_by(col(RequestVersion.version_no))).all())


def find_version(call: Call, request: Request, version_no: int) -> RequestVersion:
    """Return one submitted version; raises ``NotFound``."""
    found = next((row for row in versions_of(call, request) if row.version_no == version_no), None)
    if found is None:
        raise NotFound(f"申請 {request.number} に第{version_no}版はありません。版の一覧から選び直してください。")
    return found


def files_at(call: Call, request: Request, version: RequestVersion) -> list[str]:
    """Return the files that lay beside a request when a version was fixed, as 名前(ハッシュの頭)."""
    rows = evidence.current_files(call, "request", request.key, at=version.created_at)
    return [f"{row.name}({row.sha256[:12]})" for row in rows]


def diff(call: Call, number: str, *, a: int, b: int) -> tuple[Request, RequestVersion, RequestVersion, Difference]:
    """Return two submitted versions of a request with what they differ in; raises ``NotFound``."""
    request = find_request(call, number)
    before, after = find_version(call, request, a), find_version(call, request, b)
    files = (files_at(call, request, before), files_at(call, request, after))
    return request, before, after, compare_versions(before, after, files)


def change_since(call: Call, request: Request, content_hash: str, current: RequestVersion) -> list[dict[str, Any]]:
    """Return what changed since the version with a hash, for the decider who read it; empty when nobody knows it."""
    read = next((row for row in versions_of(call, request) if row.content_hash == content_hash), None)
    if read is None:
        return []
    files = (files_at(call, request, read), files_at(call, request, current))
    found = compare_versions(read, current, files).changes
    return [{"pointer": each.pointer, "before": each.before, "after": each.after} for each in found]
