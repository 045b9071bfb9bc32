"""Webhooks: signed as the public library checks it, never into the office's own network, tried again, and ended."""

import itertools
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook as Verifier

from casework import webhooks
from casework.channels import NotDelivered, Parcel
from casework.channels.webhook import WebhookChannel
from casework.clock import now
from casework.errors import BadInput, NotFound, NotPermitted, WrongState
from casework.safe_addresses import NotAllowed, find_place, need_allowed_url
from casework.settings import Settings
from casework.webhooks import MOST_ATTEMPTS, WebhookIn
from tests.office import Office

INSIDE = Settings(webhook_hosts="localhost", webhook_networks="127.0.0.0/8 ::1/128", webhook_timeout_seconds=2)


class Listener:
    """A program that listens; ``answers`` are its next answers: status and headers."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], str]] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                listener.heard.append(({key.lower(): value for key, value in self.headers.items()}, body))
                status, headers = listener.answers.pop(0) if listener.answers else (204, {})
                self.send_response(status)
                for key, value in {"Content-Length": "0", **headers}.items():
                    self.send_header(key, value)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.server.server_port}/hooks?room=1"


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@pytest.fixture
def hooked(office: Office, listener: Listener) -> tuple[Office, Listener, str]:
    """Our town tells the listener of requests and decisions."""
    stated = WebhookIn("庁内チャット", listener.url, ("request.submitted", "request.decided"))
    _, key = office.do("admin", webhooks.create_webhook, stated, INSIDE)
    return office, listener, key


def deliver(office: Office) -> webhooks.Sent:
    return webhooks.deliver(office.engine, office.store, INSIDE, office.clock, _at_localhost(office))


def _at_localhost(office: Office) -> webhooks.Sender:
    def sender(_hook: object, keys: Any) -> WebhookChannel:
        return WebhookChannel(INSIDE, keys, office.clock, resolver=lambda _host, _port: ["127.0.0.1"])

    return sender


def checked(key: str, heard: tuple[dict[str, str], str], office: Office) -> dict[str, Any]:
    """Return a message that the public library finds sound, whatever day the test's clock shows."""
    headers, body = heard
    verifier = Verifier(key)
    at = office.clock()
    assert headers["webhook-timestamp"] == str(int(at.timestamp()))
    assert verifier.sign(headers["webhook-id"], at, body) in headers["webhook-signature"].split()
    return dict(json.loads(body))


def test_a_deed_is_told_once_thin_and_signed(hooked: tuple[Office, Listener, str]) -> None:
    office, listener, key = hooked
    office.submitted()

    first, second = deliver(office), deliver(office)

    [heard] = listener.heard
    said = checked(key, heard, office)
    assert (first.delivered, second.delivered) == (1, 0)
    assert said["type"] == "request.submitted"
    assert said["data"]["number"] == "R8-0001"
    assert set(said) == {"type", "timestamp", "data"}
    assert "予約" not in heard[1]
    assert len(heard[1]) < 20_000
    assert heard[0]["host"].startswith("localhost:")


def test_the_public_library_verifies_what_we_send_now(listener: Listener) -> None:
    key = webhooks._new_key()
    channel = WebhookChannel(INSIDE, [key], now, resolver=lambda _host, _port: ["127.0.0.1"])

    channel.send(Parcel("msg_1", listener.url, "request.decided", '{"type":"request.decided"}'))

    headers, body = listener.heard[0]
    assert Verifier(key).verify(body, headers) == {"type": "request.decided"}
    with pytest.raises(Exception, match="No matching signature"):
        Verifier(webhooks._new_key()).verify(body, headers)


