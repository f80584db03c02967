"""Exact's token endpoint as a script: a refresh, and a new consent of the same user, end every token before it."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.errors import Cause, ConsentNeeded, PipelineError, Refused, RetryLater
from shared.exact.oauth import Pair
from shared.register import Register
from shared.seal import KEY_NAMES, new_key
from shared.tokens import Tokens
from shared.vault import FileVault, SecretStore, Vaults


class Moment:
    """A clock that stands still until it is moved; waiting moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)
        self.waited: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.pass_by(seconds)


@dataclass
class Chain:
    """One country's token endpoint, with the users who consented there."""

    clock: Callable[[], datetime]
    newest: dict[str, Pair] = field(default_factory=dict)  # by user
    users: dict[str, str] = field(default_factory=dict)  # by any token or code ever issued
    asked: list[str] = field(default_factory=list)
    faults: list[PipelineError] = field(default_factory=list)  # answered instead, one a call
    reply_lost: bool = False
    before_call: Callable[[], object] = lambda: None  # what happens elsewhere meanwhile, once
    before_reply: Callable[[], object] = lambda: None

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def consent(self, user: str) -> str:
        """The code a user's browser brings back."""
        code = f"code-{next(self._numbers)}"
        self.users[code] = user
        return code

    def user_of(self, country: str, access_token: str) -> str:
        return self.users[access_token]

    def accepts(self, access_token: str) -> bool:
        newest = self.newest.get(self.users.get(access_token, ""))
        return newest is not None and newest.access_token == access_token

    def exchange(self, code: str, redirect_uri: str) -> Pair:
        with self._lock:
            if code not in self.users:
                raise Refused(Cause.BAD_STATE, "the code")
            return self._issue(self.users.pop(code))

    def refresh(self, refresh_token: str) -> Pair:
        meanwhile, self.before_call = self.before_call, lambda: None
        meanwhile()
        with self._lock:
            issued = self._refresh(refresh_token)
        meanwhile, self.before_reply = self.before_reply, lambda: None
        meanwhile()
        if self.reply_lost:
            self.reply_lost = False
            raise RetryLater(Cause.SERVER_ERROR, "an empty reply")
        return issued

    def _refresh(self, refresh_token: str) -> Pair:
        self.asked.append(refresh_token)
        if self.faults:
            raise self.faults.pop(0)
        newest = self.newest[self.users[refresh_token]]
        if newest.refresh_token != refresh_token:
            raise ConsentNeeded(Cause.CHAIN_BROKEN, "old refresh token")
        if self.clock() - newest.issued_at < timedelta(seconds=570):
            raise RetryLater(Cause.TOKEN_TOO_YOUNG, "access token not expired")
        return self._issue(self.users[refresh_token])

    def _issue(self, user: str) -> Pair:
        number = next(self._numbers)
        issued = Pair(f"access-{number}", f"refresh-{number}", self.clock(), 600)
        self.users |= {issued.access_token: user, issued.refresh_token: user}
        self.newest[user] = issued
        return issued


class Bench:
    """A register, a vault with its keys, a clock and Exact's token endpoint; tenants `first` and `second`."""

    def __init__(self, folder: Path) -> None:
        self.clock = Moment()
        self.register_path = folder / "register.db"
        self.register = Register.sqlite(self.register_path, self.clock)
        self.register.migrate()
        for tenant in ("first", "second"):
            self.register.tenants.add(tenant, "nl", f"db-{tenant}")
        self.vault: SecretStore = FileVault(folder / "vault.json")
        for name in KEY_NAMES:
            self.vault.set(name, new_key())
        self.exact = Chain(self.clock)

    def tokens(self, holder: str = "worker") -> Tokens:
        return Tokens(
            self.register.grants,
            self.register.leases,
            Vaults(self.vault, self.vault),
            lambda _: self.exact,
            self.clock,
            self.clock.wait,
            holder,
        )

    def consent(self, tenant: str = "first", user: str = "user-1") -> None:
        self.tokens("callback").take_consent(
            tenant, "nl", self.exact.consent(user), "https://app/x", self.exact.user_of
        )


@pytest.fixture
def make_bench(tmp_path: Path) -> Iterator[Callable[[], Bench]]:
    """As many benches as a test needs."""
    made: list[Bench] = []

    def make() -> Bench:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(Bench(folder))
        return made[-1]

    yield make
    for bench in made:
        bench.register.close()


@pytest.fixture
def bench(make_bench: Callable[[], Bench]) -> Bench:
    return make_bench()


@pytest.fixture
def connected(bench: Bench) -> Bench:
    """A bench whose tenant `first` is connected, its access token just old enough to be renewed."""
    bench.consent()
    bench.clock.pass_by(570)
    return bench
