"""How often an app may call: a clock minute, a UTC day, the licence's pool, and the limit on errors.

A refusal has an empty body. A minutely one carries the minutely headers only, a daily one the daily headers only, one
for the licence's pool both, with calls left. What an error block answers was never published; here it is a bare 429.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from local.exact_simulator.reply import Reply
from local.exact_simulator.settings import Settings

_HOUR = timedelta(hours=1)
_CLIENT_ERRORS = frozenset({400, 401, 403, 404})


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose calls are counted together: an app on one division, under one licence."""

    client_id: str
    division: int
    licence: str


@dataclass(slots=True)
class _Block:
    until: datetime
    times: int


@dataclass(slots=True)
class _Errors:
    at: deque[datetime] = field(default_factory=deque)
    block: _Block | None = None


class Limits:
    """Counts calls and errors of one simulator."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._minutes: Counter[tuple[Caller, datetime]] = Counter()
        self._days: Counter[tuple[Caller, datetime]] = Counter()
        self._pools: Counter[tuple[str, datetime]] = Counter()
        self._errors: defaultdict[tuple[str, ...], _Errors] = defaultdict(_Errors)

    def count(self, caller: Caller, now: datetime) -> Reply | None:
        """Count one call; the refusal when there is none left."""
        minute, day = (caller, _minute(now)), (caller, _day(now))
        if self._minutes[minute] >= self._settings.minute_limit:
            return Reply(429, self._minutely(caller, now))
        if self._days[day] >= self._settings.day_limit:
            return Reply(429, self._daily(caller, now))
        if self._pools[caller.licence, _day(now)] >= self._settings.contract_limit:
            return Reply(429, self.headers(caller, now))
        self._minutes[minute] += 1
        self._days[day] += 1
        self._pools[caller.licence, _day(now)] += 1
        return None

    def used_elsewhere(self, licence: str, calls: int, now: datetime) -> None:
        """Take calls of the licence's other apps from its pool."""
        self._pools[licence, _day(now)] += calls

    def headers(self, caller: Caller, now: datetime) -> tuple[tuple[str, str], ...]:
        """Give the headers of a reply that was not refused."""
        return self._daily(caller, now) + self._minutely(caller, now)

    def blocked(self, key: tuple[str, ...], now: datetime) -> Reply | None:
        """Refuse while the block for too many errors lasts; `key` is app, user, division, endpoint."""
        block = self._errors[key].block if key in self._errors else None
        return Reply(429) if block is not None and now < block.until else None

    def note(self, key: tuple[str, ...], status: int, now: datetime) -> None:
        """Count a client error; one above the limit blocks for an hour, a repetition for longer."""
        if status not in _CLIENT_ERRORS:
            return
        errors = self._errors[key]
        errors.at.append(now)
        while errors.at[0] <= now - _HOUR:
            errors.at.popleft()
        if len(errors.at) > self._settings.errors_per_hour:
            times = errors.block.times + 1 if errors.block else 1
            errors.block = _Block(now + times * _HOUR, times)
            errors.at.clear()

    def _daily(self, caller: Caller, now: datetime) -> tuple[tuple[str, str], ...]:
        used, reset = self._days[caller, _day(now)], _day(now) + timedelta(days=1)
        return self._triple("X-RateLimit", self._settings.day_limit, used, reset)

    def _minutely(self, caller: Caller, now: datetime) -> tuple[tuple[str, str], ...]:
        used, reset = self._minutes[caller, _minute(now)], _minute(now) + timedelta(minutes=1)
        return self._triple("X-RateLimit-Minutely", self._settings.minute_limit, used, reset)

    def _triple(self, name: str, limit: int, used: int, reset: datetime) -> tuple[tuple[str, str], ...]:
        headers = (
            (f"{name}-Limit", str(limit)),
            (f"{name}-Remaining", str(max(0, limit - used))),
            (f"{name}-Reset", str(int(reset.timestamp()) * 1000)),
        )
        return tuple(header for header in headers if header[0] not in self._settings.omit_headers)


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)


def _day(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
