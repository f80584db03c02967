"""G/L accounts, and where each stands in the classification schemes (RGS, the customer's own)."""

from __future__ import annotations

from shared.reporting.dialects import Sql
from shared.reporting.model import Query, Role, View, c
from shared.streams.model import Word

#: levels of a classification that have a column of their own; RGS has five
LEVELS = range(1, 7)
#: a tree deeper than this is a mistake, and a loop in it must not hang a report
_DEEPEST = 12
#: general schemes are called RGS with a version
_IS_RGS = "s.Code LIKE 'RGS%'"


def _schemes(sql: Sql) -> Query:
    columns = (
        c("scheme_key", Word.CODE, sql.id_key("s._division", "s.ID")),
        c("division", Word.VERSION, "s._division"),
        c("scheme_id", Word.KEY, "s.ID"),
        c("scheme_code", Word.CODE, "s.Code"),
        c("scheme_name", Word.TEXT, "s.Description"),
        c("is_main", Word.FLAG, "s.Main"),
        c("is_rgs", Word.FLAG, sql.flag(_IS_RGS)),
    )
    return Query(columns, f"FROM {sql.exact('GLSchemes', 's')}")


def _label(sql: Sql) -> str:
    name = f"COALESCE({sql.text('n.Description')}, {sql.text('n.Name')}, {sql.text('n.Code')})"
    return sql.joined(sql.text("n.Code"), sql.literal(" "), name)


def _tree(sql: Sql) -> str:
    """Every element of every scheme with the labels of those above it; one whose parent is not stored is a root."""
    nodes = sql.exact("GLClassifications", "n")
    label, empty = _label(sql), sql.text("NULL")
    first = [f"{label if level == 1 else empty} AS level_{level}" for level in LEVELS]
    deeper = [f"CASE WHEN t.depth = {level - 1} THEN {label} ELSE t.level_{level} END" for level in LEVELS]
    path = sql.text(sql.joined("t.classification_path", sql.literal(" / "), label))
    parent = f"SELECT 1 FROM {sql.exact('GLClassifications', 'p')} WHERE p._division = n._division AND p.ID = n.Parent"
    return (
        f"SELECT n._division AS division, n.ID AS id, 1 AS depth, {label} AS classification_path, {', '.join(first)} "
        f"FROM {nodes} WHERE NOT EXISTS ({parent})\nUNION ALL\n"
        f"SELECT n._division, n.ID, t.depth + 1, {path}, {', '.join(deeper)} "
        f"FROM {nodes} JOIN tree AS t ON t.division = n._division AND t.id = n.Parent WHERE t.depth < {_DEEPEST}"
    )


def _classifications(sql: Sql) -> Query:
    mappings = sql.exact("GLAccountClassificationMappings", "m")
    common = {
        "tree": _tree(sql),
        # an account has one place in a scheme; should it ever have two, its amounts must not count twice
        "placed": "SELECT m._division AS division, m.GLAccount AS gl_account, m.GLSchemeID AS scheme_id, "
        "m.Classification AS classification, ROW_NUMBER() OVER (PARTITION BY m._division, m.GLAccount, m.GLSchemeID "
        f"ORDER BY m.ID) AS place FROM {mappings}",
    }
    tail = (
        f"FROM {sql.exact('GLAccounts', 'g')} JOIN {sql.view('classification_schemes', 's')} "
        "ON s.division = g._division LEFT JOIN placed AS q ON q.division = g._division AND q.gl_account = g.ID "
        f"AND q.scheme_id = s.scheme_id AND q.place = 1 LEFT JOIN {sql.exact('GLClassifications', 'n')} "
        "ON n._division = g._division AND n.ID = q.classification "
        "LEFT JOIN tree AS t ON t.division = g._division AND t.id = n.ID"
    )
    above = "GLClassifications.Code, GLClassifications.Description, GLClassifications.Parent"
    columns = (
        c("division", Word.VERSION, "g._division"),
        c("gl_account_key", Word.CODE, sql.id_key("g._division", "g.ID")),
        c("gl_account", Word.KEY, "g.ID"),
        c("scheme_key", Word.CODE, "s.scheme_key"),
        c("scheme_code", Word.CODE, "s.scheme_code"),
        c("is_rgs", Word.FLAG, "s.is_rgs"),
        c("is_mapped", Word.FLAG, sql.flag("n.ID IS NOT NULL"), "GLAccountClassificationMappings.Classification"),
        c("classification_code", Word.CODE, "n.Code"),
        c("classification_name", Word.TEXT, "COALESCE(n.Description, n.Name)"),
        c("classification_path", Word.TEXT, "t.classification_path", above),
        *(c(f"level_{level}", Word.TEXT, f"t.level_{level}", above) for level in LEVELS),
    )
    return Query(columns, tail, common)


def _gl_accounts(sql: Sql) -> Query:
    rgs = sql.view("gl_account_classifications", "r")
    common = {
        # of two versions of RGS the newer one
        "rgs": "SELECT r.division AS division, r.gl_account AS gl_account, r.classification_code AS code, "
        "r.classification_name AS name, r.classification_path AS path, ROW_NUMBER() OVER (PARTITION BY r.division, "
        f"r.gl_account ORDER BY r.scheme_code DESC) AS place FROM {rgs} WHERE r.is_rgs = 1",
    }
    tail = (
        f"FROM {sql.exact('GLAccounts', 'g')} LEFT JOIN rgs AS q ON q.division = g._division AND q.gl_account = g.ID "
        f"AND q.place = 1 LEFT JOIN {sql.view('codes', 'k')} ON k.list = 'gl_account_type' "
        f"AND k.code = {sql.text('g.Type')}"
    )
    columns = (
        c("gl_account_key", Word.CODE, sql.id_key("g._division", "g.ID")),
        c("division", Word.VERSION, "g._division"),
        c("gl_account_code", Word.CODE, "g.Code"),
        c("gl_account_name", Word.TEXT, "g.Description"),
        c("gl_account_type", Word.NUMBER, "g.Type"),
        c("gl_account_type_nl", Word.TEXT, "k.name_nl"),
        c("gl_account_type_en", Word.TEXT, "k.name_en"),
        c("balance_type", Word.CODE, "g.BalanceType"),
        c("balance_side", Word.CODE, "g.BalanceSide"),
        c("is_blocked", Word.FLAG, "g.IsBlocked"),
        c("rgs_code", Word.CODE, "q.code", "gl_account_classifications.classification_code"),
        c("rgs_name", Word.TEXT, "q.name", "gl_account_classifications.classification_name"),
        c("rgs_path", Word.TEXT, "q.path", "gl_account_classifications.classification_path"),
    )
    return Query(columns, tail, common)


VIEWS = (
    View("classification_schemes", Role.DIMENSION, _schemes),
    View("gl_account_classifications", Role.DIMENSION, _classifications),
    View("gl_accounts", Role.DIMENSION, _gl_accounts),
)
