"""Currencies and what they were worth."""

from __future__ import annotations

from shared.streams.columns import MODIFIED, RECORD, C, group
from shared.streams.model import Kind, Purpose, Stream, Word

CURRENCIES = Stream(
    name="Currencies",
    path="{division}/general/Currencies",
    kind=Kind.SNAPSHOT,
    rights="general/Currencies",
    scope_group="financial/currencies",
    key=("Code",),  # one list for all divisions: no ID and no Division
    every_days=7,  # the world's currencies; three calls a week
    columns=(
        *group(Purpose.IDENTITY, C("Code", Word.CODE)),
        *group(
            Purpose.NAMING,
            C("Description", Word.TEXT),
            C("AmountPrecision", Word.RATE),  # the smallest step: 0.01
            C("PricePrecision", Word.RATE),
        ),
        *MODIFIED,
    ),
)

EXCHANGE_RATES = Stream(
    name="ExchangeRates",
    path="{division}/financial/ExchangeRates",
    kind=Kind.SNAPSHOT,
    rights="financial/ExchangeRates",
    scope_group="financial/currencies",
    every_days=1,  # rates of today are entered today, and yesterday's open items are valued with them
    columns=(
        *RECORD,
        *group(
            Purpose.LEDGER,
            C("SourceCurrency", Word.CODE),
            C("TargetCurrency", Word.CODE),
            C("Rate", Word.RATE),
            C("StartDate", Word.DAY),
        ),
        *MODIFIED,
    ),
)

STREAMS = (CURRENCIES, EXCHANGE_RATES)
