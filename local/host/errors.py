"""What the host refuses at the start; every message names the thing, the place and the cure."""

from __future__ import annotations


class HostError(Exception):
    """The app cannot be run as it stands."""
