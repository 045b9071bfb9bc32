"""How well and how fast names meet their rows: the labelled names, and 5,000 names against 5,000 rows."""

import random
import statistics
import time

from ismap.entry import Entry
from ismap.match import MatchIndex, match
from tests.ismap.labelled import judge_all, shares

ROWS = NAMES = 5_000
_SEED = 20_261_126
_WHO = (
    "星見", "みどり", "あおば", "つきかげ", "はまなす", "けやき", "しらかば", "きいろ",
    "Hoshimi ", "Aoba ", "Tsukikage ", "Midori ", "Keyaki ", "Shirakaba ",
)  # fmt: skip
_WHAT = (
    "予約", "申請", "文書", "会議", "給与", "図書館", "防災", "ストレージ", "ネットワーク", "子育て",
    "Secure ", "Data ", "Smart ", "ID ", "Open ", "Mail ",
)  # fmt: skip
_KIND = ("クラウド", "サービス", "ポータル", "システム", "ノート", "ナビ", "Cloud", "Suite", "Gateway", "Platform")
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def measure_matching(names: int = NAMES) -> dict[str, float]:
    """Shares of the labelled names, and milliseconds for one name of 5,000 against 5,000 rows."""
    picks = random.Random(_SEED)  # noqa: S311 - the same names every time, nothing secret
    rows = make_rows(picks)
    index = MatchIndex(rows)
    took = []
    for name, provider in make_names(picks, rows, names):
        started = time.perf_counter()
        match(name, provider, index)
        took.append((time.perf_counter() - started) * 1_000)
    return {
        **shares(judge_all()),
        "median_ms": statistics.median(took),
        "p95_ms": statistics.quantiles(took, n=20)[-1],
    }


def make_rows(picks: random.Random, count: int = ROWS) -> list[Entry]:
    """Rows whose names share their words, as those of real lists do."""
    rows = []
    for number in range(count):
        name = picks.choice(_WHO) + picks.choice(_WHAT) + picks.choice(_KIND)
        edition = f" {number}" if number % 3 else f"{number}号"
        key = f"C24-{number:04}-2"
        rows.append(Entry("ISMAP", key, key, name + edition, f"{picks.choice(_WHO).strip()}{number % 900}株式会社"))
    return rows


def make_names(picks: random.Random, rows: list[Entry], count: int = NAMES) -> list[tuple[str, str | None]]:
    """Names as people write them: three in four are no row's name; half come with a provider."""
    names = []
    for number in range(count):
        row = picks.choice(rows)
        names.append((_written(picks, row.service_name, number % 8), row.provider if number % 2 else None))
    return names


def _written(picks: random.Random, name: str, way: int) -> str:
    place = picks.randrange(len(name))
    return (
        name,
        name.translate(_WIDE),
        name[:place] + name[place + 1 :],
        name[:place] + "々" + name[place:],
        f"{name} プレミアム",
        picks.choice(_WHO) + picks.choice(_WHAT) + picks.choice(_KIND),
        f"{picks.choice(_KIND)}{place}番 for {name.split(maxsplit=1)[0]}",
        f"ぷにぷに{place}便",
    )[way]
