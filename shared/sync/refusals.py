"""Records set aside are tried again by each release, and kept while they cannot be taken (rule 16)."""

from __future__ import annotations

from shared import telemetry
from shared.exact import records
from shared.exact.wire import decode_record
from shared.streams import CATALOGUE
from shared.streams.model import Kind
from shared.sync.job import Job
from shared.warehouse.protocol import Refusal
from shared.warehouse.words import misfit


def retry(job: Job) -> None:
    """Offer every record set aside to this release's reader, once per release."""
    if job.state.release == job.release:
        return
    kept = job.warehouse.set_aside(job.division)
    taken = sum(_take(job, stream, refusal) for stream, refusal in kept)
    job.save_state(release=job.release)
    if kept:
        telemetry.event("refusals.retried", **job.names(), refused=len(kept), removed=taken, release=job.release)


def _take(job: Job, name: str, refusal: Refusal) -> bool:
    stream = CATALOGUE[name]
    if stream.kind is Kind.TOTALS:
        return False  # the next reading of its scope brings it anew
    checkpoint = job.warehouse.checkpoint(job.division, stream)
    record = decode_record(refusal.record)
    read = records.reader(stream).read([record], job.division)
    if read.refusals or any(misfit(stream, row) for row in read.rows):
        return False
    with job.warehouse.transaction(job.claim) as transaction:
        transaction.upsert(stream, read.rows, checkpoint)
    return True
