"""A purge: on the day, complete, in order, and the same whatever happens in between."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from shared.errors import Broken, Cause, Refused, RetryLater
from shared.lifecycle import State, state
from shared.messages import PurgeTenant
from shared.register import Listed
from shared.register.remains import KEPT
from shared.register.schema import METADATA
from shared.retention.certificate import check, issued
from shared.retention.context import Retention
from shared.retention.steps import purge_tenant
from tests.support.retention import Yard

ORDER = [
    "workers",
    "power-bi",
    "extracts",
    "take-outs",
    "database",
    "pending-work",
    "register",
    "last-notice",
    "outbox",
    "secrets",
]


def test_on_its_day_a_tenant_is_deleted_everywhere_and_certified(yard: Yard) -> None:
    purge = yard.purge()
    assert purge.ended_at is not None
    assert purge.reason == "trial-ended"
    assert not yard.provisioner.exists(yard.register.tenants.buried("acme"))
    assert yard.vault.names() == []
    assert yard.shelf.things == {}
    assert set(yard.rows()) == set(KEPT)


def test_the_places_are_emptied_in_their_order(yard: Yard) -> None:
    yard.purge()
    places = list(yard.places().values())
    assert sorted(yard.places(), key=ORDER.index) == ORDER
    assert [place.place for place in places] == ORDER
    assert all(place.counted_at <= place.erased_at <= place.looked_at for place in places)


def test_what_was_there_is_counted_before_it_goes(yard: Yard) -> None:
    yard.register.invitations.add("invitation", "acme", yard.clock() + timedelta(days=90))
    yard.purge()
    found = {name: place.found for name, place in yard.places().items() if place.found}
    assert found == {
        "take-outs": {"files": 3},
        "database": {"databases": 1},
        "register": {"grants": 1, "invitations": 1, "leases": 1},
        "secrets": {"secrets": 1},
    }


def test_a_tombstone_keeps_nothing_but_the_id(yard: Yard) -> None:
    yard.purge()
    row = yard.register.tenants.buried("acme")
    assert (row.purged_on, row.trial_from, row.contract_from, row.purge_at) == (date(2027, 1, 24), None, None, None)


def test_nothing_happens_before_the_day(yard: Yard) -> None:
    yard.clock.now = yard.register.tenants.get("acme").purge_at - timedelta(microseconds=1)  # type: ignore[operator]
    assert yard.plan() == 0
    purge_tenant(yard.retention, PurgeTenant(tenant="acme"))
    assert yard.register.purges.of() == []
    yard.clock.pass_time(microseconds=1)
    assert yard.plan() == 1


def test_days_that_were_missed_are_made_up(yard: Yard) -> None:
    yard.until(yard.day_of_purge() + timedelta(days=9))
    assert yard.plan() == 1
    yard.settle()
    assert yard.register.purges.of()[-1].ended_at is not None


def test_a_tenant_that_became_active_again_is_not_touched(yard: Yard) -> None:
    yard.expire()
    yard.clock.pass_time(hours=-1)
    yard.register.tenants.set_contract("acme", date(2027, 1, 23), None)
    yard.clock.pass_time(hours=1)
    purge_tenant(yard.retention, PurgeTenant(tenant="acme"))  # a message of before
    assert yard.plan() == 0
    assert yard.provisioner.exists(yard.register.tenants.get("acme"))


def test_once_begun_a_purge_cannot_be_turned_back(yard: Yard) -> None:
    yard.expire()
    yard.plan()
    yard.work()
    for act in (
        lambda: yard.register.tenants.set_contract("acme", date(2027, 1, 24), None),
        lambda: yard.register.tenants.take_back("acme", "operator"),
        lambda: yard.register.grants.consent("acme", "nl", "user", yard.clock()),
        lambda: yard.register.tenants.add("acme", "nl", "acme-books"),
        lambda: yard.register.tenants.add("other", "nl", "acme-books"),
        lambda: yard.register.invitations.add("x", "acme", yard.clock()),
        lambda: yard.register.runs.open("acme"),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.cause is Cause.PURGED


def test_the_user_of_a_purged_tenant_may_consent_for_a_new_one_at_once(yard: Yard) -> None:
    yard.expire()
    yard.plan()
    yard.work()
    yard.register.tenants.add("back", "nl", "back-books")
    assert yard.register.grants.consent("back", "nl", "user-acme", yard.clock()).tenant == "back"


def test_a_message_after_the_end_does_nothing_and_says_so(yard: Yard, caplog: pytest.LogCaptureFixture) -> None:
    yard.purge()
    caplog.set_level(logging.INFO, "qics")
    purge_tenant(yard.retention, PurgeTenant(tenant="acme", step=3))
    assert "purge.refused" in caplog.text
    assert len(yard.register.purges.of()) == 1


def test_a_purge_waits_for_a_worker_that_holds_a_lease(yard: Yard) -> None:
    yard.register.divisions.save_listed("acme", "nl", [Listed(7, 1, 0, "100")])
    yard.register.divisions.choose("acme", [7])
    runs = yard.register.runs
    yard.expire()
    yard.clock.pass_time(days=-40)
    run = runs.open("acme")
    runs.begin("acme", run, [("nl", 7)])
    yard.expire()
    held = runs.claim("acme", run, 7, 1, "worker", 600)
    yard.plan()
    for _ in range(4):
        yard.work()
    purge = yard.register.purges.of()[-1]
    assert (purge.step, purge.waits_for) == (2, "lease-held")
    runs.release(held)
    yard.settle()
    assert yard.register.purges.of()[-1].ended_at is not None


def test_a_place_that_is_down_for_hours_is_waited_for_and_the_operator_sees_it(yard: Yard) -> None:
    yard.shelf.failing = [RetryLater(Cause.SERVER_ERROR, "storage")] * 100
    yard.expire()
    yard.plan()
    for _ in range(60):
        yard.work() or yard.clock.pass_time(minutes=2)
    purge = yard.register.purges.of()[-1]
    assert (purge.ended_at, purge.waits_for) == (None, "server-error")
    assert yard.provisioner.exists(yard.register.tenants.buried("acme"))
    yard.settle()
    assert yard.register.purges.of()[-1].waits_for == ""
    assert yard.shelf.things == {}


def test_what_a_fresh_look_still_finds_is_erased_again_and_loud(yard: Yard, caplog: pytest.LogCaptureFixture) -> None:
    yard.shelf.sticky = 2
    yard.purge()
    assert caplog.text.count("purge.left") == 2
    assert yard.places()["take-outs"].left == 0
    assert yard.places()["take-outs"].found == {"files": 3}


def test_a_purge_not_done_within_its_day_is_an_alert(yard: Yard, caplog: pytest.LogCaptureFixture) -> None:
    yard.expire()
    yard.plan()
    yard.work()
    yard.clock.pass_time(hours=25)
    yard.plan()
    assert "purge.overdue" in caplog.text


def test_a_failure_nobody_foresaw_is_raised_for_poison_and_taken_up_by_the_next_planning(yard: Yard) -> None:
    yard.shelf.failing = [Broken(Cause.BUG, "what")]
    yard.expire()
    yard.plan()
    with pytest.raises(Broken):
        yard.settle()
    assert yard.register.purges.of()[-1].waits_for == "bug"
    yard.plan()
    yard.settle()
    assert yard.register.purges.of()[-1].ended_at is not None


def test_a_database_that_cannot_be_read_is_deleted_all_the_same(yard: Yard) -> None:
    yard.provisioner.path(yard.register.tenants.get("acme")).write_bytes(b"no database at all, but long enough" * 40)
    yard.purge()
    assert yard.places()["database"].found == {"databases": 1}
    assert not yard.provisioner.exists(yard.register.tenants.buried("acme"))


def test_the_last_notice_goes_out_once_and_while_the_address_is_still_there(make_yard: Callable[..., Yard]) -> None:
    seen: list[list[str]] = []
    yard = make_yard(send_last_notice=lambda subject: bool(seen.append(yard.vault.names()) or True))
    yard.tenant()
    yard.purge()
    assert seen == [["grant-pair-acme"]]
    assert yard.places()["last-notice"].did == "sent"


def test_a_notice_that_cannot_be_sent_for_a_day_is_recorded_and_dropped(make_yard: Callable[..., Yard]) -> None:
    def down(subject: Any) -> bool:
        raise RetryLater(Cause.SERVER_ERROR, "mail")

    yard = make_yard(send_last_notice=down)
    yard.tenant()
    purge = yard.purge()
    assert yard.places()["last-notice"].did == "not-sent"
    assert timedelta(hours=24) <= yard.places()["last-notice"].erased_at - purge.begun_at < timedelta(hours=25)


def test_two_tenants_end_on_one_day_and_each_is_deleted_by_itself(yard: Yard) -> None:
    yard.tenant("beta")
    yard.tenant("later", trial_from=date(2026, 12, 1))
    yard.purge()
    assert {purge.tenant for purge in yard.register.purges.of()} == {"acme", "beta"}
    assert yard.provisioner.exists(yard.register.tenants.get("later"))
    assert yard.vault.names() == ["grant-pair-later"]


def test_every_table_that_names_a_tenant_is_emptied_or_kept_for_a_reason() -> None:
    named = {name for name, table in METADATA.tables.items() if "tenant" in table.c}
    assert set(KEPT) <= named
    assert all(KEPT.values())


def test_what_another_tenant_reads_too_stays(yard: Yard) -> None:
    yard.tenant("beta", trial_from=date(2026, 12, 20))
    for tenant in ("acme", "beta"):
        yard.register.divisions.save_listed(tenant, "nl", [Listed(7, 1, 0, "100")])
    yard.register.divisions.save_listed("acme", "nl", [Listed(7, 1, 0, "100"), Listed(8, 1, 0, "100")])
    for division in (7, 8):
        yard.register.calls.save_limits("nl", division, "{}")
    fence = yard.register.leases.take("division:nl:7", "worker", 1)
    yard.purge()
    assert (yard.register.calls.limits("nl", 7), yard.register.calls.limits("nl", 8)) == ("{}", None)
    assert yard.register.leases.take("division:nl:7", "worker", 1) > fence  # type: ignore[operator]


# --- whatever happens


class Crash(BaseException):
    """The process is gone."""


class Dying:
    """Dies once before and once after every call of every step."""

    def __init__(self) -> None:
        self.step = 0
        self.survived: set[tuple[int, str, str, str]] = set()

    def over(self, inner: Any, *names: str, what: str = "") -> Any:
        """The same thing, with a death around these calls."""
        dying = self

        class Proxy:
            def __getattr__(self, name: str) -> Any:
                found = getattr(inner, name)
                return partial(dying.call, what or type(inner).__name__, name, found) if name in names else found

        return Proxy()

    def call(self, what: str, name: str, found: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        self.die(what, name, "before")
        done = found(*args, **kwargs)
        self.die(what, name, "after")
        return done

    def die(self, *where: str) -> None:
        if (self.step, *where) not in self.survived:
            self.survived.add((self.step, *where))  # type: ignore[arg-type]
            raise Crash


def worker_over(yard: Yard, dying: Dying) -> Retention:
    """A worker that dies at every call of something that lasts."""
    register = SimpleNamespace(
        purges=dying.over(yard.register.purges, "begin", "marked", "counted", "erased", "looked", "ended"),
        audit=dying.over(yard.register.audit, "add"),
        leases=dying.over(yard.register.leases, "release"),
        tenants=yard.register.tenants,
    )
    return replace(
        yard.retention,
        register=register,  # type: ignore[arg-type]
        queues=dying.over(yard.queues, "send"),
        evidence=dying.over(yard.retention.evidence, "create"),
        places=tuple(dying.over(place, "count", "erase", "verify", what=place.name) for place in yard.retention.places),
    )


def ending(yard: Yard) -> tuple[Any, ...]:
    """All that may not depend on what happened in between."""
    (told,) = [check(each.content, yard.retention.signer.public_keys()) for each in issued(yard.retention)]
    met = [(each["place"], each["found"], each["did"], each["left"], each["remains"]) for each in told["places"]]
    audit = sorted((entry.action, entry.tenant) for entry in yard.register.audit.entries())
    return met, audit, yard.rows(), yard.vault.names(), yard.shelf.things, list(yard.folder.glob("tenants/*"))


def test_dying_before_and_after_every_call_ends_the_same(make_yard: Callable[..., Yard]) -> None:
    yards = make_yard(), make_yard()
    for yard in yards:
        yard.clock.now = datetime(2026, 11, 25, 9, tzinfo=UTC)
        yard.tenant()
    clean, killed = yards
    clean.purge()
    killed.clock.now = datetime(2026, 11, 25, 9, tzinfo=UTC)
    killed.expire()
    killed.plan()
    dying = Dying()
    worker = worker_over(killed, dying)
    message = PurgeTenant(tenant="acme")
    while (purge := killed.register.purges.running("acme", 0)) or not killed.register.purges.of():
        dying.step = purge.step if purge else 0
        with suppress(Crash):
            purge_tenant(worker, message)
        killed.clock.pass_time(minutes=16)  # the dead one's lease is over, and its message is seen again
        message = PurgeTenant(tenant="acme", step=dying.step)
    assert ending(killed) == ending(clean)
    assert len(dying.survived) > 200


def test_every_message_delivered_twice_at_once_and_late_ends_the_same(make_yard: Callable[..., Yard]) -> None:
    clean, twice = make_yard(), make_yard()
    clean.tenant()
    twice.tenant()
    clean.purge()
    twice.clock.now = datetime(2026, 11, 25, 9, tzinfo=UTC)
    send = twice.queues.send

    def doubled(message: Any, delay: timedelta = timedelta(0)) -> None:
        send(message, delay)
        if twice.queues.count(PurgeTenant.queue) < 40:
            send(message, delay)
            send(message, delay + timedelta(minutes=1))

    twice.retention = replace(twice.retention, queues=type("Doubling", (), {"send": staticmethod(doubled)})())
    twice.expire()
    twice.plan()
    twice.settle(4000)
    assert ending(twice) == ending(clean)


def test_two_workers_on_one_purge_take_turns(yard: Yard) -> None:
    yard.expire()
    yard.plan()
    yard.work()
    number = yard.register.purges.of()[-1].number
    fence = yard.register.leases.take(f"purge:{number}", "other", 60)
    assert yard.work() == 1
    assert yard.register.purges.of()[-1].step == 1
    assert fence
    yard.register.leases.release(f"purge:{number}", fence)
    yard.settle()
    assert yard.register.purges.of()[-1].ended_at is not None


def test_a_clock_set_back_holds_the_purge_up_and_harms_nothing(yard: Yard) -> None:
    yard.expire()
    yard.plan()
    yard.clock.pass_time(days=-3)
    purge_tenant(yard.retention, PurgeTenant(tenant="acme"))
    assert state(yard.register.tenants.get("acme").dates, yard.clock().date()) is State.ENDED
    yard.purge()
    assert yard.provisioner.exists(yard.register.tenants.buried("acme")) is False
