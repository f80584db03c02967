"""The admin interface: change the books, the clock, the standing of users; read the truth and what was asked.

It answers on its own port with the admin key. `POST /_admin/{change}` takes the books' change of that name with the
JSON body as its arguments; "division" in it says whose. Nothing here goes through OData, rights or limits.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from local.exact_simulator.books.changes import CHANGES
from local.exact_simulator.faults import KINDS, Fault
from local.exact_simulator.reply import Reply, Request
from local.exact_simulator.schema import entity
from local.exact_simulator.seam import Company
from local.exact_simulator.sources import truth

if TYPE_CHECKING:
    from local.exact_simulator.simulator import Simulator

PREFIX = "/_admin/"


class NoSuchThingError(LookupError):
    """The admin asked for something the simulator does not have; the text says what."""


class Admin:
    """Answers the admin's requests on one simulator."""

    def __init__(self, simulator: Simulator, key: str) -> None:
        self._simulator = simulator
        self._key = key
        self._own: dict[str, Callable[..., object]] = {
            "clock": self._advance,
            "contract_use": self._contract_use,
            "standing": self._standing,
            "rights": self._rights,
            "revoke": self._revoke,
            "fault": self._fault,
            "calm": self._simulator.faults.calm,
        }
        self._lists: dict[str, Callable[[], object]] = {
            "requests": lambda: [asdict(seen) for seen in self._simulator.requests],
            "changes": lambda: sorted([*CHANGES, *self._own]),
            "faults": self._faults,
        }

    def answer(self, request: Request) -> Reply:
        """Do what is asked; JSON both ways."""
        if not self._key or not secrets.compare_digest(request.headers.get("x-admin-key", ""), self._key):
            return _json(403, {"error": "X-Admin-Key is missing or wrong"})
        try:
            with self._simulator.at_work():
                return _json(200, self._result(request))
        except (LookupError, TypeError, ValueError) as refused:
            return _json(400, {"error": f"{type(refused).__name__}: {refused}"})

    def _result(self, request: Request) -> object:
        words = request.path.removeprefix(PREFIX).split("/")
        match request.method, words:
            case "GET", [name] if name in self._lists:
                return self._lists[name]()
            case "GET", ["books", code, *entity]:
                return self._truth(int(code), "/".join(entity))
            case "POST", [name] if name in self._own:
                return self._own[name](**json.loads(request.body or b"{}"))
            case "POST", [name] if name in CHANGES:
                return self._change(name, **json.loads(request.body or b"{}"))
        raise NoSuchThingError(f"no {request.method} {request.path}")

    def _change(self, name: str, /, *, division: int, **arguments: object) -> object:
        """Change a company's books."""
        return CHANGES[name](self._company(division), **arguments)

    def _truth(self, division: int, name: str) -> Iterable[object]:
        """Give all rows of an entity as the books have them."""
        return list(truth(self._company(division), entity(name)))

    def _advance(self, *, advance_seconds: float) -> object:
        self._simulator.clock.advance(float(advance_seconds))
        return {"now": self._simulator.clock()}

    def _contract_use(self, *, division: int, calls: int) -> None:
        """Take calls of other apps from the pool of the division's licence."""
        licence = str(self._company(division).info["Customer"])
        self._simulator.limits.used_elsewhere(licence, calls, self._simulator.clock())

    def _standing(self, **closed: list[str]) -> None:
        """Set one or more of blocked_users, inactive_users, blocked_customers, expired_licences."""
        self._simulator.people.standing = replace(
            self._simulator.people.standing, **{name: set(ids) for name, ids in closed.items()}
        )

    def _rights(self, *, user: str, division: int, missing: list[str]) -> None:
        """Set the entities a user may not read in a division."""
        self._simulator.books.users[user].rights[division] = set(missing)

    def _revoke(self, *, user: str, client_id: str = "") -> None:
        """Withdraw a user's consent to an app, the first one when none is named."""
        self._simulator.chains.revoke(user, client_id or self._simulator.settings.apps[0].client_id)

    def _faults(self) -> object:
        """Say which faults there are, and which were met."""
        kinds = {name: {"uses": kind.uses, "meaning": kind.meaning} for name, kind in KINDS.items()}
        return {"kinds": kinds, "met": self._simulator.faults.met}

    def _fault(self, **fields: Any) -> None:
        """Plan a fault; the fields are those of `Fault`."""
        self._simulator.faults.plan(Fault(**fields))

    def _company(self, division: int) -> Company:
        try:
            return self._simulator.books.divisions[division]
        except KeyError:
            raise NoSuchThingError(f"no division {division}") from None


def _json(status: int, value: object) -> Reply:
    """Lay out an answer: decimals and days as texts, so that nothing is lost."""
    body = json.dumps(value, default=_plain).encode()
    return Reply(status, (("Content-Type", "application/json"),), body)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)
