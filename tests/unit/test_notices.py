"""Customers are told what the dates say, once, in their language, and last of all that everything is gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from shared.errors import Broken, Cause, Refused, RetryLater
from shared.lifecycle import Dates, midnight
from shared.notices.address import Address, address_of, address_secret, set_address
from shared.notices.due import due
from shared.notices.letters import LETTERS, Days, Kind, words
from shared.notices.notifier import Letter, OutboxFolder
from shared.notices.place import TABLES, Outbox
from shared.notices.rows import Notices
from shared.notices.send import Post, send_last_notice, send_notices
from shared.retention.order import places
from shared.texts import LANGUAGES
from shared.tokens.custody import pair_secret
from tests.support.retention import Yard

TRIAL = Dates(trial_from=date(2026, 3, 1))
CONTRACT = Dates(trial_from=date(2026, 3, 1), contract_from=date(2026, 3, 31), contract_to=date(2026, 12, 31))
ERASED = Dates(trial_from=date(2026, 3, 1), erase_on=date(2026, 3, 20))
CONSENTED = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("dates", "day", "kinds"),
    [
        (Dates(), (2026, 3, 1), []),
        (TRIAL, (2026, 3, 19), []),
        (TRIAL, (2026, 3, 20), [Kind.TRIAL_DAY_20]),
        (TRIAL, (2026, 3, 26), [Kind.TRIAL_DAY_20]),
        (TRIAL, (2026, 3, 27), [Kind.TRIAL_DAY_27]),
        (TRIAL, (2026, 3, 30), [Kind.TRIAL_DAY_27]),
        (TRIAL, (2026, 3, 31), [Kind.ENDED]),
        (TRIAL, (2026, 4, 22), [Kind.ENDED]),
        (TRIAL, (2026, 4, 23), [Kind.PURGE_SOON]),
        (TRIAL, (2026, 4, 29), [Kind.PURGE_SOON]),
        (TRIAL, (2026, 4, 30), []),
        (CONTRACT, (2026, 3, 27), []),
        (CONTRACT, (2026, 12, 31), []),
        (CONTRACT, (2027, 1, 1), [Kind.ENDED]),
        (CONTRACT, (2027, 1, 24), [Kind.PURGE_SOON]),
        (ERASED, (2026, 3, 10), []),
        (ERASED, (2026, 3, 13), [Kind.PURGE_SOON]),
        (Dates(trial_from=date(2026, 3, 1), purged_on=date(2026, 4, 30)), (2026, 4, 30), []),
    ],
)
def test_what_is_due_is_what_the_dates_say(dates: Dates, day: tuple[int, int, int], kinds: list[Kind]) -> None:
    assert [notice.kind for notice in due("acme", dates, None, midnight(date(*day)))] == kinds


@pytest.mark.parametrize(("day", "told"), [(date(2026, 3, 5), True), (date(2026, 3, 31), False)])
def test_a_consent_that_is_needed_is_asked_for_while_reading_is_allowed(day: date, told: bool) -> None:
    kinds = [notice.kind for notice in due("acme", TRIAL, CONSENTED, midnight(day))]
    assert (Kind.CONSENT_NEEDED in kinds) is told


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_notice_is_written_in_both_languages_with_its_days(kind: Kind, language: str) -> None:
    told = words(kind, language, Days(date(2026, 3, 30), date(2026, 4, 30)))  # type: ignore[arg-type]
    assert told.title
    assert not set("{}") & set(told.title + told.body)
    assert told != words(kind, "nl" if language == "en" else "en", Days(date(2026, 3, 30), date(2026, 4, 30)))
    assert kind in LETTERS


@dataclass
class Carrier:
    """A notifier that fails first, or after it has taken the letter."""

    before: list[Exception] = field(default_factory=list)
    after: list[BaseException] = field(default_factory=list)
    taken: list[Letter] = field(default_factory=list)

    def send(self, letter: Letter) -> None:
        if self.before:
            raise self.before.pop(0)
        self.taken.append(letter)
        if self.after:
            raise self.after.pop(0)


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def acme(yard: Yard) -> Yard:
    set_address(yard.vault, "acme", Address("jan@example.com", "nl"))
    return yard


def post(yard: Yard, carrier: Carrier | OutboxFolder) -> Post:
    return Post(yard.register, yard.vault, carrier, yard.clock)


def test_over_a_whole_life_each_notice_is_sent_once_however_often_the_day_is_looked_at(acme: Yard) -> None:
    carrier = Carrier()
    for day in range(60):
        acme.until(date(2026, 11, 25) + timedelta(days=day))
        for _ in range(2):
            send_notices(post(acme, carrier))
    assert [letter.id.split("..")[1].rpartition("-")[0] for letter in carrier.taken] == [
        "trial-day-20",
        "trial-day-27",
        "ended",
        "purge-soon",
    ]


def test_a_notice_names_the_day_in_the_language_of_the_address(acme: Yard) -> None:
    carrier = Carrier()
    acme.until(date(2026, 12, 25))
    send_notices(post(acme, carrier))
    assert "op 24 januari 2027 verwijderen" in carrier.taken[0].body
    assert "24 december 2026 was de laatste dag" in carrier.taken[0].body


@pytest.mark.parametrize("error", [RetryLater(Cause.MAIL_DOWN, "x"), Broken(Cause.MAIL_REFUSED, "x")])
def test_a_notice_that_could_not_be_sent_is_sent_by_the_next_look(acme: Yard, error: Exception) -> None:
    carrier = Carrier(before=[error])
    acme.until(date(2026, 12, 14))
    assert (send_notices(post(acme, carrier)), send_notices(post(acme, carrier))) == (0, 1)


def test_one_that_fails_holds_up_no_other(acme: Yard) -> None:
    acme.tenant("beta")
    set_address(acme.vault, "beta", Address("an@example.com", "en"))
    acme.until(date(2026, 12, 14))
    assert send_notices(post(acme, Carrier(before=[Broken(Cause.MAIL_REFUSED, "x")]))) == 1


def test_killed_after_it_was_handed_over_the_folder_still_has_it_once(acme: Yard, tmp_path: Path) -> None:
    folder = OutboxFolder(tmp_path / "outbox", "post@qics.example")
    acme.until(date(2026, 12, 14))

    class Dying(Carrier):
        def send(self, letter: Letter) -> None:
            folder.send(letter)
            raise Killed

    with pytest.raises(Killed):
        send_notices(post(acme, Dying()))
    acme.clock.pass_time(minutes=3)
    assert send_notices(post(acme, folder)) == 1
    assert len(folder.of("acme")) == 1


def test_killed_after_it_was_handed_over_a_server_gets_the_same_id_again(acme: Yard) -> None:
    carrier = Carrier(after=[Killed()])
    acme.until(date(2026, 12, 14))
    with pytest.raises(Killed):
        send_notices(post(acme, carrier))
    assert send_notices(post(acme, carrier)) == 0, "its claim still holds"
    acme.clock.pass_time(minutes=3)
    send_notices(post(acme, carrier))
    assert len({letter.id for letter in carrier.taken}) == 1


def test_one_that_is_no_longer_worth_sending_is_given_up_and_on_record(acme: Yard) -> None:
    carrier = Carrier(before=[RetryLater(Cause.MAIL_DOWN, "x")])
    acme.until(date(2026, 12, 14))
    send_notices(post(acme, carrier))
    acme.until(date(2026, 12, 22))
    send_notices(post(acme, carrier))
    told = {each.notice.kind: each.cause for each in Notices(acme.register.database).of("acme")}
    assert told == {Kind.TRIAL_DAY_20: "not-due", Kind.TRIAL_DAY_27: ""}


def test_a_tenant_without_an_address_is_told_as_soon_as_there_is_one(yard: Yard) -> None:
    yard.until(date(2026, 12, 14))
    assert send_notices(post(yard, Carrier())) == 0
    set_address(yard.vault, "acme", Address("jan@example.com", "en"))
    assert send_notices(post(yard, Carrier())) == 1


def test_a_consent_that_broke_is_asked_for_once_and_again_when_the_next_one_breaks(acme: Yard) -> None:
    carrier = Carrier()
    for _ in range(2):
        acme.register.grants.withdraw("acme")
        send_notices(post(acme, carrier))
        acme.clock.pass_time(hours=1)
        send_notices(post(acme, carrier))
        acme.register.grants.consent("acme", "nl", "user-acme", acme.clock())
    assert len(carrier.taken) == 2


def test_the_purge_sends_the_last_notice_empties_the_outbox_and_then_forgets_the_address(
    make_yard: Callable[..., Yard], tmp_path: Path
) -> None:
    folder, carrier = OutboxFolder(tmp_path / "outbox", "post@qics.example"), Carrier()
    yard = make_yard()
    given, outbox = post(yard, carrier), Outbox(Notices(yard.register.database), folder)
    premises = replace(
        yard.premises,
        outbox=outbox,
        outbox_tables=TABLES,
        secrets=(pair_secret, address_secret),
        send_last_notice=lambda subject: send_last_notice(given, subject),
    )
    yard.retention = replace(yard.retention, places=places(premises))
    yard.tenant()
    set_address(yard.vault, "acme", Address("jan@example.com", "en"))
    yard.until(date(2026, 12, 14))
    send_notices(post(yard, folder))
    yard.purge()
    assert [letter.subject for letter in carrier.taken] == ["Your data was deleted"]
    assert (folder.of("acme"), Notices(yard.register.database).of("acme")) == ([], [])
    assert address_of(yard.vault, "acme") is None
    assert yard.places()["last-notice"].did == "sent"


def test_the_folder_holds_a_mail_any_program_reads(tmp_path: Path) -> None:
    folder = OutboxFolder(tmp_path / "outbox", "post@qics.example")
    folder.send(Letter("acme..ended-1", "jan@example.com", "Één titel", "Eén tekst"))
    (path,) = folder.of("acme")
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert (mail["To"], mail["Subject"], mail.get_content().strip()) == ("jan@example.com", "Één titel", "Eén tekst")
    assert path.stat().st_mode & 0o077 == 0
    assert folder.of("acm") == []


@pytest.mark.parametrize("mailbox", ["", "jan", "jan@example", "a@b.nl, c@d.nl", "a@b.nl\r\nBcc: c@d.nl", ".a@b.nl"])
def test_what_is_no_mailbox_is_refused_without_repeating_it(yard: Yard, mailbox: str) -> None:
    with pytest.raises(Refused) as refused:
        set_address(yard.vault, "acme", Address(mailbox, "nl"))
    assert not mailbox or mailbox not in str(refused.value)
    assert address_of(yard.vault, "acme") is None


def test_an_address_shows_no_mailbox() -> None:
    assert "jan@" not in repr(Address("jan@example.com", "nl"))
