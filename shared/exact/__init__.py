"""Exact Online's REST API as seen from here: addresses, wire form, limits, faults, tokens. Stores nothing."""
