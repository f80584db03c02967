"""The data dictionary: every view and column with meaning, source and unit, as one document."""

from __future__ import annotations

from collections.abc import Iterator

from shared.reporting import VIEWS, labels
from shared.reporting.model import Column, Role, View
from shared.streams.model import Word

_INTRODUCTION = """# Reporting: the data dictionary

Made by `python -m shared.reporting`; a test compares it with the views. Heading and meaning are given in Dutch and in
English.

## How to read the figures

- **Signs.** In the ledger (`ledger_lines`, `period_movements`, `period_balances`, `trial_balance`, `budgets`) debit is
  positive. In statements a reader's sign holds: results are positive when they are income (`result_dc`, `budget_dc`),
  both sides of the balance sheet are positive (`balance_dc`), what customers owe and what we owe are both positive
  (`item_amount_dc`), sales and purchases are both positive in `vat_per_period`. A liability is negative in
  `currency_position` only, as it is set off there.
- **Currencies.** A column that ends in `_dc` is in the currency of its administration, one that ends in `_fc` in the
  currency of the entry (`entry_currency`). They stand side by side and are never added to each other; amounts of
  several administrations are added only where their currency is the same (`consolidated_results`) or a rate is named.
- **Years and periods** are Exact's own: a fiscal year need not be a calendar year, nor have twelve periods. The date of
  an entry is shown and does not decide where it counts.
- **Results stay with their year.** Entries that close a year's result (types 310, 320 to 326) are in no profit and
  loss account, and reach the balance sheet at the start of the next year: a year looks the same before and after it is
  closed. What an earlier year left unappropriated is a line of its own. Entries that empty and refill the balance
  sheet (327, 328) are in no balance.
- **Opening balances** that are in no line (converted administrations) come from Exact's own balance of the first year
  (`openings_outside_lines`), only for a year that has no opening entry among its lines.
- **Open items on a date** exist twice: as the books say now (`open_items_by_date`: since the invoice date, until the
  day of settlement) and as was known then (`open_items_as_known`: the version each item had in the last run up to that
  date). A run counts for the Dutch day on which it began. Dates before the first run are known to nobody.
- **Not yet due** is a bucket of its own in both kinds of ageing: the buckets add up to the total.
- **One scheme per report.** `gl_account_classifications` has a row per account and scheme: choose a `scheme_code`, or
  amounts count once per scheme. `unmapped_amounts` says what a scheme leaves out.
- **Exchange results** that are not realised are in no journal, so not in the books; `currency_position` shows them.
- **Keys** (`..._key`) hold the administration and the record's own id or code: `2000001:8000`. They are what facts and
  dimensions are joined by.
"""
_ROLES = {
    Role.FACT: ("Feiten", "Facts", "joined to dimensions by their keys"),
    Role.DIMENSION: ("Dimensies", "Dimensions", "what facts are looked at by"),
    Role.QUESTION: ("Vragen", "Questions", "ready to read"),
    Role.AID: ("Hulpmiddelen", "Aids", "what the others rest on"),
}
_UNITS = {
    Word.KEY: "id",
    Word.CODE: "text",
    Word.TEXT: "text",
    Word.DAY: "date",
    Word.LOCAL_TIME: "date and time",
    Word.VERSION: "number",
    Word.RATE: "number, 9 decimals",
    Word.QUANTITY: "number, 6 decimals",
    Word.FLAG: "yes or no",
    Word.NUMBER: "number",
}


def unit(column: Column) -> str:
    """What a column is counted in."""
    if column.word is Word.MONEY:
        return "amount in currency of entry" if column.name.endswith("_fc") else "amount in currency of administration"
    return "days" if "days" in column.name.split("_") else _UNITS[column.word]


def document() -> str:
    """The whole dictionary, in Markdown."""
    return "\n".join((_INTRODUCTION, *(line for role in Role for line in _part(role))))


def _part(role: Role) -> Iterator[str]:
    nl, en, what = _ROLES[role]
    yield f"## {nl} · {en}\n\n{what.capitalize()}.\n"
    for view in VIEWS.values():
        if view.role is role:
            yield from _view(view)


def _view(view: View) -> Iterator[str]:
    label = labels.of_view(view.name)
    yield f"### `{view.name}`\n\n**{label.nl}** · **{label.en}**\n\n{label.meaning_nl}.\n\n{label.meaning_en}.\n"
    yield "| Column | Nederlands | English | Betekenis | Meaning | Unit | Source |"
    yield "|---|---|---|---|---|---|---|"
    for column, source in view.sources():
        named = labels.of_column(column.name)
        cells = (f"`{column.name}`", named.nl, named.en, named.meaning_nl, named.meaning_en, unit(column), source)
        yield f"| {' | '.join(cells)} |"
    yield ""
