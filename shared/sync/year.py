"""One year under proof: what is compared, and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from shared.streams import DELETED
from shared.sync import proof
from shared.sync.agenda import BALANCES, LINES, Task
from shared.sync.job import Job
from shared.sync.proof import Comparison
from shared.sync.readings import read
from shared.warehouse.proofs import DIFFERS, HOLDS, LEDGER, Case, Difference, Proof
from shared.warehouse.protocol import Checkpoint

OPENING = "opening"

#: what a year's step reads before it compares, by the name it is kept under
_READINGS: dict[str, Callable[[str], Task]] = {
    BALANCES.name: lambda year: Task(BALANCES, year, "full"),
    LINES.name: lambda _: Task(LINES, "", "changes"),
    DELETED.name: lambda _: Task(DELETED, "", "changes"),
}
#: what was booked since the lines were read; the balance before it, where that is to be looked at again too
MEANWHILE = (LINES.name, DELETED.name)
ANEW = (BALANCES.name, *MEANWHILE)


@dataclass(frozen=True, slots=True)
class Year:
    """A year of a job's division, and how far its proof has come."""

    job: Job
    case: Case

    @property
    def scope(self) -> str:
        """The year, as the scopes of readings name it."""
        return self.case.scope

    def balance(self) -> Checkpoint:
        """Where the reading of its ReportingBalance stands."""
        return self.job.warehouse.checkpoint(self.job.division, BALANCES, self.scope)

    def compare(self) -> Comparison:
        """The stored lines with the stored balance."""
        evidence, year = self.job.warehouse.evidence(self.job.division), int(self.scope)
        # a reading without rows replaces nothing (rule 4): what is stored then is an older answer
        reported = evidence.reported(year) if self.balance().rows else {}
        return proof.compare(evidence.copied(year), reported, openings(self.job, self.scope))

    def read(self) -> Year:
        """Do the readings this step still needs, one after the other; none is done twice. Raises Unread, RetryLater."""
        year = self
        while year.case.readings:
            first, *others = year.case.readings
            if not year.is_read(first):
                read(year.job, _READINGS[first](year.scope))
            year = Year(year.job, year.go(year.case.step, year.case.pieces, others))
        return year

    def is_read(self, name: str) -> bool:
        """Whether the balance was read since the last comparison: a reading cut off is ended by the agenda."""
        return name == BALANCES.name and self.balance().complete != self.case.reading

    def found_before(self) -> list[Difference]:
        """The differences of the last comparison that was kept."""
        kept = self.job.warehouse.proofs(self.job.division).differences(self.case.proof)
        return [each for each in kept if each.kind != OPENING]

    def go(self, step: str, pieces: Iterable[str], readings: Iterable[str]) -> Case:
        """Go on to another step, or with what is left of this one."""
        case = replace(self.case, step=step, pieces=tuple(pieces), readings=tuple(readings))
        with self.job.warehouse.transaction(self.job.claim) as transaction:
            transaction.save_case(case)
        return case

    def keep(
        self, found: Comparison, state: str, step: str = "", pieces: Iterable[str] = (), healed_by: str = ""
    ) -> Case:
        """Keep a comparison that counts as `state`, and go on to `step` ("": settled for now).

        Before it compares, a next step reads its pieces, then balance and changes.
        """
        settled = state if state in (HOLDS, DIFFERS) else self.case.state
        case = replace(
            self.case,
            state=settled,
            step=step,
            pieces=tuple(pieces),
            readings=ANEW if step else (),
            reading=self.balance().complete,
        )
        changed = self.job.warehouse.changed_scopes(LINES, self.job.division).get(self.scope, 0)
        with self.job.warehouse.transaction(self.job.claim) as transaction:
            number = transaction.keep_proof(self._proof(found, state, healed_by), [*found.openings, *found.differences])
            case = replace(case, proof=number)
            transaction.save_case(case)
            if state == HOLDS:
                transaction.clear_changed(LINES, [self.scope], changed)
        return case

    def _proof(self, found: Comparison, state: str, healed_by: str) -> Proof:
        ours, theirs = found.copied, found.reported
        return Proof(
            division=self.job.division,
            subject=LEDGER,
            scope=self.scope,
            run=self.job.run,
            at=self.job.clock(),
            cursor=self.job.warehouse.checkpoint(self.job.division, LINES).cursor,
            state=state,
            healed_by=healed_by,
            copied_amount=ours.amount,
            copied_debit=ours.debit,
            copied_credit=ours.credit,
            copied_lines=ours.lines,
            reported_amount=theirs.amount,
            reported_debit=theirs.debit,
            reported_credit=theirs.credit,
            reported_lines=theirs.lines,
            opening=found.opening,
            differences=len(found.differences),
        )


def openings(job: Job, scope: str = "") -> list[Difference]:
    """Opening balances known not to be among the lines, of one year or (scope "") of all."""
    proofs = job.warehouse.proofs(job.division)
    return [
        each
        for kept in proofs.latest()
        if kept.subject == LEDGER and scope in ("", kept.scope) and kept.opening
        for each in proofs.differences(kept.number)
        if each.kind == OPENING
    ]
