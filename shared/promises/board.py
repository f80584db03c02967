"""Which checks each promise is bound to. `docs/privacy.md` explains them; a test keeps the two together."""

from __future__ import annotations

from shared.promises import code, logins, places, scope, sharing, trial, wire
from shared.promises.model import Check
from shared.promises.premises import Premises, Visit

#: looked at every day, in the register, the vaults' lists, the evidence and Azure's own description
CHECKS: tuple[Check[Premises], ...] = (
    Check("SCOPE", "catalogue", "every list and column the app can ask for", scope.catalogue),
    Check("SCOPE", "endpoints", "every endpoint in the call records", scope.endpoints),
    Check("READONLY", "verbs", "the source of the code that runs", code.verbs),
    Check("TRIAL", "runs-in-time", "the newest run of every tenant", trial.runs_in_time),
    Check("TRIAL", "plans-in-time", "every tenant's next run", trial.plans_in_time),
    Check("DELETE", "databases", "every tenants' database there is", places.databases),
    Check("DELETE", "availability", "every tenant whose reading began", places.availability),
    Check("DELETE", "secrets", "every name in the tenants' vault", places.secrets),
    Check("DELETE", "rows", "every table of the register about tenants", places.rows),
    Check("DELETE", "overdue", "every deletion that is due or under way", places.overdue),
    Check("DELETE", "certificates", "every certificate of deletion", places.certificates),
    Check("ERASE", "erasures", "every request for erasure", places.erasures),
    Check("NOLOGIN", "register-columns", "every column of the register", logins.register_columns),
    Check("NOLOGIN", "register-values", "every table of the register with text", logins.register_values),
    Check("NOLOGIN", "secret-names", "every name in both vaults", logins.secret_names),
    Check("NOLOGIN", "setting-names", "every setting of the app", logins.setting_names),
    Check("SEPARATE", "own-database", "every tenant's database name", places.own_database),
    Check("SEPARATE", "protection", "every resource with customers' data", wire.protection),
    Check("REGION", "region", "every resource with customers' data", wire.region),
    Check("HTTPS", "addresses", "every setting of the app", wire.addresses),
    Check("HTTPS", "exact", "the gate of the client, for every country", wire.exact),
    Check("HTTPS", "outgoing", "the TLS of this process", wire.outgoing),
    Check("HTTPS", "verification", "the source of the code that runs", code.verification),
    Check("HTTPS", "incoming", "every resource with customers' data", wire.incoming),
    Check("API", "power-bi", "every kind of call to Power BI", logins.power_bi),
    Check("SHARE", "disclosures", "every disclosure on record", sharing.disclosures),
    Check("SHARE", "record", "the audit log and its anchored heads", sharing.record),
)

#: looked at inside each tenant's sync, where its database is open anyway
TENANT_CHECKS: tuple[Check[Visit], ...] = (
    Check("OWN", "take-out", "every list of every division", scope.take_out),
    Check("SCOPE", "stored-columns", "every column stored of Exact's", scope.stored_columns),
)
