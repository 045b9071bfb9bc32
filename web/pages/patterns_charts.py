"""Sample values for the charts on ``/_patterns``: none, one, many, and a label too long for the picture."""

from web.charts import OPEN, RESULT_SERIES, Bar, Chart, Series, due_by_month
from web.labels import RESULTS

_LONG = "個人情報を入力・保存するサービスと、その再委託先までを含む章"
_DAYS = Series("いちばん長い日数", "active", "full")


def chart_samples() -> dict[str, Chart]:
    """Return a chart for each state that differs."""
    results = tuple(RESULT_SERIES.values())
    totals = dict(zip((4, 5, 6, 9, 12, 3), (3, 1, 6, 8, 5, 17), strict=True))
    still_open = {12: 5, 3: 16}
    return {
        "months": due_by_month(totals, still_open, lambda _no: "#charts", 12),
        "results": Chart(
            "sample-results",
            "章ごとの判定",
            "章",
            "件",
            results,
            [Bar("8-1 業務委託", (1, 2, 3, 14, 4)), Bar("8-2 約款", (0, 0, 1, 2, 0)), Bar(_LONG, (0, 1, 0, 0, 9))],
        ),
        "one": Chart(
            "sample-one",
            "課ごとの滞留",
            "申請課",
            "日",
            (_DAYS,),
            [Bar("子育て支援課", (6,), "#charts", "2件")],
            "審査中の申請",
        ),
        "zero": Chart("sample-zero", RESULTS["met"], "章", "件", (OPEN,), [Bar("8-4 選定", (0,))]),
        "none": Chart("sample-none", "何もないとき", "申請課", "日", (_DAYS,), ()),
    }
