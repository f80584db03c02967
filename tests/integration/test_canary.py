"""Rule 12: what is secret or personal at Exact is in the tenant's own database and the vault, and nowhere else.

Every secret and personal value the simulator hands out holds one canary word. A tenant connects and is synced while
nearly everything goes wrong; then all that left the pipeline is searched for the word.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from local.exact_simulator.books.values import CANARY
from local.exact_simulator.fault import Fault
from shared import telemetry
from shared.connect import Answer, Connect, Visit
from shared.errors import Cause, PipelineError
from shared.messages import QUEUES, SyncTenant
from shared.queues import AT_ONCE
from shared.seal import INVITATION_KEY, new_key
from shared.sync.keep_alive import keep_alive
from shared.sync.poison import poison
from shared.throttle import Throttle
from tests.support.pipeline import Pipeline
from tests.support.simulator import APP

TOKEN = "oauth2/token"
#: forms in which a word can hide from a plain search
HIDDEN = (CANARY.encode(), CANARY.encode("utf-16-le"), CANARY.encode().hex().encode())
PERSONAL = f"<html>{CANARY}, {CANARY}@example.nl</html>"
SAID = f'{{"error":"invalid_grant","error_description":"{CANARY}"}}'
FAULTS = (
    Fault("status", "Financial/TransactionLines", times=3, status=400, body=PERSONAL),
    Fault("status", "CRM/Accounts", times=3, status=403, body=PERSONAL),
    Fault("status", "Logistics/Items", times=3, status=500, body=PERSONAL),
    Fault("html", "Project/Projects", times=3, body=PERSONAL),
    Fault("truncated", "Financial/GLAccounts"),
    Fault("property_gone", "Cashflow/PaymentTerms", name="Description", times=0),
    Fault("foreign_next", "financial/FinancialPeriods", name=f"{CANARY}.example"),
    Fault("broken_off", "Financial/GLClassifications", times=3),
)


class Leaks:
    """Everything that left the pipeline, where it can be read by somebody who is not the tenant."""

    def __init__(self, pipeline: Pipeline, caplog: pytest.LogCaptureFixture) -> None:
        self.pipeline = pipeline
        self._caplog = caplog
        self.raised: list[BaseException] = []
        self.sent: list[bytes] = []
        self.answers: list[Answer] = []

    def places(self) -> set[str]:
        """Where the canary is."""
        return {place for place, data in self._searched() if any(form in data for form in HIDDEN)}

    def _searched(self) -> Iterator[tuple[str, bytes]]:
        for record in self._caplog.records:
            yield "log", f"{record.getMessage()} {record.__dict__!r} {record.exc_text}".encode()
        for error in self.raised:
            yield "error", f"{''.join(traceback.format_exception(error))} {error!r} {error.args!r}".encode()
        for answer in self.answers:
            yield "page", repr(answer).encode()
        yield "queues", b"\n".join(self.sent)
        for path in self.files():
            yield path.name.partition(".")[0], path.read_bytes()

    def files(self, *, tenants_own: bool = False) -> list[Path]:
        """The files the tenant's data and secrets belong in, or all others."""
        folder = self.pipeline.folder
        files = (path for path in folder.rglob("*") if path.is_file())
        return [
            path for path in files if (path.name == "vault.json" or folder / "tenants" in path.parents) is tenants_own
        ]


