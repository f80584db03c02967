"""What is made from the tables and can be made anew at any time: views and indexes of a layer above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Derived:
    """One layer of views and indexes. It replaces what the database holds of it unless that has a higher revision."""

    name: str
    revision: int
    fingerprint: str  #: changes with any statement
    views: Mapping[tuple[str, str], str]  #: by schema and name, each after those it reads
    indexes: Mapping[str, str]  #: by name; all begin with the layer's name and an underscore
