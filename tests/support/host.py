"""The function host stand-in: a foreign app in a process of its own, and waiting for what happens in time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.azurite import Azurite
from local.host.process import HostProcess

FOREIGN_APP = Path(__file__).resolve().parents[1] / "foreign_app"


def eventually[T](look: Callable[[], T], within: float = 60) -> T:
    """The first true answer of `look`; fails when there is none in `within` seconds, a bound and no measure."""
    end = time.monotonic() + within
    while not (seen := look()):
        assert time.monotonic() < end, f"not seen within {within} s"
        time.sleep(0.02)
    return seen


@pytest.fixture
def foreign_settings(azurite: Azurite, queue_prefix: str) -> dict[str, str]:
    """What the foreign app needs; its schedule is far away, so that its timer runs only by hand or at the start."""
    return {"SHOP_STORAGE": azurite.connection_string, "SHOP_PREFIX": queue_prefix, "SHOP_SCHEDULE": "0 0 0 1 1 *"}


@pytest.fixture
def foreign_host(foreign_settings: dict[str, str], tmp_path: Path) -> Iterator[HostProcess]:
    """The foreign app, running."""
    with HostProcess(FOREIGN_APP, foreign_settings, state=tmp_path / "state", log=tmp_path / "host.log") as running:
        yield running
