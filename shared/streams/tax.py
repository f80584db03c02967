"""VAT: the codes entries carry, and the percentage each had from which day on."""

from __future__ import annotations

from shared.streams.columns import MODIFIED, RECORD, C, group
from shared.streams.model import Kind, Purpose, Stream, Word

VAT_CODES = Stream(
    name="VATCodes",
    path="{division}/vat/VATCodes",
    kind=Kind.SNAPSHOT,
    rights="vat/VATCodes",
    scope_group="financial/accounting",
    columns=(
        *RECORD,
        *group(Purpose.NAMING, C("Code", Word.CODE), C("Description", Word.TEXT)),
        *group(
            Purpose.TAX,
            C("Percentage", Word.RATE),  # a fraction: 0.21
            C("Type", Word.CODE),
            C("VATTransactionType", Word.CODE),
            C("VatDocType", Word.CODE),
            C("CalculationBasis", Word.NUMBER),  # a choice, not a yes or no, though it is a Byte
            C("Charged", Word.FLAG),
            C("GLToPay", Word.KEY),
            C("GLToClaim", Word.KEY),
            C("IntraStat", Word.FLAG),
            C("EUSalesListing", Word.CODE),
            C("TaxReturnType", Word.NUMBER),
        ),
        *group(Purpose.STATE, C("IsBlocked", Word.FLAG)),
        *MODIFIED,
    ),
)

VAT_PERCENTAGES = Stream(
    name="VatPercentages",
    path="{division}/vat/VatPercentages",
    kind=Kind.SNAPSHOT,
    rights="vat/VatPercentages",
    scope_group="financial/accounting",
    columns=(
        *RECORD,
        *group(
            Purpose.TAX,
            C("VATCodeID", Word.KEY),
            C("LineNumber", Word.NUMBER),
            C("Percentage", Word.RATE),  # a fraction
            C("Type", Word.NUMBER),
        ),
        *group(Purpose.STATE, C("StartDate", Word.DAY), C("EndDate", Word.DAY)),
        *MODIFIED,
    ),
)

STREAMS = (VAT_CODES, VAT_PERCENTAGES)
