"""The classification schemes: the general RGS, the same in every division, and one of the company's own."""

from __future__ import annotations

from typing import NamedTuple


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
