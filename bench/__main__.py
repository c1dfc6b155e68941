"""python -m bench [--quick]: one JSON line a case. docs/bench.md tells how to read it."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import cases, data, imports, pages, papers, pictures, rounds
from bench.servers import BARE, OURS, running


def main() -> int:
    """Run all cases; 1 when an answer was wrong."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="some 20 seconds, for a first look")
    parser.add_argument("--only", metavar="CASE", help="only cases whose name holds this word")
    options = parser.parse_args()
    errors = 0
    with tempfile.TemporaryDirectory(prefix="quaydien-bench-") as folder:
        for line in _lines(Path(folder), options.quick, options.only or ""):
            errors += line.get("errors", 0)
            print(json.dumps(line), flush=True)
    if errors:
        print(f"error: {errors} answers were not as expected", file=sys.stderr)
    return 1 if errors else 0


def _lines(folder: Path, quick: bool, only: str) -> Iterator[dict]:
    def is_asked(names: list[str]) -> bool:
        return any(only in name for name in names)

    if is_asked(pictures.NAMES):
        yield from pictures.measure(50 if quick else 300)
    if is_asked(papers.NAMES):
        yield from papers.measure(10 if quick else 40)
    if is_asked(cases.NAMES):
        yield from _web(folder, quick, only)
    if is_asked(imports.NAMES):
        yield from imports.measure(folder, 1_000 if quick else 10_000, only)
    if is_asked(imports.GROWTH_NAMES):
        yield from imports.measure_growth(folder, 1_000 if quick else 10_000, only)
    if is_asked(pages.NAMES):
        yield from pages.measure(folder, 50_000 if quick else 1_000_000)


def _web(folder: Path, quick: bool, only: str) -> Iterator[dict]:
    seconds, count = (0.8, 2) if quick else (2.5, 6)
    world = data.prepare(folder, customers=500 if quick else 2_000,
                         payers=20_000 if quick else 150_000)
    with running(OURS, world.environ) as ours, running(BARE, world.environ) as bare:
        for case in cases.all_cases(world):
            if only in case.name:
                yield rounds.measure(case, ours, bare, count, seconds)


if __name__ == "__main__":
    sys.exit(main())
