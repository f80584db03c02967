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


#: the only reasons for which a test may be skipped where CI=true
LISTED_SKIPS = (
    "needs a T-SQL server",  # QICS_TEST_SQLSERVER names one; docs/testing.md says how
    "needs a vault",  # QICS_TEST_KEYVAULT_URL names one; the stand-in's suite runs always
    *(() if os.environ.get("QICS_KIT") else ("needs the kit",)),  # where there is none; where it is, it must run
)
_unlisted: set[str] = set()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note a skip that is not on the list."""
    if report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        if not reason.startswith(LISTED_SKIPS):
            _unlisted.add(f"{report.nodeid}: {reason}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where CI=true, fail a run in which a test was skipped silently."""
    if os.environ.get("CI") == "true" and _unlisted and not hasattr(session.config, "workerinput"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        print("\nskipped, though not on the list in tests/conftest.py:", *sorted(_unlisted), sep="\n  ")
