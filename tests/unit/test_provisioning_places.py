"""The emptiest place is filled; addresses let in are few, single and public."""

from __future__ import annotations

import pytest

from shared.errors import Broken, Cause, Refused
from shared.provisioning.firewall import Range
from shared.provisioning.places import Place, emptiest, nearly_full
from tests.support.arm import POOL

HOSTS = ["sql-b.database.windows.net", "sql-a.database.windows.net"]
PLACES = [Place.of(f"{POOL}{letter}", HOSTS, limit) for letter, limit in (("a", 100), ("b", 10), ("c", 100))]
A, B, C = (place.name for place in PLACES)


@pytest.mark.parametrize(
    ("used", "chosen"),
    [({}, A), ({A: 1}, B), ({A: 1, B: 1}, C), ({A: 50, B: 4, C: 60}, B), ({A: 99, B: 10, C: 100}, A)],
)
def test_the_place_with_most_room_for_its_size_is_filled(used: dict[str, int], chosen: str) -> None:
    assert emptiest(PLACES, used).name == chosen


@pytest.mark.parametrize(("places", "named"), [(PLACES, A), ([], "none")])
def test_no_room_is_named(places: list[Place], named: str) -> None:
    with pytest.raises(Broken, match=named) as broken:
        emptiest(places, {A: 100, B: 10, C: 100})
    assert broken.value.cause is Cause.PLACES_FULL


def test_places_nearly_full_are_told() -> None:
    assert nearly_full(PLACES, {A: 79, B: 8, C: 80}) == PLACES[1:]


def test_a_place_is_read_from_the_resource_id_and_gives_it_back() -> None:
    place = Place.of(POOL, HOSTS)
    assert (place.group, place.server, place.pool, place.name) == ("rg-qics", "sql-a", "pool-1", "sql-a/pool-1")
    assert place.pool_id == POOL
    assert place.host == "sql-a.database.windows.net"


def test_a_pool_of_a_server_that_is_not_listed_is_named() -> None:
    with pytest.raises(Broken, match="QICS_TENANT_SERVERS lacks server sql-a"):
        Place.of(POOL, ["sql-b.database.windows.net"])


@pytest.mark.parametrize("text", ["", "pool-1", POOL + "/x", POOL.replace("Microsoft.Sql", "Microsoft.Web")])
def test_what_is_no_pool_is_named(text: str) -> None:
    with pytest.raises(Broken, match="no resource id"):
        Place.of(text, HOSTS)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("81.2.69.142", Range("81.2.69.142", "81.2.69.142")),
        ("81.2.69.144/28", Range("81.2.69.144", "81.2.69.159")),
        ("81.2.69.144/32", Range("81.2.69.144", "81.2.69.144")),
    ],
)
def test_public_addresses_and_small_ranges_are_let_in(text: str, found: Range) -> None:
    assert Range.of(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "0.0.0.0",  # noqa: S104 -- the rule that would let all of Azure in
        "0.0.0.0/0",
        "10.0.0.1",
        "172.16.4.0/28",
        "192.168.1.1",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.1.1",
        "224.0.0.1",
        "255.255.255.255",
        "81.2.69.0/27",
        "81.2.69.145/28",
        "81.2.69.142-81.2.69.150",
        "2001:db8::1",
        "1'; DROP TABLE x --",
        "",
    ],
)
def test_everything_else_stays_out(text: str) -> None:
    with pytest.raises(Refused) as refused:
        Range.of(text)
    assert refused.value.cause is Cause.BAD_REQUEST


def test_the_same_range_has_one_rule() -> None:
    assert Range.of("81.2.69.142").rule == Range.of("81.2.69.142/32").rule == "qics 81.2.69.142-81.2.69.142"
