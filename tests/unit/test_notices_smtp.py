"""Mail leaves over verified TLS only, and a refusal says nothing of whom it was for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from local.net.authority import Authority
from shared.errors import Broken, Cause, PipelineError, RetryLater
from shared.notices.notifier import Letter
from shared.notices.smtp import MailServer, SmtpNotifier
from tests.support.smtp import MailHall

LETTER = Letter("acme..ended-20261224", "jan@example.com", "Wij lezen geen nieuwe gegevens meer in", "Tot ziens, é.")


def notifier(hall: MailHall, authority: Authority | None, tls: str, **more: Any) -> SmtpNotifier:
    bundle = authority.bundle if authority else None
    given = {"sender": "post@qics.example", "authorities": bundle, **more}
    return SmtpNotifier(MailServer("127.0.0.1", hall.port, tls, **given))  # type: ignore[arg-type]


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_a_letter_arrives_over_tls_with_its_own_message_id(
    mail_server: Callable[..., MailHall], authority: Authority, tls: str
) -> None:
    hall = mail_server(implicit=tls == "implicit")
    notifier(hall, authority, tls, user="post", password="hush-hush").send(LETTER)
    (mail,) = hall.mails
    assert "Message-ID: <acme..ended-20261224@qics.example>" in mail
    assert "To: jan@example.com" in mail
    assert hall.logins == ["\0post\0hush-hush"]
    assert set(hall.plain) <= {"EHLO", "STARTTLS"}


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
@pytest.mark.parametrize(("names", "trusted"), [(("127.0.0.1",), False), (("other.example",), True)])
def test_a_server_that_cannot_prove_who_it_is_gets_no_letter(
    mail_server: Callable[..., MailHall], authority: Authority, tls: str, names: tuple[str, ...], trusted: bool
) -> None:
    hall = mail_server(implicit=tls == "implicit", names=names)
    with pytest.raises(Broken) as refused:
        notifier(hall, authority if trusted else None, tls).send(LETTER)
    assert refused.value.cause is Cause.MAIL_REFUSED
    assert hall.mails == []


def test_a_server_without_starttls_gets_no_letter(mail_server: Callable[..., MailHall], authority: Authority) -> None:
    hall = mail_server(implicit=False, offers_starttls=False)
    with pytest.raises(Broken, match="SMTPNotSupportedError"):
        notifier(hall, authority, "starttls", user="post", password="hush-hush").send(LETTER)
    assert (hall.mails, hall.logins, set(hall.plain)) == ([], [], {"EHLO"})


@pytest.mark.parametrize(
    ("verb", "answer", "error", "cause"),
    [
        ("RCPT", "450 jan@example.com is busy", RetryLater, Cause.MAIL_DOWN),
        ("RCPT", "550 jan@example.com is unknown", Broken, Cause.MAIL_REFUSED),
        ("MAIL", "451 later", RetryLater, Cause.MAIL_DOWN),
        ("DATA", "554 jan@example.com: no", Broken, Cause.MAIL_REFUSED),
        ("AUTH", "535 hush-hush", Broken, Cause.MAIL_REFUSED),
    ],
)
def test_a_refusal_is_sorted_by_its_code_and_repeats_no_address(
    mail_server: Callable[..., MailHall],
    authority: Authority,
    verb: str,
    answer: str,
    error: type[PipelineError],
    cause: Cause,
) -> None:
    hall = mail_server(implicit=True, answers={verb: answer})
    with pytest.raises(error) as refused:
        notifier(hall, authority, "implicit", user="post", password="hush-hush").send(LETTER)
    assert refused.value.cause is cause
    assert "jan@" not in str(refused.value)
    assert "hush" not in str(refused.value)


def test_a_server_that_is_not_there_is_tried_again_later(authority: Authority) -> None:
    with pytest.raises(RetryLater):
        notifier(MailHall(port=1), authority, "implicit").send(LETTER)


def test_no_repr_shows_an_address_or_a_password() -> None:
    server = MailServer("mail.example.com", 465, "implicit", "post@qics.example", "post", "hush-hush")
    assert "jan@" not in repr(LETTER)
    assert "hush" not in repr(server)
