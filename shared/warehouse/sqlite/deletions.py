"""Kept deletions: per division, type and key the highest version at which it was deleted, within its epoch (rule 5)."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from shared.streams.model import Stream, Word
from shared.warehouse.protocol import Deletion
from shared.warehouse.sqlite.plan import sql
from shared.warehouse.sqlite.work import Work
from shared.warehouse.words import FORMS, Stored

TABLE = sql("sync", "deletions")
_KEEP = (
    f"INSERT INTO {TABLE} (_division, EntityType, EntityKey, Timestamp, _epoch, DeletedDate) VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (_division, EntityType, EntityKey) DO UPDATE SET Timestamp = excluded.Timestamp, "
    "_epoch = excluded._epoch, DeletedDate = excluded.DeletedDate "
    "WHERE (excluded._epoch, excluded.Timestamp) > (_epoch, Timestamp)"
)
_OF_TYPE = "_division = :division AND EntityType = :type AND _epoch = :epoch"
_ANY = f"SELECT 1 FROM {TABLE} WHERE _division = :division AND EntityType = :type LIMIT 1"
_STANDING = (
    f"SELECT EntityKey, Timestamp FROM {TABLE} WHERE {_OF_TYPE} AND EntityKey IN (SELECT value FROM json_each(:keys))"
)


def keep(work: Work, entries: Sequence[Deletion], epoch: int) -> None:
    """Keep entries of the delete log, of known types and of others."""
    dates = FORMS[Word.LOCAL_TIME].encode([entry.deleted_at for entry in entries])
    work.connection.run_many(
        _KEEP,
        [
            (work.claim.division, entry.entity_type, entry.key, entry.version, epoch, date)
            for entry, date in zip(entries, dates, strict=True)
        ],
    )


def standing(work: Work, stream: Stream, keys: str, epoch: int) -> dict[Hashable, int]:
    """Versions up to which these keys (a JSON list) stay out in this epoch."""
    values: dict[str, Stored] = {"division": work.claim.division, "type": stream.deleted_type, "epoch": epoch}
    if stream.deleted_type is None or not work.connection.all(_ANY, values):
        return {}
    found = work.connection.all(_STANDING, {**values, "keys": keys})
    return {key: int(version or 0) for key, version in found}
