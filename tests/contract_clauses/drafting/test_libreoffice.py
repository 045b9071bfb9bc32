"""The Word files opened by an office program: LibreOffice turns each into pages that say what they should."""

from __future__ import annotations

import re
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from contract_clauses.drafting.checklist_paper import ChecklistHead, ChecklistRow, write_checklist_word
from contract_clauses.drafting.comparison_table import PaperHead, write_comparison_table
from contract_clauses.drafting.letter import Letter, write_letter
from contract_clauses.drafting.remarks import write_remarks_word
from contract_clauses.drafting.specification_annex import (
    AnnexHead,
    Requirement,
    RequirementSection,
    write_specification_annex,
)
from tests.components import find_libreoffice, require
from tests.contract_clauses.drafting.drafts import NUMBERED, WIDE, closed, missing, weak
from tests.contract_clauses.drafting.word_changes import accept_all, reject_all

AT = datetime(2026, 11, 27, tzinfo=UTC)
HEAD = PaperHead("予約システム運用業務委託", "K8-0007", "契約書案", "星見ヶ丘市情報セキュリティポリシー", "星見ヶ丘市")


def pages_of(papers: dict[str, bytes], folder: Path) -> dict[str, str]:
    """Return what the pages say that LibreOffice makes of each Word file, without spaces."""
    for name, content in papers.items():
        (folder / f"{name}.docx").write_bytes(content)
    profile = (folder / "profile").as_uri()
    asked = [str(require(find_libreoffice)), "--headless", f"-env:UserInstallation={profile}", "--convert-to", "pdf"]
    files = [str(folder / f"{name}.docx") for name in papers]
    subprocess.run([*asked, "--outdir", str(folder), *files], check=True, capture_output=True, timeout=120)
    return {name: _text(folder / f"{name}.pdf") for name in papers}


def _text(pdf: Path) -> str:
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(pdf).pages))


@pytest.mark.slow
def test_every_word_file_opens_in_libreoffice_and_says_what_it_should(tmp_path: Path) -> None:
    made = closed(WIDE, weak("secrecy_survives_the_end", "第3条"), missing("client_may_audit"))
    numbered = closed(NUMBERED, missing("contractor_staff_trained"))
    letter = Letter("株式会社みずほし計算", ("星見ヶ丘市",), date(2026, 11, 27), date(2026, 12, 11))
    row = ChecklistRow("8-1(2)①(エ)-12", "委託者が監査できる", "必要", "", "足りている", "第9条", "木村", AT)
    section = RequirementSection(1, "情報の利用目的の制限", (Requirement("1", "ほかの目的に使わないこと。"),))

    said = pages_of(
        {
            "closed": made.docx,
            "accepted": accept_all(made.docx),
            "rejected": reject_all(made.docx),
            "numbered": numbered.docx,
            "table": write_comparison_table(HEAD, made.amendments, at=AT),
            "letter": write_letter(HEAD, letter, made.amendments, at=AT),
            "remarks": write_remarks_word(HEAD, made.amendments, at=AT),
            "checklist": write_checklist_word(ChecklistHead("予約システム", "K8-0007"), [row], at=AT),
            "annex": write_specification_annex(AnnexHead("予約サービス"), [section], at=AT),
        },
        tmp_path,
    )

    new = "前項の規定にかかわらず、乙は、本業務により知り得た秘密を"
    for name in ("closed", "accepted", "table", "letter", "remarks"):
        assert new in said[name], name
    assert new not in said["rejected"]
    assert "第1条の2" in said["numbered"]
    assert "第2条" in said["numbered"]
    assert "委託者が監査できる" in said["checklist"]
    assert "ほかの目的に使わないこと。" in said["annex"]
    assert "1/1" in said["annex"] or "1/2" in said["annex"]
