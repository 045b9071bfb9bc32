"""The annex to a procurement specification, from what a request states (8-1(2)①(イ), 8-2(1), 8-3(3), 8-3(4)①)."""

from casework import audit, own_aliases, registry, verdicts
from casework.call import Call
from casework.contract_papers import Made, organisation_of
from casework.errors import WrongState
from casework.requests import find_request
from contract_clauses.drafting.specification_annex import (
    AnnexHead,
    Requirement,
    RequirementSection,
    write_specification_annex,
)
from models.request import Request
from policy.document import read_document
from policy.errors import PolicyError
from policy.specification import AnnexItem, SpecificationAnnex, specification_annex


def make_specification(call: Call, number: str, *, shows_answers: bool = False) -> Made:
    """Return the annex of a request as Word. Leaves an event.

    ``shows_answers`` prints what the applicant has said so far beside each requirement: for the file, not for the other
    side. Raises ``NotFound``, and ``WrongState`` where the policy asks for no such annex.
    """
    request = find_request(call, number)
    annex = annex_of(call, request)
    if not annex.sections:
        raise WrongState(
            "この申請について、ポリシーが調達仕様書に求める事項はありません。申請の内容を確かめてください。",
            state="nothing_asked",
        )
    town = organisation_of(call)
    head = AnnexHead(
        procurement=request.title,
        number=request.number,
        policy=verdicts.own_pack(call.session, call.actor.organisation_id).file.label,
        body=town.name,
    )
    sections = [
        RequirementSection(section.number, section.title, tuple(_requirement(item) for item in section.items))
        for section in annex.sections
    ]
    content = write_specification_annex(head, sections, shows_answers=shows_answers, at=call.now)
    inside = "_庁内用" if shows_answers else ""
    made = Made(f"{number}_調達仕様書_別紙{inside}.docx", content)
    audit.record(call, "exported", "request", number, after={"file": made.name})
    return made


def annex_of(call: Call, request: Request) -> SpecificationAnnex:
    """Return the annex of a request as it stands, under the organisation's pack and the newest list."""
    own = own_aliases.in_force(call.session, call.actor.organisation_id)
    try:
        document = read_document(request.document_json)
        facts = registry.facts_for(call.session, document, own=own)
        pack = verdicts.own_pack(call.session, call.actor.organisation_id)
        return specification_annex(document, pack, facts, body=organisation_of(call).name)
    except PolicyError as error:
        raise verdicts.as_bad_input(error) from error


def _requirement(item: AnnexItem) -> Requirement:
    said = "、".join(
        f"{answer.provision} {answer.says}{f'({answer.evidence})' if answer.evidence else ''}"
        for answer in item.answers
        if answer.says
    )
    return Requirement(item.number, item.text, item.points, item.state, item.provisions, said)
