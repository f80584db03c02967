"""The charts of accounts: one row per role in the books, with the code and name each chart gives it."""

from __future__ import annotations

from dataclasses import dataclass

from .values import Row

#: control accounts: what stands on them is owed by customers (20) or to suppliers (22)
RECEIVABLE, PAYABLE = 20, 22
#: G/L account types from here on are profit and loss, those before are balance sheet
FIRST_RESULT_TYPE = 110

TYPE_NAMES = {
    10: "Kas",
    12: "Bank",
    20: "Debiteuren",
    22: "Crediteuren",
    24: "Btw",
    25: "Te betalen personeel",
    26: "Vooruitbetaald",
    27: "Overlopend",
    30: "Vaste activa",
    32: "Overige activa",
    35: "Cumulatieve afschrijving",
    40: "Voorraad",
    50: "Aandelenkapitaal",
    52: "Ingehouden winst",
    55: "Langlopende schulden",
    90: "Neutraal",
    100: "Te betalen belasting",
    110: "Omzet",
    111: "Kostprijs omzet",
    120: "Overige kosten",
    121: "Verkoopkosten, algemene kosten",
    122: "Afschrijvingskosten",
    123: "Onderzoek en ontwikkeling",
    125: "Personeelskosten",
    126: "Sociale lasten",
    130: "Bijzondere lasten",
    150: "Vennootschapsbelasting",
    160: "Rentebaten",
    300: "Resultaatverwerking",
}


@dataclass(frozen=True, slots=True)
class GlRow:
    """One role. `rgs` and `own` are codes of the two classification schemes, empty: not mapped."""

    role: str
    type: int
    side: str
    rgs: str
    own: str
    dutch: str  # "code name" in the Dutch chart, empty: not in that chart
    english: str


