"""`python -m shared.reporting` writes the data dictionary to docs/reporting.md."""

from __future__ import annotations

from pathlib import Path

from shared.reporting.dictionary import document

(Path(__file__).parents[2] / "docs" / "reporting.md").write_text(document(), encoding="utf-8")
