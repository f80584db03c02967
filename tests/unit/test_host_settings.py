from __future__ import annotations

from pathlib import Path

import pytest

from local.host.errors import HostError
from local.host.settings import is_true, read_settings, resolve


def write(folder: Path, text: str) -> Path:
    file = folder / "local.settings.json"
    file.write_text(text)
    return file


def test_values_are_read(tmp_path: Path) -> None:
    assert read_settings(write(tmp_path, '{"IsEncrypted": false, "Values": {"A": "1"}}')) == {"A": "1"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "no valid JSON"),
        ("[]", "must be an object"),
        ('{"Values": 1}', "must be an object"),
        ('{"IsEncrypted": true, "Values": {}}', "IsEncrypted"),
        ('{"Values": {"PORT": 80}}', "the value of PORT must be a text"),
    ],
)
def test_another_form_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(HostError, match=complaint):
        read_settings(write(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(HostError, match=r"absent\.json is not there"):
        read_settings(tmp_path / "absent.json")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("%PREFIX%tenant-sync", "qa-tenant-sync"), ("%PREFIX%%PREFIX%", "qa-qa-"), ("plain", "plain"), ("100%", "100%")],
)
def test_placeholders_resolve_also_inside_a_longer_text(text: str, expected: str) -> None:
    assert resolve(text, {"PREFIX": "qa-"}, "here") == expected


def test_an_unresolved_placeholder_names_place_and_setting() -> None:
    with pytest.raises(HostError, match=r"plan, schedule: %WHEN% does not resolve; set WHEN"):
        resolve("%WHEN%", {}, "plan, schedule")


@pytest.mark.parametrize(
    ("value", "expected"), [("true", True), ("TRUE", True), ("1", True), ("0", False), (None, False)]
)
def test_flags_are_read_as_azure_reads_them(value: str | None, expected: bool) -> None:
    assert is_true(value) is expected