def test_while_a_key_is_changed_both_sign_and_then_the_new_one_alone(hooked: tuple[Office, Listener, str]) -> None:
    office, listener, old = hooked
    _, new = office.do("admin", webhooks.rotate_key, 1, version=1)
    office.submitted()
    deliver(office)
    checked(old, listener.heard[0], office)
    checked(new, listener.heard[0], office)
    office.clock.instant += timedelta(hours=24)
    office.submitted()

    deliver(office)

    checked(new, listener.heard[1], office)
    with pytest.raises(AssertionError):
        checked(old, listener.heard[1], office)
    assert old not in str(office.sql("SELECT sealed_secret, sealed_previous FROM webhook"))


def test_what_fails_is_tried_again_later_and_later_under_the_same_id(hooked: tuple[Office, Listener, str]) -> None:
    office, listener, _ = hooked
    listener.answers = [(500, {}), (302, {"Location": "http://localhost/"}), (503, {"Retry-After": "3600"})]
    office.submitted()
    tried_at = []

    for _ in range(4 * 60):
        if deliver(office) != webhooks.Sent(0, 0):
            tried_at.append(office.clock())
        office.clock.instant += timedelta(minutes=1)

    waits = [(later - earlier).total_seconds() / 60 for earlier, later in itertools.pairwise(tried_at)]
    assert waits[0] == 1  # five seconds, seen at the next minute
    assert 5 <= waits[1] <= 6
    assert 60 <= waits[2] <= 61  # as it was asked, not the half hour that was planned
    assert len({headers["webhook-id"] for headers, _ in listener.heard}) == 1
    assert office.one("SELECT state FROM webhook_delivery") == "delivered"
    assert office.one("SELECT failures FROM webhook") == 0


def test_an_address_that_is_gone_is_told_no_more_and_an_administrator_hears_of_it(
    hooked: tuple[Office, Listener, str],
) -> None:
    office, listener, _ = hooked
    listener.answers = [(410, {})]
    office.submitted()
    deliver(office)
    office.submitted()

    assert deliver(office) == webhooks.Sent(0, 0)
    assert office.one("SELECT state FROM webhook") == "disabled"
    assert "410" in str(office.one("SELECT title FROM alert WHERE kind = 'webhook_disabled'"))
    assert office.one("SELECT count(*) FROM webhook_delivery") == 1  # and nothing is kept for it meanwhile


def test_an_address_that_never_answers_is_disabled_after_the_last_try(hooked: tuple[Office, Listener, str]) -> None:
    office, listener, _ = hooked
    listener.answers = [(500, {})] * 20
    office.submitted()

    for _ in range(MOST_ATTEMPTS + 3):
        deliver(office)
        office.clock.instant += timedelta(hours=30)

    assert len(listener.heard) == MOST_ATTEMPTS
    assert office.one("SELECT state FROM webhook_delivery") == "given_up"
    assert office.one("SELECT state FROM webhook") == "disabled"


def test_a_person_sends_again_what_was_given_up(hooked: tuple[Office, Listener, str]) -> None:
    office, listener, _ = hooked
    listener.answers = [(410, {})]
    office.submitted()
    deliver(office)
    version = int(str(office.one("SELECT version FROM webhook")))
    office.do("admin", webhooks.set_state, 1, version=version, is_active=True)
    office.do("admin", webhooks.send_again, 1, 1)

    assert deliver(office) == webhooks.Sent(1, 0)
    with pytest.raises(WrongState):
        office.do("admin", webhooks.send_again, 1, 1)


def test_the_next_town_neither_sees_nor_hears(hooked: tuple[Office, Listener, str]) -> None:
    office, listener, _ = hooked
    office.submitted("next_staff")

    deliver(office)

    assert listener.heard == []
    with pytest.raises(NotFound):
        office.look("next_procurement", webhooks.find_webhook, 1)
    assert office.look("next_procurement", webhooks.list_webhooks) == []


def test_only_an_administrator_keeps_them(office: Office, listener: Listener) -> None:
    stated = WebhookIn("x", listener.url, ("request.decided",))
    for who in ("staff", "supervising_officer", "auditor"):
        with pytest.raises(NotPermitted):
            office.do(who, webhooks.create_webhook, stated, INSIDE)


