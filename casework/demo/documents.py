"""Writes the request document of a story: the facts of its kind, and an answer to whatever is asked."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from casework import requests
from casework.call import Call
from casework.demo.tables import PACK, table

EVIDENCE_HOLDS = timedelta(days=400)
# Proof of these is dated: it runs out and has to be shown again.
DATED = ("4-1(7)②-01", "8-3(3)②(ア)")
ALL = "all"


@dataclass(frozen=True)
class Use:
    """From when to when a service or a contractor is to be used."""

    starts_on: date
    ends_on: date


def pick(seed: str, count: int) -> int:
    """Return a number below ``count`` that is always the same for a text: chance without dice."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:6], "big") % count


def compose(call: Call, story: Mapping[str, Any], use: Use) -> dict[str, Any]:
    """Return the document of a story as its applicant leaves it, answered as far as the story goes."""
    document = facts_of(story, use)
    if story.get("open") != ALL:
        document["answers"] = _answers(call, document, story, left_open=set(story.get("open", ())))
    return document


def completed(call: Call, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with everything answered that was still open, as after a return."""
    added = _answers(call, document, {}, left_open=set())
    subjects = [
        subject | {"data_locations": ["JP"]} if subject["type"] == "cloud" else subject
        for subject in document["subjects"]
    ]
    return {**document, "subjects": subjects, "answers": {**document["answers"], **added}}


def facts_of(story: Mapping[str, Any], use: Use) -> dict[str, Any]:
    """Return the document of a story with no question answered."""
    kind = table("kinds")[story["kind"]]
    return {
        "pack": PACK,
        "title": story["title"],
        "department": table("town")["sections"][story["section"]],
        "applicant_role": kind.get("applicant_role", "staff"),
        "information": [kind["information"] | ({"confidentiality": story["class"]} if "class" in story else {})],
        "zone": kind["zone"],
        "subjects": _subjects(story, kind),
        "contract": {"starts_on": use.starts_on.isoformat(), "ends_on": use.ends_on.isoformat()},
        "answers": {},
    }


def services_of(story: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the cloud services of a story with their providers."""
    if "services" in story:
        return [(name, company) for name, company in story["services"]]
    return [(story["service"], story["company"])] if "service" in story else []


def _subjects(story: Mapping[str, Any], kind: Mapping[str, Any]) -> list[dict[str, Any]]:
    subjects = [_cloud(name, company, story, kind) for name, company in services_of(story)]
    if "outsourcing" in kind:
        has_subcontractors = pick(story["title"], 3) == 0
        common = {"type": "outsourcing", "contractor": story["company"], "subcontracting": has_subcontractors}
        subjects.append({"privileged_access": False} | common | kind["outsourcing"])
    return subjects


def _cloud(name: str, company: str, story: Mapping[str, Any], kind: Mapping[str, Any]) -> dict[str, Any]:
    subject: dict[str, Any] = {
        "type": "cloud",
        "name": name,
        "provider": company,
        "service_model": "saas",
        "subcontracting": pick(name, 4) == 0,
        "data_locations": story.get("locations", ["JP"]),
        "governing_law": "JP",
        "registry": "auto",
    }
    subject |= kind["cloud"]
    if "connection" in story:
        subject["connection"] = story["connection"]
    for key, status in (("registry", "registered"), ("suspended", "suspended")):
        if key in story:
            subject["registry"] = {"scheme": "ISMAP", "registration_number": story[key], "status": status}
    return subject


def _answers(
    call: Call, document: Mapping[str, Any], story: Mapping[str, Any], *, left_open: set[str]
) -> dict[str, dict[str, str]]:
    verdict = requests.assess_draft(call, document).verdict
    asked = [found["provision"] for found in verdict["findings"] if found["result"] == "needs_information"]
    given: dict[str, dict[str, str]] = {}
    for provision in dict.fromkeys(asked):
        if provision in left_open:
            continue
        if provision in story.get("no", ()):
            given[provision] = {"answer": "no"}
        elif provision in story.get("promise", {}):
            due = (call.today + timedelta(days=45)).isoformat()
            promise = story["promise"][provision]
            shown = _evidence(provision)
            given[provision] = {"answer": "conditional", "evidence": shown, "condition": promise, "due": due}
        else:
            given[provision] = {"answer": "yes", "evidence": _evidence(provision)}
            if provision in DATED:
                given[provision]["valid_until"] = (call.today + EVIDENCE_HOLDS).isoformat()
    return given


def _evidence(provision: str) -> str:
    known = table("answers").get(provision)
    if known:
        return str(known)
    if provision.startswith("8-1(2)①(エ)-"):
        return f"特記仕様書案 第{int(provision[-2:])}"
    return f"{provision} の確認票"
