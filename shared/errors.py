"""Every error the engine raises on purpose, sorted by what to do next.

    PipelineError
    ├── RetryLater      nothing is wrong for good: the message goes back with a delay
    ├── StreamStopped   one stream of one division cannot be read: park it, try once a day
    ├── DivisionStopped one division cannot be read now: end its part of the run, next run tries again
    ├── ConsentNeeded   the grant is gone: stop the tenant until somebody consents again
    ├── RecordRefused   one record cannot be taken: set it aside, go on with the page
    ├── ClaimLost       another worker holds the claim: do nothing more, write nothing
    ├── Refused         what came in (message, request, command) is not acceptable: say so, change nothing
    └── Broken          an assumption of the engine does not hold: stop and alert, a person has to look

Each carries a `Cause`; each cause says what to do (`Cause.cure`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum


class Cause(Enum):
    """Why something could not be done, and the cure an operator or customer is told."""

    # a cause and its cure are one row
    # fmt: off
    # the source, for now
    MINUTE_LIMIT = "minute-limit", "Nothing to do: the copy goes on when Exact's minute is over."
    DAY_LIMIT = "day-limit", "Nothing to do: the copy goes on after 00:00 UTC, when Exact's day budget is new."
    DAY_SHARE = "day-share", "Nothing to do: our share of the day is used; the rest is left for the customer's other apps."
    CONTRACT_POOL = "contract-pool", "The licence's pool over all apps is empty until 00:00 UTC; look at the other apps."
    SERVER_ERROR = "server-error", "Nothing to do at first: Exact answered with a server error and is asked again later."
    UNREACHABLE = "unreachable", "Check the network and https://status.exactonline.com if it lasts."
    TOKEN_TOO_YOUNG = "token-too-young", "Nothing to do: a new token may be asked 570 s after the last one."
    TIME_IS_UP = "time-is-up", "Nothing to do: the step's time is used; the next step goes on at the same page."
    LEASE_HELD = "lease-held", "Nothing to do: another worker reads this division; the message comes back."
    DATABASE_BUSY = "database-busy", "Nothing to do at first: the tenant's database is locked or waking up."
    # one stream
    RIGHT_MISSING = "right-missing", "Give the consenting user the right to read this list in Exact Online."
    SCOPE_MISSING = "scope-missing", "Add this scope to the app's registration at Exact and have the customer consent again."
    ENDPOINT_GONE = "endpoint-gone", "The path answers 404: check the vendor's reference page, then change the catalogue."
    BAD_QUERY = "bad-query", "Exact refuses our query (400): compare the stream's columns with the vendor's page."
    PAGE_REFUSED = "page-refused", "A page held rows of another division or no valid JSON: look at the event, then release."
    PAGING_LOOP = "paging-loop", "Exact handed out the same next link twice: the stream is tried again tomorrow."
    FOREIGN_LINK = "foreign-link", "A next link led to another host and was not followed: report it to Exact."
    LIST_SUSPECT = "list-suspect", "The list lost more than a tenth: check in Exact, then `qics tenant release` if it is true."
    RECORD_REFUSED = "record-refused", "A record does not fit its column types: `qics sync status` names it; it is retried."
    # the proof
    LEDGER_DIFFERS = "ledger-differs", "Lines and ReportingBalance disagree and reading anew did not heal it: `qics proof --differences`, then ask Exact."
    ENTRY_UNBALANCED = "entry-unbalanced", "Debit is not credit in an entry: `qics proof --differences` names it; look at it in Exact."
    OPEN_ITEMS_DIFFER = "open-items-differ", "Open items are not the control accounts' balance: `qics proof` shows both; look for a direct booking there."
    REFERENCE_MISSING = "reference-missing", "Lines name a record that is not there: `qics proof --differences` names it."
    NOT_COMPARED = "not-compared", "Nothing to do: the books were never compared, or were being worked on; the next comparison is due as shown."
    DELETIONS_UNCONFIRMED = "deletions-unconfirmed", "Give the consenting user the right to read sync/Deleted: without it nobody knows what was deleted."
    # one division
    DIVISION_BLOCKED = "division-blocked", "Exact is restoring, converting or copying this division: tried again next run."
    NO_DIVISION_ACCESS = "no-division-access", "The consenting user may not open this division, or it was not granted to the app."
    LICENSE_EXPIRED = "license-expired", "The Exact licence of this division has expired: ask the customer."
    CUSTOMER_BLOCKED = "customer-blocked", "Exact has blocked this customer's licence: ask the customer."
    DIVISION_GONE = "division-gone", "The division is no longer in the user's list: choose divisions again."
    POISONED = "poisoned", "The step failed again and again: read its error event, mend, then `qics sync now`."
    # the grant
    CONSENT_EXPIRED = "consent-expired", "The refresh token is older than 30 days: send a new invitation."
    CONSENT_WITHDRAWN = "consent-withdrawn", "The customer withdrew the consent at Exact: ask; a new invitation restores it."
    CHAIN_BROKEN = "chain-broken", "A newer token exists elsewhere: use one dedicated Exact user, then send a new invitation."
    REPLY_LOST = "reply-lost", "The reply of a token refresh was lost: send a new invitation; nothing is read twice."
    USER_BLOCKED = "user-blocked", "The consenting Exact user is blocked or inactive: activate it or consent as another."
    NEVER_CONSENTED = "never-consented", "Nobody consented yet: `qics tenant invite` prints the link to send."
    USER_TAKEN = "user-taken", "This Exact user already feeds another tenant: use a dedicated Exact user per customer."
    # lifecycle
    NOT_STARTED = "not-started", "The trial starts with the first consent."
    ENDED = "ended", "The trial or contract is over; `qics tenant contract` starts a new one before the purge."
    ERASE_REQUESTED = "erase-requested", "Erasure was asked for: nothing new is read; `qics tenant erase --take-back` before its day."
    NOT_DUE = "not-due", "Nothing to do: the purge is not due, or the tenant became active again before it."
    PURGED = "purged", "The tenant was deleted for good; a returning customer is a new tenant."
    NONE_CHOSEN = "none-chosen", "Choose at least one division: `qics tenant divisions TENANT --choose CODE`."
    # what came in
    BAD_MESSAGE = "bad-message", "The queue message is no message of this app: see the poison queue."
    BAD_INVITATION = "bad-invitation", "Ask for a new invitation: this one is invalid, used or expired."
    BAD_STATE = "bad-state", "Start again from the invitation link, in the same browser."
    BAD_REQUEST = "bad-request", "Correct the request as the message says."
    TOO_MANY_REQUESTS = "too-many-requests", "Wait a minute, then try again."
    UNKNOWN_TENANT = "unknown-tenant", "See `qics tenant list` for the tenants there are."
    STALE_MESSAGE = "stale-message", "Nothing to do: the step was done already or its run is over."
    # us
    WRONG_SETTINGS = "wrong-settings", "Set the variables the message names; local.settings.example.json explains each."
    WRONG_CREDENTIALS = "wrong-credentials", "Exact refuses the app's id or secret: run `qics setup` with the right ones."
    DATABASE_MISSING = "database-missing", "The tenant's database is not there: restore it, or provision the tenant."
    DATABASE_FULL = "database-full", "Make room on the disk or pool; the copy goes on at the same page."
    DATABASE_UNUSABLE = "database-unusable", "The database file is damaged or may not be written: mend its rights or restore it."
    DATABASE_UNREACHABLE = "database-unreachable", "Check the server's name and the network; if its certificate has expired, or SSL_CERT_FILE lacks its authority, mend that."
    DATABASE_REFUSED = "database-refused", "Make the identity a user with rights on this database, and let its address through the firewall."
    DATABASE_UNSAFE = "database-unsafe", "Backups or encryption are not as promised: mend that in Azure, then provision the tenant again."
    PLACES_FULL = "places-full", "Add a pool or server to the lists in infra/, deploy, then provision the tenant again."
    NO_READERS = "no-readers", "Nothing to open from outside: this database is not Azure's; `qics tenant export` takes the data out."
    AZURE_DOWN = "azure-down", "Nothing to do at first: Azure's management did not answer; the message comes back."
    AZURE_REFUSED = "azure-refused", "Look at the role of the app's identity on the servers, at the quota, and at the code the message names."
    SCHEMA_NEWER = "schema-newer", "The database was migrated by a newer release: deploy that release."
    SECRET_MISSING = "secret-missing", "Run `qics setup`: a key or secret this app needs is not in the vault."
    SEAL_BROKEN = "seal-broken", "The key that sealed it is another one now: bring the key back, or have the customer consent again."
    VAULT_DOWN = "vault-down", "The vault does not answer: the message comes back; look at the vault if it lasts."
    VAULT_REFUSED = "vault-refused", "Do as the message says: role, network or directory of the app's identity at this vault."
    NO_IDENTITY = "no-identity", "Assign the managed identity to the app and name it in AZURE_CLIENT_ID; then restart the app."
    QUEUE_DOWN = "queue-down", "The storage account does not take messages: the sender tries again; look at it if it lasts."
    REGISTER_LAGS = "register-lags", "The register is older than the evidence (a restored backup?): run `qics register reconcile`."
    EVIDENCE_DOWN = "evidence-down", "The evidence store does not answer: the message comes back; look at it if it lasts."
    EVIDENCE_TAKEN = "evidence-taken", "Other evidence lies under this name and can never be replaced: compare both, then ask why."
    EXTRACT_DOWN = "extract-down", "The store of published extracts does not answer: the message comes back; look at it if it lasts."
    SIGNATURE_WRONG = "signature-wrong", "Do not rely on this certificate: ask the service for its own copy and compare."
    MAIL_DOWN = "mail-down", "Nothing to do at first: the mail server did not take it for now; it is tried again."
    MAIL_REFUSED = "mail-refused", "Look at the mail server's settings, its certificate and the tenant's address."
    PROMISE_BROKEN = "promise-broken", "Look at the cases `qics promises` names; docs/privacy.md says what each check means."
    AUDIT_BROKEN = "audit-broken", "The audit log was changed after it was written: `qics audit verify` names each place."
    BUG = "bug", "Report it with the event's id: the engine met what it says cannot happen."
    # fmt: on

    def __init__(self, code: str, cure: str) -> None:
        self.code = code
        self.cure = cure


class PipelineError(Exception):
    """Something the engine knows how to name.

    `detail` names the thing and the place (ids, streams, paths; never a secret, a name or a figure).
    """

    def __init__(self, cause: Cause, detail: str = "") -> None:
        self.cause = cause
        self.detail = detail
        super().__init__(f"{cause.code}: {detail}. {cause.cure}" if detail else f"{cause.code}. {cause.cure}")


class RetryLater(PipelineError):
    """Nothing is wrong for good: try again at `until` (aware UTC), or after the queue's own delay when None."""

    def __init__(self, cause: Cause, detail: str = "", until: datetime | None = None) -> None:
        super().__init__(cause, detail)
        self.until = until

    def pause(self, now: datetime, shortest: timedelta) -> timedelta:
        """How long from `now` the work waits: to the named time, and never less than `shortest`."""
        return max(shortest, self.until - now) if self.until else shortest


class StreamStopped(PipelineError):
    """One stream of one division cannot be read; the others go on."""


class DivisionStopped(PipelineError):
    """One division cannot be read now; the tenant's other divisions go on."""


class ConsentNeeded(PipelineError):
    """The grant no longer works; only a person at the customer can restore it."""


class RecordRefused(PipelineError):
    """One record cannot be stored as the catalogue declares it."""


class ClaimLost(PipelineError):
    """Another worker has taken over; whatever this one still holds must not be written."""


class Refused(PipelineError):
    """Input that is not acceptable; nothing was changed."""


class Broken(PipelineError):
    """An assumption of the engine does not hold; a person has to look."""
