"""How a customer connects: an invitation, Exact's consent page, and back with a code, all in one browser.

The invitation is signed, expires and works once. The state that travels through Exact is signed too, and bound to the
invitation and, by a cookie, to the browser that began: nobody can make another's browser finish what he began.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from shared import pages, texts
from shared.connect.signed import Invitation, Signer, State
from shared.connect.visit import Visit, fingerprint, forget, remember
from shared.errors import Cause, PipelineError, Refused
from shared.exact.oauth import authorise_url
from shared.lifecycle import local_day
from shared.pages import Answer
from shared.register import Register
from shared.seal import INVITATION_KEY, key_bytes
from shared.telemetry import event, warning
from shared.texts import Language
from shared.throttle import Throttle
from shared.tokens import Tokens
from shared.vault import SecretStore, required

__all__ = ["CALLBACK_PATH", "CONNECT_PATH", "Answer", "Connect", "Visit"]

INVITATION_LASTS = timedelta(days=7)
STATE_LASTS = timedelta(minutes=10)
CONNECT_PATH, CALLBACK_PATH = "/api/connect", "/api/callback"


class Connect:
    """The use case behind `connect` and `callback`.

    `client_id_for` gives the app's id for a country code, `user_of` the user's id for a country code and an access
    token; `base_url` is the app's public https address.
    """

    def __init__(
        self,
        register: Register,
        vault: SecretStore,
        tokens: Tokens,
        throttle: Throttle,
        client_id_for: Callable[[str], str],
        user_of: Callable[[str, str], str],
        base_url: str,
        clock: Callable[[], datetime],
        random: Callable[[], str] = secrets.token_urlsafe,
    ) -> None:
        self._register = register
        self._vault = vault
        self._tokens = tokens
        self._throttle = throttle
        self._client_id_for = client_id_for
        self._user_of = user_of
        self._base_url = base_url
        self._clock = clock
        self._random = random

    def invite(self, tenant: str) -> str:
        """Make an invitation and give its link. Raises Refused(UNKNOWN_TENANT | PURGED)."""
        expires = self._clock() + INVITATION_LASTS
        invitation = Invitation(expires=int(expires.timestamp()), id=self._random(), tenant=tenant)
        self._register.invitations.add(invitation.id, tenant, expires)
        event("invitation.made", tenant=tenant)
        return f"{self._base_url}{CONNECT_PATH}?invitation={self._signer().sign(invitation)}"

    def begin(self, visit: Visit) -> Answer:
        """Send an invited browser to Exact's consent page. The invitation stays unused: mail scanners follow links."""
        return self._answer(visit, self._begin)

    def finish(self, visit: Visit) -> Answer:
        """Take the consent a browser brings back from Exact, and start the trial with the first."""
        return self._answer(visit, self._finish)

    def _answer(self, visit: Visit, act: Callable[[Visit], Answer]) -> Answer:
        try:
            self._throttle.check(visit.address)
            return act(visit)
        except PipelineError as error:
            warning("connect.refused", cause=error.cause.code, error=str(error))
            return pages.refusal(error, visit.language)

    def _begin(self, visit: Visit) -> Answer:
        invitation = self._signer().read(Invitation, visit.query.get("invitation", ""), self._clock())
        if invitation is None:
            raise Refused(Cause.BAD_INVITATION)
        country = self._register.tenants.get(invitation.tenant).host
        if not self._register.invitations.valid(invitation.id):
            raise Refused(Cause.BAD_INVITATION, f"tenant {invitation.tenant}")
        nonce = self._random()
        state = self._signer().sign(self._state(invitation, nonce, visit.language))
        consent_page = authorise_url(country, self._client_id_for(country), self._callback, state)
        return pages.redirect(consent_page, remember(nonce, int(STATE_LASTS.total_seconds())))

    def _finish(self, visit: Visit) -> Answer:
        state = self._signer().read(State, visit.query.get("state", ""), self._clock())
        if state is None or not visit.is_by(state.browser):
            raise Refused(Cause.BAD_STATE)
        language = pages.preferred("", state.language)
        if "code" not in visit.query:
            event("consent.denied", tenant=state.tenant)
            return pages.page(texts.DENIED, language, headers=forget())
        self._take(state, visit.query["code"])
        return pages.page(texts.CONNECTED, language, headers=forget())

    def _take(self, state: State, code: str) -> None:
        tenant = self._register.tenants.get(state.tenant)
        if not self._register.invitations.use(state.invitation, tenant.tenant):
            raise Refused(Cause.BAD_INVITATION, f"tenant {tenant.tenant}")
        self._tokens.take_consent(tenant.tenant, tenant.host, code, self._callback, self._user_of)
        now = self._clock()
        self._register.tenants.start_trial(tenant.tenant, local_day(now))
        self._register.tenants.wake(tenant.tenant, now)

    def _state(self, invitation: Invitation, nonce: str, language: Language) -> State:
        return State(
            expires=int((self._clock() + STATE_LASTS).timestamp()),
            invitation=invitation.id,
            tenant=invitation.tenant,
            browser=fingerprint(nonce),
            language=language,
        )

    @property
    def _callback(self) -> str:
        return self._base_url + CALLBACK_PATH

    def _signer(self) -> Signer:
        return Signer(key_bytes(INVITATION_KEY, required(self._vault, INVITATION_KEY)))
