"""The soak: `python -m tests.model --steps 50000`, or one seed again: `python -m tests.model --seed 17 --trace`."""

from __future__ import annotations

import sys

from tests.model.soak import main

sys.exit(main())
