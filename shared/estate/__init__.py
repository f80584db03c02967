"""Where the app's things live: files of one machine, or services of Azure. QICS_STORAGE chooses, nothing else asks."""

from __future__ import annotations

from shared.estate.protocol import Estate

__all__ = ["Estate"]
