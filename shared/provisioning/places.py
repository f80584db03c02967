"""Where the next tenant's database goes: the emptiest pool of the lists in the templates (design §11)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from shared.errors import Broken, Cause

#: databases in one elastic pool of 4 vCores and more (Azure's limit)
POOL_LIMIT = 500
#: share of the limit from which an alert says that the next pool is due
NEARLY_FULL = 0.8
_POOL = re.compile(
    r"/subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+)/providers/Microsoft\.Sql/"
    r"servers/(?P<server>[^/]+)/elasticPools/(?P<pool>[^/]+)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Place:
    """One elastic pool."""

    subscription: str
    group: str
    server: str
    pool: str
    host: str  #: the server's address
    limit: int = POOL_LIMIT

    @classmethod
    def of(cls, pool_id: str, hosts: Sequence[str], limit: int = POOL_LIMIT) -> Self:
        """The place of a pool's resource id; `hosts`: addresses of all servers. Raises Broken(WRONG_SETTINGS)."""
        found = _POOL.fullmatch(pool_id)
        if found is None:
            raise Broken(Cause.WRONG_SETTINGS, f"{pool_id!r} is no resource id of an elastic pool")
        host = next((each for each in hosts if each.partition(".")[0] == found["server"]), None)
        if host is None:
            raise Broken(Cause.WRONG_SETTINGS, f"QICS_TENANT_SERVERS lacks server {found['server']} of a pool")
        return cls(**found.groupdict(), host=host, limit=limit)

    @property
    def name(self) -> str:
        """How the register names it."""
        return f"{self.server}/{self.pool}"

    @property
    def pool_id(self) -> str:
        """The resource id of the pool."""
        return (
            f"/subscriptions/{self.subscription}/resourceGroups/{self.group}/providers/Microsoft.Sql/"
            f"servers/{self.server}/elasticPools/{self.pool}"
        )


def emptiest(places: Sequence[Place], used: Mapping[str, int]) -> Place:
    """The place with the most room; `used`: databases by name of place. Raises Broken(PLACES_FULL)."""
    free = [place for place in places if used.get(place.name, 0) < place.limit]
    if not free:
        names = ", ".join(place.name for place in places) or "none"
        raise Broken(Cause.PLACES_FULL, f"no room in the pools there are ({names})")
    return min(free, key=lambda place: (used.get(place.name, 0) / place.limit, place.name))


def nearly_full(places: Sequence[Place], used: Mapping[str, int]) -> list[Place]:
    """The places that are filled for four fifths and more."""
    return [place for place in places if used.get(place.name, 0) >= NEARLY_FULL * place.limit]
