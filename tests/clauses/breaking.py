"""The product is broken on purpose: does a test of the clause see it by itself, without the checker?

What stays green is a defect of the tests: exit code 1. An error is not a failure - unless the
product refuses to run so.
"""

import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.clauses.running import marked, run
from tests.conftest import UNCHECKED
from tests.journeys.breaking import broken_offices

_REFUSED = "YamlMistake"
_AT_ONCE = 2


@dataclass(frozen=True)
class Breakage:
    """Something of a clause that is not as it was: ``environment`` tells the tests' process what."""

    clause: str
    what: str
    environment: dict[str, str]
    options: tuple[str, ...] = ()


def break_all(breakages: Callable[[Path], Sequence[Breakage]]) -> int:
    """Try each in turn, tell which test turned red first; ``breakages`` may write files into the folder it gets."""
    proving, green = marked(), []
    with broken_offices() as (_, folder), ThreadPoolExecutor(_AT_ONCE) as pool:
        all_of_them = breakages(folder)
        nodes = [[test.node for test in proving.of(one.clause)] for one in all_of_them]
        for one, (saw, said) in zip(all_of_them, pool.map(_attempt, all_of_them, nodes), strict=True):
            sys.stdout.write(f"{'red  ' if saw else 'GREEN'}  {one.clause}  {one.what}  ({said})\n")
            sys.stdout.flush()
            green += [] if saw else [f"{one.clause}  {one.what}"]
    lines = [f"{len(all_of_them)} broken, {len(green)} stayed green", *green]
    sys.stdout.write("\n  ".join(lines) + "\n")
    return 1 if green else 0


def _attempt(broken: Breakage, nodes: list[str]) -> tuple[bool, str]:
    """Return whether the tests saw it, and what there is to say of it."""
    if not nodes:
        return False, "no test proves its clause"
    begun = time.monotonic()
    done = run("-x", "--tb=line", *broken.options, paths=nodes, **broken.environment, **{UNCHECKED: "1"})
    took = f"{time.monotonic() - begun:.0f} s"
    if done.red:
        return True, f"{took}, {done.red[0].split('/')[-1]}"
    if _REFUSED in done.said:
        return True, f"{took}, the product refuses such a procedure"
    return False, f"{took}, {(done.said.strip() or 'nothing').splitlines()[-1]}"
