"""A contract in drafting with versions of its draft, as a clerk of procurement brings them in."""

from __future__ import annotations

from typing import Any

import pytest

from casework import contract_drafts, contracts, draft_gaps, draft_intake
from casework.contract_drafts import DraftDetail
from casework.draft_intake import DraftIn
from casework.evidence import Upload
from contract_clauses.reading.files import read_draft
from models.clause_check import ClauseCheck
from models.contract import Contract
from models.contract_draft import ContractDraft
from models.vocabulary import ClauseState
from tests.office import Office, outsourcing

SECRECY, RESUBCONTRACTING, RETURN, AUDIT = (f"8-1(2)①(エ)-{no}" for no in ("08", "09", "10", "12"))
HEAD = """業務委託契約書

星見ヶ丘市(以下「甲」という。)と□□株式会社(以下「乙」という。)は、次のとおり契約を締結する。
"""
SECRECY_ARTICLE = """(秘密の保持)
第{no}条 乙は、本業務により知り得た秘密を第三者に漏らしてはならない。この契約が終了した後も、また同様とする。
"""
RESUBCONTRACTING_ARTICLE = """(再委託の禁止)
第{no}条 乙は、本業務の全部又は一部を第三者に委託してはならない。\
ただし、あらかじめ書面により甲の承諾を得たときは、この限りでない。
"""
SOFT_RESUBCONTRACTING = """(再委託)
第{no}条 乙は、再委託先に本契約と同等の義務を課すことを条件として、本業務の一部を再委託することができる。
"""
RETURN_ARTICLE = """(返還等)
第{no}条 乙は、この契約が終了したときは、甲から提供を受けた情報資産(複写したものを含む。)の全てを、\
直ちに甲に返還し、又は復元できない方法で廃棄しなければならない。
"""
GAPPY = HEAD + SECRECY_ARTICLE.format(no=1) + SOFT_RESUBCONTRACTING.format(no=2)
CLOSED = HEAD + SECRECY_ARTICLE.format(no=1) + RESUBCONTRACTING_ARTICLE.format(no=2) + RETURN_ARTICLE.format(no=3)
PICTURES = Upload("写し.pdf", b"%PDF-1.7\n% only pictures\n%%EOF")


@pytest.fixture
def reader_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read drafts in this process: starting another for each version costs more than everything else together."""
    monkeypatch.setattr(draft_gaps, "read_safely", read_draft)


def outsourced(office: Office) -> Contract:
    """Return a contract in drafting that needs the clauses of 8-1(2)①."""
    return office.contract(office.decide(office.submitted(subjects=[outsourcing()]), "security_manager"))


def bring_in(
    office: Office, contract: Contract, *texts: str | Upload, by: str = "procurement", **stated: Any
) -> ContractDraft:
    """Bring in a version made of one file for each text."""
    files = [
        text if isinstance(text, Upload) else Upload(f"契約書案{no}.txt", text.encode())
        for no, text in enumerate(texts, start=1)
    ]
    facts: dict[str, Any] = {"received_on": office.clock.today, "received_from": "□□株式会社 営業部"} | stated
    read = draft_gaps.read_draft(files, office.look(by, draft_intake.wanted_for, contract.number))
    return office.do(by, draft_intake.add_draft, contract.number, DraftIn(**facts), read)


def check_of(office: Office, contract: Contract, provision: str) -> ClauseCheck:
    """Return how one clause stands now."""
    detail = office.look("auditor", contracts.contract_detail, contract.number)
    return next(check for check in detail.checks if check.provision == provision)


def decide(
    office: Office, contract: Contract, provision: str, state: ClauseState, *, by: str = "procurement", **said: Any
) -> ClauseCheck:
    """Decide one clause on the version that stands now."""
    version = said.pop("version", None) or check_of(office, contract, provision).version
    return office.do(by, contracts.decide_clause, contract.number, provision, version=version, state=state, **said)


def look_at(office: Office, contract: Contract, draft_no: int = 1, *, by: str = "procurement") -> DraftDetail:
    """Return one version with the machine's answers."""
    return office.look(by, contract_drafts.draft_detail, contract.number, draft_no)
