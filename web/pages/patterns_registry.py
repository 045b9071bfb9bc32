"""Sample values for the parts of the public lists on ``/_patterns``; fictional and fixed."""

from datetime import UTC, date, datetime
from typing import Any

from casework.ledgers.words import ENTRY_STATES

_DAY = date(2026, 11, 19)
_FAILED_AT = datetime(2026, 11, 20, 0, 5, tzinfo=UTC)


def registry_samples() -> dict[str, Any]:
    """Return what the parts show, each in the states that differ."""
    return {
        "snapshot": {
            "source": "一覧.csv",
            "acquired_on": _DAY,
            "carried_by": "見本 太郎",
            "raw_sha256": "9f2c" * 16,
            "code": "20261119-0000000000",
            "is_sample": False,
        },
        "states": list(ENTRY_STATES),
        "part": {"subjects": [_subject()], "since": [_again(is_worse=True), _again(is_worse=False)]},
        "alias": {"id": 0, "version": 1, "alias": "○○くらうど", "listed_as": "○○クラウド"},
        "today": _today(),
    }


def _subject() -> dict[str, Any]:
    return {
        "name": "○○クラウド",
        "is_stated": True,
        "judged_from": "R8.10.1 取得 20261001-0000000000",
        "now_from": "R8.11.19 取得 20261119-0000000000",
        "rows": [
            ("備考", "記載なし", "登録の一時停止(令和8年11月1日から)"),
            ("登録番号", "C00-0001-2", "C00-0001-2"),
            ("登録の状態", "登録中", "一時停止"),
        ],
        "path": "#registry-parts",
        "differs": True,
    }


def _again(*, is_worse: bool) -> dict[str, Any]:
    case = {"number": "R8-0117", "title": "住民向け予約サービス", "state": "approved"}
    return {
        "request": case,
        "services": [{"number": "S8-0001"}],
        "contracts": [{"number": "K8-0007"}],
        "to_end": ["K8-0007"] if is_worse else [],
        "list_from": "R8.11.19 取得 20261119-0000000000",
        "diff_path": "#registry-parts",
        "classes": "一時停止・備考" if is_worse else "登録の期限",
        "fields": [("○○クラウド", "登録の状態", "登録中", "一時停止")] if is_worse else [],
        "before": "met",
        "after": "not_met" if is_worse else "met",
        "is_changed": is_worse,
        "findings": [("3(2)④-01", "met", "not_met")] if is_worse else [],
        "task_id": 1 if is_worse else None,
        "due_on": date(2026, 11, 26),
        "task_state": "scheduled",
    }


def _today() -> dict[str, Any]:
    return {
        "success": {"acquired_on": _DAY},
        "age_days": 45,
        "is_old": True,
        "failure": {
            "source": "https://list.example/",
            "refused": "一覧の形を読み取れません。",
            "finished_at": _FAILED_AT,
            "code": "I0000000",
        },
        "since": "R8.10.6 に取り込めたのが最後です",
        "effect": "登録の変更が判定と期限に届きません。前の一覧での判定は続けられます。",
    }
