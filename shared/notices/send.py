"""The daily look: write down what is due, send what is written, give up what is no longer worth sending.

Each notice is a row with a unique key before it is sent, claimed by one sender at a time, and ended when the carrier
has taken it. A crash between the carrier's taking and the row's end hands it over once more under the same id: the
folder keeps the one it has, a mail server is given the same Message-ID.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared import telemetry
from shared.errors import Cause, PipelineError, RetryLater
from shared.notices.address import address_of
from shared.notices.due import Notice, due
from shared.notices.letters import Days, Kind, words
from shared.notices.notifier import Letter, Notifier
from shared.notices.rows import Notices
from shared.register import Register, Tenant
from shared.retention.place import Subject
from shared.vault import SecretStore

#: longer than handing over one letter takes
CLAIM_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Post:
    """Register, the vault with the addresses, and what carries letters."""

    register: Register
    vault: SecretStore
    notifier: Notifier
    clock: Callable[[], datetime]

    @property
    def rows(self) -> Notices:
        """The outbox in the register."""
        return Notices(self.register.database)


def send_notices(post: Post) -> int:
    """Write, send and give up what the dates say; how many were sent. One that fails holds up no other."""
    wanted = [notice for tenant in post.register.tenants.list() for notice in _due(post, tenant)]
    post.rows.write(wanted)
    worth = {(notice.tenant, notice.kind, notice.occasion) for notice in wanted}
    sent = 0
    for notice in post.rows.waiting():
        if notice.kind is Kind.PURGED:  # the purge itself sends it
            continue
        if (notice.tenant, notice.kind, notice.occasion) not in worth:
            post.rows.end(notice, Cause.NOT_DUE)
            telemetry.warning("notice.dropped", tenant=notice.tenant, type=notice.kind.value, cause=Cause.NOT_DUE.code)
            continue
        sent += _try(post, notice)
    return sent


def send_last_notice(post: Post, subject: Subject) -> bool:
    """Tell a tenant that everything was deleted; whether there is somebody to tell. Raises what the carrier does."""
    if subject.division or address_of(post.vault, subject.tenant.tenant) is None:
        return False
    notice = Notice(subject.tenant.tenant, Kind.PURGED, str(subject.purge.number), Days())
    post.rows.write([notice])
    _send(post, notice)
    return True


def _due(post: Post, tenant: Tenant) -> list[Notice]:
    grant = post.register.grants.get(tenant.tenant)
    lost = grant.consented_at if grant and grant.state != "connected" else None
    return due(tenant.tenant, tenant.dates, lost, post.clock())


def _try(post: Post, notice: Notice) -> int:
    try:
        return int(_send(post, notice))
    except PipelineError as error:
        alarm = telemetry.warning if isinstance(error, RetryLater) else telemetry.alert
        alarm("notice.failed", tenant=notice.tenant, type=notice.kind.value, cause=error.cause.code)
        return 0


def _send(post: Post, notice: Notice) -> bool:
    """Send it, unless it was; whether this call did. What fails is given back, and raised."""
    if not post.rows.claim(notice, CLAIM_SECONDS):
        return False
    try:
        letter = _letter(post, notice)
        if letter is not None:
            post.notifier.send(letter)
    except PipelineError as error:
        post.rows.give_back(notice, error.cause)
        raise
    if letter is None:
        post.rows.give_back(notice, Cause.BAD_REQUEST)
        telemetry.warning("notice.unaddressed", tenant=notice.tenant, type=notice.kind.value)
        return False
    post.rows.end(notice)
    telemetry.event("notice.sent", tenant=notice.tenant, type=notice.kind.value)
    return True


def _letter(post: Post, notice: Notice) -> Letter | None:
    """The letter; None while nobody said where to."""
    address = address_of(post.vault, notice.tenant)
    if address is None:
        return None
    told = words(notice.kind, address.language, notice.days)
    occasion = "".join(letter for letter in notice.occasion if letter.isalnum())
    return Letter(f"{notice.tenant}..{notice.kind.value}-{occasion}", address.mailbox, told.title, told.body)
