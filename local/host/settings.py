"""App settings: local.settings.json, and `%NAME%` in bindings."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from local.host.errors import HostError

PLACEHOLDER = re.compile(r"%([^%\s]+)%")


def read_settings(file: Path) -> dict[str, str]:
    """Read `Values` of a local.settings.json. Raises HostError when it is missing, encrypted or of another form."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise HostError(f"{file} is not there: copy the app's example settings to it") from None
    except ValueError as error:
        raise HostError(f"{file} is no valid JSON: {error}") from None
    values = content.get("Values") if isinstance(content, dict) else None
    if not isinstance(values, dict) or content.get("IsEncrypted"):
        raise HostError(f'{file} must be an object with "IsEncrypted": false and an object "Values"')
    return {name: _text(file, name, value) for name, value in values.items()}


def _text(file: Path, name: str, value: object) -> str:
    if not isinstance(value, str):
        raise HostError(f"{file}: the value of {name} must be a text; put it in quotes")
    return value


def resolve(text: str, settings: Mapping[str, str], place: str) -> str:
    """`text` with each `%NAME%` replaced by the setting of that name. Raises HostError when one is missing."""

    def value(match: re.Match[str]) -> str:
        if match[1] not in settings:
            raise HostError(f"{place}: {match[0]} does not resolve; set {match[1]} in the app settings")
        return settings[match[1]]

    return PLACEHOLDER.sub(value, text)


def is_true(value: str | None) -> bool:
    """How Azure reads a flag in the app settings."""
    return (value or "").strip().lower() in {"1", "true"}
