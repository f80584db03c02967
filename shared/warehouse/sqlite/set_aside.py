"""Records that cannot be taken, kept until a newer version, their deletion or a sweep clears them (rule 16)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence

from shared.streams.model import Stream
from shared.warehouse.keys import key_text
from shared.warehouse.protocol import Checkpoint, Deletion, Refusal
from shared.warehouse.schema import EPOCH, marked
from shared.warehouse.sqlite import anonymised, deletions
from shared.warehouse.sqlite.judge import PageRow
from shared.warehouse.sqlite.plan import Plan, listed, sql
from shared.warehouse.sqlite.work import Work

_TABLE = sql("sync", "set_aside")
_OF_STREAM = "division = :division AND stream = :stream"
_KEEP = (
    f"INSERT INTO {_TABLE} (division, stream, key, scope, epoch, version, number, reason, record) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (division, stream, key) DO UPDATE SET scope = excluded.scope, "
    "epoch = excluded.epoch, version = excluded.version, reason = excluded.reason, record = excluded.record "
    "WHERE (excluded.epoch, excluded.version) >= (epoch, version)"
)
_SEEN = (
    f"UPDATE {_TABLE} SET number = :number WHERE {_OF_STREAM} AND number < :number "
    "AND key IN (SELECT value FROM json_each(:keys))"
)
_TWINS = f"SELECT key, epoch, version FROM {_TABLE} WHERE {_OF_STREAM}"
_CLEAR = f"DELETE FROM {_TABLE} WHERE {_OF_STREAM} AND key = :key AND (epoch, version) <= (:epoch, :version)"
_SWEEP = f"DELETE FROM {_TABLE} WHERE {_OF_STREAM} AND scope = :scope AND number < :number"


def keep(work: Work, stream: Stream, refusals: Sequence[Refusal], checkpoint: Checkpoint) -> None:
    """Keep them, save those a kept deletion or a newer stored version has overtaken. Each counts as seen."""
    plan = work.plan(stream, checkpoint)
    keys = listed([refusal.key for refusal in refusals])
    wanted = _not_overtaken(work, plan, anonymised.cleared(work, stream, refusals), keys, checkpoint.epoch)
    common = work.claim.division, stream.name
    where = checkpoint.scope, checkpoint.epoch
    work.connection.run_many(
        _KEEP, [(*common, r.key, *where, r.version, checkpoint.number, r.reason, r.record) for r in wanted]
    )
    values = plan.bound(checkpoint, stream=stream.name, number=checkpoint.number, keys=keys)
    work.connection.run(_SEEN, values)
    if marked(stream) and checkpoint.number:
        work.connection.run(plan.mark_seen.format(plan.among_texts), values)


def _not_overtaken(work: Work, plan: Plan, refusals: Iterable[Refusal], keys: str, epoch: int) -> list[Refusal]:
    gone = deletions.standing(work, plan.stream, keys, epoch)
    query = f"SELECT {plan.key_text}, {sql(EPOCH)}, {plan.version} FROM {plan.table} WHERE {plan.among_texts}"
    values = {"division": work.claim.division, "keys": keys}
    stored = {key: (int(kept or 0), int(version or 0)) for key, kept, version in work.connection.all(query, values)}

    def overtaken(refusal: Refusal) -> bool:
        """A record whose version could not be read (0) is never known to be."""
        newer = stored.get(refusal.key, (0, 0)) > (epoch, refusal.version)
        return refusal.version > 0 and (newer or gone.get(refusal.key, -1) >= refusal.version)

    return [refusal for refusal in refusals if not overtaken(refusal)]


def clear_twins(work: Work, stream: Stream, page: Mapping[Hashable, PageRow], epoch: int, version: int | None) -> None:
    """Rows that were taken clear what was set aside of the same key at the same or an older version or epoch."""
    common = {"division": work.claim.division, "stream": stream.name, "epoch": epoch}
    twins = {key for key, *_ in work.connection.all(_TWINS, common)}
    if not twins:
        return
    single = len(stream.key) == 1
    texts = {key_text((key,) if single else key): row for key, row in page.items()}  # type: ignore[arg-type]
    work.connection.run_many(
        _CLEAR,
        [
            {**common, "key": key, "version": 0 if version is None else texts[str(key)][version]}
            for key in twins & texts.keys()
        ],
    )


def clear_deleted(work: Work, stream: Stream, entries: Iterable[Deletion], epoch: int) -> None:
    """A deletion clears what was set aside at or below its version, or in an older epoch."""
    common = {"division": work.claim.division, "stream": stream.name, "epoch": epoch}
    work.connection.run_many(_CLEAR, [{**common, "key": entry.key, "version": entry.version} for entry in entries])


def sweep(work: Work, stream: Stream, checkpoint: Checkpoint, below: int) -> None:
    """What no reading since `below` has met again is gone at Exact."""
    values = {"division": work.claim.division, "stream": stream.name, "scope": checkpoint.scope, "number": below}
    work.connection.run(_SWEEP, values)
