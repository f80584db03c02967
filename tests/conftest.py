"""Fixtures of every test: a scrubbed environment and the kit."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

#: each module of tests/support holds the fixtures of one real or stand-in service; some import others
SUPPORT = Path(__file__).parent / "support"
pytest_plugins = [f"tests.support.{path.stem}" for path in sorted(SUPPORT.glob("*.py"))]
pytest.register_assert_rewrite(*pytest_plugins)

NETWORK = ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "REQUESTS_CA_BUNDLE")
SCRUBBED = ("QICS_", "AZURE_", "AzureWebJobs", "IDENTITY_", *NETWORK)
KEPT = ("QICS_KIT", "QICS_TEST_")


@pytest.fixture(autouse=True)
def scrubbed_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on what the machine happens to have set."""
    for name in list(os.environ):
        if name.startswith(SCRUBBED) and not name.startswith(KEPT):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def kit() -> Path:
    """The folder with facts, recordings and tools (QICS_KIT). Tests that need it say so when it is not there."""
    folder = os.environ.get("QICS_KIT", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip("needs the kit: set QICS_KIT to the folder with facts/, recorded/ and tools/")
    return Path(folder)
