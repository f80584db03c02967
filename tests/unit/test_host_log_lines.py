from __future__ import annotations

import logging
import sys

from azure_functions_runtime import invocation_id_cv

from local.host.log_lines import LineFormatter


def line(**extra: object) -> str:
    record = logging.makeLogRecord({"name": "shop", "levelname": "INFO", "msg": "sent %s", "args": ("seven",), **extra})
    return LineFormatter().format(record).partition("INFO")[2]


def test_a_line_shows_the_fields_given_as_extra() -> None:
    assert line(tenant="t-1", rows=7) == "    shop [-] sent seven tenant=t-1 rows=7"


def test_a_line_names_the_invocation_it_belongs_to() -> None:
    token = invocation_id_cv.set("0123456789")
    try:
        assert line() == "    shop [01234567] sent seven"
    finally:
        invocation_id_cv.reset(token)


def test_a_trace_follows_the_line_and_is_no_field() -> None:
    try:
        int("broken")
    except ValueError:
        first, *trace = line(exc_info=sys.exc_info(), rows=1).splitlines()
    assert first == "    shop [-] sent seven rows=1"
    assert trace[-1] == "ValueError: invalid literal for int() with base 10: 'broken'"
