import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ismap.errors import RegistryRefused
from ismap.reading import read_list
from ismap.snapshot import Outcome, take_in
from ismap.sources.portal import Fetched, fetch_portal
from tests.ismap.lists import as_csv
from tests.ismap.portal_stub import MODES, serve_portal

CERTIFICATE = Path(__file__).parent / "data" / "loopback_only.pem"

ROWS = [
    {
        "登録番号": f"C24-{number:04}-2",
        "サービス名": f"星見クラウド{number}号",
        "事業者": "星見ヶ丘システム株式会社",
        "登録日": "2026-04-01",
        "有効期限": "2027-07-31",
        "備考": "",
    }
    for number in range(1, 46)
]


class Clock:
    """Time that passes only by sleeping, and remembers how long that was."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=5) as opened:
        yield opened


def fetch(url: str, client: httpx.Client, clock: Clock, *, stands_still: bool = False, **known: str | None) -> Fetched:
    monotonic = (lambda: 0.0) if stands_still else (lambda: clock.now)
    return fetch_portal(url, client=client, sleep=clock.sleep, monotonic=monotonic, jitter=lambda: 1.0, **known)


def names_in(fetched: Fetched) -> list[str]:
    outcome = take_in(fetched.raw)
    assert outcome.refused is None
    return [entry.service_name for entry in outcome.entries["ISMAP"]]


def test_takes_the_rows_from_the_description_of_the_page(client: httpx.Client, clock: Clock) -> None:
    with serve_portal(ROWS) as portal:
        fetched = fetch(portal.list_url, client, clock)

    assert names_in(fetched) == [row["サービス名"] for row in ROWS]
    assert [asked.path.split("?")[0] for asked in portal.requests] == ["/csm", "/api/now/sp/page"]
    assert all(asked.headers["User-Agent"].startswith("Sekisho/") for asked in portal.requests)


def test_walks_through_the_pages_of_a_widget_until_all_rows_are_there(client: httpx.Client, clock: Clock) -> None:
    with serve_portal(ROWS, page_size=20) as portal:
        fetched = fetch(portal.list_url, client, clock)

    assert names_in(fetched) == [row["サービス名"] for row in ROWS]
    assert fetched.pages == 3
    assert [asked.body["p"] for asked in portal.requests if asked.method == "POST" and asked.body["offset"] >= 0][
        -3:
    ] == [1, 2, 3]


def test_reads_values_with_a_shown_side_under_labels(client: httpx.Client, clock: Clock) -> None:
    with serve_portal(ROWS, with_labels=True) as portal:
        fetched = fetch(portal.list_url, client, clock)

    outcome = take_in(fetched.raw)
    assert outcome.entries["ISMAP"][0].registration_number == "C24-0001-2"
    assert outcome.entries["ISMAP"][0].service_name == "星見クラウド1号"
    assert "sysid" not in outcome.columns["ISMAP"]


def test_the_portal_and_a_file_of_the_same_list_are_the_same_list(client: httpx.Client, clock: Clock) -> None:
    text = "\n".join([",".join(ROWS[0]), *(",".join(row.values()) for row in reversed(ROWS))])
    from_file = take_in(text.encode("cp932"))
    with serve_portal(ROWS, page_size=7) as portal:
        fetched = fetch(portal.list_url, client, clock)

    again = take_in(
        fetched.raw,
        previous=from_file.entries,
        previous_columns=from_file.columns,
        previous_raw_rows=from_file.raw_rows,
    )

    assert again.unchanged
    assert (again.refused, again.report["added"], again.report["changed"]) == (None, 0, 0)


def test_asks_with_what_it_was_given_and_takes_not_modified_for_an_answer(client: httpx.Client, clock: Clock) -> None:
    with serve_portal(ROWS, etag='"v1"') as portal:
        first = fetch(portal.list_url, client, clock)
        second = fetch(portal.list_url, client, clock, etag=first.etag, last_modified=first.last_modified)

    assert not first.not_modified
    assert second.not_modified
    assert second.raw == b""
    assert (second.etag, second.last_modified) == (first.etag, first.last_modified)


def test_a_file_behind_the_address_is_taken_as_it_is_and_asked_for_by_its_date(
    client: httpx.Client, clock: Clock
) -> None:
    raw = "登録番号,サービス名\nC24-0001-2,星見クラウド\n".encode()
    with serve_portal(file=raw, last_modified="Fri, 20 Nov 2026 03:00:00 GMT") as portal:
        first = fetch(f"{portal}/list", client, clock)
        second = fetch(f"{portal}/list", client, clock, last_modified=first.last_modified)

    assert first.raw == raw
    assert second.not_modified


def test_waits_as_long_as_the_portal_asks(client: httpx.Client, clock: Clock) -> None:
    with serve_portal(ROWS, refusals=[429], retry_after="17") as portal:
        fetched = fetch(portal.list_url, client, clock)

    assert clock.slept == [17.0, 0.5]
    assert len(names_in(fetched)) == 45


def test_waits_longer_each_time_when_the_portal_does_not_say(client: httpx.Client, clock: Clock) -> None:
    with serve_portal(ROWS, refusals=[503, 502, 500, 503]) as portal:
        fetch(portal.list_url, client, clock)

    assert clock.slept == [1.0, 2.0, 4.0, 8.0, 0.5]


def test_a_portal_that_keeps_saying_no_is_asked_24_times_at_most(client: httpx.Client, clock: Clock) -> None:
    with serve_portal(ROWS, status=503) as portal, pytest.raises(RegistryRefused, match="503") as refusal:
        fetch(portal.list_url, client, clock, stands_still=True)

    assert len(portal.requests) == 24
    assert refusal.value.code == "portal_refuses"


def test_never_waits_past_three_minutes(client: httpx.Client, clock: Clock) -> None:
    with serve_portal(ROWS, status=503) as portal, pytest.raises(RegistryRefused):
        fetch(portal.list_url, client, clock)

    assert clock.now <= 180


def test_a_wait_longer_than_there_is_time_for_is_refused_at_once(client: httpx.Client, clock: Clock) -> None:
    with serve_portal(ROWS, status=429, retry_after="3600") as portal, pytest.raises(RegistryRefused):
        fetch(portal.list_url, client, clock)

    assert clock.slept == []
    assert len(portal.requests) == 1


def test_an_answer_that_never_ends_is_cut_at_the_size_limit(client: httpx.Client, clock: Clock) -> None:
    with serve_portal(ROWS, answer="endless") as portal, pytest.raises(RegistryRefused, match="20MB") as refusal:
        fetch(portal.list_url, client, clock)

    assert refusal.value.code == "file_too_large"


def test_a_list_whose_pages_never_end_is_refused(client: httpx.Client, clock: Clock) -> None:
    with (
        serve_portal(ROWS, answer="endless_pages", page_size=2) as portal,
        pytest.raises(RegistryRefused) as refusal,
    ):
        fetch(portal.list_url, client, clock)

    assert refusal.value.code == "endless_list"


@pytest.mark.parametrize("name", MODES)
def test_every_day_of_a_portal_ends_as_documented_and_no_bad_one_replaces_a_good_list(
    client: httpx.Client, clock: Clock, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    mode = MODES[name]
    good = take_in(as_csv(ROWS[:40] if not mode.code else ROWS))
    began = time.monotonic()
    if mode.is_slow:
        monkeypatch.setattr("ismap.sources.talk.PORTAL_SECONDS", 0.4)

    with serve_portal(ROWS, **mode.behaviour) as portal:
        outcome, code = fetch_onto(good, portal.list_url, client, clock, in_real_time=mode.is_slow)

    assert code == mode.code
    if mode.code:
        kept = outcome or good
        assert (kept.entries, kept.columns, kept.raw_rows) == (good.entries, good.columns, good.raw_rows)
        assert (outcome is not None) is mode.limits_late
    else:
        assert outcome
        assert [entry.service_name for entry in outcome.entries["ISMAP"]] == [row["サービス名"] for row in ROWS]
    assert clock.now <= 180
    assert not mode.is_slow or time.monotonic() - began < 3


def fetch_onto(
    good: Outcome, url: str, client: httpx.Client, clock: Clock, *, in_real_time: bool = False
) -> tuple[Outcome | None, str]:
    """What comes of fetching a list on top of a good one; no outcome when the fetching itself was refused."""
    try:
        fetched = fetch_portal(
            url,
            client=client,
            sleep=clock.sleep,
            monotonic=time.monotonic if in_real_time else lambda: clock.now,
            jitter=lambda: 1.0,
        )
    except RegistryRefused as refusal:
        return None, refusal.code
    outcome = take_in(
        fetched.raw, previous=good.entries, previous_columns=good.columns, previous_raw_rows=good.raw_rows
    )
    return outcome, outcome.refused_code or ""


def test_never_asks_twice_within_half_a_second(client: httpx.Client, clock: Clock) -> None:
    with serve_portal(ROWS, page_size=20) as portal:
        fetch(portal.list_url, client, clock)

    assert len(clock.slept) == len(portal.requests) - 1
    assert set(clock.slept) == {0.5}


def test_the_proxy_of_the_environment_is_asked_for_the_portal(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_portal(ROWS) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy)
        monkeypatch.setenv("NO_PROXY", "")
        with httpx.Client(timeout=5) as client:
            fetched = fetch("http://portal.example/csm?id=cloud_service_list", client, clock)

    assert names_in(fetched) == [row["サービス名"] for row in ROWS]
    assert {asked.headers["Host"] for asked in proxy.requests} == {"portal.example"}


def test_a_portal_with_a_certificate_of_our_own_is_trusted_when_the_environment_says_so(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve_portal(ROWS, certificate=CERTIFICATE) as portal:
        with httpx.Client(timeout=5) as stranger, pytest.raises(RegistryRefused, match="つながらない"):
            fetch(portal.list_url, stranger, clock)
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        with httpx.Client(timeout=5) as client:
            fetched = fetch(portal.list_url, client, Clock())

    assert portal.startswith("https://")
    assert names_in(fetched) == [row["サービス名"] for row in ROWS]


def test_the_time_limit_holds_behind_a_certificate_too(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    monkeypatch.setattr("ismap.sources.talk.PORTAL_SECONDS", 0.4)
    began = time.monotonic()

    with serve_portal(ROWS, certificate=CERTIFICATE, slow="head") as portal, httpx.Client(timeout=5) as client:
        _, code = fetch_onto(take_in(as_csv(ROWS)), portal.list_url, client, clock, in_real_time=True)

    assert code == "time_limit"
    assert time.monotonic() - began < 3


def test_a_portal_with_no_rows_at_all_is_refused(client: httpx.Client, clock: Clock) -> None:
    with serve_portal([]) as portal, pytest.raises(RegistryRefused) as refusal:
        fetch(portal.list_url, client, clock)

    assert refusal.value.code == "no_rows"


def test_fewer_rows_than_the_portal_claims_are_handed_on_with_the_claim_and_refused(
    client: httpx.Client, clock: Clock
) -> None:
    with serve_portal(ROWS, claims=60) as portal:
        fetched = fetch(portal.list_url, client, clock)

    outcome = take_in(fetched.raw)
    assert outcome.refused_code == "fewer_rows_than_declared"
    assert "60件" in (outcome.refused or "")


def test_a_server_that_is_not_there_is_refused_after_patient_tries(client: httpx.Client, clock: Clock) -> None:
    with serve_portal(ROWS) as portal:
        gone = portal.list_url

    with pytest.raises(RegistryRefused, match="つながらない"):
        fetch(gone, client, clock)

    assert len(clock.slept) >= 5


@pytest.mark.parametrize("address", ["", "ismap", "file:///etc/hostname", "ftp://127.0.0.1/list", "http://"])
def test_what_is_no_web_address_is_refused_unasked(client: httpx.Client, clock: Clock, address: str) -> None:
    with pytest.raises(RegistryRefused) as refusal:
        fetch(address, client, clock)

    assert refusal.value.code == "bad_address"


def test_a_page_with_the_list_in_a_table_needs_no_portal(client: httpx.Client, clock: Clock) -> None:
    page = "<html><table><tr><th>登録番号<th>サービス名<tr><td>C24-0001-2<td>星見クラウド</table></html>"
    with serve_portal(file=page.encode(), content_type="text/html") as portal:
        fetched = fetch(f"{portal}/saved", client, clock)

    assert read_list(fetched.raw).kind == "html"
