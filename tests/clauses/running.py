"""Runs the tests that prove clauses, in a process of their own."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.procedure import Duty, load

ROOT = Path(__file__).resolve().parents[2]
_PYTEST = [
    sys.executable, "-m", "pytest", "-p", "tests.clauses.plugin", "-p", "no:cacheprovider", "-q", "--no-header",
]  # fmt: skip


@dataclass(frozen=True)
class Test:
    """A test, the clauses that it proves, and what became of it."""

    node: str
    clauses: tuple[str, ...]
    outcome: str


@dataclass(frozen=True)
class Run:
    """What pytest said, and what became of each test."""

    tests: tuple[Test, ...]
    code: int
    said: str

    def of(self, clause: str) -> list[Test]:
        """Return the tests that prove a clause."""
        return [one for one in self.tests if clause in one.clauses]

    @property
    def red(self) -> list[str]:
        """Return what failed."""
        return [one.node for one in self.tests if one.outcome == "failed"]


def run(*options: str, paths: Sequence[str] = ("tests",), show: bool = False, **environment: str) -> Run:
    """Run the marked tests at ``paths`` (or nodes); ``show`` lets pytest speak while it works."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        done = subprocess.run(
            [*_PYTEST, *options, *paths],
            cwd=ROOT,
            env=os.environ | {"CLAUSES_REPORT": str(report)} | environment,
            text=True,
            check=False,
            stdout=None if show else subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        found = json.loads(report.read_text("utf-8")) if report.exists() else {}
    tests = [Test(node, tuple(one["clauses"]), one["outcome"]) for node, one in sorted(found.items())]
    return Run(tuple(tests), done.returncode, done.stdout or "")


def marked() -> Run:
    """Return the marked tests without running them. Raises ``SystemExit`` where they cannot be collected."""
    found = run("--collect-only")
    if found.code:
        raise SystemExit(found.said)
    return found


def live_duties() -> list[Duty]:
    """Return the duties that bind somebody: on complaints, and the office."""
    return [duty for duty in load().duties.values() if not duty.later]
