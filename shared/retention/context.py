"""What the use cases of retention are given; built in one place by `bootstrap`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.evidence import Evidence
from shared.queues import Queues
from shared.register import Purge, Register
from shared.retention.guard import Guard
from shared.retention.place import Place, Subject
from shared.signing import Signer

#: who the audit log names for what no person did
SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Retention:
    """Register, queues, evidence, the signing key, and the places in the order in which they are emptied."""

    register: Register
    queues: Queues
    evidence: Evidence
    signer: Signer
    guard: Guard
    places: Sequence[Place]  #: of a tenant as a whole
    division_places: Sequence[Place]  #: of one division
    clock: Callable[[], datetime]
    holder: str
    release: str

    def subject(self, purge: Purge) -> Subject:
        """What a purge deletes."""
        return Subject(self.register.tenants.buried(purge.tenant), purge)

    def places_of(self, purge: Purge) -> Sequence[Place]:
        """The places it walks."""
        return self.division_places if purge.division else self.places
