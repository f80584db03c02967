"""Who may see what: users, their companies and rights, blocked users and licences, and the app's scopes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from local.exact_simulator.chains import Consent
from local.exact_simulator.layout import error
from local.exact_simulator.reply import Reply, json_reply
from local.exact_simulator.schema import Entity
from local.exact_simulator.seam import Books, Company, Person
from local.exact_simulator.settings import App

#: app scopes as the vendor's metadata groups the endpoints; current/Me and UserHasRights need none
SCOPES = {
    "TransactionLines": "financial.accounting",
    "PaymentTerms": "financial.cashflow",
    "GLAccounts": "financial.generalledgers",
    "GLClassifications": "financial.generalledgers",
    "GLAccountClassificationMappings": "financial.generalledgers",
    "GLSchemes": "financial.generalledgers",
    "Journals": "financial.generalledgers",
    "FinancialPeriods": "financial.accounting",
    "ReportingBalance": "financial.accounting",
    "OpeningBalances": "financial.accounting",
    "VATCodes": "financial.accounting",
    "VatPercentages": "financial.accounting",
    "Costcenters": "financial.costcenters",
    "Costunits": "financial.costcenters",
    "PaymentConditions": "financial.cashflow",
    "Currencies": "financial.currencies",
    "ExchangeRates": "financial.currencies",
    "Budgets": "financial.budgets",
    "BudgetScenarios": "financial.budgets",
    "Accounts": "crm.accounts",
    "AccountClassifications": "crm.accounts",
    "AccountClassificationNames": "crm.accounts",
    "Items": "logistics.items",
    "ItemGroups": "logistics.items",
    "Projects": "projects.projects",
    "Divisions": "organization.administration",
    "Deleted": "organization.administration",
}


@dataclass(slots=True)
class Standing:
    """Users and licences Exact has closed, by user id and by the licence's customer id."""

    blocked_users: set[str] = field(default_factory=set)
    inactive_users: set[str] = field(default_factory=set)
    blocked_customers: set[str] = field(default_factory=set)
    expired_licences: set[str] = field(default_factory=set)


class People:
    """Answers what a user, through an app, may do."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self.standing = Standing()

    def by_id(self, user_id: str) -> Person | None:
        """Find a user."""
        return self._books.users.get(user_id)

    def log_in(self, name: str, password: str) -> Person | None:
        """Find the user whose name and password these are."""
        people = self._books.users.values()
        return next((person for person in people if (person.email, person.password) == (name, password)), None)

    def divisions_of(self, person: Person) -> Sequence[tuple[int, str]]:
        """List the companies a user can grant: code and name."""
        companies = self._books.divisions
        return [
            (code, str(companies[code].info["Description"])) for code in sorted(person.divisions & companies.keys())
        ]

    def visible(self, consent: Consent) -> list[Company]:
        """List the companies of system/Divisions: those the user may open and granted to the app."""
        person = self.by_id(consent.user_id)
        codes = consent.divisions & (person.divisions if person else set())
        return [self._books.divisions[code] for code in sorted(codes & self._books.divisions.keys())]

    def may_read(self, consent: Consent, division: int, entity_name: str) -> bool:
        """Whether the user has the right; without it Exact answers an empty list."""
        person = self.by_id(consent.user_id)
        return person is not None and entity_name not in person.rights.get(division, set())

    def user_refused(self, consent: Consent) -> Reply | None:
        """Refuse a user Exact has closed."""
        if consent.user_id in self.standing.blocked_users:
            return _forbidden("BlockedUser")
        if consent.user_id in self.standing.inactive_users or self.by_id(consent.user_id) is None:
            return _forbidden("InactiveUser")
        return None

    def division_refused(self, consent: Consent, division: int) -> Reply | None:
        """Refuse a company the user may not open, did not grant, or that is closed for now."""
        person, company = self.by_id(consent.user_id), self._books.divisions.get(division)
        if person is None or company is None or division not in person.divisions:
            return _forbidden("NoDivisionAccess")
        if division not in consent.divisions:
            return json_reply(403, error(f"Forbidden - Division {division} is not in the division scope of the user."))
        customer = str(company.info["Customer"])
        if customer in self.standing.blocked_customers:
            return _forbidden("BlockedCustomer")
        if customer in self.standing.expired_licences:
            return _forbidden("LicenseExpired")
        return _forbidden("DivisionBlocked") if company.info["BlockingStatus"] else None


def scope_refused(app: App, entity: Entity) -> Reply | None:
    """Refuse an endpoint whose scope the app's registration lacks."""
    scope = SCOPES.get(entity.name, "")
    if scope not in app.missing_scopes:
        return None
    return json_reply(403, error(f"Forbidden - Application Scope Violated. Cannot read {scope}"))


def _forbidden(reason: str) -> Reply:
    """Answer 403 as seen: no body, the cause in a header."""
    return Reply(403, (("Reason", reason),))
