"""The prepared list answers as a plain walk over every row does (``plain_match.py``)."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ismap.aliases import Alias, Aliases, load_aliases
from ismap.entry import Entry
from ismap.match import MatchIndex, match
from ismap.name_index import core_of
from ismap.names import fold_name
from tests.bench.registry_matching import measure_matching
from tests.ismap.plain_match import Answer, PlainMatch

_PIECES = "星見 ほしみ ホシミ クラウド クラウ ー 2 ・ Cloud Slack AWS GCP V 予約 システム".split()  # noqa: SIM905 - shorter
PIECES = (*_PIECES, " ")
NAMES = st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map("".join)
BRACKETS = st.sampled_from(["", "", "", "（AWS）", "(Amazon Web Services)", "（旧星見）", "（旧称：AWS）", "（旧版）"])
WRITTEN = st.one_of(
    st.builds(str.__add__, NAMES, BRACKETS),
    st.sampled_from(
        ["Google Cloud Platform", "google cloud", "Amazon Web Services", "Azure", "Teams", "C24-0001-2", "クラウド"]
    ),
    st.sampled_from(
        ["株式会社星見", "Slack, Inc.", "Google", "うちの窓口", "どちらか", "予約システム", "Vertex AI 星見"]
    ),
).filter(lambda name: bool(fold_name(core_of(name)[0])))
PROVIDERS = st.sampled_from(
    ["", "", "株式会社星見", "㈱星見", "Google LLC", "グーグル", "AWS", "Slack, Inc.", "サイボウズ", "不明"]
)
OWN = load_aliases().with_companies([("星見", "サイボウズ")]).with_more(
    [
        Alias("うちの窓口", "星見クラウド", "株式会社星見", "契約書", "情報政策課"),
        Alias("どちらか", "星見クラウド", "", "契約書", "情報政策課"),
        Alias("どちらか", "予約クラウド2", "", "契約書", "情報政策課"),
    ]
)  # fmt: skip


@st.composite
def lists(draw: st.DrawFn) -> list[Entry]:
    rows = draw(st.lists(st.tuples(WRITTEN, PROVIDERS, st.booleans()), max_size=40))
    return [
        Entry("ISMAP", f"C24-{place:04}-2", f"C24-{place:04}-2" if numbered else None, name, provider, row=place)
        for place, (name, provider, numbered) in enumerate(rows)
    ]


def asked(name: str, provider: str, rows: list[Entry], aliases: Aliases) -> Answer:
    result = match(name, provider, MatchIndex(rows), aliases)
    return result.outcome, [(candidate.entry.key, candidate.score) for candidate in result.candidates]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WRITTEN, PROVIDERS, lists(), st.sampled_from([load_aliases(), OWN]))
def test_an_index_answers_as_a_walk_over_every_row(
    name: str, provider: str, rows: list[Entry], aliases: Aliases
) -> None:
    assert asked(name, provider, rows, aliases) == PlainMatch(name, provider, rows, aliases).answer()


def test_the_order_of_the_rows_changes_nothing() -> None:
    rows = [Entry("ISMAP", f"C24-{n:04}-2", f"C24-{n:04}-2", f"星見クラウド{n % 7}", "", row=n) for n in range(30)]

    there = [match(name, None, rows) for name in ("星見クラウド", "星見クラウド3", "星見")]
    back = [match(name, None, rows[::-1]) for name in ("星見クラウド", "星見クラウド3", "星見")]

    assert there == back


def test_an_index_is_made_once_and_asked_often() -> None:
    measured = measure_matching(names=400)

    assert measured["precision"] == 1.0
    assert measured["median_ms"] <= 3
