"""`python -m qics`."""

from __future__ import annotations

from qics.cli import cli

if __name__ == "__main__":
    cli(prog_name="qics")
