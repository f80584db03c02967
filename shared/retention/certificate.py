"""The certificate of a deletion: what was where, what was done and when, what a fresh look found, what remains.

Counts, days and hashes; no content of the customer's. It lies in its canonical form, so that one changed byte is one
changed certificate. When backups remain, a second certificate closes the first after their last day.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from shared.canonical import Json, canonical, digest
from shared.errors import Broken, Cause
from shared.lifecycle import local_day, midnight
from shared.register import PurgedPlace
from shared.retention.context import Retention
from shared.retention.place import Remainder, Subject, day
from shared.signing import Jwk, sign, verify

FORM = "qics-certificate-of-deletion-1"
CERTIFICATES = "certificates/"
FIRST, CLOSING = 1, 2


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate as it lies in the evidence."""

    name: str
    content: bytes

    @property
    def hash(self) -> str:
        """SHA-256 of its bytes."""
        return digest(self.content)

    @property
    def told(self) -> Mapping[str, Any]:
        """What it says."""
        told: Mapping[str, Any] = json.loads(self.content)["certificate"]
        return told


def issue(retention: Retention, subject: Subject, places: Sequence[PurgedPlace], previous: str = "") -> Issued:
    """Sign what a purge did and keep it; one issued before a crash stays. With a hash `previous` it closes that one."""
    name = name_of(subject, CLOSING if previous else FIRST)
    there = retention.evidence.get(name)
    if there is None:
        there = retention.evidence.create(name, _signed(retention, subject, places, previous))
    return Issued(name, there)


def check(content: bytes, keys: Sequence[Jwk]) -> Mapping[str, Any]:
    """What a certificate says, once its bytes and signature are proven. Raises Broken(SIGNATURE_WRONG)."""
    try:
        document = json.loads(content)
        told, signature = document["certificate"], document["signature"]
        is_own_form = canonical(document) == content and document.keys() == {"certificate", "signature"}
        form, key = told["form"], told["key"]
    except (ValueError, TypeError, KeyError):
        raise Broken(Cause.SIGNATURE_WRONG, "this is no certificate of ours") from None
    if not is_own_form or form != FORM:
        raise Broken(Cause.SIGNATURE_WRONG, "the certificate is not in the form in which it was issued")
    if verify(str(signature), canonical(told), keys) != key:
        raise Broken(Cause.SIGNATURE_WRONG, "the certificate names another key than its signature")
    return dict(told)


def name_of(subject: Subject, look: int) -> str:
    """Where it lies: by tenant, begin, division and look, which no other purge shares, also after a restore."""
    begun = f"{subject.purge.begun_at:%Y%m%d-%H%M%S-%f}"
    return f"{CERTIFICATES}{subject.tenant.tenant}/{begun}-{subject.division}-{look}.json"


def issued(retention: Retention, tenant: str = "") -> list[Issued]:
    """All certificates, or those of a tenant, in the order of their deletions."""
    names = retention.evidence.names(f"{CERTIFICATES}{tenant}/" if tenant else CERTIFICATES)
    return [Issued(name, content) for name in names if (content := retention.evidence.get(name))]


def remainders(places: Iterable[PurgedPlace]) -> list[Remainder]:
    """What every place said remains."""
    return [
        Remainder(each["what"], date.fromisoformat(each["until"]) if each["until"] else None)
        for place in places
        for each in place.remains
    ]


def look_again_at(remains: Iterable[Remainder]) -> datetime | None:
    """The first moment after everything that remains is gone; None: nothing of ours remains."""
    last = max((each.until for each in remains if each.until), default=None)
    return midnight(last + timedelta(days=1)) if last else None


def _signed(retention: Retention, subject: Subject, places: Sequence[PurgedPlace], previous: str) -> bytes:
    key = retention.signer.version()
    told = _content(retention, subject, places, previous, key)
    return canonical({"certificate": told, "signature": sign(retention.signer, key, canonical(told))})


def _content(
    retention: Retention, subject: Subject, places: Sequence[PurgedPlace], previous: str, key: str
) -> dict[str, Json]:
    purge = subject.purge
    again = look_again_at(remainders(places))
    return {
        "form": FORM,
        "tenant": purge.tenant,
        "division": purge.division,
        "reason": purge.reason,
        "due_on": local_day(purge.due_at).isoformat(),
        "begun_at": day(purge.begun_at),
        "issued_at": day(retention.clock()),
        "look": CLOSING if previous else FIRST,
        "closes": previous,
        "final": again is None,
        "look_again_on": local_day(again).isoformat() if again else "",
        "places": [_told(place) for place in places],
        "exact_host": subject.tenant.host,
        "key": key,
        "release": retention.release,
    }


def _told(place: PurgedPlace) -> dict[str, Json]:
    return {
        "place": place.place,
        "counted_at": day(place.counted_at),
        "found": dict(place.found),
        "did": place.did,
        "erased_at": day(place.erased_at),
        "looked_at": day(place.looked_at),
        "left": place.left or 0,
        "remains": [dict(each) for each in place.remains],
    }
