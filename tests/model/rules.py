"""What must hold at every moment (design §5), looked at after each commit and each call."""

from __future__ import annotations

from dataclasses import dataclass, field

from local.exact_simulator.reply import Request
from shared.lifecycle import may_refresh, may_sync
from shared.register import Register, Tenant
from shared.streams import DELETED_TYPES
from shared.tokens.custody import Custody
from shared.vault import FileVault, Vaults
from shared.warehouse.sqlite.connection import Connection
from shared.warehouse.sqlite.plan import sql
from tests.model.fibers import Fiber
from tests.model.wire import TOKEN, UNWRITTEN, Weather

#: names in `Fiber.notes`: the tenant a worker works for, as it was when the work began
TENANT = "tenant"

_CHECKPOINTS = f"SELECT division, stream, scope, epoch, fingerprint, cursor, number FROM {sql('sync', 'checkpoints')}"
_MIGRATED = f"SELECT 1 FROM sqlite_master WHERE name = '{sql('sync', 'fences').strip('"')}'"
_EPOCHS = f"SELECT division, epoch FROM {sql('sync', 'divisions')}"
_FENCES = f"SELECT division, fence FROM {sql('sync', 'fences')}"
_RETURNED = """
    SELECT COUNT(*) FROM {deletions} AS gone JOIN {rows} AS row ON row._division = gone._division
    AND row.ID = gone.EntityKey AND row._epoch = gone._epoch AND row.Timestamp <= gone.Timestamp
    WHERE gone.EntityType = ?
"""
#: a look at every kept deletion costs more than the others, so it is taken after every so many commits
EVERY = 20


class Violated(AssertionError):
    """A rule did not hold."""


def demand(holds: bool, what: str) -> None:
    if not holds:
        raise Violated(what)


@dataclass
class Rules:
    """The watchers of one model, and what they have seen."""

    register: Register
    vault: FileVault
    weather: Weather
    cursors: dict[tuple[object, ...], tuple[tuple[int, str], int]] = field(default_factory=dict)
    heights: dict[tuple[object, ...], int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    commits: int = 0

    # --- a tenant's database

    def written(self, place: str, connection: Connection) -> None:
        """A transaction on the database `place` was committed."""
        self._lifecycle("written")
        if not connection._engine.execute(_MIGRATED).fetchall():
            return
        self.commits += 1
        self._checkpoints(place, connection)
        for kind, statement in (("epoch", _EPOCHS), ("fence", _FENCES)):
            for division, height in connection._engine.execute(statement).fetchall():
                self._rises((place, kind, division), height)
        if self.commits % EVERY == 0:
            self.deletions(connection)

    def _checkpoints(self, place: str, connection: Connection) -> None:
        """Rules 6 and 7: it never moves back within an epoch and a fingerprint; nor do epoch and number at all."""
        for division, stream, scope, epoch, mark, cursor, number in connection._engine.execute(_CHECKPOINTS).fetchall():
            before = self.cursors.get((place, division, stream, scope), ((0, ""), 0))
            demand(before[0] != (epoch, mark) or before[1] <= cursor, f"{stream} of {division}: {before} to {cursor}")
            self.cursors[place, division, stream, scope] = (epoch, mark), cursor
            self._rises((place, "reading", division, stream, scope), number)
            self._rises((place, "of epoch", division, stream, scope), epoch)

    def _rises(self, what: tuple[object, ...], height: int) -> None:
        demand(self.heights.get(what, 0) <= height, f"{what} fell from {self.heights.get(what)} to {height}")
        self.heights[what] = height

    def deletions(self, connection: Connection) -> None:
        """Rule 5: a row at or below a kept deletion never comes back."""
        for kind, stream in DELETED_TYPES.items():
            query = _RETURNED.format(deletions=sql("sync", "deletions"), rows=sql("exact", stream.name))
            ((returned,),) = connection._engine.execute(query, (kind,)).fetchall()
            demand(returned == 0, f"{returned} deleted rows of {stream.name} are back")

    # --- the register and the vault

    def kept(self) -> None:
        """Rule 3: of a pair that reached the grant's row, row or vault keeps the newest. Nothing here is a step."""
        fiber, Fiber._of_thread.fiber = Fiber.current(), None
        try:
            self._grants(fiber)
        finally:
            Fiber._of_thread.fiber = fiber

    def _grants(self, fiber: Fiber | None) -> None:
        custody = Custody(self.register.grants, Vaults(self.vault, self.vault))
        for tenant in self.register.tenants.list():
            grant = self.register.grants.get(tenant.tenant)
            if grant is None:
                continue
            if grant.number > self.numbers.get(tenant.tenant, 0):
                self.numbers[tenant.tenant] = grant.number
                if fiber:
                    fiber.notes.pop(UNWRITTEN, None)
            if grant.number and grant.state != "withdrawn":
                demand(custody.newest(grant) is not None, f"pair {grant.number} of {tenant.tenant} is nowhere")

    # --- calls

    def called(self, request: Request) -> None:
        """Rules 2, 10 and 13: what may leave for Exact, and for whom."""
        if request.path == TOKEN:
            demand(request.method == "POST", f"{request.method} to the token endpoint")
            return
        demand(request.method == "GET", f"{request.method} {request.path}")
        demand(request.host == "start.exactonline.nl", f"a call to {request.host}")
        asked = request.parameters()
        chosen = "$select" in asked or "$skiptoken" in asked or "UserHasRights" in request.path
        demand(chosen or "/current/" in request.path, f"no $select: {request.path}")
        self._lifecycle("called")

    def _lifecycle(self, verb: str) -> None:
        fiber = Fiber.current()
        tenant = fiber.notes.get(TENANT) if fiber else None
        demand(tenant is not False, f"{fiber and fiber.name} {verb} for a tenant whose time is over")

    def allows(self, tenant: Tenant | None) -> bool:
        """Whether work for this tenant may call or write when it begins now."""
        if tenant is None:
            return False
        now = self.weather.clock()
        return may_sync(tenant.dates, now) and may_refresh(tenant.dates, now)
