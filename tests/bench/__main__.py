"""Measure, each figure beside its limit: one table, and `var/bench.json`.

    python -m tests.bench [names ...]        (make bench ONLY=reads,pages)

Each group of figures is measured in a process of its own, one after the other. With names, only these figures are
measured, and only they change in the file. Exit code 1 when a figure is missing; one that is not reached is said.
"""

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from tests.bench.row import Row

MODULE: Final = {
    "intake": "intake",
    "road-embedded": "road",
    "road-kafka": "road",
    "timers-overdue": "timers",
    "timers-million": "timers",
    "reads": "reads",
    "pages": "pages",
    "memory": "memory",
    "start": "memory",
    "model-load": "classification",
    "classification": "classification",
    "danger-cues": "classification",
    "learning": "classification",
}
"""Each figure, and the module that measures it."""
RESULTS: Final = Path("var/bench.json")
_KEPT: Final = ("name", "value", "unit", "limit", "ratio", "p50_ms", "p99_ms")


def main() -> int:
    """Measure what the command line names."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("names", nargs="*", metavar="name", help=", ".join(MODULE))
    arguments.add_argument("--of", nargs=2, metavar=("MODULE", "FILE"), help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.of:
        return _measure(*chosen.of)
    if unknown := [name for name in chosen.names if name not in MODULE]:
        arguments.error(f"unknown: {', '.join(unknown)}; known: {', '.join(MODULE)}")
    wanted = list(dict.fromkeys(chosen.names or MODULE))
    rows, loads = _all(wanted)
    found = {row.name for row in rows}
    missing = [name for name in wanted if name not in found]
    keep(rows)
    tell(rows, loads, missing)
    return 1 if missing else 0


def _all(wanted: Sequence[str]) -> tuple[list[Row], dict[str, str]]:
    """Measure in a process a module; return the rows and the load of the machine before and after each."""
    rows: list[Row] = []
    loads = {}
    for module in dict.fromkeys(MODULE[name] for name in wanted):
        before, begun = os.getloadavg()[0], time.monotonic()
        sys.stdout.write(f"{module} ...\n")
        sys.stdout.flush()
        with tempfile.NamedTemporaryFile("r", suffix=".json") as file:
            command = [sys.executable, "-m", "tests.bench", "--of", module, file.name]
            code = subprocess.run(command, check=False).returncode
            text = file.read()
        sys.stdout.write(f"{module}: exit code {code}, {time.monotonic() - begun:.0f} s\n")
        for row in [Row(**one) for one in json.loads(text or "[]")]:
            loads[row.name] = f"{before:.1f} → {os.getloadavg()[0]:.1f}"
            if row.name in wanted:
                rows.append(row)
    return rows, loads


def _measure(module: str, file: str) -> int:
    rows: list[Row] = importlib.import_module(f"tests.bench.{module}").measure()
    Path(file).write_text(json.dumps([asdict(row) for row in rows]), "utf-8")
    return 0


def keep(rows: Iterable[Row], file: Path = RESULTS) -> None:
    """Write the rows into the file; figures that were not measured now stay in it."""
    known: dict[str, dict[str, Any]] = {}
    if file.exists():
        known = {one["name"]: one for one in json.loads(file.read_text("utf-8"))}
    for row in rows:
        known[row.name] = {name: value for name, value in asdict(row).items() if name in _KEPT}
    file.parent.mkdir(parents=True, exist_ok=True)
    ordered = [known[name] for name in MODULE if name in known]
    file.write_text(json.dumps(ordered, indent=2) + "\n", "utf-8")


def tell(rows: Iterable[Row], loads: dict[str, str], missing: Sequence[str]) -> None:
    """Print the table."""
    table = Table(title="Redress, measured", caption=f"also in {RESULTS}", show_lines=True)
    for heading in ("figure", "value", "limit", "ratio", "reached", "p50 ms", "p99 ms", "load", "where the time goes"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(
            row.name,
            f"{row.value:g} {row.unit}",
            f"{row.limit:g}",
            f"{row.ratio:.2f}",
            "[green]yes[/]" if row.reached else "[red]no[/]",
            _figure(row.p50_ms),
            _figure(row.p99_ms),
            loads.get(row.name, ""),
            row.where,
        )
    for name in missing:
        table.add_row(name, "[red]not measured[/]", "", "", "[red]no[/]", "", "", "", "")
    Console(width=None if sys.stdout.isatty() else 160).print(table)
    if missing:
        sys.stderr.write(f"Not measured: {', '.join(missing)}\n")


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}" if value >= 1 else f"{value:.2g}"


if __name__ == "__main__":
    sys.exit(main())
