"""Broken packs: each is refused with its file, its line and what to do about it."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from policy.errors import BadLibrary
from policy.library import load_criteria, load_duties, read_pack

GOOD = """\
id: small
label: 小さな町の方針
source: {title: 小さな町の方針, issued_by: 小さな町, issued_on: 2025-03-01}
editions:
  - {edition: "1", in_force_from: 2024-04-01, in_force_until: 2025-03-31}
  - {edition: "2", in_force_from: 2025-04-01}
organs: [町長部局]
terms: {cloud: クラウドサービス}
roles:
  - {id: staff, label: 職員等}
  - {id: security_manager, label: 課長}
  - {id: supervising_officer, label: 総務課長}
zones:
  - {id: lgwan, label: LGWAN接続系}
  - {id: internet, label: インターネット接続系}
confidentiality:
  - {id: "2", label: 機密性2}
  - {id: "1", label: 機密性1}
integrity:
  - {id: "2", label: 完全性2}
  - {id: "1", label: 完全性1}
availability:
  - {id: "2", label: 可用性2}
  - {id: "1", label: 可用性1}
settings:
  important_confidentiality: "2"
  document_confidentiality: "2"
  sensitive_confidentiality: "2"
  cloud_deciders: [supervising_officer]
sections:
  - {id: work, label: 業務委託, when: {subject: outsourcing}}
  - {id: cloud, label: クラウドサービス, when: {subject: cloud, zone: internet}}
provisions:
  - {id: "3(1)", phase: rule-making, actor: supervising_officer,
     organisation: contractor_selection_standard,
     line: 選定基準を定める}
  - {id: "3(2)", phase: selection, actor: security_manager, sections: [work],
     criterion: contractor_measures_fit_the_work,
     leans_on: ["3(1)"],
     line: 対策が足りる相手を選ぶ}
  - {id: "3(3)", phase: procurement, actor: security_manager, sections: [work],
     criterion: clause_for_important_information, clause: secrecy_survives_the_end,
     line: 秘密を守る定め}
  - {id: "3(4)", phase: operation, actor: security_manager, sections: [work],
     duty: contractor_measures_are_checked,
     every: P1Y, default: true,
     line: 定期に確かめる}
  - {id: "3(5)", phase: operation, actor: staff, sections: [work, cloud],
     duty: handing_out_is_encrypted,
     duty_only_when: {important_information: "yes"},
     line: 渡すときは暗号にする}
  - {id: "4(1)", phase: approval, actor: staff, sections: [cloud],
     route: apply, roles: [staff],
     line: 申請する}
  - {id: "4(2)", phase: approval, actor: supervising_officer, sections: [cloud],
     route: decide, roles_setting: cloud_deciders,
     line: 決める}
  - {id: "5", phase: audit, actor: supervising_officer, of_organisation: true,
     duty: audit_and_self_check_are_done,
     every: P1Y, basis: 5の毎年度,
     line: 監査する}
endings:
  - {id: returned, provision: "3(4)", title: 返させたこと, subjects: [work_kind], evidence_fields: [file]}
