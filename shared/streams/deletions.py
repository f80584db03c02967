"""The delete log: the only place where `sync/…` lists tell that a record is gone. Exact keeps it two months."""

from __future__ import annotations

from shared.streams.columns import VERSIONED, C, group
from shared.streams.model import Kind, Purpose, Stream, Word

DELETED = Stream(
    name="Deleted",
    path="{division}/sync/Deleted",
    kind=Kind.CHANGES,
    rights="sync/Deleted",
    scope_group="organization/administration",
    version="Timestamp",
    page_size=1000,
    columns=(
        *VERSIONED,
        *group(Purpose.IDENTITY, C("EntityKey", Word.KEY), C("EntityType", Word.NUMBER)),
        *group(Purpose.TRACE, C("DeletedDate", Word.LOCAL_TIME)),
    ),
)
