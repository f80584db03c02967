"""The entities the simulator serves: path, key and properties of each, from `properties.json`.

The file was generated once from the vendor's metadata: names and Edm types, in the entity's own order (that of the
recorded replies where there is one), without collections and without properties the newest client no longer has.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

#: which variant is meant when only the entity's name is given
_PREFERRED = ("sync", "regular", "beta", "CurrentYear/AfterEntry")


@dataclass(frozen=True)
class Entity:
    """One endpoint: `path` is below /api/v1/, `properties` maps each name to its Edm type without the prefix."""

    name: str
    variant: str
    path: str
    type: str
    keys: tuple[str, ...]
    properties: dict[str, str]

    @property
    def is_sync(self) -> bool:
        """Whether it is read by row version, 1,000 rows a page."""
        return self.variant == "sync"


@cache
def entities() -> dict[str, Entity]:
    """Every endpoint by "Entity/variant"."""
    raw: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("properties.json").read_text(encoding="utf-8"))
    return {full: _entity(full, row) for full, row in raw.items()}


def entity(name: str) -> Entity:
    """Give the endpoint "Entity/variant", or the entity's main variant when none is named; KeyError when unknown."""
    known = entities()
    for full in (name, *(f"{name}/{variant}" for variant in _PREFERRED)):
        if full in known:
            return known[full]
    raise KeyError(name)


def _entity(full: str, row: dict[str, Any]) -> Entity:
    name, variant = full.split("/", 1)
    return Entity(name, variant, row["path"], row["type"], tuple(row["keys"]), dict(row["properties"]))
