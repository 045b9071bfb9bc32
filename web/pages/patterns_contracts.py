"""Sample values for the parts of contracts, evidence and personnel changes on ``/_patterns``; fictional and fixed."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from web.dates import DateInput
from web.forms import Form
from web.label_part import LabelPart
from web.list_tools import Cell, Head, ShownRow

_TODAY, _START, _END = date(2026, 11, 20), date(2026, 4, 1), date(2027, 3, 31)
_NOTICE, _NOTICE_DUE = date(2026, 12, 31), date(2026, 12, 28)
_DECIDED = datetime(2026, 11, 12, 1, 30, tzinfo=UTC)
_LATER = 3  # the third sample came after the decision
_NO_DAY = DateInput("令和", "", "", "")


def contract_samples() -> dict[str, Any]:
    """Return what the parts show, each in the states that differ."""
    return {
        "section": _section(),
        "contract": {"number": "K8-0007", "version": 3},
        "urls": {"tacit": "#terms", "end": "#terms", "rule": "#terms"},
        "no_suggestions": {},
        "attachments": [_attachment(1), _attachment(2, is_current=False), _attachment(3)],
        "marks": {"2": "機密性2"},
        "kept": [{"name": "規約.pdf", "size_bytes": 4096, "slip": "sample"}],
        "evidence": [_evidence("accepted"), _evidence("unevaluated")],
        "handover": _handover(),
        "no_handover": _no_handover(),
        "ledger": _ledger(),
        "clause": _clause(),
        "labels": LabelPart("requests", "R8-0007", ["重点", "来年度に見直す"], [("調査中", "調査中")]),
    }


def _attachment(key: int, *, is_current: bool = True) -> SimpleNamespace:
    file = {
        "id": key,
        "name": "契約書案.pdf" if key < _LATER else "通知書.pdf",
        "size_bytes": 182_000 * key,
        "media_type": "application/pdf",
        "kind": "contract" if key < _LATER else "",
        "mark": "2",
        "received_from": "△△株式会社 営業部" if key < _LATER else "",
        "is_sanitised": key == 1,
        "original_sha256": "cd" * 32 if key == 1 else "",
        "sha256": "ab" * 32,
        "created_at": _DECIDED,
    }
    place_no, is_later = (1, False) if key < _LATER else (2, True)
    return SimpleNamespace(
        file=SimpleNamespace(**file),
        title="契約書案" if key < _LATER else "通知書",
        place_no=place_no,
        version_no=2 if key == 1 else 1,
        is_current=is_current,
        is_added_later=is_later,
        uploaded_by="見本 太郎",
    )


def _clause() -> SimpleNamespace:
    check = {
        "strength": "must",
        "needed_because": "個人情報を扱うため",
        "reason": "時間の数字がない",
        "draft_no": 2,
        "machine_result": "weak",
        "note_outside": "24時間以内に改めてください",
        "note_inside": "前の契約でも指摘した",
    }
    clause = {
        "needed_when": "事故の影響が住民に及ぶ契約に求めます。",
        "elements": [{"label": "知ってから何時間以内かを数字で書くこと"}],
        "wording": {
            "kou_otsu": "乙は、事故を知った時から24時間以内に甲に報告する。",
            "client_contractor": "受注者は、事故を知った時から24時間以内に発注者に報告する。",
            "specification": "事故を知った時から24時間以内に報告すること。",
        },
        "softenings": ["速やかに", "可能な限り"],
    }
    return SimpleNamespace(check=check, line={"clause": clause})


def _ledger() -> SimpleNamespace:
    cells = [Cell("K8-0007"), Cell("予約システム運用業務"), Cell(_END, "date"), Cell(1320000, "yen")]
    state = Cell("concluded", "state", "contract", "既存契約")
    filters = [{"id": 1, "name": "自課・更新90日以内", "is_default": True, "department_id": 1}]
    return SimpleNamespace(
        key="contracts",
        path="#ledger",
        saved=[{"filter": each, "path": "#ledger", "is_own": True, "owner": ""} for each in filters],
        query="state=concluded",
        narrowing=(("state", "concluded"),),
        narrowing_query="state=concluded",
        columns=[("number", "番号"), ("title", "件名"), ("ends_on", "満了")],
        shown=("title", "ends_on"),
        size=50,
        density="",
        export=SimpleNamespace(
            ledger="sample",
            label="契約台帳",
            hidden=(),
            csrf_token="sample",  # noqa: S106  # shown on a page that posts nowhere
            total=312,
            is_long=False,
        ),
        bulk=[("owner", "担当者を替える")],
        heads=[
            Head("番号", "text", "#ledger", "descending"),
            Head("件名", "text"),
            Head("満了", "date", "#ledger"),
            Head("金額(円)", "number"),
            Head("状態", "text"),
        ],
        rows=[ShownRow("K8-0007", "#ledger", [*cells, state])],
    )


def _section() -> SimpleNamespace:
    rows = [_term(1, date(2025, 4, 1), date(2026, 3, 31), is_decided=True), _term(2, _START, _END, is_decided=False)]
    view = {
        "standing": "tacit_unconfirmed",
        "notice_on": _NOTICE,
        "notice_due_on": _NOTICE_DUE,
        "next_term": {"starts_on": date(2027, 4, 1), "ends_on": date(2028, 3, 31)},
        "remarks": ["債務負担行為の期間は令和10年3月31日までです。"],
        "may_confirm": True,
    }
    work = {
        "occurrence": {"id": 1, "nominal_on": _NOTICE, "due_on": _NOTICE_DUE},
        "duty": {"plan": "budget", "basis": "期間の終わりの3か月前"},
        "state": "scheduled",
    }
    rule = {"title": "支払遅延防止法", "in_force_from": _START, "source": "法律 第5条", "certainty": ""}
    return SimpleNamespace(
        rows=rows,
        view=view,
        tone="caution",
        words="通知がなければ、次の期間が1年間加わります。",
        planned=[work],
        applies=[{"rule": rule, "is_open": False, "words": "この契約に当てはまります。", "counted_on": _TODAY}],
        form=Form(),
        base="",
        days={"noticed_on": _NO_DAY, "allowed_until_on": _NO_DAY},
        rule=None,
        rule_facts=(),
        bases=[("single_year", "単年度"), ("debt_burden", "債務負担行為")],
        tacit_lengths=[("P1Y", "1年間")],
        notice_lengths=[("P3M", "3か月前")],
    )


def _term(number: int, starts_on: date, ends_on: date, *, is_decided: bool) -> dict[str, Any]:
    decision = {"choice": "renew", "decided_at": _DECIDED, "reason": "続けて利用する"} if is_decided else None
    return {
        "term": {"term_no": number, "starts_on": starts_on, "ends_on": ends_on},
        "notice_on": _NOTICE,
        "decision": decision,
        "decided_by": "見本 太郎" if is_decided else "",
    }


def _evidence(standing: str) -> dict[str, Any]:
    return {
        "item": {"id": 1, "valid_until_on": _END, "received_from": "事業者の営業部"},
        "words": "ISO/IEC 27017 登録証",
        "standing": standing,
        "provisions": ["8-3(3)②(ア)", "8-3(3)②(イ)", "8-3(3)③", "8-3(4)②"],
        "entered_by": "見本 太郎",
        "evaluated_by": "見本 花子" if standing == "accepted" else "",
    }


def _handover() -> dict[str, Any]:
    move = {
        "row": 2,
        "user": {"name": "見本 太郎"},
        "from_post": {"name": "情報政策課長"},
        "to_post": None,
        "kind": "異動",
    }
    case = {"kind": "request", "number": "R8-0117", "title": "住民向け予約サービス", "before": "見本 太郎", "after": ""}
    return {
        "problems": [],
        "day": date(2027, 4, 1),
        "moves": [move],
        "leaving": ["見本 次郎"],
        "orphaned": ["情報政策課長"],
        "nobody_takes_over": [case],
        "doubled": [("窓口係長", "見本 花子、見本 三郎")],
        "concurrent": [{"name": "見本 花子", "posts": ["窓口係長", "庶務係長"], "roles": []}],
        "cases": [case],
    }


def _no_handover() -> dict[str, Any]:
    problem = {"pointer": "/rows/3", "message": "異動先の職「窓口」が見つかりません。職の名前を確かめてください。"}
    return {key: [] for key in _handover()} | {"problems": [problem], "day": None}
