"""Deterministic books of Dutch companies that balance: no network, no files, everything from a seed."""

from .changes import CHANGES, LIKELY, random_change
from .division import Division
from .values import CANARY, BooksError
from .world import User, World

__all__ = ["CANARY", "CHANGES", "LIKELY", "BooksError", "Division", "User", "World", "random_change"]
