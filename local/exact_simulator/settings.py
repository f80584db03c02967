"""What differs from one simulated Exact Online to the next: limits, lives of tokens, the registered app, quirks."""

from __future__ import annotations

from dataclasses import dataclass, field

from local.exact_simulator.books.values import CANARY


@dataclass(frozen=True, slots=True)
class App:
    """An app as registered at Exact, on one country's host."""

    client_id: str = "5e1f0a3c-7b52-4d18-9c0e-2f6a8d4b9137"
    client_secret: str = field(default=f"simulated-{CANARY}-secret", repr=False)
    name: str = "QicsDashboards"
    redirect_uris: tuple[str, ...] = ("https://qics.localhost/api/callback",)
    #: app scopes ("financial.cashflow") the registration lacks; their endpoints answer 403
    missing_scopes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Settings:
    """Numbers are those of the vendor's limits page of 2026; they were changed before."""

    host: str = "start.exactonline.nl"
    apps: tuple[App, ...] = (App(),)
    # limits
    minute_limit: int = 60  #: calls a clock minute, per app and division
    day_limit: int = 5000  #: calls a UTC day, per app and division
    contract_limit: int = 20000  #: calls a UTC day, per licence over all apps and divisions
    errors_per_hour: int = (
        10  #: client errors an hour per app, user, division and endpoint; one more blocks for an hour
    )
    omit_headers: frozenset[str] = frozenset()  #: rate limit headers older versions did not send
    # pages
    page_size_sync: int = 1000
    page_size: int = 60
    next_on_full_last_page: bool = False  #: hand out a __next although nothing is left behind a full page
    # tokens
    access_seconds: int = 600
    young_seconds: int = 570  #: a refresh before this age of the access token is refused
    code_seconds: int = 180
    refresh_days: int = 30
