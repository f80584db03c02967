"""Exchange rates by month: what one unit of a foreign currency is worth in the division's own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from .books import Books
from .fiscal import months_on
from .masterdata import CURRENCIES
from .records import Exchange
from .values import ONE

#: euros for one unit
EUROS = {"EUR": 1.0, "USD": 0.925, "GBP": 1.17, "CHF": 1.04}


class Rates:
    """The monthly rates of a division's foreign currencies, also as rows of ExchangeRates."""

    def __init__(self, books: Books, today: date) -> None:
        self._own = books.currency
        self._rates: dict[str, dict[date, Decimal]] = {currency: {} for currency in books.profile.foreign}
        month = date(books.calendar.start.year, books.calendar.start.month, 1)
        while month <= today:
            for currency in books.profile.foreign:
                self._add(books, currency, month)
            month = months_on(month, 1)

    def on(self, currency: str, day: date) -> Exchange:
        """Give a currency and its rate on a day: that of the month, or of the last month known before it."""
        if currency == self._own:
            return Exchange(currency, ONE)
        months = self._rates[currency]
        return Exchange(currency, months[max((month for month in months if month <= day), default=min(months))])

    def _add(self, books: Books, currency: str, month: date) -> None:
        drift = 1 + (books.rng.random() - 0.5) * 0.06
        rate = Decimal(f"{EUROS[currency] / EUROS[self._own] * drift:.6f}")
        self._rates[currency][month] = rate
        books.add(
            "ExchangeRates",
            {
                "SourceCurrency": currency,
                "SourceCurrencyDescription": CURRENCIES[currency],
                "TargetCurrency": self._own,
                "TargetCurrencyDescription": CURRENCIES[self._own],
                "Rate": rate,
                "StartDate": month,
            },
        )
