"""How each division stands against the books: the word and the times that planning and lists need, no figures."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, select, update

from shared.register.database import Database, insert_missing
from shared.register.rows import Proven
from shared.register.schema import proofs


class Proofs:
    """The register's copy of what the tenants' own databases know of their proofs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(
        self,
        tenant: str,
        division: int,
        run: int,
        state: str,
        cause: str,
        as_of: datetime | None,
        due_at: datetime | None,
    ) -> None:
        """Write how a division stands."""
        key = {"tenant": tenant, "division": division}
        told = {"run": run, "state": state, "cause": cause, "as_of": as_of, "due_at": due_at}
        with self._database.write() as connection:
            if not insert_missing(connection, proofs, key, told):
                own = and_(proofs.c.tenant == tenant, proofs.c.division == division)
                connection.execute(update(proofs).where(own).values(**told))

    def of(self, tenant: str) -> list[Proven]:
        """Of each division that was ever compared, by code."""
        query = select(proofs).where(proofs.c.tenant == tenant).order_by(proofs.c.division)
        with self._database.read() as connection:
            return [Proven(**row) for row in connection.execute(query).mappings()]
