"""The long form: seed after seed until the steps or the hours are used up, with progress and a readable result."""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from random import SystemRandom

from tests.model.play import Failed, play

ACTS = 1200


@dataclass
class Result:
    """What was played so far."""

    seeds: int = 0
    steps: int = 0
    happened: Counter[str] = field(default_factory=Counter)
    raised: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def main() -> int:
    """Play, report, and give the exit code: 1 when a rule did not hold."""
    asked = _arguments()
    logging.basicConfig(stream=sys.stdout, format="%(message)s")
    logging.getLogger("qics").setLevel(logging.INFO if asked.trace else logging.CRITICAL)
    result, begun = Result(), time.monotonic()
    while not _enough(asked, result, time.monotonic() - begun):
        seed = asked.seed if asked.seed is not None else SystemRandom().randrange(2**32)
        _one(result, seed, asked)
        _progress(result, time.monotonic() - begun)
    _report(result, time.monotonic() - begun)
    return 1 if result.failures else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.model", description=__doc__)
    parser.add_argument("--steps", type=int, default=50_000, help="play until so many steps were taken")
    parser.add_argument("--hours", type=float, help="play for so long instead")
    parser.add_argument("--seed", type=int, help="play this seed alone, once")
    parser.add_argument("--acts", type=int, default=ACTS, help="things that happen before a seed settles")
    parser.add_argument("--trace", action="store_true", help="print what happens and every event")
    return parser.parse_args()


def _enough(asked: argparse.Namespace, result: Result, seconds: float) -> bool:
    if asked.seed is not None:
        return result.seeds > 0
    return seconds >= asked.hours * 3600 if asked.hours else result.steps >= asked.steps


def _one(result: Result, seed: int, asked: argparse.Namespace) -> None:
    result.seeds += 1
    try:
        director = play(seed, asked.acts, print if asked.trace else None)
    except Failed as failed:
        result.failures.append(str(failed))
        print(f"\nseed {seed} failed: {failed}\n")
        return
    result.steps += director.crew.steps
    result.happened += director.counts
    result.raised += director.crew.raised


def _progress(result: Result, seconds: float) -> None:
    text = f"{result.seeds} seeds, {result.steps:,} steps, {len(result.failures)} failures, {seconds:.0f} s"
    print(text, end="\r" if sys.stdout.isatty() else "\n", flush=True)


def _report(result: Result, seconds: float) -> None:
    print(f"\n{result.seeds} seeds, {result.steps:,} steps in {seconds:.0f} s; failures: {len(result.failures)}")
    for title, counted in (("what happened", result.happened), ("what handlers let out", result.raised)):
        print(f"{title}: " + (", ".join(f"{count} {name}" for name, count in counted.most_common()) or "nothing"))
    for failure in result.failures:
        print(failure.splitlines()[0], "--", failure.splitlines()[-1])