@pytest.mark.parametrize(
    ("stated", "pointer"),
    [
        (WebhookIn("", "https://localhost/", ("request.decided",)), "/name"),
        (WebhookIn("x", "https://elsewhere.example/", ("request.decided",)), "/url"),
        (WebhookIn("x", "ftp://localhost/", ("request.decided",)), "/url"),
        (WebhookIn("x", "https://name:word@localhost/", ("request.decided",)), "/url"),
        (WebhookIn("x", "https://localhost:99999/", ("request.decided",)), "/url"),
        (WebhookIn("x", "https://localhost/", ()), "/events"),
        (WebhookIn("x", "https://localhost/", ("request.eaten",)), "/events"),
    ],
)
def test_what_cannot_be_told_is_refused(sqlite_office: Office, stated: WebhookIn, pointer: str) -> None:
    with pytest.raises(BadInput) as refused:
        sqlite_office.do("admin", webhooks.create_webhook, stated, INSIDE)

    assert [error.pointer for error in refused.value.errors] == [pointer]


# -- never into the office's own network --

ANYWHERE = Settings(webhook_hosts="*")
INNER = (
    "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.1.2.3", "224.0.0.1",
    "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
    "2002:7f00:1::", "ff02::1", "192.0.2.1", "198.18.0.1",
)  # fmt: skip


@pytest.mark.parametrize("address", INNER)
def test_an_inner_address_is_refused_however_it_is_dressed(address: str) -> None:
    with pytest.raises(NotAllowed):
        find_place("https://hooks.example/", ANYWHERE, lambda _host, _port: [address])
    with pytest.raises(NotAllowed):  # and beside a good one
        find_place("https://hooks.example/", ANYWHERE, lambda _host, _port: ["8.8.8.8", address])


@pytest.mark.parametrize("host", ["127.1", "0x7f000001", "2130706433", "localhost", "[::1]", "127.0.0.1."])
def test_a_number_dressed_as_a_name_is_looked_at_too(host: str) -> None:
    with pytest.raises((NotAllowed, OSError)):
        find_place(f"https://{host}/", ANYWHERE)


def test_the_connection_goes_to_the_address_that_was_looked_at(listener: Listener) -> None:
    """A name that means a public address at the first look and an inner one at the second: there is no second."""
    looks = iter([["127.0.0.1"], ["127.0.0.2"]])
    channel = WebhookChannel(INSIDE, [webhooks._new_key()], now, resolver=lambda _host, _port: next(looks))

    channel.send(Parcel("msg_1", listener.url, "x", "{}"))

    assert len(listener.heard) == 1
    assert next(looks) == ["127.0.0.2"]


def test_a_redirection_into_the_network_is_not_followed(listener: Listener) -> None:
    listener.answers = [(307, {"Location": listener.url})]
    channel = WebhookChannel(INSIDE, [webhooks._new_key()], now, resolver=lambda _host, _port: ["127.0.0.1"])

    with pytest.raises(NotDelivered, match="307"):
        channel.send(Parcel("msg_1", listener.url, "x", "{}"))
    assert len(listener.heard) == 1


def test_public_addresses_are_reached_encrypted_only() -> None:
    assert find_place("https://hooks.example/", ANYWHERE, lambda _host, _port: ["8.8.8.8"]).address == "8.8.8.8"
    with pytest.raises(NotAllowed, match="https"):
        find_place("http://hooks.example/", ANYWHERE, lambda _host, _port: ["8.8.8.8"])


def test_nothing_is_sent_where_the_office_lists_no_host() -> None:
    with pytest.raises(NotAllowed, match="SEKISHO_WEBHOOK_HOSTS"):
        need_allowed_url("https://hooks.example/", Settings())


@given(st.text(max_size=80))
def test_no_text_is_an_address_that_breaks_us(text: str) -> None:
    try:
        parts = need_allowed_url(text, ANYWHERE)
    except NotAllowed:
        return
    assert parts.scheme in {"http", "https"}
    assert parts.hostname
