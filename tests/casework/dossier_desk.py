"""Evidence and questionnaires as the tests of several rooms need them."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl

from casework import dossiers, questionnaires
from casework.dossiers import About, EvidenceIn
from casework.evidence import Upload
from casework.questionnaire_workbook import ANSWER, FIRST_ROW, MARKS, SHEET
from models.dossier_item import DossierItem
from models.questionnaire import Questionnaire
from tests.office import Office

LISTED = "8-3(3)②(ア)"
PDF = b"%PDF-1.7 certificate"


def service_about(office: Office) -> About:
    """Return the one service in the ledger, approved on the way."""
    if not office.sql("SELECT id FROM service WHERE organisation_id = 2"):
        office.approved()
    return office.look("staff", dossiers.about_service, "S8-0001")


def evidence_in(**changes: Any) -> EvidenceIn:
    stated: dict[str, Any] = {
        "kind": "iso_27017",
        "received_from": "△△株式会社 営業部",
        "issuer": "○○認証機構",
        "scope": "予約サービスの運用",
        "valid_until_on": date(2027, 3, 31),
        "provisions": (LISTED,),
    }
    return EvidenceIn(**(stated | changes))


def entered(office: Office, by: str = "colleague", content: bytes = PDF, **changes: Any) -> DossierItem:
    """Return evidence about the service, entered by somebody."""
    about = service_about(office)
    return office.do(by, dossiers.enter, about, evidence_in(**changes), Upload("登録証.pdf", content))


def accepted(office: Office, **changes: Any) -> DossierItem:
    """Return evidence that another person has accepted."""
    item = entered(office, **changes)
    office.do("security_officer", dossiers.evaluate, item.key, is_accepted=True, reason="原本と照合した")
    return item


def asked(office: Office, number: str, login_name: str = "staff", **facts: Any) -> Questionnaire:
    """Return a questionnaire of a draft."""
    return office.do(login_name, questionnaires.make, number, **facts)


def filled(office: Office, made: Questionnaire, *answers: tuple[str, ...], login_name: str = "staff") -> Any:
    """Return the book of a questionnaire, opened, with these answers typed into its rows in order."""
    _, content = office.do(login_name, questionnaires.export, made.key)
    book = openpyxl.load_workbook(io.BytesIO(content))
    for number, row in enumerate(answers, start=FIRST_ROW + 1):
        for at, value in enumerate(row, start=ANSWER + 1):
            book[SHEET].cell(number, at).value = value
    return book


def as_upload(book: Any, name: str = "回答.xlsx") -> Upload:
    """Return an opened book as the file that comes back."""
    kept = io.BytesIO()
    book.save(kept)
    return Upload(name, kept.getvalue())


def set_mark(book: Any, name: str, value: str) -> None:
    """Write another value on the hidden sheet."""
    for row in book[MARKS].iter_rows():
        if row[0].value == name:
            row[1].value = value
