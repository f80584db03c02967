"""What Exact lets us call, as its replies tell it: a pure value that the register can keep.

Exact counts per app and division: calls in the clock minute, and calls in the day that ends at 00:00 UTC. All
figures come from headers; a missing header changes nothing and is never a zero. Server times are moved to our own
clock by the reply's `Date`, since the two have differed by minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Annotated

import msgspec

from shared.errors import Broken, Cause

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
#: a reset is only precise to the whole minute, so a little is added to it
MARGIN = timedelta(seconds=1.5)
#: an epoch above this is in milliseconds, below in seconds (sources disagree)
MILLISECONDS_ABOVE = 10**11

type Moment = Annotated[datetime, msgspec.Meta(tz=True)]

DAILY, MINUTELY = "X-RateLimit-", "X-RateLimit-Minutely-"


class Limits(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The state after the last reply of one division. Times are ours (aware UTC); None: never heard of."""

    day_limit: int | None = None
    day_remaining: int | None = None
    day_ends: Moment | None = None
    minute_remaining: int | None = None
    minute_ends: Moment | None = None
    refused_until: Moment | None = None  #: what the last 429 made us wait for
    refusal: str = ""  #: its cause, as Cause.name

    def after(self, headers: Mapping[str, str], status: int, date: datetime | None, now: datetime) -> Limits:
        """Give the state after a reply. `date`: its Date header, the server's own now; `now`: ours.

        Clocks differ by minutes; a date further off than a day is nobody's now and is not believed.
        """
        server_now = date if date is not None and abs(now - date) <= DAY else now
        said = _Said(headers, server_now, now - server_now)
        if status == 429:
            return self._after_refusal(said)
        return self._heard(said)

    def _heard(self, said: _Said) -> Limits:
        return msgspec.structs.replace(self, **said.minutely(), **said.daily())

    def _after_refusal(self, said: _Said) -> Limits:
        """Classify a 429. With an empty minute its daily headers are absent or a meaningless zero: not believed."""
        cause, until = said.refusal()
        changes = said.minutely() if cause is Cause.MINUTE_LIMIT else {**said.minutely(), **said.daily()}
        return msgspec.structs.replace(self, **changes, refused_until=said.retry_after() or until, refusal=cause.name)

    def wait(self, now: datetime, share: float) -> tuple[Cause, datetime] | None:
        """Say why and until when no call may be made; None when one may.

        `share`: part of the day's calls (0 to 1) that is left for the customer's other apps.
        """
        if self.refused_until is not None and now < self.refused_until:
            return Cause[self.refusal], self.refused_until
        if self.minute_remaining is not None and self.minute_remaining <= 0 and _before(now, self.minute_ends):
            return Cause.MINUTE_LIMIT, self.minute_ends or now
        if self.day_remaining is not None and _before(now, self.day_ends) and self._day_is_used(share):
            cause = Cause.DAY_LIMIT if self.day_remaining <= 0 else Cause.DAY_SHARE
            return cause, self.day_ends or now
        return None

    def _day_is_used(self, share: float) -> bool:
        return (self.day_remaining or 0) <= share * (self.day_limit or 0)

    def to_json(self) -> str:
        """Write the state down."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, written: str) -> Limits:
        """Read a state that was written down. Raises Broken(BUG)."""
        try:
            limits = msgspec.json.decode(written, type=cls)
        except (msgspec.DecodeError, RecursionError) as error:
            raise Broken(Cause.BUG, f"limits kept in the register cannot be read: {error}") from None
        if limits.refused_until is not None and limits.refusal not in Cause.__members__:
            raise Broken(Cause.BUG, "limits kept in the register cannot be read: they wait for no known cause")
        return limits


def server_date(headers: Mapping[str, str]) -> datetime | None:
    """Read the Date header (aware UTC); None where it is absent or no date."""
    return _http_date(headers.get("Date", ""))


def _http_date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _before(now: datetime, end: datetime | None) -> bool:
    return end is not None and now < end


def _number(text: str | None) -> int | None:
    """Read a count; anything but digits is as good as absent."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


class _Said:
    """What the headers of one reply say, with server times moved to our clock."""

    def __init__(self, headers: Mapping[str, str], server_now: datetime, ahead: timedelta) -> None:
        """`ahead`: how far our clock is ahead of the server's."""
        self._headers = headers
        self._server_now = server_now
        self._ahead = ahead
        self._minute_remaining = self._left(MINUTELY)
        self._day_remaining = self._left(DAILY)

    def _count(self, name: str) -> int | None:
        return _number(self._headers.get(name))

    def _left(self, kind: str) -> int | None:
        """Read the calls left; None where nothing is said. A limit of no calls at all, on a reply, says nothing."""
        return None if self._count(kind + "Limit") == 0 else self._count(kind + "Remaining")

    def minutely(self) -> dict[str, object]:
        """Changes by the minutely headers."""
        if self._minute_remaining is None:
            return {}
        return {"minute_remaining": self._minute_remaining, "minute_ends": self._minute_ends()}

    def daily(self) -> dict[str, object]:
        """Changes by the daily headers."""
        if self._day_remaining is None:
            return {}
        limit = self._count(DAILY + "Limit")
        known = {} if limit is None else {"day_limit": limit}
        return {**known, "day_remaining": self._day_remaining, "day_ends": self._day_ends()}

    def refusal(self) -> tuple[Cause, datetime]:
        """Tell which limit a 429 means. Calls left in both: the contract's pool over all apps is empty."""
        if self._minute_remaining and self._day_remaining:
            return Cause.CONTRACT_POOL, self._ours(self._midnight())
        if self._minute_remaining and self._day_remaining == 0:
            return Cause.DAY_LIMIT, self._day_ends()
        return Cause.MINUTE_LIMIT, self._minute_ends()

    def retry_after(self) -> datetime | None:
        """Read Retry-After, in seconds or as a date; never taken for more than a day."""
        text = self._headers.get("Retry-After", "")
        seconds, date = _number(text), _http_date(text)
        if seconds is None and date is None:
            return None
        ahead = timedelta(seconds=min(seconds or 0, 86_400)) if date is None else date - self._server_now
        return self._ours(self._server_now + min(max(ahead, timedelta(0)), DAY))

    def _minute_ends(self) -> datetime:
        whole = self._server_now.replace(second=0, microsecond=0) + MINUTE
        return self._ours(self._reset(MINUTELY + "Reset", MINUTE + MARGIN) or whole)

    def _day_ends(self) -> datetime:
        return self._ours(self._reset(DAILY + "Reset", DAY + MARGIN) or self._midnight())

    def _midnight(self) -> datetime:
        return self._server_now.replace(hour=0, minute=0, second=0, microsecond=0) + DAY

    def _reset(self, name: str, within: timedelta) -> datetime | None:
        """Read a reset; None where it is absent or no moment of the window it ends (0, "remaining time")."""
        number = _number(self._headers.get(name))
        if number is None:
            return None
        seconds = number // 1000 if number > MILLISECONDS_ABOVE else number
        earliest = self._server_now.timestamp()
        if not earliest <= seconds <= earliest + within.total_seconds():
            return None
        return datetime.fromtimestamp(seconds, UTC)

    def _ours(self, server_time: datetime) -> datetime:
        return server_time + self._ahead + MARGIN
