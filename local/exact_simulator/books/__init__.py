"""Deterministic books of Dutch companies that balance: no network, no files, everything from a seed."""

from .division import Division
from .values import CANARY, BooksError
from .world import User, World

__all__ = ["CANARY", "BooksError", "Division", "User", "World"]
