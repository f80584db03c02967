"""The second look, after the last day of what remained: it closes the certificate, or says what is still there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from shared import telemetry
from shared.canonical import Json
from shared.register import Purge, PurgedPlace
from shared.retention.certificate import issue, look_again_at, remainders
from shared.retention.context import SERVICE, Retention
from shared.retention.place import Look, Subject

#: when what should be gone is still there, it is looked at again after this long
TOMORROW = timedelta(days=1)


def look_again(retention: Retention, purge: Purge) -> bool:
    """Look at every place once more; whether the certificate could be closed."""
    subject = retention.subject(purge)
    looks = {place.name: place.verify(subject) for place in retention.places_of(purge)}
    first = retention.register.purges.places(purge.number)
    places = [_seen(retention, place, looks.get(place.place, Look({}))) for place in first]
    left, again = sum(place.left or 0 for place in places), look_again_at(remainders(places))
    if left or again:
        retention.register.purges.closed(purge.number, again or retention.clock() + TOMORROW)
        telemetry.alert("purge.left", tenant=purge.tenant, division=purge.division, left=left)
        return False
    _close(retention, subject, places)
    return True


def _seen(retention: Retention, place: PurgedPlace, look: Look) -> PurgedPlace:
    told = [{"what": each.what, "until": each.until.isoformat() if each.until else ""} for each in look.remains]
    return replace(place, looked_at=retention.clock(), left=look.total, remains=told)


def _close(retention: Retention, subject: Subject, places: list[PurgedPlace]) -> None:
    purge = subject.purge
    kept = issue(retention, subject, places, previous=purge.certificate)
    details: dict[str, Json] = {"purge": purge.number, "division": purge.division, "certificate": kept.hash}
    retention.register.audit.add(SERVICE, "purge.close", purge.tenant, details)
    retention.register.purges.closed(purge.number)
    telemetry.event("purge.closed", tenant=purge.tenant, division=purge.division)
