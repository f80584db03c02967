"""Which endpoint a path means. Casing counts: `hrm/CostCenters` is 404 where `hrm/Costcenters` works."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from local.exact_simulator.schema import Entity, entities, entity

PREFIX = "/api/v1/"
RIGHTS = "users/UserHasRights"
_BY_DIVISION = re.compile(r"(beta/)?(\d{1,9})/(.+)")


@dataclass(frozen=True, slots=True)
class Route:
    """An endpoint and the division in the address; `entity` is None for UserHasRights."""

    endpoint: str  #: the path without division, the name under which errors are counted
    entity: Entity | None
    division: int | None


def route(path: str) -> Route | None:
    """Find the endpoint of a path; None where Exact has none."""
    below = path.removeprefix(PREFIX) if path.startswith(PREFIX) else ""
    if below == "current/Me":
        return Route(below, entity("Me"), None)
    found = _BY_DIVISION.fullmatch(below)
    if found is None:
        return None
    endpoint, division = (found[1] or "") + found[3], int(found[2])
    if endpoint == RIGHTS:
        return Route(endpoint, None, division)
    known = _by_endpoint().get(endpoint)
    return Route(endpoint, known, division) if known else None


def by_right(name: str) -> Entity | None:
    """Find the endpoint UserHasRights is asked about; `beta/` may be left out."""
    return _by_endpoint().get(name) or _by_endpoint().get(f"beta/{name}")


@cache
def _by_endpoint() -> dict[str, Entity]:
    return {known.path.replace("{division}/", ""): known for known in entities().values()}
