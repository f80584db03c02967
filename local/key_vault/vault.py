"""The secrets of one vault, and what may be done with a name in which state."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from local.key_vault.keys import Keys
from local.key_vault.refusals import conflict, disabled, not_found, protected

type Clock = Callable[[], datetime]

#: days for which a deleted secret can be brought back: the service's default
RECOVERABLE_DAYS = 90


class Phase(Enum):
    """Where a name is, or is on its way to; each with its conflict's inner code and words while under way."""

    LIVE = "ObjectIsBeingRecovered", "being recovered"
    DELETED = "ObjectIsBeingDeleted", "being deleted"
    PURGED = "ObjectIsBeingPurged", "being purged"


@dataclass
class Version:
    """One version of a secret."""

    value: str
    tags: dict[str, str]
    created: datetime
    updated: datetime
    enabled: bool = True
    id: str = field(default_factory=lambda: uuid.uuid4().hex)


@dataclass
class Name:
    """A name with its versions, oldest first; until `settled_at` it is on its way into its phase."""

    versions: list[Version]
    settled_at: datetime
    phase: Phase = Phase.LIVE
    deleted_at: datetime | None = None

    @property
    def newest(self) -> Version:
        """The version that is read when none is named."""
        return self.versions[-1]


class Vault:
    """One vault. `settling` is how long deleting, purging and bringing back take; not safe with threads by itself."""

    def __init__(self, clock: Clock, *, protected: bool = False, settling: timedelta = timedelta(0)) -> None:
        self._clock = clock
        self._names: dict[str, Name] = {}
        self.keys = Keys()
        self.protected = protected
        self.settling = settling

    @property
    def recovery_level(self) -> str:
        """Whether a deleted secret may be purged, in the service's words."""
        return "Recoverable" if self.protected else "Recoverable+Purgeable"

    def put(self, name: str, value: str, tags: dict[str, str]) -> Version:
        """Write a new version."""
        entry = self._names.get(name)
        if entry is not None and not self._is_gone(entry):
            self._refuse_transit(name, entry)
            if entry.phase is Phase.DELETED:
                state = "in a deleted but recoverable state, and its name cannot be reused"
                raise conflict(name, "ObjectIsDeletedButRecoverable", state)
        else:
            entry = self._names[name] = Name([], self._clock())
        entry.versions.append(Version(value, tags, self._clock(), self._clock()))
        return entry.newest

    def version(self, name: str, version: str = "") -> Version:
        """Find a version, readable or not; the newest when none is named."""
        versions = self.live(name).versions
        found = versions[-1] if not version else next((each for each in versions if each.id == version), None)
        if found is None:
            raise not_found(f"{name}/{version}")
        return found

    def read(self, name: str, version: str) -> Version:
        """Find a version to read its value."""
        found = self.version(name, version)
        if not found.enabled:
            raise disabled()
        return found

    def update(self, name: str, version: str, *, enabled: bool | None, tags: dict[str, str] | None) -> Version:
        """Change what can be changed of a version."""
        found = self.version(name, version)
        found.enabled = found.enabled if enabled is None else enabled
        found.tags = found.tags if tags is None else tags
        found.updated = self._clock()
        return found

    def live(self, name: str) -> Name:
        """Find a name that is neither deleted nor on its way."""
        return self._in(Phase.LIVE, name)

    def deleted(self, name: str) -> Name:
        """Find a name that is deleted and can be brought back."""
        return self._in(Phase.DELETED, name)

    def delete(self, name: str) -> Name:
        """Delete a secret; it can be brought back for `RECOVERABLE_DAYS`."""
        entry = self._free_to_move(name, Phase.LIVE)
        entry.deleted_at = self._clock()
        return self._move(entry, Phase.DELETED)

    def purge(self, name: str) -> None:
        """Forget a deleted secret."""
        entry = self._free_to_move(name, Phase.DELETED)
        if self.protected:
            raise protected()
        self._move(entry, Phase.PURGED)

    def recover(self, name: str) -> Name:
        """Bring a deleted secret back with all its versions."""
        return self._move(self._free_to_move(name, Phase.DELETED), Phase.LIVE)

    def live_names(self) -> list[str]:
        """List what can be read."""
        return sorted(name for name, entry in self._names.items() if self._is_in(Phase.LIVE, entry))

    def deleted_names(self) -> list[str]:
        """List what can be brought back, and what is just being purged: the list is the last to know."""
        purging = [name for name, each in self._names.items() if each.phase is Phase.PURGED and not self._settled(each)]
        return sorted(purging + [name for name, each in self._names.items() if self._is_in(Phase.DELETED, each)])

    def _in(self, phase: Phase, name: str) -> Name:
        entry = self._names.get(name)
        if entry is None or not self._is_in(phase, entry):
            raise not_found(name)
        return entry

    def _free_to_move(self, name: str, phase: Phase) -> Name:
        entry = self._names.get(name)
        if entry is not None and not self._is_gone(entry):
            self._refuse_transit(name, entry)
        return self._in(phase, name)

    def _move(self, entry: Name, phase: Phase) -> Name:
        entry.phase = phase
        entry.settled_at = self._clock() + self.settling
        return entry

    def _refuse_transit(self, name: str, entry: Name) -> None:
        if not self._settled(entry):
            raise conflict(name, *entry.phase.value)

    def _is_in(self, phase: Phase, entry: Name) -> bool:
        return entry.phase is phase and self._settled(entry)

    def _is_gone(self, entry: Name) -> bool:
        return self._is_in(Phase.PURGED, entry)

    def _settled(self, entry: Name) -> bool:
        return self._clock() >= entry.settled_at
