"""Run a month of an office, sum it up, have it checked, and leave its desk open.

    make demo [SAMPLES=file.jsonl] [LIMIT=n] [DAYS=31] [PORT=8000] [DETACH=1] [URL=http://... [CREDENTIALS=file.json]]

Exit code 0: all is true; 1: the checker found something, or the owners' figures are not its; 2: it could not run.
"""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import httpx
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from shared.settings import Settings
from tests.demo.month import Month
from tests.demo.place import Refused, Stopped, credentials_of, enter, own_office
from tests.demo.samples import DAYS, FIRST_DAY, OFFICE, OWN, Sample, UnreadableSamples, last_moment, read
from tests.demo.shown import never_shown
from tests.demo.summary import Figures, disagreements, recount, summary
from tests.invariants import check, running_office, tell

VAR: Final = Path(os.environ.get("DATA") or "var")
CONSOLE: Final = Console()
LENGTH: Final = int(os.environ.get("DAYS") or DAYS)
"""Days of the month that are lived through."""
COMPOSE_CHECKER: Final = "docker compose run --rm -T checker --answers /dev/stdin"


def main() -> int:
    """Run it as the environment says."""
    VAR.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does, with the office that it started
    try:
        limit = os.environ.get("LIMIT")
        samples = read(Path(os.environ.get("SAMPLES") or OWN), int(limit) if limit else None, LENGTH)
        url = os.environ.get("URL")
        if url:
            return _run(url, credentials_of(url, os.environ.get("CREDENTIALS")), samples, own=False)
        port = int(os.environ.get("PORT") or 8000)
        with own_office(VAR / "demo", port, VAR / "demo.log") as (address, credentials):
            return _run(address, credentials, samples, own=True)
    except KeyboardInterrupt:
        CONSOLE.print("\nThe demonstration is ended.")
        return 0
    except (Stopped, UnreadableSamples) as reason:
        CONSOLE.print(f"\n{reason}", style="red", markup=False)
        return 2
    except (Refused, httpx.TransportError, OSError) as reason:
        CONSOLE.print(f"\nThe month came to a halt: {reason or type(reason).__name__}", style="red", markup=False)
        CONSOLE.print(f"What the office said lies in {VAR / 'demo.log'}.", markup=False)
        return 2


def _run(url: str, credentials: dict[str, Any], samples: list[Sample], *, own: bool) -> int:
    document = json.dumps(credentials | {"base_url": url}, indent=2, ensure_ascii=False) + "\n"
    _keep("demo-credentials.json", document)
    figures, answers = asyncio.run(_live(url, credentials, samples))
    violations, words = _checked_here(figures, answers) if own else _checked_there(answers)
    missed = [] if any(os.environ.get(name) for name in ("SAMPLES", "LIMIT", "DAYS")) else never_shown(figures["shown"])
    violations += [{"rule": "summary", "what": one, "complaint": None} for one in missed]
    words = "\n".join([*missed, words])
    _keep("demo.json", json.dumps({"figures": figures, "violations": violations}, indent=2, ensure_ascii=False) + "\n")
    _show(figures)
    CONSOLE.print(words, style="red" if violations else "green", markup=False)
    if own and not os.environ.get("DETACH"):
        _leave_open(url, credentials)
    return 1 if violations else 0


async def _live(url: str, credentials: dict[str, Any], samples: list[Sample]) -> tuple[Figures, list[dict[str, Any]]]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[came]} of " + str(len(samples)) + " messages"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=CONSOLE) as bar:
        task = bar.add_task("opening the office", total=(last_moment(LENGTH) - FIRST_DAY).total_seconds(), came=0)

        def told(at: datetime, came: int) -> None:
            here = at.astimezone(OFFICE)
            bar.update(
                task, completed=(at - FIRST_DAY).total_seconds(), description=f"{here:%a %d %b %H:%M}", came=came
            )

        async with enter(url, credentials) as place:
            month = Month(place, samples, told, LENGTH)
            await month.live()
            return await summary(place), place.answers


def _checked_here(figures: Figures, answers: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], str]:
    settings = running_office(Settings(data=VAR / "demo", clock="simulated"))
    logs = [one for one in (VAR / "demo.log", settings.data / "postgres.log") if one.exists()]
    found, evidence = asyncio.run(check(settings, answers, logs, patience=60))
    differing = disagreements(figures, recount(evidence))
    violations = [{"rule": one.rule, "what": one.what, "complaint": one.complaint} for one in found]
    violations += [{"rule": "summary", "what": one, "complaint": None} for one in differing]
    return violations, "\n".join([*differing, tell(found, evidence)])


def _checked_there(answers: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], str]:
    """Have the checker run where the office is (CHECKER: another command than compose's)."""
    command = (os.environ.get("CHECKER") or COMPOSE_CHECKER).split()
    lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in answers)
    done = subprocess.run(command, input=lines.encode(), capture_output=True, check=False)
    words = done.stdout.decode(errors="replace") or done.stderr.decode(errors="replace")
    named = [line.removeprefix("VIOLATION ") for line in words.splitlines() if line.startswith("VIOLATION ")]
    violations: list[dict[str, Any]] = [
        dict(zip(("rule", "what"), line.split(": ", 1), strict=False)) | {"complaint": None} for line in named
    ]
    if done.returncode and not violations:
        violations = [{"rule": "checker", "what": f"exit code {done.returncode}", "complaint": None}]
    return violations, words


def _keep(name: str, content: str) -> None:
    path = VAR / name
    path.touch(mode=0o600)
    path.write_text(content, "utf-8")


def _show(figures: Figures) -> None:
    table = Table(title="A month of the office", show_header=False)
    for name, value in figures.items():
        if isinstance(value, dict):
            table.add_row(name.replace("_", " "), "")
            for part, count in value.items():
                table.add_row(f"  {part.replace('_', ' ')}", str(count))
        else:
            table.add_row(name.replace("_", " "), str(value))
    CONSOLE.print(table)


def _leave_open(url: str, credentials: dict[str, Any]) -> None:
    CONSOLE.print(f"\nThe desk is open on {url}/ - its clock stands still at the end of the month. Ctrl-C ends it.")
    shown = {"complaints.head", "water.head", "water.handler", "operator1", "archivist1", "admin"}
    for one in credentials["accounts"]:
        if one["username"] in shown:
            roles = ", ".join(one["roles"])
            CONSOLE.print(f"  {one['username']:<16} {one['password']:<14} {roles}", markup=False, highlight=False)
    CONSOLE.print(f"All accounts and channel keys: {VAR / 'demo-credentials.json'}", markup=False)
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    sys.exit(main())
