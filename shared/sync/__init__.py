"""The loop: decide what is due, pull pages, write them with their checkpoint, judge complete readings."""
