"""Mail over SMTP: plain, STARTTLS or TLS, with or without a login, and never waiting longer than it was told."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as ON_THE_WIRE
from email.utils import format_datetime
from smtplib import SMTP, SMTP_SSL

from casework.channels import NotDelivered, Parcel, Receipt
from casework.clock import JAPAN, now
from casework.settings import Settings

# Refused in so many words: nothing of it was taken.
REFUSALS = (
    smtplib.SMTPSenderRefused,
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPNotSupportedError,
)


@dataclass(frozen=True)
class MailChannel:
    """The office's mail server."""

    settings: Settings
    name: str = field(default="mail", init=False)

    def send(self, parcel: Parcel) -> Receipt:
        """Hand one mail to the server; raises ``NotDelivered``.

        Until the text has gone over, whatever breaks means that nothing arrived. From then on only the server's own
        refusal does: a line that falls dead leaves it open.
        """
        try:
            message = self._message(parcel)
            server = self._connect()
        except (OSError, smtplib.SMTPException, ValueError) as error:  # ValueError: what cannot stand in a mail
            raise NotDelivered(_words(error), may_have_arrived=False) from error
        try:
            server.send_message(message)
        except REFUSALS as error:
            raise NotDelivered(_words(error), may_have_arrived=False) from error
        except ValueError as error:
            raise NotDelivered(_words(error), may_have_arrived=False) from error
        except (OSError, smtplib.SMTPException) as error:
            raise NotDelivered(_words(error), may_have_arrived=True) from error
        finally:
            _leave(server)
        return Receipt("受け付け")

    def _message(self, parcel: Parcel) -> EmailMessage:
        message = EmailMessage(policy=ON_THE_WIRE)
        # A title may hold line ends (a condition typed on several lines); a subject may not.
        message["From"], message["To"] = self.settings.mail_from, parcel.to
        message["Subject"] = " ".join(parcel.subject.split())
        message["Message-ID"], message["Date"] = parcel.key, format_datetime(_in_japan())
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine answers it
        message.set_content(parcel.body, cte="base64")
        return message

    def _connect(self) -> SMTP:
        chosen = self.settings
        address, wait = (chosen.smtp_host, chosen.smtp_port), chosen.smtp_timeout_seconds
        if chosen.smtp_security == "tls":
            server: SMTP = SMTP_SSL(*address, timeout=wait, context=self._trust())
        else:
            server = SMTP(*address, timeout=wait)
        try:
            if chosen.smtp_security == "starttls":
                server.starttls(context=self._trust())
            if chosen.smtp_user:
                server.login(chosen.smtp_user, chosen.smtp_password.get_secret_value())
        except BaseException:
            _leave(server)
            raise
        return server

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.settings.smtp_ca_file or None)


def mail_channel(settings: Settings) -> MailChannel | None:
    """Return the office's mail server, or None where the settings name none."""
    return MailChannel(settings) if settings.smtp_host else None


def message_id(key_hash: str, settings: Settings) -> str:
    """Return the Message-ID for a key: the same at every try, on every worker."""
    host = settings.mail_from.rpartition("@")[2].strip("<> ") or "localhost"
    return f"<{key_hash}@{host}>"


def _in_japan() -> datetime:
    return now().astimezone(JAPAN)


def _leave(server: SMTP) -> None:
    # A server that hangs up after it took the mail has taken it all the same.
    with suppress(OSError, smtplib.SMTPException):
        server.quit()
    with suppress(OSError):
        server.close()


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
