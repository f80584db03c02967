"""The classification schemes: the general RGS, the same in every division, and one of the company's own."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from .books import Books
from .chart import CHART
from .records import Record
from .values import Ids, Row


class Scheme(NamedTuple):
    """A scheme; a general one belongs to no division, so its rows leave Division empty."""

    code: str
    description: str
    namespace: str
    general: bool
    nodes: tuple[tuple[str, str, str], ...]  # code, code of the parent (empty: top), description


RGS = Scheme(
    "RGS3.7",
    "Referentie Grootboekschema 3.7",
    "http://www.referentiegrootboekschema.nl/3.7",
    general=True,
    nodes=(
        ("B", "", "Balans"),
        ("BIva", "B", "Immateriële vaste activa"),
        ("BMva", "B", "Materiële vaste activa"),
        ("BMvaBei", "BMva", "Bedrijfsinventaris"),
        ("BVrd", "B", "Voorraden"),
        ("BVor", "B", "Vorderingen"),
        ("BVorDeb", "BVor", "Vorderingen op handelsdebiteuren"),
        ("BVorOva", "BVor", "Overlopende activa"),
        ("BLim", "B", "Liquide middelen"),
        ("BLimKas", "BLim", "Kasmiddelen"),
        ("BLimBan", "BLim", "Rekening-courant bij banken"),
        ("BEiv", "B", "Eigen vermogen"),
        ("BEivGok", "BEiv", "Gestort en opgevraagd kapitaal"),
        ("BEivOvr", "BEiv", "Overige reserves"),
        ("BLas", "B", "Langlopende schulden"),
        ("BSch", "B", "Kortlopende schulden"),
        ("BSchCre", "BSch", "Schulden aan leveranciers"),
        ("BSchBep", "BSch", "Te betalen belastingen en premies"),
        ("BSchSal", "BSch", "Schulden ter zake van salarissen"),
        ("BSchOpa", "BSch", "Overlopende passiva"),
        ("W", "", "Winst-en-verliesrekening"),
        ("WOmz", "W", "Netto-omzet"),
        ("WOmzNoh", "WOmz", "Netto-omzet uit leveringen geproduceerde goederen"),
        ("WOmzNod", "WOmz", "Netto-omzet uit verleende diensten"),
        ("WKpr", "W", "Kostprijs van de omzet"),
        ("WPer", "W", "Lasten uit hoofde van personeelsbeloningen"),
        ("WPerLes", "WPer", "Lonen en salarissen"),
        ("WPerSol", "WPer", "Sociale lasten"),
        ("WAfs", "W", "Afschrijvingen"),
        ("WBed", "W", "Overige bedrijfskosten"),
        ("WBedHui", "WBed", "Huisvestingskosten"),
        ("WBedAut", "WBed", "Autokosten"),
        ("WBedKan", "WBed", "Kantoorkosten"),
        ("WBedVkk", "WBed", "Verkoopkosten"),
        ("WBedAlk", "WBed", "Algemene kosten"),
        ("WFbe", "W", "Financiële baten en lasten"),
        ("WBel", "W", "Belastingen over de winst"),
    ),
)
OWN = Scheme(
    "MI",
    "Managementrapportage",
    "http://voorbeeld.example/managementrapportage",
    general=False,
    nodes=(
        ("1", "", "Activa"),
        ("1.1", "1", "Vast"),
        ("1.2", "1", "Werkkapitaal"),
        ("1.3", "1", "Geld"),
        ("2", "", "Passiva"),
        ("2.1", "2", "Eigen vermogen"),
        ("2.2", "2", "Lang vreemd vermogen"),
        ("2.3", "2", "Kort vreemd vermogen"),
        ("3", "", "Brutomarge"),
        ("3.1", "3", "Omzet"),
        ("3.2", "3", "Inkoopwaarde"),
        ("4", "", "Kosten"),
        ("4.1", "4", "Personeel"),
        ("4.2", "4", "Overige kosten"),
        ("4.3", "4", "Financieel"),
        ("5", "", "Belasting"),
    ),
)
SCHEMES = (RGS, OWN)


def fill(books: Books) -> None:
    """Add every scheme with its elements, and map the chart to them; the last one is the main scheme."""
    for index, scheme in enumerate(SCHEMES):
        _scheme(books, scheme, main=index)


def _scheme(books: Books, scheme: Scheme, main: int) -> None:
    ids = Ids(Random(scheme.code)) if scheme.general else books.ids
    owner: Row = {"Division": None} if scheme.general else {}
    facts: Row = {
        "Code": scheme.code,
        "Description": scheme.description,
        "Main": main,
        "TargetNamespace": scheme.namespace,
    }
    header = books.add("GLSchemes", facts | owner, record_id=ids.new())
    kind, nodes = ids.new(), dict[str, Record]()
    for code, parent, name in scheme.nodes:
        links = {"Parent": nodes[parent]} if parent else {}
        node: Row = {
            "Code": code,
            "Name": code,
            "Description": name,
            "Abstract": not parent,
            "Nillable": True,
            "Type": kind,
            "Balance": "credit" if name.startswith(("Eigen", "Netto", "Kort", "Lang", "Omzet", "Passiva")) else "debit",
            "PeriodType": "duration" if code.startswith(("W", "3", "4", "5")) else "instant",
            "SubstitutionGroup": "xbrli:item",
            "TaxonomyNamespace": header.id,
            "TaxonomyNamespaceDescription": scheme.description,
        }
        nodes[code] = books.add("GLClassifications", node | owner, links, ids.new())
    _mappings(books, scheme, header, nodes)


def _mappings(books: Books, scheme: Scheme, header: Record, nodes: dict[str, Record]) -> None:
    for row in CHART:
        code = row.rgs if scheme.general else row.own
        if code and row.role in books.gl:
            books.add(
                "GLAccountClassificationMappings",
                {},
                {"GLAccount": books.gl[row.role], "GLScheme": header, "Classification": nodes[code]},
            )
