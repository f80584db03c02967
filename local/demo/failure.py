"""How a demo ends that cannot go on."""

from __future__ import annotations


class DemoFailedError(RuntimeError):
    """The demo cannot go on; the text names what failed, where, and what to do."""
