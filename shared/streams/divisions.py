"""Divisions: the administrations the consenting user granted."""

from __future__ import annotations

from shared.streams.columns import MODIFIED, C, derived, group
from shared.streams.model import Kind, Purpose, Stream, Word

DIVISIONS = Stream(
    name="Divisions",
    path="{division}/system/Divisions",  # any granted division in the address gives them all
    kind=Kind.SNAPSHOT,
    rights="system/Divisions",
    scope_group="organization/administration",
    key=("Code",),
    by_division=False,
    every_days=1,  # the tenant step reads the list in every run anyway, for moves and blocks
    columns=(
        *group(
            Purpose.IDENTITY,
            C("Code", Word.NUMBER),
            C("Hid", Word.VERSION),  # the customer's own number
            C("Customer", Word.KEY),  # the licence
            C("CustomerCode", Word.CODE),
            C("DivisionMoveDate", Word.LOCAL_TIME),  # to the millisecond: a second move on one day counts too
            C("DivisionHRLinkUnlinkDate", Word.LOCAL_TIME),
        ),
        *group(Purpose.NAMING, C("Description", Word.TEXT), derived("CustomerName", Word.TEXT)),
        *group(
            Purpose.STATE,
            C("Status", Word.NUMBER),  # 0 inactive, 1 active, 2 archived
            C("BlockingStatus", Word.NUMBER),  # 1 backup or restore, 2-4 conversion, 5-6 copying
            C("StartDate", Word.DAY),
            C("ArchiveDate", Word.DAY),
            C("IsMainDivision", Word.FLAG),
            C("IsPracticeDivision", Word.FLAG),
            C("IsDossierDivision", Word.FLAG),
            C("IsHRDivision", Word.FLAG),
        ),
        *group(Purpose.LEDGER, C("Currency", Word.CODE)),
        *group(
            Purpose.TAX,
            C("Country", Word.CODE),
            C("Legislation", Word.CODE),
            C("VATNumber", Word.TEXT),
            C("ChamberOfCommerceNumber", Word.TEXT),
        ),
        *MODIFIED,
    ),
)

STREAMS = (DIVISIONS,)
