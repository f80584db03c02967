"""How fresh the copy is and how it was proven: per division, per stream, per comparison."""

from __future__ import annotations

from shared.reporting.dialects import Sql
from shared.reporting.model import Query, Role, View, c
from shared.streams.model import Word


def _streams(sql: Sql) -> Query:
    columns = (
        c("division", Word.VERSION, "k.division"),
        c("stream", Word.CODE, "k.stream"),
        c("scope", Word.CODE, "k.scope"),
        c("read_at_utc", Word.LOCAL_TIME, sql.utc("k.completed_at")),
        c("read_in_full_at_utc", Word.LOCAL_TIME, sql.utc("k.full_at")),
        c("is_being_read", Word.FLAG, sql.flag("k.mode <> ''")),
        c("is_suspect", Word.FLAG, sql.flag("k.suspect > 0")),
        c("run", Word.VERSION, "k.run"),
    )
    return Query(columns, f"FROM {sql.sync('checkpoints', 'k')}")


def _divisions(sql: Sql) -> Query:
    """The two lists that change all day stand for a division; what a right is lacking for stays unread."""

    def read_at(stream: str) -> str:
        return f"MAX(CASE WHEN f.stream = '{stream}' THEN f.read_at_utc END)"

    common = {
        "aside": f"SELECT s.division, COUNT(*) AS set_aside FROM {sql.sync('set_aside', 's')} GROUP BY s.division",
        "streams": f"SELECT f.division, {read_at('TransactionLines')} AS ledger, {read_at('PaymentTerms')} AS items, "
        "SUM(CASE WHEN f.read_at_utc IS NULL THEN 1 ELSE 0 END) AS unread, MAX(f.run) AS run "
        f"FROM {sql.view('stream_freshness', 'f')} GROUP BY f.division",
    }
    tail = (
        f"FROM {sql.view('divisions', 'd')} LEFT JOIN streams AS x ON x.division = d.division "
        f"LEFT JOIN aside AS a ON a.division = d.division LEFT JOIN {sql.sync('standings', 't')} "
        "ON t.division = d.division"
    )
    read = "stream_freshness.read_at_utc"
    columns = (
        c("division", Word.VERSION, "d.division"),
        c("division_name", Word.TEXT, "d.division_name"),
        c("ledger_read_at_utc", Word.LOCAL_TIME, "x.ledger", read),
        c("open_items_read_at_utc", Word.LOCAL_TIME, "x.items", read),
        c("streams_unread", Word.NUMBER, "x.unread", read),
        c("run", Word.VERSION, "x.run", "stream_freshness.run"),
        c("records_set_aside", Word.NUMBER, "COALESCE(a.set_aside, 0)", "sync.set_aside"),
        c("proof_state", Word.TEXT, "COALESCE(t.state, 'unknown')"),
        c("proof_cause", Word.TEXT, "t.cause"),
        c("proof_about", Word.TEXT, "t.about"),
        c("proven_as_of_utc", Word.LOCAL_TIME, sql.utc("t.as_of")),
        c("proof_due_at_utc", Word.LOCAL_TIME, sql.utc("t.due_at")),
        c("is_proof_current", Word.FLAG, sql.flag("t.state = 'proven' AND t.pending = '[]'")),
    )
    return Query(columns, tail, common)


def _proofs(sql: Sql) -> Query:
    """The last comparison of each subject: what the copy says, what Exact says."""
    last = (
        f"SELECT 1 FROM {sql.sync('proofs', 'q')} WHERE q.division = p.division AND q.subject = p.subject "
        "AND q.scope = p.scope AND q.number > p.number"
    )
    tail = f"FROM {sql.sync('proofs', 'p')} WHERE NOT EXISTS ({last})"
    columns = (
        c("division", Word.VERSION, "p.division"),
        c("proof_subject", Word.CODE, "p.subject"),
        c("proof_scope", Word.CODE, "p.scope"),
        c("run", Word.VERSION, "p.run"),
        c("proved_at_utc", Word.LOCAL_TIME, sql.utc("p.at")),
        c("proof_result", Word.TEXT, "p.state"),
        c("healed_by", Word.TEXT, "p.healed_by"),
        c("copied_amount_dc", Word.MONEY, "p.copied_amount"),
        c("copied_debit_dc", Word.MONEY, "p.copied_debit"),
        c("copied_credit_dc", Word.MONEY, "p.copied_credit"),
        c("copied_lines", Word.VERSION, "p.copied_lines"),
        c("reported_amount_dc", Word.MONEY, "p.reported_amount"),
        c("reported_debit_dc", Word.MONEY, "p.reported_debit"),
        c("reported_credit_dc", Word.MONEY, "p.reported_credit"),
        c("reported_lines", Word.VERSION, "p.reported_lines"),
        c("opening_outside_dc", Word.MONEY, "p.opening"),
        c("in_transit_dc", Word.MONEY, "p.in_transit"),
        c("difference_count", Word.VERSION, "p.differences"),
    )
    return Query(columns, tail)


VIEWS = (
    View("stream_freshness", Role.QUESTION, _streams),
    View("freshness", Role.QUESTION, _divisions),
    View("proofs", Role.QUESTION, _proofs),
)
