"""NOLOGIN and API: no user name and no password of Exact Online or Power BI lies anywhere, and none is used."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, MetaData, String, Table, func, or_, select

from shared.promises.model import Seen, judged, unknown
from shared.promises.premises import Premises
from shared.register.schema import grants

#: words that name a login, in columns, secrets and settings
LOGIN = re.compile(
    r"pass_?-?(?:word|wd|phrase|code)|wachtwoord|login|log-on|user_?-?(?:name|id)$|gebruikers?naam", re.IGNORECASE
)
#: settings about these two may hold no user at all
THEIRS = re.compile(r"(?:EXACT|POWER_?BI|PBI)\w*(?:USER|MAIL|LOGIN|PASS|PWD)", re.IGNORECASE)
#: what an address that somebody logs in with looks like, in SQL
MAILBOX = "%_@_%._%"
#: verbs that give nothing back of what lies in Power BI
WRITES = {"POST", "PUT", "PATCH", "DELETE"}
#: hexadecimal digits of a keyed hash (HMAC-SHA256)
HASH = re.compile(r"[0-9a-f]{64}")


def register_columns(premises: Premises) -> Seen:
    """NOLOGIN: no table of the register has a column for a login."""
    names = [f"{table.name}.{column.name}" for table in _tables(premises) for column in table.columns]
    return judged(len(names), {name for name in names if LOGIN.search(name)})


def register_values(premises: Premises) -> Seen:
    """NOLOGIN: no text in the register looks like a login, and Exact users are there as keyed hashes alone."""
    texts = [(table, columns) for table in _tables(premises) if (columns := _texts(table))]
    with premises.register.database.read() as connection:
        broken = {table.name for table, columns in texts if _has_mailbox(connection, table, columns)}
        bare = {user for user in connection.scalars(select(grants.c.user)) if not HASH.fullmatch(user)}
    return judged(len(texts), broken | ({"grants.user"} if bare else set()))


def secret_names(premises: Premises) -> Seen:
    """NOLOGIN: no secret is named for a login."""
    names = {*premises.vaults.application.names(), *premises.vaults.tenant.names()}
    return judged(len(names), {name for name in names if LOGIN.search(name)})


def setting_names(premises: Premises) -> Seen:
    """NOLOGIN: no setting holds a login of Exact Online or Power BI."""
    return judged(len(premises.environment), {name for name in premises.environment if THEIRS.search(name)})


def power_bi(premises: Premises) -> Seen:
    """API: every call to Power BI was made by the app itself, and only to write."""
    if premises.power_bi is None:
        return unknown("this installation does not reach Power BI: there are no calls to look at")
    used = premises.power_bi()
    reading = {each.verb for each in used if each.verb not in WRITES}
    return judged(len(used), reading | {f"{each.verb} as a user" for each in used if each.as_user})


def _tables(premises: Premises) -> Iterable[Table]:
    """The tables that are there, not those this release declares."""
    found = MetaData()
    found.reflect(premises.register.database.engine)
    return found.tables.values()


def _texts(table: Table) -> list[ColumnElement[str]]:
    return [column for column in table.columns if isinstance(column.type, String)]


def _has_mailbox(connection: Connection, table: Table, columns: list[ColumnElement[str]]) -> bool:
    found = select(func.count()).select_from(table).where(or_(*(column.like(MAILBOX) for column in columns)))
    return bool(connection.scalar(found))