@pytest.fixture
def leaks(
    pipeline_over: Callable[..., Pipeline], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> Leaks:
    """A pipeline all of whose errors, log lines, pages and messages are kept; nobody connected yet."""
    caplog.set_level(logging.DEBUG)
    leaks = Leaks(pipeline_over(lines=600, exact={"page_size_sync": 200}), caplog)
    make, put = PipelineError.__init__, leaks.pipeline.queues._put

    def making(error: PipelineError, *arguments: object, **named: object) -> None:
        make(error, *arguments, **named)  # type: ignore[arg-type]
        leaks.raised.append(error)

    def putting(name: str, body: bytes, *delay: object) -> None:
        leaks.sent.append(body)
        put(name, body, *delay)  # type: ignore[arg-type]

    monkeypatch.setattr(PipelineError, "__init__", making)
    monkeypatch.setattr(leaks.pipeline.queues, "_put", putting)
    return leaks


# --- what is provoked


def connect(leaks: Leaks) -> None:
    """Through our pages and Exact's; and then in the ways in which it must not work."""
    pipeline = leaks.pipeline
    pipeline.connect()
    pages = _pages(pipeline)
    invitation = parse_qs(urlsplit(pages.invite("tenant-1")).query)["invitation"][0]
    sent = pages.begin(Visit({"invitation": invitation}))
    state = parse_qs(urlsplit(sent.headers["Location"]).query)["state"][0]
    nonce = SimpleCookie(sent.headers["Set-Cookie"])["__Host-qics-connect"].value
    back = pipeline.exact.consent(sorted(pipeline.world.divisions))
    good = Visit({"state": state, "code": back["code"]}, nonce)
    stray = Visit({"state": back["code"], "code": back["code"], "invitation": back["code"]}, back["code"])
    leaks.answers += [pages.finish(good), pages.finish(good), pages.finish(stray), pages.begin(stray)]
    assert [answer.status for answer in leaks.answers] == [200, 403, 400, 403]


def _pages(pipeline: Pipeline) -> Connect:
    pipeline.vault.set(INVITATION_KEY, new_key())
    return Connect(
        pipeline.register,
        pipeline.vault,
        pipeline.context.tokens,
        Throttle(100, 60, pipeline.clock, b"salt"),
        client_id_for=lambda country: APP.client_id,
        user_of=pipeline._user_of,
        base_url="https://app.example.test",
        clock=pipeline.clock,
    )


def sync(leaks: Leaks) -> None:
    """Two runs, the first with every fault there is."""
    pipeline, faults = leaks.pipeline, leaks.pipeline.exact.simulator.faults
    for fault in FAULTS:
        faults.plan(fault)
    pipeline.run()
    assert {kind for kind, _ in faults.met} == {fault.kind for fault in FAULTS}
    faults.calm()
    pipeline.clock.pass_time(hours=25)
    pipeline.change("rename_account")
    pipeline.run()


def misuse(leaks: Leaks) -> None:
    """Messages nobody sent, and a token endpoint that talks too much until the grant is gone."""
    pipeline, faults = leaks.pipeline, leaks.pipeline.exact.simulator.faults
    for queue in QUEUES:
        poison(pipeline.context, queue, f'{{"tenant":"tenant-1","run":1,"{CANARY}":"{CANARY}"}}'.encode())
    faults.plan(Fault("status", TOKEN, status=400, body=SAID))
    faults.plan(Fault("html", TOKEN, nth=2, body=PERSONAL))
    pipeline.clock.pass_time(days=8)
    assert keep_alive(pipeline.context) == 1
    faults.plan(Fault("reply_lost", TOKEN))
    pipeline.clock.pass_time(hours=1)
    assert pipeline.run() == "reply-lost"


def test_nothing_secret_or_personal_leaves_the_tenants_database_and_the_vault(leaks: Leaks) -> None:
    connect(leaks)
    sync(leaks)
    misuse(leaks)
    assert {type(error).__name__ for error in leaks.raised} >= {
        "StreamStopped",
        "RetryLater",
        "ConsentNeeded",
        "Refused",
    }
    assert leaks.places() == set()
    where = {path.parent.name for path in leaks.files(tenants_own=True) if HIDDEN[0] in path.read_bytes()}
    assert where == {"tenants", leaks.pipeline.folder.name}


# --- the search itself


def _leak_by_log(pipeline: Pipeline) -> None:
    telemetry.event("planted", state=CANARY)


def _leak_by_error(pipeline: Pipeline) -> None:
    PipelineError(Cause.BUG, f"relation {CANARY}")


def _leak_by_queue(pipeline: Pipeline) -> None:
    pipeline.queues.send(SyncTenant(tenant=CANARY, run=1), AT_ONCE)


def _leak_by_register(pipeline: Pipeline) -> None:
    pipeline.register.calls.save_limits("nl", pipeline.code, CANARY)


@pytest.mark.parametrize(
    ("plant", "place"),
    [
        (_leak_by_log, "log"),
        (_leak_by_error, "error"),
        (_leak_by_queue, "queues"),
        (_leak_by_register, "register"),
    ],
)
def test_one_planted_leak_is_found(leaks: Leaks, plant: Callable[[Pipeline], None], place: str) -> None:
    plant(leaks.pipeline)
    assert leaks.places() == {place}


def test_what_the_simulator_hands_out_holds_the_canary(leaks: Leaks) -> None:
    exact = leaks.pipeline.exact
    exact.connect(leaks.pipeline.world.divisions)
    handed_out = [exact.token, exact.refresh_token, exact.person.password, exact.person.email, APP.client_secret]
    assert [secret for secret in handed_out if CANARY not in secret] == []
