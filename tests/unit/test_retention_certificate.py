"""The certificate: readable, provable, closed after the last day of what remained, and without content."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any, ClassVar

import pytest

from shared.canonical import canonical
from shared.errors import Broken, Cause
from shared.provisioning import SqliteProvisioner
from shared.register import Tenant
from shared.retention import words
from shared.retention.certificate import check, issued
from shared.retention.page import readable
from tests.support.retention import Yard


class Kept(SqliteProvisioner):
    """Databases with a backup that can be restored until a day."""

    until: ClassVar[list[date]] = [date(2027, 1, 25)]

    def backups_until(self, tenant: Tenant) -> date | None:
        return max(self.until, default=None)


@pytest.fixture
def backed_up(make_yard: Callable[..., Yard]) -> Yard:
    """A purged tenant whose database left a backup for a day."""
    yard = make_yard(kind=Kept)
    yard.tenant()
    yard.purge()
    return yard


def certificates(yard: Yard) -> list[dict[str, Any]]:
    return [dict(check(each.content, yard.retention.signer.public_keys())) for each in issued(yard.retention)]


def test_it_says_what_was_where_what_was_done_and_what_a_fresh_look_found(yard: Yard) -> None:
    yard.purge()
    (told,) = certificates(yard)
    assert (told["tenant"], told["reason"], told["due_on"], told["final"]) == (
        "acme",
        "trial-ended",
        "2027-01-24",
        True,
    )
    secrets = told["places"][-1]
    assert (secrets["place"], secrets["found"], secrets["did"], secrets["left"]) == (
        "secrets",
        {"secrets": 1},
        "purged",
        0,
    )
    assert secrets["remains"] == [{"what": "grant-at-exact", "until": ""}]
    assert told["key"] == yard.retention.signer.version()


def test_its_hash_stands_in_the_register_and_the_audit_log(yard: Yard) -> None:
    purge = yard.purge()
    (kept,) = issued(yard.retention, "acme")
    assert purge.certificate == kept.hash
    assert yard.register.audit.entries("acme")[-1].details["certificate"] == kept.hash


def test_one_changed_byte_anywhere_fails(yard: Yard) -> None:
    yard.purge()
    (kept,) = issued(yard.retention)
    keys = yard.retention.signer.public_keys()
    for at in range(0, len(kept.content), 7):
        changed = bytearray(kept.content)
        changed[at] ^= 1
        with pytest.raises(Broken) as error:
            check(bytes(changed), keys)
        assert error.value.cause is Cause.SIGNATURE_WRONG


@pytest.mark.parametrize(
    "change", [lambda c: c + b"\n", lambda c: c.replace(b":", b": ", 1), lambda c: b"", lambda c: b"[]"]
)
def test_another_form_of_the_same_content_fails(yard: Yard, change: Callable[[bytes], bytes]) -> None:
    yard.purge()
    (kept,) = issued(yard.retention)
    with pytest.raises(Broken):
        check(change(kept.content), yard.retention.signer.public_keys())


def test_a_certificate_signed_by_somebody_else_fails(yard: Yard, make_yard: Callable[..., Yard]) -> None:
    yard.purge()
    other = make_yard()
    with pytest.raises(Broken, match="published"):
        check(issued(yard.retention)[0].content, other.retention.signer.public_keys())


def test_what_remains_is_named_with_its_last_day(backed_up: Yard) -> None:
    (told,) = certificates(backed_up)
    database = next(place for place in told["places"] if place["place"] == "database")
    assert database["remains"] == [{"what": "database-backups", "until": "2027-01-25"}]
    assert (told["final"], told["look_again_on"]) == (False, "2027-01-26")


def test_a_second_look_after_the_last_day_closes_it(backed_up: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Kept, "until", [])
    backed_up.until(date(2027, 1, 26) - timedelta(days=1))
    backed_up.plan()
    assert len(certificates(backed_up)) == 1
    backed_up.until(date(2027, 1, 26))
    backed_up.plan()
    backed_up.plan()
    _, second = certificates(backed_up)
    assert (second["final"], second["closes"]) == (True, issued(backed_up.retention)[0].hash)
    assert all(place["left"] == 0 for place in second["places"])
    assert backed_up.register.audit.entries("acme")[-1].action == "purge.close"


def test_a_backup_that_outlives_its_day_keeps_it_open_and_is_loud(
    backed_up: Yard, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Kept, "until", [date(2027, 1, 28)])
    backed_up.until(date(2027, 1, 26))
    backed_up.plan()
    assert len(certificates(backed_up)) == 1
    assert "purge.left" in caplog.text
    assert backed_up.register.purges.to_look_at(backed_up.clock() + timedelta(days=3))


def test_a_place_that_cannot_be_looked_at_keeps_it_open(backed_up: Yard, caplog: pytest.LogCaptureFixture) -> None:
    backed_up.shelf.failing = [Broken(Cause.VAULT_REFUSED, "no")]
    backed_up.until(date(2027, 1, 26))
    backed_up.plan()
    assert "purge.not-closed" in caplog.text
    assert len(certificates(backed_up)) == 1


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_says_all_of_it_in_plain_words(backed_up: Yard, language: Any) -> None:
    (told,) = certificates(backed_up)
    page = unescape(readable(told, language))
    assert f'<html lang="{language}">' in page
    for table, word in ((words.PLACES, "database"), (words.DEEDS, "dropped"), (words.REASONS, "trial-ended")):
        assert table[word].of(language) in page
    assert words.REMAINDERS["grant-at-exact"].of(language) in page
    assert ("25-01-2027" if language == "nl" else "25 January 2027") in page
    assert not re.search(r"<script|src=|href=|url\(", page)


def test_every_word_a_place_says_has_its_row(yard: Yard) -> None:
    yard.purge()
    (told,) = certificates(yard)
    places = {place["place"] for place in told["places"]}
    assert places <= set(words.PLACES)
    assert {place["did"] for place in told["places"]} <= set(words.DEEDS)
    assert {each["what"] for place in told["places"] for each in place["remains"]} <= set(words.REMAINDERS)


def test_a_text_from_elsewhere_is_shown_as_text(yard: Yard) -> None:
    yard.purge()
    (told,) = certificates(yard)
    told["places"][0]["found"] = {"<b>kind</b>": 1}
    assert "<b>kind" not in readable(told, "nl")


def test_it_lies_in_its_canonical_form(yard: Yard) -> None:
    yard.purge()
    (kept,) = issued(yard.retention)
    assert canonical(json.loads(kept.content)) == kept.content


def test_a_certificate_names_no_more_than_ids_counts_days_and_words(yard: Yard) -> None:
    yard.purge()
    (kept,) = issued(yard.retention)
    assert b"hush" not in kept.content
    assert b"user-acme" not in kept.content
    assert b"acme-books" not in kept.content
