"""The root of the command line: help, version, exit codes, errors in one sentence."""

from __future__ import annotations

import pytest

from qics import cli as root
from qics.app import Desk
from qics.exits import Exit, exit_of
from shared.errors import (
    Broken,
    Cause,
    ClaimLost,
    ConsentNeeded,
    DivisionStopped,
    PipelineError,
    RecordRefused,
    Refused,
    RetryLater,
    StreamStopped,
)
from shared.release import RELEASE
from tests.support.desk import Terminal, runner

COMMANDS = [
    ("tenant", "add"),
    ("tenant", "list"),
    ("tenant", "show"),
    ("tenant", "divisions"),
    ("tenant", "invite"),
    ("tenant", "link"),
    ("tenant", "contract"),
    ("tenant", "release"),
    ("sync", "now"),
    ("sync", "status"),
    ("streams",),
    ("calls",),
    ("setup",),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_and_offers_json(command: tuple[str, ...]) -> None:
    result = runner.invoke(root.cli, [*command, "--help"])
    assert result.exit_code == 0
    assert "--json" in result.output


def test_the_help_lists_every_exit_code() -> None:
    help_text = runner.invoke(root.cli, ["--help"]).output
    assert all(f"{code.value:>3}  {code.meaning}" in help_text for code in Exit)


def test_the_version_is_the_release_and_opens_no_app() -> None:
    result = runner.invoke(root.cli, ["--version"])
    assert (result.exit_code, result.output.strip()) == (0, f"qics {RELEASE}")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Refused(Cause.BAD_REQUEST), Exit.REFUSED),
        (Refused(Cause.PURGED), Exit.REFUSED),
        (Refused(Cause.UNKNOWN_TENANT), Exit.NOT_FOUND),
        (ConsentNeeded(Cause.CHAIN_BROKEN), Exit.CONSENT),
        (RetryLater(Cause.DATABASE_BUSY), Exit.LATER),
        (ClaimLost(Cause.LEASE_HELD), Exit.LATER),
        (StreamStopped(Cause.RIGHT_MISSING), Exit.STOPPED),
        (DivisionStopped(Cause.DIVISION_BLOCKED), Exit.STOPPED),
        (RecordRefused(Cause.RECORD_REFUSED), Exit.STOPPED),
        (Broken(Cause.DATABASE_MISSING), Exit.BROKEN),
        (Broken(Cause.WRONG_SETTINGS), Exit.SETTINGS),
    ],
    ids=str,
)
def test_each_class_of_error_has_its_exit_code(error: PipelineError, code: Exit) -> None:
    assert exit_of(error) is code


def test_an_error_is_one_sentence_on_standard_error_and_no_traceback(terminal: Terminal) -> None:
    result = terminal.run("tenant", "show", "nobody")
    assert result.exit_code == Exit.NOT_FOUND
    assert result.stdout == ""
    assert result.stderr.strip() == f"qics: {Refused(Cause.UNKNOWN_TENANT, 'tenant nobody')}"


def test_settings_that_are_missing_are_all_named_at_once() -> None:
    result = runner.invoke(root.cli, ["tenant", "list"], env={"QICS_DATA": None, "QICS_BASE_URL": None})
    assert result.exit_code == Exit.SETTINGS
    assert "QICS_DATA" in result.stderr
    assert "QICS_BASE_URL" in result.stderr


def test_ctrl_c_ends_in_the_exit_code_of_shells() -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    desk = Desk(open=interrupted, pause=lambda seconds: None)  # type: ignore[arg-type]
    assert runner.invoke(root.cli, ["tenant", "list"], obj=desk).exit_code == Exit.INTERRUPTED


def test_a_mistyped_command_is_refused_input() -> None:
    assert runner.invoke(root.cli, ["tenant", "ad"]).exit_code == Exit.REFUSED
