"""Access tokens, for whoever reads Exact; the pairs behind them, for nobody else (design, rule 3).

Exact gives a new refresh token with every refresh and ends the old one, so each is used once: by the one holder of the
grant's lease, who writes the new pair into the grant's row before anything else. From that statement on a crash loses
nothing; before it the reply is lost, and only a new consent helps.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from shared.errors import Cause, ConsentNeeded, Refused, RetryLater
from shared.exact.oauth import Pair
from shared.register.grants import Grants
from shared.register.leases import Leases, grant_lease
from shared.register.rows import Grant
from shared.seal import USER_KEY, Sealer, key_bytes, keyed_hash
from shared.telemetry import event, warning
from shared.tokens.asking import TokenEndpoint, Wait, ask, persist
from shared.tokens.claims import LEASE_SECONDS, Claim, Claims, Clock
from shared.tokens.custody import Custody, Kept
from shared.tokens.remembered import Remembered
from shared.vault import Vaults, required

__all__ = ["IDLE", "RENEWED_AFTER", "TokenEndpoint", "Tokens"]

#: Exact refuses to renew an access token younger than this, 30 s before its end
RENEWED_AFTER = timedelta(seconds=570)
#: how long to wait when Exact calls a token too young that is old enough by our clock
CLOCKS_DIFFER = timedelta(seconds=30)
#: an unused refresh token dies after 30 days
IDLE = timedelta(days=7)
CAUSES = {cause.code: cause for cause in Cause}
#: pauses of a second for a held lease: a worker has a message to send back; a consent has a pair that cannot be had
#: again, so it waits until even a dead holder's lease is over
PATIENCE, CONSENT_PATIENCE = 5, LEASE_SECONDS


class Tokens:
    """One refresher per grant.

    `vaults` may be one store for both purposes; `endpoint_for` takes a country code; `wait` sleeps; `holder` names
    this worker.
    """

    def __init__(
        self,
        grants: Grants,
        leases: Leases,
        vaults: Vaults,
        endpoint_for: Callable[[str], TokenEndpoint],
        clock: Clock,
        wait: Wait,
        holder: str,
    ) -> None:
        self._grants = grants
        self._vaults = vaults
        self._custody = Custody(grants, self._vaults)
        self._claims = Claims(leases, clock, wait, holder)
        self._endpoint_for = endpoint_for
        self._clock = clock
        self._wait = wait

    def access(self, tenant: str, *, refused: str | None = None) -> str:
        """Give an access token that works for at least 30 s; `refused` is one Exact has just answered 401 for.

        Raises ConsentNeeded, RetryLater (lease held, token too young, Exact or vault down) or Broken.
        """
        kept = self._custody.newest(self._connected(tenant))
        if kept is None or not self._usable(kept, refused):
            with self._claims.hold(grant_lease(tenant), PATIENCE) as claim:
                kept = self._renewed(tenant, claim, refused)
        return kept.pair.access_token

    def for_client(self, tenant: str) -> Callable[[bool], str]:
        """Give what the client asks before a call (False) and after a 401 (True), for the length of one step.

        It remembers its last answer, so that register and vault are not asked before every page.
        """
        return Remembered(lambda refused: self.access(tenant, refused=refused), self._clock)

    def keep_alive(self, tenant: str) -> bool:
        """Refresh a pair nobody used for a week; whether that was needed. The caller has asked the lifecycle."""
        with self._claims.hold(grant_lease(tenant), PATIENCE) as claim:
            grant, kept = self._settled(tenant, claim)
            if self._age(kept) < IDLE:
                return False
            self._refreshed(grant, kept, claim)
            return True

    def withdraw(self, tenant: str) -> None:
        """Forget a grant's pair at once, everywhere; only a new consent brings one back.

        Raises RetryLater(LEASE_HELD) while a refresh is under way: the row is done then; repeat it for the vault.
        """
        self._grants.withdraw(tenant)
        with self._claims.hold(grant_lease(tenant), PATIENCE):
            self._custody.forget(tenant)
        event("consent.withdrawn", tenant=tenant)

    def take_consent(
        self, tenant: str, country: str, code: str, redirect_uri: str, user_of: Callable[[str, str], str]
    ) -> None:
        """Trade the code of a consent, ask who gave it, store the pair.

        `user_of` gives the user's id for a country code and an access token. Raises Refused(BAD_STATE) for a code Exact
        does not take, and what `store_consent` raises.
        """
        user_key = key_bytes(USER_KEY, required(self._vaults.application, USER_KEY))
        self._custody.sealer()  # a missing key must show before the code is spent
        pair = self._endpoint_for(country).exchange(code, redirect_uri)
        user = keyed_hash(user_key, country, user_of(country, pair.access_token))
        self.store_consent(tenant, country, user, pair)

    def store_consent(self, tenant: str, country: str, user: str, pair: Pair) -> None:
        """Store the pair of a new consent; `user` is the keyed hash of the Exact user who gave it.

        Raises Refused(USER_TAKEN) when that user feeds another tenant already: the new pair has ended that tenant's
        chain, so it goes there (unless that consent was withdrawn), and that tenant reads on.
        """
        with self._claims.hold(f"user:{country}:{user}", CONSENT_PATIENCE):
            first = self._grants.by_user(country, user)
            owner = first.tenant if first else tenant
            if first is None or owner == tenant or first.state != "withdrawn":
                self._store(owner, country, user, pair)
        if owner != tenant:
            warning("consent.user_taken", tenant=tenant)
            raise Refused(Cause.USER_TAKEN, f"tenant {tenant}")
        event("consent.stored", tenant=tenant)

    # Everything below is called under the grant's lease, but for `_connected`, `_usable` and `_age`.

    def _store(self, owner: str, country: str, user: str, pair: Pair) -> None:
        sealer = self._custody.sealer()
        with self._claims.hold(grant_lease(owner), CONSENT_PATIENCE) as claim:
            kept = None
            while kept is None:  # a late worker's pair may take the number; this one is newer
                grant = self._grants.consent(owner, country, user, self._clock())
                if grant.issued_at and grant.issued_at > pair.issued_at:
                    return  # of two consents at once this was the earlier: the other ended its chain and is stored
                kept = self._kept(owner, grant.number, pair, sealer)
            self._hand_over(owner, kept, claim)

    def _renewed(self, tenant: str, claim: Claim, refused: str | None) -> Kept:
        grant, kept = self._settled(tenant, claim)
        if self._usable(kept, refused):
            return kept
        if self._age(kept) < RENEWED_AFTER:
            raise RetryLater(Cause.TOKEN_TOO_YOUNG, f"tenant {tenant}", kept.pair.issued_at + RENEWED_AFTER)
        return self._refreshed(grant, kept, claim)

    def _settled(self, tenant: str, claim: Claim) -> tuple[Grant, Kept]:
        """Look again, and finish what a crash left between row and vault."""
        grant = self._connected(tenant)
        kept = self._custody.newest(grant, fresh=True)
        if kept is None:
            raise self._consent_needed(grant, Cause.REPLY_LOST)
        if kept.number > grant.number:
            self._custody.catch_up(grant, kept)
        elif grant.sealed is not None:
            self._hand_over(tenant, kept, claim)
        return grant, kept

    def _refreshed(self, grant: Grant, kept: Kept, claim: Claim) -> Kept:
        sealer = self._custody.sealer()
        try:
            pair = ask(self._endpoint_for(grant.host), kept.pair.refresh_token, self._wait)
        except ConsentNeeded as error:
            return self._second_look(grant.tenant, kept, error)
        except RetryLater as error:
            raise self._not_yet(error, kept) from error
        new = self._kept(grant.tenant, kept.number, pair, sealer)
        if new is None:
            self._connected(grant.tenant)
            raise RetryLater(Cause.LEASE_HELD, f"tenant {grant.tenant}: another worker kept a newer pair")
        self._hand_over(grant.tenant, new, claim)
        event("token.refreshed", tenant=grant.tenant, number=new.number)
        return new

    def _kept(self, tenant: str, before: int, pair: Pair, sealer: Sealer) -> Kept | None:
        return persist(partial(self._custody.keep, tenant, before, pair, sealer), self._wait)

    def _hand_over(self, tenant: str, kept: Kept, claim: Claim) -> None:
        """Bring a pair from row to vault; when late, leave it to the next holder, who may be writing there already."""
        if claim.is_safe(self._clock()):
            self._custody.hand_over(tenant, kept)

    def _second_look(self, tenant: str, used: Kept, error: ConsentNeeded) -> Kept:
        """Exact ended the chain of a pair: take the newer one a late worker has kept, else declare the grant gone."""
        grant = self._connected(tenant)
        newest = self._custody.newest(grant, fresh=True)
        if newest and newest.number > used.number:
            return newest
        raise self._consent_needed(grant, error.cause) from error

    def _consent_needed(self, grant: Grant, cause: Cause) -> ConsentNeeded | RetryLater:
        """Declare it, unless a late worker's pair arrives in this very moment."""
        if not self._grants.need(grant.tenant, cause, grant.number):
            return RetryLater(Cause.LEASE_HELD, f"tenant {grant.tenant}: another worker kept a newer pair")
        warning("consent.needed", tenant=grant.tenant, cause=cause.code)
        if cause is Cause.CONSENT_WITHDRAWN:
            self._grants.withdraw(grant.tenant)
            self._custody.forget(grant.tenant)
        return ConsentNeeded(cause, f"tenant {grant.tenant}")

    def _not_yet(self, error: RetryLater, kept: Kept) -> RetryLater:
        if error.cause is not Cause.TOKEN_TOO_YOUNG:
            return error
        old_enough = max(kept.pair.issued_at + RENEWED_AFTER, self._clock() + CLOCKS_DIFFER)
        return RetryLater(error.cause, error.detail, old_enough)

    def _connected(self, tenant: str) -> Grant:
        grant = self._grants.get(tenant)
        if grant is None:
            raise ConsentNeeded(Cause.NEVER_CONSENTED, f"tenant {tenant}")
        if grant.state != "connected":
            raise ConsentNeeded(CAUSES[grant.cause], f"tenant {tenant}")
        return grant

    def _usable(self, kept: Kept, refused: str | None) -> bool:
        return kept.pair.access_token != refused and self._age(kept) < RENEWED_AFTER

    def _age(self, kept: Kept) -> timedelta:
        return self._clock() - kept.pair.issued_at
