"""The real storage emulator: one per test session (and per xdist worker), a queue prefix of its own per test."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from local.azurite import Azurite


@pytest.fixture(scope="session")
def azurite() -> Iterator[Azurite]:
    with Azurite() as running:
        yield running


@pytest.fixture
def queue_prefix() -> str:
    """A queue name's beginning that no other test uses; queue names are 3 to 63 of a-z, 0-9 and single hyphens."""
    return f"t{uuid.uuid4().hex[:12]}-"