CHART = tuple(
    GlRow(*row)
    for row in (
        ("intangible", 32, "D", "BIva", "1.1", "", "1100 Licences"),
        ("fixed_assets", 30, "D", "BMvaBei", "1.1", "0100 Inventaris", "1000 Office equipment"),
        ("depreciated", 35, "C", "BMvaBei", "1.1", "0150 Afschrijving inventaris", "1050 Accumulated depreciation"),
        ("capital", 50, "C", "BEivGok", "2.1", "0500 Aandelenkapitaal", "3000 Share capital"),
        ("retained", 52, "C", "BEivOvr", "2.1", "0510 Winstreserve", "3100 Retained earnings"),
        ("loan", 55, "C", "BLas", "2.2", "0700 Lening o/g", "3500 Bank loan"),
        ("cash", 10, "D", "BLimKas", "1.3", "1000 Kas", ""),
        ("bank", 12, "D", "BLimBan", "1.3", "1100 Bank rekening-courant", "2000 Bank current account"),
        ("savings", 12, "D", "BLimBan", "1.3", "1110 Spaarrekening", "2010 Deposit account"),
        ("suspense", 90, "D", "", "", "1290 Kruisposten", "2090 Suspense account"),
        ("receivable", 20, "D", "BVorDeb", "1.2", "1300 Debiteuren", "2100 Trade debtors"),
        ("receivable_abroad", 20, "D", "BVorDeb", "1.2", "1310 Debiteuren buitenland", "2110 Trade debtors overseas"),
        ("prepaid", 26, "D", "BVorOva", "1.2", "1400 Vooruitbetaalde kosten", "2200 Prepaid costs"),
        ("vat_high", 24, "C", "BSchBep", "2.3", "1500 Btw te betalen hoog", "2500 VAT payable standard rate"),
        ("vat_low", 24, "C", "BSchBep", "2.3", "1501 Btw te betalen laag", "2501 VAT payable reduced rate"),
        ("vat_claim", 24, "D", "BSchBep", "2.3", "1520 Btw te vorderen", "2510 VAT receivable"),
        ("vat_return", 24, "C", "BSchBep", "2.3", "1530 Btw-afdracht", "2520 VAT return"),
        ("payable", 22, "C", "BSchCre", "2.3", "1600 Crediteuren", "2400 Trade creditors"),
        ("wages_due", 25, "C", "BSchSal", "2.3", "1700 Te betalen lonen", "2600 Net wages payable"),
        ("wage_tax", 100, "C", "BSchBep", "2.3", "1710 Loonheffing", "2610 Wage tax payable"),
        ("accrued", 27, "C", "BSchOpa", "2.3", "1800 Nog te ontvangen facturen", "2700 Accrued costs"),
        ("stock", 40, "D", "BVrd", "1.2", "3000 Voorraad", "1500 Stock"),
        ("wages", 125, "D", "WPerLes", "4.1", "4000 Lonen en salarissen", "6000 Wages and salaries"),
        ("social", 126, "D", "WPerSol", "4.1", "4010 Sociale lasten", "6010 Social security"),
        ("rent", 121, "D", "WBedHui", "4.2", "4200 Huur", "6200 Rent"),
        ("energy", 121, "D", "WBedHui", "4.2", "4210 Energie", "6210 Energy"),
        ("car", 120, "D", "WBedAut", "4.2", "4300 Autokosten", "6300 Vehicle costs"),
        ("office", 121, "D", "WBedKan", "4.2", "4400 Kantoorkosten", "6400 Office costs"),
        ("telecom", 121, "D", "WBedKan", "4.2", "4410 Telefoon en internet", "6410 Telephone and internet"),
        ("marketing", 120, "D", "WBedVkk", "4.2", "4500 Reclame", "6500 Marketing"),
        ("travel", 120, "D", "", "4.2", "4510 Reis- en verblijfkosten", "6510 Travel"),
        ("insurance", 121, "D", "WBedAlk", "4.2", "4600 Verzekeringen", "6600 Insurance"),
        ("advice", 121, "D", "WBedAlk", "4.2", "4700 Accountant en advies", "6700 Professional fees"),
        ("bank_costs", 121, "D", "WFbe", "4.3", "4800 Bankkosten", "6800 Bank charges"),
        ("depreciation", 122, "D", "WAfs", "4.2", "4900 Afschrijvingen", "6900 Depreciation"),
        ("research", 123, "D", "", "4.2", "", "7000 Research"),
        ("cogs", 111, "D", "WKpr", "3.2", "7000 Kostprijs omzet", "5000 Cost of sales"),
        ("cogs_abroad", 111, "D", "WKpr", "3.2", "7010 Kostprijs omzet buitenland", "5010 Cost of sales overseas"),
        ("revenue_high", 110, "C", "WOmzNoh", "3.1", "8000 Omzet hoog tarief", "4000 Sales standard rate"),
        ("revenue_low", 110, "C", "WOmzNoh", "3.1", "8010 Omzet laag tarief", "4010 Sales reduced rate"),
        ("revenue_abroad", 110, "C", "WOmzNod", "3.1", "8020 Omzet buitenland", "4020 Sales overseas"),
        ("revenue_service", 110, "C", "WOmzNod", "3.1", "8100 Omzet dienstverlening", "4100 Services"),
        ("difference", 110, "C", "", "", "8900 Betalingsverschillen", "4900 Payment differences"),
        ("interest", 160, "D", "WFbe", "4.3", "9000 Rente", "8000 Interest"),
        ("exchange", 121, "D", "WFbe", "4.3", "9100 Koersverschillen", "8100 Exchange differences"),
        ("exceptional", 130, "D", "", "", "9200 Bijzondere lasten", "8200 Exceptional costs"),
        ("income_tax", 150, "D", "WBel", "5", "9500 Vennootschapsbelasting", "9000 Corporation tax"),
        ("result", 300, "D", "", "", "9990 Resultaatverwerking", "9990 Year end result"),
    )
)


def named(row: GlRow, chart: str) -> tuple[str, str] | None:
    """Give code and name of a role in a chart ("dutch" or "english"); None where the chart lacks it."""
    text: str = row.english if chart == "english" else row.dutch
    code, _, name = text.partition(" ")
    return (code, name) if code else None


def gl_facts(row: GlRow, code: str, name: str) -> Row:
    """Give the stored properties of a G/L account."""
    return {
        "Code": code,
        "Description": name,
        "BalanceSide": row.side,
        "BalanceType": "W" if row.type >= FIRST_RESULT_TYPE else "B",
        "Type": row.type,
        "TypeDescription": TYPE_NAMES[row.type],
        "SearchCode": name.upper()[:20],
        "IsBlocked": False,
        "Matching": row.type in {RECEIVABLE, PAYABLE},
        "Compress": row.type == 24,
        "RevalueCurrency": row.type in {12, RECEIVABLE, PAYABLE},
        "UseCostcenter": 1 if row.type in {121, 125} else 0,
        "UseCostunit": 0,
        "AllowCostsInSales": 0,
        "ExcludeVATListing": 0,
    }
