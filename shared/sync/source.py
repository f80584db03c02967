"""One division's way to Exact during one step: the budget before each call, the record after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, time, timedelta

from shared.errors import Cause, RetryLater
from shared.exact.client import Call, Client
from shared.exact.hosts import endpoint
from shared.exact.wire import RawPage, decode_list
from shared.register.calls import Calls

#: calls reserved from the licence's budget at a time; what is not used is given back
BLOCK = 20


def midnight_utc(now: datetime) -> datetime:
    """The next 00:00 UTC, when Exact's day budgets are new."""
    return datetime.combine(now.date() + timedelta(days=1), time(), tzinfo=now.tzinfo)


class Source:
    """Pages of one division, inside the budgets of its licence (design §6, Calls)."""

    def __init__(
        self,
        client: Callable[[Callable[[Call], None]], Client],
        calls: Calls,
        *,
        host: str,
        division: int,
        licence: str,
        budget: int,
        clock: Callable[[], datetime],
    ) -> None:
        self.client = client(self._seen)
        self._calls = calls
        self._place = (host, division, licence)
        self._budget = budget
        self._clock = clock
        self._reserved = 0
        self._made: Counter[str] = Counter()
        self._failed: Counter[str] = Counter()
        self._rows: Counter[str] = Counter()

    @property
    def licence(self) -> str:
        """The licence whose pool the calls are taken from."""
        return self._place[2]

    def _seen(self, call: Call) -> None:
        """Count a call the client made."""
        self._made[call.endpoint] += 1
        self._failed[call.endpoint] += call.status >= 400
        self._reserved -= 1

    def page(self, url: str) -> RawPage:
        """The page at `url`. Raises what the client raises, and RetryLater when a budget is used up."""
        raw = decode_list(self.get(url))
        self._rows[endpoint(url)] += len(raw.rows)
        return raw

    def get(self, url: str) -> bytes:
        """The body at `url`, inside the budgets."""
        self._reserve()
        try:
            return self.client.get(url)
        except RetryLater as error:
            if error.cause is Cause.CONTRACT_POOL:
                host, _, licence = self._place
                self._calls.block_licence(host, licence, error.until or midnight_utc(self._clock()))
            raise

    def _reserve(self) -> None:
        if self._reserved > 0:
            return
        host, division, licence = self._place
        blocked = self._calls.licence_blocked(host, licence)
        if blocked is not None and blocked > self._clock():
            raise RetryLater(Cause.CONTRACT_POOL, f"licence of division {division}", until=blocked)
        self._reserved += self._calls.allowance(host, division, licence, BLOCK, self._budget)
        if self._reserved <= 0:
            until = midnight_utc(self._clock())
            raise RetryLater(Cause.DAY_SHARE, f"licence of division {division}: {self._budget} calls", until=until)

    def close(self, tenant: str, run: int) -> None:
        """Give back what was reserved and not used; keep the limits and the record of calls in the register."""
        host, division, licence = self._place
        if self._reserved > 0:
            self._calls.give_back(host, division, licence, self._reserved)
        self._calls.save_limits(host, division, self.client.limits.to_json())
        for path, calls in self._made.items():
            self._calls.record(
                tenant, run, division, path, made=calls, rows=self._rows[path], errors=self._failed[path]
            )