""".replace("work_kind", "outsourcing")


@dataclass(frozen=True)
class Broken:
    """One thing done to the good pack: ``at`` stands on the line that must be named, ``told`` in the message."""

    about: str
    before: str
    after: str
    at: str
    told: str


BROKEN = [
    Broken("unknown heading", "terms: ", "colour: red\nterms: ", "colour", "見出し「colour」は使えません"),
    Broken("misspelt heading", "line: 申請する", "lines: 申請する", "lines", "見出し「lines」は使えません"),
    Broken("repeated heading", "label: 小さな町の方針\n", "label: 小さな町の方針\nlabel: 別の名\n", "label: 別", "2回"),
    Broken("repeated heading inside", "line: 決める", "line: 決める, line: また", "line: 決める", "2回"),
    Broken("heading left out", "organs: [町長部局]\n", "", "id: small", "「organs」がありません"),
    Broken("not YAML", "organs: [町長部局]", "organs: [町長部局", "terms", "YAMLとして読めません"),
    Broken("a type of its own", "label: 小さな町の方針", "label: !!python/name:x y", "!!python", "型の指定"),
    Broken("a number as an id", 'id: "2", label: 機密性2', "id: 2, label: 機密性2", "機密性2", "文字で"),
    Broken("a number as an edition", 'edition: "2"', "edition: 2", "edition: 2", "文字で"),
    Broken("a word for true", "default: true", "default: yes", "default: yes", "true か false"),
    Broken("true for a word", 'important_information: "yes"', "important_information: true", "true}", "文字で"),
    Broken("a day as a number", "in_force_from: 2025-04-01", "in_force_from: 20250401", "20250401", "日付"),
    Broken("no such day", "in_force_from: 2025-04-01", "in_force_from: 2025-04-31", "2025-04-31", "日付"),
    Broken("an edition without its day", ", in_force_from: 2025-04-01", "", 'edition: "2"', "in_force_from"),
    Broken(
        "no edition",
        '  - {edition: "1", in_force_from: 2024-04-01, in_force_until: 2025-03-31}\n'
        '  - {edition: "2", in_force_from: 2025-04-01}\n',
        "  []\n",
        "[]",
        "項目を書き足して",
    ),
    Broken("overlapping editions", "2025-03-31", "2025-04-01", 'edition: "2"', "重なっています"),
    Broken("an open edition before another", ", in_force_until: 2025-03-31", "", 'edition: "2"', "重なっています"),
    Broken("an edition that ends before it begins", "2025-03-31", "2024-03-31", 'edition: "1"', "始まる前に終わって"),
    Broken("the same edition twice", 'edition: "2"', 'edition: "1"', "2025-04-01}", "版「1」が2回"),
    Broken(
        "a provision that demands nothing",
        "     organisation: contractor_selection_standard,\n",
        "",
        '"3(1)", phase',
        "どれかが要ります",
    ),
    Broken(
        "no such criterion",
        "criterion: contractor_measures_fit",
        "criterion: contractor_pleases",
        "contractor_pleases",
        "つづりを確かめて",
    ),
    Broken("no such duty", "duty: handing_out_is_encrypted", "duty: nothing_is_done", "nothing_is_done", "つづり"),
    Broken("no such role", "actor: staff, sections: [work", "actor: mayor, sections: [work", "mayor", "mayor"),
    Broken("no such section", "sections: [work, cloud]", "sections: [work, clowd]", "clowd", "sections「clowd」"),
    Broken("no such zone", "zone: internet}", "zone: intranet}", "intranet", "internet、lgwan から選んで"),
    Broken("no such fact", "duty_only_when: {important", "duty_only_when: {imporant", '"3(5)"', "imporant_information"),
    Broken("leaning on what is no rule", 'leans_on: ["3(1)"]', 'leans_on: ["3(3)"]', "leans_on", "organisation をもつ"),
    Broken("two spellings of one id", 'id: "4(2)"', 'id: "４（１）"', "４（１）", "同じ条番号"),
    Broken("a cycle out of nowhere", "every: P1Y, default: true", "every: P1Y", '"3(4)", phase', "根拠(basis)"),
    Broken("a cycle nobody can read", "every: P1Y, basis", "every: 毎年, basis", "毎年,", "P1Y(年)"),
    Broken(
        "a cycle of an event",
        "duty: handing_out_is_encrypted,",
        "duty: handing_out_is_encrypted, every: P1Y, default: true,",
        "every: P1Y, default: true,\n     duty_only",
        "定期の義務ではありません",
    ),
    Broken(
        "a demand that bites nowhere",
        ", sections: [work],\n     duty",
        ",\n     duty",
        '"3(4)", phase',
        "どの申請にも効きません",
    ),
    Broken(
        "a clause asked for twice",
        "clause: secrecy_survives_the_end",
        "clause: secrecy_survives_the_end, contract_clause: client_may_audit",
        '"3(3)", phase',
        "contract_clause を消して",
    ),
    Broken(
        "a condition for no clause",
        "duty_only_when: {important",
        'contract_clause_when: {personal: "yes"},\n     duty_only_when: {important',
        '"3(5)", phase',
        "contract_clause がないため",
    ),
    Broken(
        "a condition over no such fact for a clause",
        "duty: handing_out_is_encrypted,",
        'duty: handing_out_is_encrypted, contract_clause: client_may_audit, contract_clause_when: {persnal: "yes"},',
        '"3(5)", phase',
        "事実「persnal」はありません",
    ),
    Broken(
        "a clause for no contract",
        "organisation: contractor_selection_standard,",
        "organisation: contractor_selection_standard, contract_clause: client_may_audit,",
        "contract_clause",
        "どの契約にも求められません",
    ),
    Broken(
        "words that say no condition",
        "duty: handing_out_is_encrypted,",
        "duty: handing_out_is_encrypted, contract_clause: client_may_audit, contract_clause_if: 修理を含む,",
        "contract_clause_if",
        "「…とき」で終わる",
    ),
    Broken("a finding after the decision", "phase: selection", "phase: operation", '"3(2)"', "決裁までに確かめる"),
    Broken("a phase that does not exist", "phase: audit", "phase: dream", "dream", "使えるのは"),
    Broken(
        "a step without roles",
        "route: apply, roles: [staff]",
        "route: apply",
        '"4(1)", phase',
        "roles_setting が要ります",
    ),
    Broken(
        "a decider who is nobody",
        "cloud_deciders: [supervising_officer]",
        "cloud_deciders: [mayor]",
        "mayor",
        "roles の id",
    ),
    Broken(
        "a class that is not on the scale",
        'sensitive_confidentiality: "2"',
        "sensitive_confidentiality: 3C",
        "3C",
        "confidentiality の id",
    ),
    Broken("the same role twice", "id: security_manager, label", "id: staff, label", "課長", "id「staff」が2回"),
    Broken("an ending of what is not there", 'provision: "3(4)"', 'provision: "9(9)"', '"9(9)"', "9(9)"),
    Broken("proof nobody can give", "evidence_fields: [file]", "evidence_fields: [fiel]", "fiel", "fiel"),
    Broken(
        "a chapter without provisions",
        "provisions:\n",
        'chapters:\n  - {id: "3", label: 委託}\n  - {id: "33", label: ない章}\nprovisions:\n',
        "ない章",
        "章「33」に当たる条番号がありません",
    ),
    Broken(
        "a copy of what lies elsewhere",
        "id: small\n",
        "id: small\ncopy_of: ../../small\n",
        "copy_of",
        "写し元のパック「../../small」がありません",
    ),
    Broken("a place left to fill in", "line: 監査する", "line: 要記入(1行で)", "要記入", "1か所残っています"),
]


def write(folder: Path, text: str) -> Path:
    path = folder / "small" / "pack.yaml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return path


def test_the_pack_they_are_made_from_is_sound(tmp_path: Path) -> None:
    pack = read_pack(write(tmp_path, GOOD), load_criteria(), load_duties())

    assert [item.id for item in pack.organisation_items] == ["3(1)"]
    assert [item.id for item, _ in pack.organisation_duties] == ["5"]
    assert [pack.edition_on(date(2025, 4, day)).edition for day in (1, 30)] == ["2", "2"]
    assert pack.edition_on(date(2025, 3, 31)).edition == "1"


def test_there_are_at_least_twenty_five_of_them() -> None:
    assert len({broken.about for broken in BROKEN}) == len(BROKEN) >= 25


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.about)
def test_a_broken_pack_is_refused_with_file_line_and_remedy(tmp_path: Path, broken: Broken) -> None:
    assert GOOD.count(broken.before) >= 1
    text = GOOD.replace(broken.before, broken.after, 1)
    line = text[: text.index(broken.at)].count("\n") + 1

    with pytest.raises(BadLibrary) as caught:
        read_pack(write(tmp_path, text), load_criteria(), load_duties())

    told, where = caught.value.message, caught.value.where
    assert broken.told in told
    assert where.startswith("pack.yaml")
    assert f"{line}行目" in where, where
    assert re.search(r"(ください|囲みます|です|要ります)(\(.*\))?。", told), told
    assert not re.search(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}", told), "no sentence of the library's own English"
