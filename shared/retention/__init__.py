"""Deleting for good: provable, complete, on the day (design §8)."""
