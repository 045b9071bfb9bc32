"""``/_patterns``: every part once in every state, so that a change to one is seen at a glance."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from web.charts import Chart
from web.dates import DateInput
from web.labels import LABELS
from web.pages.patterns_charts import chart_samples
from web.pages.patterns_contracts import contract_samples
from web.pages.patterns_registry import registry_samples
from web.today_windows import DueWindow
from web.view import FormErrors, Frame, Notice, PageView
from web.work import Block, Waiting, Work

router = APIRouter(include_in_schema=False)

_ERRORS = {
    "purpose": "何に使うかを入力してください。",
    "detail": "扱う情報の説明を入力してください。",
    "handles_personal": "住民の個人情報を入力・保存するかを選んでください。",
    "places": "置き場所を1つ以上選んでください。",
    "zone": "接続する領域を選んでください。",
    "starts_on": "平成は4月30日までです。令和元年5月1日ですか。",
    "seen": "内容を読んだことを確かめて印を付けてください。",
    "action": "決裁の内容を選んでください。",
    "reason": "理由を入力してください。",
}


@dataclass(frozen=True, kw_only=True)
class PatternsPage(PageView):
    """Sample values are fictional and fixed; nothing is read from the database."""

    template = "pages/patterns.html"

    kinds: dict[str, list[str]]
    typed: dict[str, Any]
    day: date
    closed_day: date
    open_day: date
    instant: datetime
    timeline: list[dict[str, Any]]
    route: list[dict[str, str]]
    seals: list[dict[str, Any]]
    lists: dict[str, Any]
    papers: dict[str, Any]
    charts: dict[str, Chart]
    desk: dict[str, Any]


@router.get("/_patterns", name="patterns")
def show_patterns(request: Request, *, mistakes: bool = False) -> HTMLResponse:
    """The parts; ``?mistakes=true`` shows the form part as it looks after a refused submit."""
    page = PatternsPage(
        frame=_frame(),
        errors=FormErrors.of(_ERRORS) if mistakes else FormErrors(),
        kinds={kind: list(words) for kind, words in LABELS.items()},
        typed=_typed(mistakes=mistakes),
        day=date(2026, 4, 1),
        closed_day=date(2026, 12, 31),
        open_day=date(2026, 12, 28),
        instant=datetime(2026, 11, 19, 7, 40, 12, tzinfo=UTC),
        timeline=_timeline(),
        route=_route(),
        seals=_seals(),
        lists=registry_samples(),
        papers=contract_samples(),
        charts=chart_samples(),
        desk=_desk(),
    )
    return page.render(request, status_code=422 if mistakes else 200)


def _frame() -> Frame:
    return Frame(
        organisation_name="星見ヶ丘市",
        product_name="関所",
        user_name="見本 太郎",
        post_label="情報政策課長",
        acting_label="部長代理として",
        nav_current="requests",
        breadcrumb=(("今日やること", "/"), ("部品の見本", None)),
        csrf_token="sample",  # noqa: S106  # shown on a page that posts nowhere
        list_as_of="ISMAP一覧 2026-11-20 取得",
        version="見本",
        contact="情報政策課 内線 0000",
        notice=Notice("ISMAP一覧を更新しました。", link_label="差分を見る", link_url="#notice"),
    )


def _typed(*, mistakes: bool) -> dict[str, Any]:
    """What stands in the form: good values, or what a person typed before it was refused."""
    if mistakes:
        return {
            "purpose": "",
            "detail": "",
            "amount": "１２０万円",
            "handles_personal": "",
            "places": [],
            "zone": "",
            "starts_on": DateInput("平成", "31", "5", "1"),
            "suggestions": (date(2019, 5, 1),),
        }
    return {
        "purpose": "子育て支援の窓口予約",
        "detail": "氏名、連絡先、希望の日時",
        "amount": "１２０万円",
        "handles_personal": "stored",
        "places": ["jp"],
        "zone": "internet",
        "starts_on": DateInput("令和", "9", "4", "1"),
        "suggestions": (),
    }


def _desk() -> dict[str, Any]:
    late = Work("確認", "8-3(5)②", "利用の状況を確かめる", "#today", date(2026, 11, 18), overdue=True)
    turn = Work("決裁", "R8-0117", "住民向け予約サービス", "#today", note="子育て支援課・あなたの番 6日目")
    return {
        "window": DueWindow("due-sample", "期限切れ", [late], 4, "#today"),
        "waiting": [
            Waiting(turn, "統括情報セキュリティ責任者", was_urged, is_held)
            for was_urged, is_held in ((False, True), (True, True), (False, False))
        ],
        "block": Block("sample-turns", "決裁の番が来ている申請", [turn]),
    }


def _timeline() -> list[dict[str, Any]]:
    return [
        {"at": datetime(2026, 11, 17, 0, 12, tzinfo=UTC), "who": "子育て支援課 担当", "what": "提出(第1版)"},
        {
            "at": datetime(2026, 11, 17, 5, 3, tzinfo=UTC),
            "who": "契約担当",
            "what": "差戻し",
            "comment": "再委託先の所在を書き足してください。",
            "link_label": "版を比べる",
            "link_url": "#timeline",
        },
        {"at": datetime(2026, 11, 19, 6, 2, tzinfo=UTC), "who": "子育て支援課 担当", "what": "再提出(第2版)"},
    ]


def _route() -> list[dict[str, str]]:
    return [
        {"label": "申請課長", "state": "done", "note": "承認 R8.11.18 10:02"},
        {"label": "情報セキュリティ責任者", "state": "now", "note": "いまの番(2日目)。期限 R8.11.25(水)"},
        {"label": "統括情報セキュリティ責任者", "state": "later", "note": "これから"},
    ]


def _seals() -> list[dict[str, Any]]:
    decided = datetime(2026, 11, 19, 7, 41, tzinfo=UTC)
    return [
        {"post": "情報政策課長", "name": "見本 太郎", "action": "承認", "at": decided, "acting": "部長代理として"},
        {"post": "総務部長", "name": "", "action": "", "at": None, "acting": ""},
    ]
