"""The folder everything of a demo lies in: fresh at the start, left for a look at the end."""

from __future__ import annotations

import shutil
from pathlib import Path

from local.demo.failure import DemoFailedError

#: says that a folder is a demo's, and may be emptied by the next one
MARK = ".made-by-the-demo"


def fresh(folder: Path) -> Path:
    """Empty a demo's folder, or make it; its absolute path. Raises DemoFailedError for a folder with other content."""
    if folder.exists():
        if any(folder.iterdir()) and not (folder / MARK).exists():
            raise DemoFailedError(f"{folder} holds something else than a demo: name an empty or a new folder")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, mode=0o700)
    (folder / MARK).touch()
    return folder.resolve()
