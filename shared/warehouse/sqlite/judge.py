"""What becomes of each row of a page, given what is stored under its key. Pure: nothing is read or written here."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from shared.warehouse.protocol import Written
from shared.warehouse.words import Stored

type PageRow = tuple[Stored, ...]

_text = msgspec.json.Encoder().encode


class Kept(NamedTuple):  # a tuple: one is made for every stored row of a page
    """What is stored under one key; `content` is all of it as JSON text."""

    epoch: int
    version: int
    scope: Stored
    content: str


@dataclass(slots=True)
class Verdict:
    """The rows to be written, and how many are not and why."""

    inserted: list[PageRow] = field(default_factory=list)
    updated: list[PageRow] = field(default_factory=list)
    refused: set[Hashable] = field(default_factory=set)  #: keys at or below a kept deletion
    unchanged: int = 0
    older: int = 0
    regressed: int = 0

    @property
    def written(self) -> Written:
        """The counts."""
        return Written(
            inserted=len(self.inserted),
            updated=len(self.updated),
            unchanged=self.unchanged,
            older=self.older,
            deleted=len(self.refused),
            regressed=self.regressed,
        )


def judged(
    page: Mapping[Hashable, PageRow],
    stored: Mapping[Hashable, Kept],
    gone: Mapping[Hashable, int],
    epoch: int,
    version: int | None,
) -> Verdict:
    """Sort the rows. `gone`: versions of kept deletions of this epoch; `version`: its place in a row, if it has one."""
    verdict = Verdict()
    for key, row in page.items():
        at: int = 0 if version is None else row[version]  # type: ignore[assignment]
        kept = stored.get(key)
        if kept is not None and (kept.epoch, kept.version) > (epoch, at):
            verdict.older += 1
            verdict.regressed += kept.epoch == epoch
        elif gone and gone.get(key, -1) >= at:
            verdict.refused.add(key)
        elif kept is None:
            verdict.inserted.append(row)
        elif (kept.epoch, kept.version) == (epoch, at) and kept.content == _text(row).decode():
            verdict.unchanged += 1
        else:
            verdict.updated.append(row)
    return verdict
