"""SHARE: what was handed to an authority stands in a log that nobody can change unseen."""

from __future__ import annotations

from shared.audit import flaws
from shared.promises.model import Seen, judged
from shared.promises.premises import Premises
from shared.retention.guard import anchored_heads

DISCLOSURE = "disclose"
#: what a disclosure must name
NAMED = ("authority", "legal_basis", "reference")


def disclosures(premises: Premises) -> Seen:
    """SHARE: every disclosure on record names who asked, by which law, and the authority's reference."""
    made = [entry for entry in premises.register.audit.entries() if entry.action == DISCLOSURE]
    bare = {str(entry.number) for entry in made if not entry.tenant or not all(map(entry.details.get, NAMED))}
    return judged(len(made), bare)


def record(premises: Premises) -> Seen:
    """SHARE: the log is what was written, against the heads that lie where nobody can change them."""
    entries = premises.register.audit.entries()
    found = flaws(entries, anchored_heads(premises.evidence))
    return judged(len(entries), {f"{flaw.number}: {flaw.what}" for flaw in found})
