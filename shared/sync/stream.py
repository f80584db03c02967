"""The page loop: pull one page, write it with its checkpoint in one transaction, repeat."""

from __future__ import annotations

from collections.abc import Iterable

from shared import telemetry
from shared.errors import RecordRefused
from shared.exact import query, records
from shared.exact.pages import Paging
from shared.exact.wire import RawPage
from shared.streams import DELETED
from shared.streams.model import Kind, Stream
from shared.streams.rows import Refusal, Row
from shared.sync import deletions, judgement, parts, reading
from shared.sync.agenda import Task
from shared.sync.epoch import EpochOver
from shared.sync.job import Job
from shared.warehouse.protocol import Checkpoint, Transaction
from shared.warehouse.words import misfit


def copy(job: Job, task: Task) -> None:
    """Bring one scope of one stream to its end, from where its checkpoint stands.

    Raises RetryLater between two pages when time or budget is up; what is stored by then stays stored.
    """
    checkpoint = _begin(job, task)
    paging = Paging(job.held.host)
    while checkpoint.mode in ("changes", "full"):
        job.check_time()
        checkpoint = _turn(job, task.stream, checkpoint, paging)
    if checkpoint.mode == "judge":
        judgement.judge(job, task.stream, checkpoint)


def _begin(job: Job, task: Task) -> Checkpoint:
    stored = job.warehouse.checkpoint(job.division, task.stream, task.scope)
    mark = reading.fingerprint(task.stream, job.state)
    checkpoint = reading.addressed(stored, job.state.epoch, mark)
    if checkpoint.mode:
        return checkpoint
    start = _start(job, task, checkpoint)
    return reading.begun(checkpoint, task.mode, start, job.release)


def _start(job: Job, task: Task, checkpoint: Checkpoint) -> int:
    if task.stream.kind is Kind.PART:
        return parts.begins_at(job, task.stream)
    if task.mode == "full":
        return reading.starts_at(task.stream)
    overlap = job.warehouse.overlap_start(task.stream, checkpoint, job.settings.overlap_rows)
    return reading.start_of_changes(checkpoint, overlap)


def _turn(job: Job, stream: Stream, checkpoint: Checkpoint, paging: Paging) -> Checkpoint:
    """Pull the next page and write it; the checkpoint after it."""
    url = checkpoint.link or query.first_url(
        job.held.host,
        stream,
        job.division,
        above=checkpoint.start if stream.version else None,
        scope=checkpoint.scope,
        columns=reading.asked_columns(stream, checkpoint),
    )
    raw = job.source.page(url)
    link = paging.check(raw.next_link, url)
    return _write(job, stream, checkpoint, raw, link)


def _write(job: Job, stream: Stream, checkpoint: Checkpoint, raw: RawPage, link: str) -> Checkpoint:
    """Store a page with the checkpoint after it; records the destination cannot hold are set aside (rule 16)."""
    reader = records.reader(stream, **({stream.key[0]: checkpoint.scope} if len(stream.scopes) > 1 else {}))
    read = reader.read(raw.rows, job.division)
    try:
        return _commit(job, stream, checkpoint, read, link)
    except RecordRefused:
        return _commit(job, stream, checkpoint, _fitting(reader, stream, raw, job.division), link)


def _fitting(reader: records.Reader, stream: Stream, raw: RawPage, division: int) -> records.Read:
    """The page read record by record, those the destination cannot hold among the refusals."""
    rows: list[Row] = []
    refusals: list[Refusal] = []
    for record in raw.rows:
        one = reader.read([record], division)
        refusals += one.refusals
        for row in one.rows:
            why = misfit(stream, row)
            if why:
                refusals.append(reader.refuse(record, row, why))
            else:
                rows.append(row)
    return records.Read(rows, refusals)


def _commit(job: Job, stream: Stream, checkpoint: Checkpoint, read: records.Read, link: str) -> Checkpoint:
    after = reading.turned(checkpoint, _page(stream, read, link), _expected(job, stream, checkpoint))
    if not link:
        after = reading.ended(after, job.run, job.clock()) if after.mode == "changes" else reading.read_whole(after)
    with job.warehouse.transaction(job.claim) as transaction:
        _store(job, transaction, stream, read, checkpoint, after)
        transaction.save(after)
    counts = {"rows": len(read.rows), "refused": len(read.refusals)}
    telemetry.event("page.stored", **job.names(stream), **counts, mode=after.mode)
    return after


def _page(stream: Stream, read: records.Read, link: str) -> reading.Page:
    refused = [(refusal.key, refusal.version) for refusal in read.refusals]
    if stream.version is None:
        return reading.Page(link, len(read.rows) + len(refused), 0)
    key, version = stream.index[deletions.key_of(stream)], stream.index[stream.version]
    seen = [(str(row[key]), int(row[version])) for row in read.rows]  # type: ignore[arg-type]
    seen += refused
    return reading.Page(link, len(seen), max((v for _, v in seen), default=0), frozenset(k for k, _ in seen))


def _expected(job: Job, stream: Stream, checkpoint: Checkpoint) -> Iterable[str]:
    """What the overlap of a changes reading must bring; asked before its first page (rule 6)."""
    if checkpoint.mode != "changes" or checkpoint.link or stream.version is None:
        return ()
    younger = deletions.expected_since(job.clock()) if stream is DELETED else None
    return job.warehouse.expected(stream, checkpoint, 0, younger)


def _store(
    job: Job, transaction: Transaction, stream: Stream, read: records.Read, before: Checkpoint, after: Checkpoint
) -> None:
    if stream is DELETED:
        deletions.store(job, transaction, read.rows, before)
        return
    if stream.kind is Kind.PART:
        parts.store(job, transaction, stream, read, after)
        return
    if stream.kind is Kind.TOTALS:
        transaction.stage(stream, read.rows, before)
    else:
        written = transaction.upsert(stream, read.rows, after)
        if written.regressed and before.mode == "full":
            raise EpochOver("version")
    if read.refusals:
        transaction.set_aside(stream, read.refusals, after)
