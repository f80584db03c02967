"""What one step of one division works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from shared.errors import Cause, RetryLater
from shared.register import Held, Parked, Register, Tenant
from shared.settings import Settings
from shared.streams.model import Stream
from shared.sync.source import Source
from shared.warehouse.protocol import Checkpoint, Claim, DivisionState, Warehouse


@dataclass(slots=True)
class Job:
    """One step: its claim, its ways to source and destination, its soft deadline."""

    tenant: Tenant
    run: int
    held: Held
    state: DivisionState
    source: Source
    warehouse: Warehouse
    register: Register
    settings: Settings
    release: str
    clock: Callable[[], datetime]
    deadline: datetime
    parked: dict[str, Parked] = field(default_factory=dict)  #: streams left alone, by name

    @property
    def division(self) -> int:
        """The division's code at Exact."""
        return self.held.division

    @property
    def claim(self) -> Claim:
        """As whom this step writes."""
        return Claim(self.held.division, self.run, self.held.fence)

    def names(self, stream: Stream | None = None) -> dict[str, str | int]:
        """The ids every event of this step carries."""
        ids: dict[str, str | int] = {"tenant": self.tenant.tenant, "division": self.division, "run": self.run}
        return ids | ({"stream": stream.name} if stream else {})

    def closed(self) -> frozenset[str]:
        """Streams that are parked now."""
        now = self.clock()
        return frozenset(name for name, each in self.parked.items() if each.until > now)

    def check_time(self) -> None:
        """Raise RetryLater(TIME_IS_UP) at the soft deadline: the next step goes on."""
        if self.clock() >= self.deadline:
            raise RetryLater(Cause.TIME_IS_UP, f"division {self.division}, run {self.run}", until=self.clock())

    def save(self, checkpoint: Checkpoint) -> Checkpoint:
        """Write a checkpoint that comes without rows."""
        with self.warehouse.transaction(self.claim) as transaction:
            transaction.save(checkpoint)
        return checkpoint

    def save_state(self, **changes: object) -> None:
        """Change what is known of the division; the one way an epoch rises."""
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        with self.warehouse.transaction(self.claim) as transaction:
            transaction.save_division(self.state)
