"""Faults as they are planned: which request meets them, and what of a plan makes no sense."""

from __future__ import annotations

import pytest
import requests

from local.exact_simulator.books.values import Value
from local.exact_simulator.fault import Fault
from local.exact_simulator.faults import KINDS
from tests.support.simulator import Exact

ITEMS = "100/sync/Logistics/Items?$select=ID,Timestamp"


@pytest.fixture
def exact(exact: Exact) -> Exact:
    """A consent is given and three items are there."""
    rows: list[dict[str, Value]] = [
        {"ID": f"0000000{n}-0000-4000-8000-000000000000", "Timestamp": n} for n in (2, 3, 4)
    ]
    exact.books.divisions[100].put("Items", *rows)
    exact.connect()
    return exact


def statuses(exact: Exact, calls: int, path: str = ITEMS) -> list[int]:
    return [exact.get(path).status_code for _ in range(calls)]


@pytest.mark.parametrize(
    ("nth", "times", "seen"),
    [
        (1, 1, [418, 200, 200, 200]),
        (2, 1, [200, 418, 200, 200]),
        (2, 2, [200, 418, 418, 200]),
        (3, 0, [200, 200, 418, 418]),
    ],
)
def test_a_fault_meets_the_call_of_its_number_as_often_as_planned(
    exact: Exact, nth: int, times: int, seen: list[int]
) -> None:
    exact.simulator.faults.plan(Fault("status", endpoint="Logistics/Items", nth=nth, times=times, status=418))
    assert statuses(exact, 4) == seen


@pytest.mark.parametrize("elsewhere", [{"endpoint": "sync/Deleted"}, {"endpoint": "tems"}, {"division": 200}])
def test_a_fault_leaves_other_calls_alone(exact: Exact, elsewhere: dict[str, object]) -> None:
    exact.simulator.faults.plan(Fault("status", times=0, status=418, **elsewhere))  # type: ignore[arg-type]
    assert statuses(exact, 2) == [200, 200]


def test_two_faults_can_meet_one_call(exact: Exact) -> None:
    exact.simulator.faults.plan(Fault("headers_zero"))
    exact.simulator.faults.plan(Fault("truncated"))
    reply = exact.get(ITEMS)
    assert reply.headers["X-RateLimit-Remaining"] == "0"
    assert not reply.text.endswith("}")


def test_a_calmed_simulator_disturbs_nothing(exact: Exact) -> None:
    exact.simulator.faults.plan(Fault("status", times=0))
    exact.simulator.faults.calm()
    assert statuses(exact, 2) == [200, 200]


def test_the_admin_plans_a_fault_from_json_and_says_what_was_met(exact: Exact) -> None:
    asked = {"kind": "status", "endpoint": "Logistics/Items", "status": 418, "headers": {"X-Tea": "pot"}, "body": "no"}
    assert exact.admin("fault", asked).status_code == 200
    reply = exact.get(ITEMS)
    assert (reply.status_code, reply.headers["X-Tea"], reply.text) == (418, "pot", "no")
    assert exact.admin("faults").json()["met"] == [["status", "/api/v1/100/sync/Logistics/Items"]]
    assert exact.admin("calm", {}).status_code == 200


def test_the_admin_explains_every_fault(exact: Exact) -> None:
    kinds = exact.admin("faults").json()["kinds"]
    assert kinds.keys() == KINDS.keys()
    assert all(kind["meaning"] for kind in kinds.values())


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ({"kind": "earthquake"}, "no fault 'earthquake'"),
        ({"kind": "empty", "status": 500}, "does not use status"),
        ({"kind": "status", "nth": 0}, "nth begins at 1"),
        ({"kind": "changed", "name": "explode"}, "no change 'explode'"),
        ({"kind": "risen", "endpoint": "sync/Deleted"}, "rows rise in"),
        ({"kind": "status", "colour": "red"}, "colour"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_when_planned(exact: Exact, fault: dict[str, object], text: str) -> None:
    refused = exact.admin("fault", fault)
    assert refused.status_code == 400
    assert text in refused.json()["error"]


def test_client_errors_a_fault_makes_count_towards_the_block(exact: Exact) -> None:
    exact.simulator.faults.plan(Fault("status", times=11, status=400))
    assert statuses(exact, 12) == [400] * 11 + [429]


def test_a_reply_that_was_never_sent_is_written_down_without_a_status(exact: Exact) -> None:
    exact.simulator.faults.plan(Fault("reply_lost"))
    with pytest.raises(requests.ConnectionError, match="without response"):
        exact.get(ITEMS)
    assert exact.simulator.requests[-1].status == 0


def test_a_lost_refresh_has_used_up_the_token(exact: Exact) -> None:
    exact.later(570)
    exact.simulator.faults.plan(Fault("reply_lost", endpoint="oauth2/token"))
    with pytest.raises(requests.ConnectionError, match="without response"):
        exact.refresh()
    assert "Old refresh token used" in exact.refresh().text


def test_a_refresh_that_never_arrived_can_be_asked_again(exact: Exact) -> None:
    exact.later(570)
    exact.simulator.faults.plan(Fault("no_answer", endpoint="oauth2/token"))
    with pytest.raises(requests.ConnectionError, match="without response"):
        exact.refresh()
    assert exact.refresh().status_code == 200


def test_repeated_rows_keep_every_character(exact: Exact) -> None:
    exact.simulator.faults.plan(Fault("repeated_rows", nth=2, rows=2))
    once, again = exact.get(ITEMS).text, exact.get(ITEMS).text
    assert again.count('"__metadata"') == 5
    head, _, rows = once.partition("[\r\n")
    last_two = rows[rows.index(', {\r\n"__metadata"') + 2 : rows.index("\r\n]")]
    assert again == f"{head}[\r\n{last_two}, {rows}"
