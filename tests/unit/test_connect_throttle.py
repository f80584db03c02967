"""How often one address may knock, and which address that is."""

from __future__ import annotations

import pytest

from shared.errors import Refused
from shared.throttle import Throttle, client_address
from tests.support.chain import Moment


def test_addresses_are_counted_apart() -> None:
    throttle = Throttle(limit=1, seconds=60, clock=Moment(), salt=b"s")
    throttle.check("192.0.2.1")
    throttle.check("192.0.2.2")
    with pytest.raises(Refused) as refused:
        throttle.check("192.0.2.1")
    assert "192.0.2.1" not in str(refused.value)


def test_a_new_window_begins_at_nothing_and_forgets_who_came_before() -> None:
    clock = Moment()
    throttle = Throttle(limit=1, seconds=60, clock=clock, salt=b"s")
    for number in range(100):
        throttle.check(f"192.0.2.{number}")
    clock.pass_by(60)
    throttle.check("192.0.2.1")
    assert len(throttle._seen) == 1


def test_no_address_is_kept_in_memory() -> None:
    throttle = Throttle(limit=1, seconds=60, clock=Moment(), salt=b"s")
    throttle.check("192.0.2.1")
    assert not any(b"192.0.2.1" in key for key in throttle._seen)


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1:4711", "192.0.2.1"),
        ("10.9.8.7, 192.0.2.1:4711", "192.0.2.1"),
        ("[2001:db8:1:2:3:4:5:6]:4711", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("", ""),
        ("unknown", ""),
        ("192.0.2.1, <script>", ""),
    ],
)
def test_the_caller_is_the_last_forwarded_address_without_its_port(header: str, address: str) -> None:
    assert client_address(header) == address
