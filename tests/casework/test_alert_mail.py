"""Mail over a real SMTP server on this machine: TLS, a login, refusals, a line that falls dead."""

import ssl
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from aiosmtpd.smtp import Session as SmtpSession
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from casework import alerts
from casework.channels import NotDelivered, Parcel
from casework.channels.mail import MailChannel, mail_channel, message_id
from casework.channels.page import PageChannel
from casework.settings import Settings
from tests.casework.mailing import Mailbox, body_of, free_port, mail_server, subject_of
from tests.office import Office

PARCEL = Parcel("<k@hoshimigaoka.example>", "staff@hoshimigaoka.example", "【関所】\n知らせ", "期限 2028-03-31\n")


def settings(port: int, **more: object) -> Settings:
    return Settings(smtp_host="127.0.0.1", smtp_port=port, mail_from="sekisho@hoshimigaoka.example", **more)  # type: ignore[arg-type] # whatever the test is about


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    box = Mailbox()
    with mail_server(box) as port:
        yield box, port


def test_a_mail_arrives_in_japanese_under_its_own_message_id(mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox

    MailChannel(settings(port)).send(PARCEL)

    [(to, letter)] = box.letters
    assert to == ["staff@hoshimigaoka.example"]
    assert subject_of(letter) == "【関所】 知らせ"
    assert body_of(letter).splitlines() == ["期限 2028-03-31"]
    assert letter["Message-ID"] == "<k@hoshimigaoka.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["From"] == "sekisho@hoshimigaoka.example"


def test_the_ledger_goes_out_over_a_real_server(office: Office, mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    office.approved(contract={"starts_on": "2026-12-01", "ends_on": "2027-11-30"})
    office.sql("UPDATE duty SET title = :title", title="承認の条件: 一行目\n二行目")
    office.clock.set_day(date(2026, 12, 1))
    chosen = settings(port, site_url="https://sekisho.hoshimigaoka.example")

    outcome = alerts.run(
        office.engine,
        as_of=office.clock.today,
        now_is=office.clock,
        channel=mail_channel(chosen),
        settings=chosen,
    )

    [(_, letter)] = [each for each in box.letters if each[0] == ["service_manager@hoshimigaoka.example"]]
    assert outcome.failed == 0
    assert outcome.sent > 3
    assert "きょうまで" in subject_of(letter)
    assert "承認の条件: 一行目 二行目" in body_of(letter)
    assert "https://sekisho.hoshimigaoka.example/obligations/" in body_of(letter)
    assert "記録の先頭 2026-11-30: " in body_of(letter) or "記録の先頭 2026-11-20: " in body_of(letter)


def test_the_same_notice_has_the_same_message_id_on_every_worker() -> None:
    assert message_id("abc", settings(25)) == message_id("abc", settings(2525)) == "<abc@hoshimigaoka.example>"


@pytest.mark.parametrize(
    ("parcel", "words"),
    [
        (PARCEL, "ConnectionRefusedError"),
        (Parcel("<k@x>", "not an\naddress", "s", "b"), "ValueError"),
    ],
)
def test_what_never_reached_a_server_has_not_arrived(parcel: Parcel, words: str) -> None:
    with pytest.raises(NotDelivered, match=words) as refused:
        MailChannel(settings(1)).send(parcel)

    assert refused.value.may_have_arrived is False


class _Refusing(Mailbox):
    def _mood(self) -> str:
        return "refuses"


class _HangingUp(Mailbox):
    """Takes the text in and hangs up before it says so."""

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, _server: SMTP, _session: SmtpSession, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def _mood(self) -> str:
        return "drops"


@pytest.mark.parametrize(("box", "may_have"), [(_Refusing(), False), (_HangingUp(), True)])
def test_only_a_line_that_fell_dead_after_the_text_leaves_it_open(box: Mailbox, *, may_have: bool) -> None:
    with mail_server(box) as port, pytest.raises(NotDelivered) as refused:
        MailChannel(settings(port)).send(PARCEL)

    assert refused.value.may_have_arrived is may_have
    assert len(box.letters) == int(may_have)


# -- TLS and a login --


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for this machine that nobody else trusts, and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.hoshimigaoka.example")])
    at = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem", folder / "key.pem"


class _Guarded:
    """A server that wants TLS first and then a name and a password."""

    def __init__(self, certificate: tuple[Path, Path], *, from_the_start: bool) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        self.box = Mailbox()
        more = {"ssl_context": context} if from_the_start else {"tls_context": context, "require_starttls": True}
        self.controller = Controller(
            self.box,
            hostname="localhost",
            port=free_port(),
            authenticator=_authenticate,
            auth_required=not from_the_start,  # aiosmtpd knows logins over STARTTLS only
            **more,
        )

    def __enter__(self) -> "tuple[Mailbox, int]":
        self.controller.start()
        return self.box, self.controller.port

    def __exit__(self, *_: object) -> None:
        self.controller.stop()


def _authenticate(_server: SMTP, _session: SmtpSession, _envelope: Envelope, _how: str, said: object) -> AuthResult:
    assert isinstance(said, LoginPassword)
    return AuthResult(success=(said.login, said.password) == (b"sekisho", b"himitsu"), handled=False)


def guarded(port: int, kind: str, certificate: tuple[Path, Path], password: str) -> Settings:
    return Settings(
        smtp_host="localhost",
        smtp_port=port,
        smtp_security=kind,
        smtp_user="sekisho",
        smtp_password=password,
        smtp_ca_file=str(certificate[0]),
    )


@pytest.mark.parametrize("kind", ["starttls", "tls"])
def test_mail_goes_encrypted_and_with_a_login(kind: str, certificate: tuple[Path, Path]) -> None:
    with _Guarded(certificate, from_the_start=kind == "tls") as (box, port):
        chosen = guarded(port, kind, certificate, "himitsu")
        MailChannel(chosen if kind == "starttls" else chosen.model_copy(update={"smtp_user": ""})).send(PARCEL)

    assert len(box.letters) == 1


@pytest.mark.parametrize("kind", ["starttls", "tls"])
def test_a_server_nobody_vouches_for_gets_no_mail(kind: str, certificate: tuple[Path, Path]) -> None:
    with _Guarded(certificate, from_the_start=kind == "tls") as (box, port):
        chosen = guarded(port, kind, certificate, "himitsu").model_copy(update={"smtp_ca_file": ""})
        with pytest.raises(NotDelivered, match="CERTIFICATE_VERIFY_FAILED"):
            MailChannel(chosen).send(PARCEL)

    assert box.letters == []


def test_a_wrong_password_is_said_and_nothing_goes(certificate: tuple[Path, Path]) -> None:
    with (
        _Guarded(certificate, from_the_start=False) as (box, port),
        pytest.raises(NotDelivered, match="SMTPAuthenticationError"),
    ):
        MailChannel(guarded(port, "starttls", certificate, "chigau")).send(PARCEL)

    assert box.letters == []


def test_without_a_server_there_is_no_mail_and_the_page_takes_everything() -> None:
    assert mail_channel(Settings(smtp_host="")) is None
    assert PageChannel().send(PARCEL).said == "画面 <k@hoshimigaoka.example>"
