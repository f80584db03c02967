"""Changes of a division as a whole: moved, blocked, archived, renamed; a late commit; a planted difference."""

from __future__ import annotations

from local.exact_simulator.books.division import Division
from local.exact_simulator.books.statements import memorial
from local.exact_simulator.books.values import BooksError, Row

from . import choices

type Result = dict[str, object]

#: why a division can be blocked
BLOCKED = {1: "backup or restore", 2: "conversion", 3: "conversion", 4: "conversion", 5: "copying", 6: "copying"}


def move(division: Division) -> Result:
    """Move the division to another database: every row version, also of the deletions, is given anew and lower."""
    division.books.regenerate_versions()
    return _inform(division, {"DivisionMoveDate": division.books.moment.now})


def hr_link(division: Division) -> Result:
    """Link or unlink the division with HR, which regenerates row versions as a move does."""
    division.books.regenerate_versions()
    return _inform(division, {"DivisionHRLinkUnlinkDate": division.books.moment.now})


def block(division: Division, status: int = 1) -> Result:
    """Block the division for a restore, a conversion or copying."""
    if status not in BLOCKED:
        raise BooksError(f"no blocking status {status}: choose one of {sorted(BLOCKED)}")
    return _inform(division, {"BlockingStatus": status})


def unblock(division: Division) -> Result:
    """Lift the block."""
    return _inform(division, {"BlockingStatus": 0})


def archive(division: Division) -> Result:
    """Archive the division: status 2."""
    return _inform(division, {"Status": 2, "ArchiveDate": division.books.moment.now})


def rename(division: Division, name: str) -> Result:
    """Rename the division."""
    return _inform(division, {"Description": name})


def commit_late(division: Division, lines: int = 2, rows_back: int = 5) -> Result:
    """Book an entry whose lines get row versions below those of the newest `rows_back` lines: committed late."""
    books = division.books
    if lines < 2 or not 0 < rows_back <= len(books.lines):
        raise BooksError("a late entry has two lines at least and goes below at least one line")
    parts = [(books.gl["office"], 500 + place, "Laat vastgelegd") for place in range(lines - 1)]
    amounts = [*parts, (books.gl["suspense"], -sum(part[1] for part in parts), "Laat vastgelegd")]
    entry = memorial(books, choices.day(books, None), amounts)
    books.book_late(entry, rows_back)
    return {
        "entry": entry.id,
        "lines": [line.id for line in entry.lines],
        "versions": [line.version for line in entry.lines],
    }


def plant_cent(division: Division, line: str | None = None, cents: int = 1) -> Result:
    """Serve a line with a difference that is not in the books; it gets a new row version, so that readers meet it."""
    books = division.books
    chosen = choices.line(books, line)
    division.planted[chosen.id] = cents
    books.touch_lines([chosen])
    return {"line": chosen.id, "year": chosen.entry.year, "period": chosen.entry.period, "gl": chosen.gl.facts["Code"]}


def heal(division: Division) -> Result:
    """Take every planted difference back."""
    books = division.books
    healed = [books.lines.rows[line] for line in division.planted if line in books.lines.rows]
    division.planted.clear()
    books.touch_lines(healed)
    return {"lines": [line.id for line in healed]}


def _inform(division: Division, facts: Row) -> Result:
    division.inform(facts)
    return {"division": division.code, "changed": sorted(facts)}
