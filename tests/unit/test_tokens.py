"""The pair of one grant, without crashes: when it is renewed, where it lies, what ends it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.errors import Broken, Cause, ConsentNeeded, PipelineError, RetryLater
from shared.register import grant_lease
from shared.tokens.custody import Kept, pair_secret
from tests.support.chain import Bench


def grant_of(bench: Bench, tenant: str = "first") -> tuple[str, str]:
    grant = bench.register.grants.get(tenant)
    assert grant is not None
    return grant.state, grant.cause


def where_the_pair_lies(bench: Bench, tenant: str = "first") -> tuple[bool, bool]:
    """Whether a pair lies (in the row, in the vault)."""
    grant = bench.register.grants.get(tenant)
    assert grant is not None
    return grant.sealed is not None, bench.vault.get(pair_secret(tenant)) is not None


def _raise(error: PipelineError) -> None:
    raise error


def test_a_consent_gives_a_token_exact_accepts(bench: Bench) -> None:
    bench.consent()
    assert bench.exact.accepts(bench.tokens().access("first"))


@pytest.mark.parametrize(("age", "refreshes"), [(0, 0), (569.9, 0), (570, 1), (86_400 * 29, 1)])
def test_a_token_is_renewed_from_its_570th_second_on_and_not_before(bench: Bench, age: float, refreshes: int) -> None:
    bench.consent()
    bench.clock.pass_by(age)
    assert bench.exact.accepts(bench.tokens().access("first"))
    assert len(bench.exact.asked) == refreshes


def test_each_refresh_token_is_used_once(connected: Bench) -> None:
    for _ in range(5):
        connected.tokens().access("first")
        connected.clock.pass_by(570)
    assert len(set(connected.exact.asked)) == len(connected.exact.asked) == 5


def test_a_refused_token_that_is_old_enough_is_renewed(connected: Bench) -> None:
    old = connected.tokens().access("first")
    connected.clock.pass_by(570)
    assert connected.tokens().access("first", refused=old) != old


def test_a_refused_token_that_is_too_young_waits_for_its_mark_and_exact_is_not_asked(bench: Bench) -> None:
    bench.consent()
    mark = bench.clock.now + timedelta(seconds=570)
    bench.clock.pass_by(100)
    with pytest.raises(RetryLater) as later:
        bench.tokens().access("first", refused=bench.tokens().access("first"))
    assert (later.value.cause, later.value.until) == (Cause.TOKEN_TOO_YOUNG, mark)
    assert bench.exact.asked == []


def test_a_refused_token_that_another_worker_has_renewed_is_replaced_without_asking(connected: Bench) -> None:
    newer = connected.tokens("other").access("first")
    assert connected.tokens().access("first", refused="access-old") == newer
    assert len(connected.exact.asked) == 1


def test_a_token_too_young_by_exacts_clock_is_asked_again_30_seconds_later(connected: Bench) -> None:
    connected.exact.faults = [RetryLater(Cause.TOKEN_TOO_YOUNG)]
    with pytest.raises(RetryLater) as later:
        connected.tokens().access("first")
    assert later.value.until == connected.clock.now + timedelta(seconds=30)
    connected.clock.pass_by(30)
    assert connected.exact.accepts(connected.tokens().access("first"))


def test_a_settled_pair_lies_in_the_vault_only(connected: Bench) -> None:
    connected.tokens().access("first")
    assert where_the_pair_lies(connected) == (False, True)


def test_with_the_vault_down_the_pair_waits_in_the_row_and_shows_no_token(
    connected: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connected.vault, "replace", lambda *_: _raise(RetryLater(Cause.VAULT_DOWN)))
    with pytest.raises(RetryLater):
        connected.tokens().access("first")
    assert where_the_pair_lies(connected)[0]
    files = list(connected.register_path.parent.glob("register.db*"))
    assert not any(b"access-" in file.read_bytes() or b"refresh-" in file.read_bytes() for file in files)
    monkeypatch.undo()
    connected.clock.pass_by(570)
    assert connected.exact.accepts(connected.tokens().access("first"))
    assert where_the_pair_lies(connected) == (False, True)


def test_no_tenants_pair_takes_the_name_of_an_app_key() -> None:
    assert pair_secret("key") != "grant-key"


def test_the_repr_of_a_pair_shows_no_token(connected: Bench) -> None:
    kept = Kept(7, connected.exact.newest["user-1"])
    assert "access-" not in repr(kept)
    assert "refresh-" not in repr(kept)


def test_a_tenant_nobody_consented_for_needs_a_consent(bench: Bench) -> None:
    with pytest.raises(ConsentNeeded) as needed:
        bench.tokens().access("first")
    assert needed.value.cause is Cause.NEVER_CONSENTED


@pytest.mark.parametrize("cause", [Cause.CHAIN_BROKEN, Cause.CONSENT_EXPIRED, Cause.USER_BLOCKED])
def test_an_ended_chain_is_declared_once_and_exact_is_not_asked_again(connected: Bench, cause: Cause) -> None:
    connected.exact.faults = [ConsentNeeded(cause)]
    for _ in range(2):
        with pytest.raises(ConsentNeeded) as needed:
            connected.tokens().access("first")
        assert needed.value.cause is cause
    assert grant_of(connected) == ("needed", cause.code)
    assert len(connected.exact.asked) == 1


def test_a_refusal_nobody_knows_is_no_withdrawal_until_it_repeats(connected: Bench) -> None:
    connected.exact.faults = [ConsentNeeded(Cause.CONSENT_WITHDRAWN)]
    assert connected.exact.accepts(connected.tokens().access("first"))


def test_a_consent_withdrawn_at_exact_deletes_the_pair_at_once(connected: Bench) -> None:
    connected.exact.faults = [ConsentNeeded(Cause.CONSENT_WITHDRAWN)] * 3
    with pytest.raises(ConsentNeeded):
        connected.tokens().access("first")
    assert grant_of(connected)[0] == "withdrawn"
    assert where_the_pair_lies(connected) == (False, False)


def test_a_new_consent_revives_a_grant(connected: Bench) -> None:
    connected.exact.faults = [ConsentNeeded(Cause.CONSENT_EXPIRED)]
    with pytest.raises(ConsentNeeded):
        connected.tokens().access("first")
    connected.consent()
    assert connected.exact.accepts(connected.tokens().access("first"))
    assert grant_of(connected) == ("connected", "")


def test_no_reply_is_asked_again_with_the_same_token(connected: Bench) -> None:
    connected.exact.faults = [RetryLater(Cause.UNREACHABLE), RetryLater(Cause.SERVER_ERROR)]
    assert connected.exact.accepts(connected.tokens().access("first"))
    assert len(connected.exact.asked) == 3
    assert len(set(connected.exact.asked)) == 1
    assert connected.clock.waited == [1.0, 2.0]


def test_three_tries_without_a_reply_end_the_step_and_keep_the_pair(connected: Bench) -> None:
    connected.exact.faults = [RetryLater(Cause.UNREACHABLE)] * 3
    with pytest.raises(RetryLater) as later:
        connected.tokens().access("first")
    assert later.value.cause is Cause.UNREACHABLE
    assert connected.exact.accepts(connected.tokens().access("first"))


def test_a_token_taken_by_a_reply_that_never_came_is_a_lost_reply(connected: Bench) -> None:
    connected.exact.reply_lost = True
    with pytest.raises(ConsentNeeded) as needed:
        connected.tokens().access("first")
    assert needed.value.cause is Cause.REPLY_LOST
    assert grant_of(connected) == ("needed", "reply-lost")


def test_wrong_credentials_of_ours_do_not_touch_the_grant(connected: Bench) -> None:
    connected.exact.faults = [Broken(Cause.WRONG_CREDENTIALS)]
    with pytest.raises(Broken):
        connected.tokens().access("first")
    assert connected.exact.accepts(connected.tokens().access("first"))


def test_a_missing_key_shows_before_the_refresh_token_is_spent(connected: Bench) -> None:
    connected.vault.delete("grant-key")
    with pytest.raises(Broken, match="secret grant-key"):
        connected.tokens().access("first")
    assert connected.exact.asked == []


@pytest.mark.parametrize("key", ["grant-key", "user-key"])
def test_a_missing_key_shows_before_the_code_of_a_consent_is_spent(bench: Bench, key: str) -> None:
    bench.vault.delete(key)
    code = bench.exact.consent("user-1")
    with pytest.raises(Broken, match=f"secret {key}"):
        bench.tokens().take_consent("first", "nl", code, "https://app/x", bench.exact.user_of)
    assert bench.exact.exchange(code, "https://app/x").access_token


def test_a_busy_register_gets_the_reply_again_until_it_takes_it(
    connected: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_pair, busy = connected.register.grants.keep_pair, [True, True]

    def sometimes_busy(*args: object) -> bool:
        if busy:
            busy.pop()
            raise RetryLater(Cause.DATABASE_BUSY)
        return keep_pair(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(connected.register.grants, "keep_pair", sometimes_busy)
    assert connected.exact.accepts(connected.tokens().access("first"))
    assert where_the_pair_lies(connected) == (False, True)


def test_a_lease_another_worker_keeps_is_waited_for_shortly_then_the_message_goes_back(connected: Bench) -> None:
    connected.register.leases.take(grant_lease("first"), "other", 240)
    ends = connected.register.leases.until(grant_lease("first"))
    with pytest.raises(RetryLater) as later:
        connected.tokens().access("first")
    assert (later.value.cause, later.value.until) == (Cause.LEASE_HELD, ends)
    assert connected.clock.waited == [1.0] * 5
    assert connected.exact.asked == []


def test_a_young_token_needs_no_lease(bench: Bench) -> None:
    bench.consent()
    bench.register.leases.take(grant_lease("first"), "other", 240)
    assert bench.exact.accepts(bench.tokens().access("first"))


@pytest.mark.parametrize("fault", [None, RetryLater(Cause.UNREACHABLE), ConsentNeeded(Cause.CHAIN_BROKEN)])
def test_the_lease_is_given_back_however_a_refresh_ends(connected: Bench, fault: PipelineError | None) -> None:
    connected.exact.faults = [fault] * 3 if fault else []
    if fault:
        with pytest.raises(type(fault)):
            connected.tokens().access("first")
    else:
        connected.tokens().access("first")
    assert connected.register.leases.until(grant_lease("first")) is None


def test_withdrawing_forgets_the_pair_everywhere(connected: Bench) -> None:
    connected.tokens().withdraw("first")
    assert where_the_pair_lies(connected) == (False, False)
    with pytest.raises(ConsentNeeded) as needed:
        connected.tokens().access("first")
    assert needed.value.cause is Cause.CONSENT_WITHDRAWN


@pytest.mark.parametrize(("idle_days", "refreshed"), [(6.99, False), (7, True), (29, True)])
def test_keep_alive_refreshes_a_pair_unused_for_a_week(bench: Bench, idle_days: float, refreshed: bool) -> None:
    bench.consent()
    bench.clock.pass_by(idle_days * 86_400)
    assert bench.tokens().keep_alive("first") is refreshed
    assert len(bench.exact.asked) == refreshed


def test_a_register_restored_from_a_backup_catches_up_with_the_vault(connected: Bench) -> None:
    tokens = connected.tokens()
    for _ in range(3):
        tokens.access("first")
        connected.clock.pass_by(570)
    with connected.register.database.write() as connection:
        connection.exec_driver_sql("UPDATE grants SET number = 1")
    for _ in range(2):
        assert connected.exact.accepts(tokens.access("first"))
        connected.clock.pass_by(570)
    grant = connected.register.grants.get("first")
    assert grant is not None
    assert grant.number == 6


def test_an_older_pair_in_the_vault_than_the_row_counts_is_never_used(connected: Bench) -> None:
    old = connected.vault.get(pair_secret("first"))
    assert old is not None
    connected.tokens().access("first")
    connected.vault.set(pair_secret("first"), old.value)
    with pytest.raises(ConsentNeeded) as needed:
        connected.tokens().access("first")
    assert needed.value.cause is Cause.REPLY_LOST
    assert len(connected.exact.asked) == 1


def test_a_client_asks_the_store_only_now_and_then(connected: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    access = connected.tokens().for_client("first")
    first = access(False)
    with monkeypatch.context() as without_vault:
        without_vault.setattr(connected.vault, "get", None)
        assert access(False) == first
    connected.clock.pass_by(570)
    assert access(False) != first


def test_a_client_that_was_refused_gets_another_token(connected: Bench) -> None:
    access = connected.tokens().for_client("first")
    first = access(False)
    connected.clock.pass_by(570)
    connected.tokens("other").access("first")
    assert access(True) != first
