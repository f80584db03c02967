"""Mail by SMTP, over verified TLS only: from the first byte, or by STARTTLS before anything is said."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from shared.errors import Broken, Cause, RetryLater
from shared.notices.notifier import Letter, written

type Tls = Literal["implicit", "starttls"]

SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over, and as whom. Its repr shows no password."""

    host: str
    port: int
    tls: Tls
    sender: str
    user: str = ""  #: "": the server asks for none
    password: str = field(default="", repr=False)
    authorities: Path | None = None  #: more certificates to trust than the system's


class SmtpNotifier:
    """Hands letters to one mail server, one connection each: there are few."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._context = ssl.create_default_context()
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2
        if server.authorities is not None:
            self._context.load_verify_locations(server.authorities)

    def send(self, letter: Letter) -> None:
        """See Notifier."""
        with self._mapped(letter), self._connected() as connection:
            if self._server.user:
                connection.login(self._server.user, self._server.password)
            connection.send_message(written(letter, self._server.sender))

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.tls == "implicit":
            return smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=self._context)
        connection = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
        try:
            connection.starttls(context=self._context)
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def _mapped(self, letter: Letter) -> Iterator[None]:
        """What a server says may quote the address: only its code is told."""
        what = f"letter {letter.id} at {self._server.host}"
        try:
            yield
        except smtplib.SMTPResponseException as error:
            passing = 400 <= error.smtp_code < 500
            raise (RetryLater if passing else Broken)(_cause(passing=passing), f"{what}: {error.smtp_code}") from None
        except smtplib.SMTPRecipientsRefused as error:
            ((code, _),) = error.recipients.values()
            passing = 400 <= code < 500
            raise (RetryLater if passing else Broken)(_cause(passing=passing), f"{what}: {code}") from None
        except (ssl.SSLCertVerificationError, smtplib.SMTPNotSupportedError) as error:
            raise Broken(Cause.MAIL_REFUSED, f"{what}: {type(error).__name__}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise RetryLater(Cause.MAIL_DOWN, f"{what}: {type(error).__name__}") from None


def _cause(*, passing: bool) -> Cause:
    return Cause.MAIL_DOWN if passing else Cause.MAIL_REFUSED
