"""Where a grant's token pair lies: sealed in the grant's row at first, then in the vault; the higher number counts.

The row is written first because only it can compare and swap; the vault is its home. Nothing here asks Exact.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from shared.exact.oauth import Pair
from shared.register.grants import Grants
from shared.register.rows import Grant
from shared.seal import GRANT_KEY, Sealer, key_bytes
from shared.vault import Vaults, required


@dataclass(frozen=True, slots=True)
class Kept:
    """A pair with its number in the chain."""

    number: int
    pair: Pair

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what `to_json` wrote."""
        number, access, refresh, issued, lifetime = json.loads(text)
        return cls(number, Pair(access, refresh, datetime.fromisoformat(issued), lifetime))

    def to_json(self) -> str:
        """Write it as it lies in row and vault."""
        pair = self.pair
        issued = pair.issued_at.isoformat()
        return json.dumps([self.number, pair.access_token, pair.refresh_token, issued, pair.lifetime])


def pair_secret(tenant: str) -> str:
    """Name the secret of a tenant's pair; no tenant's id can make it one of the app's own keys."""
    return f"grant-pair-{tenant}"


class Custody:
    """The pairs of all grants. Call what writes under the grant's lease only."""

    def __init__(self, grants: Grants, vaults: Vaults) -> None:
        self._grants = grants
        self._keys = vaults.application
        self._pairs = vaults.tenant

    def newest(self, grant: Grant, *, fresh: bool = False) -> Kept | None:
        """Give the pair with the higher number of row and vault; None when the grant's newest pair is in neither.

        The vault's may be one it gave some minutes ago; its number shows when it is no longer the newest. Under the
        lease ask for a `fresh` one.
        """
        kept = max(self._everywhere(grant, fresh=fresh), key=lambda pair: pair.number, default=None)
        return kept if kept and kept.number >= grant.number else None

    def sealer(self) -> Sealer:
        """Load the key. Raises Broken(SECRET_MISSING); so ask before anything that cannot be asked twice."""
        return Sealer(key_bytes(GRANT_KEY, required(self._keys, GRANT_KEY)))

    def keep(self, tenant: str, before: int, pair: Pair, sealer: Sealer) -> Kept | None:
        """Write a pair into the row as number `before` + 1; None when another pair took that number."""
        kept = Kept(before + 1, pair)
        sealed = sealer.seal(kept.to_json().encode(), tenant.encode())
        return kept if self._grants.keep_pair(tenant, before, sealed, pair.issued_at) else None

    def hand_over(self, tenant: str, kept: Kept) -> None:
        """Copy a pair from the row to the vault, then clear the row while it holds that number.

        A worker too late finds a pair there that Exact gave after its own, and leaves it.
        """
        there = self._pairs.get(pair_secret(tenant), fresh=True)
        if there is None or Kept.from_json(there.value).pair.issued_at <= kept.pair.issued_at:
            self._pairs.replace(pair_secret(tenant), kept.to_json(), there)
        self._grants.clear_pair(tenant, kept.number)

    def catch_up(self, grant: Grant, kept: Kept) -> None:
        """Let a row that counts behind the vault (a register restored from a backup) reach the vault's number.

        The next pair would otherwise get a number below the vault's, and the vault's old one would count.
        """
        sealer = self.sealer()
        for number in range(grant.number, kept.number):
            self.keep(grant.tenant, number, kept.pair, sealer)
        self._grants.clear_pair(grant.tenant, kept.number)

    def forget(self, tenant: str) -> None:
        """Delete the vault's copy."""
        self._pairs.delete(pair_secret(tenant))

    def _everywhere(self, grant: Grant, *, fresh: bool) -> list[Kept]:
        kept = []
        if grant.sealed is not None:
            kept.append(Kept.from_json(self.sealer().open(grant.sealed, grant.tenant.encode())))
        if secret := self._pairs.get(pair_secret(grant.tenant), fresh=fresh):
            kept.append(Kept.from_json(secret.value))
        return kept
