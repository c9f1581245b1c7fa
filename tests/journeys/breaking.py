"""Runs journeys on a product that was broken on purpose, and tells what they did not see."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import UNCHECKED
from tests.infrastructure.offices import TEMPLATE, make_template
from tests.infrastructure.postgres import SERVER, postgres_server

HERE = Path(__file__).parent
_REFUSED = "YamlMistake"


@dataclass
class Attempts:
    """What was broken, and what stayed green all the same."""

    green: list[str] = field(default_factory=list)

    def __call__(self, what: str, options: list[str], *files: str, **environment: str) -> None:
        """Run the journeys (or those in ``files``) over the embedded carrier, unchecked, until the first turns red."""
        command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "--tb=line", "-p", "no:cacheprovider"]
        chosen = ["-m", "not kafka", *options, *(str(HERE / f"test_{file}.py") for file in files)]
        chosen = chosen if files else [*chosen, str(HERE)]
        begun = time.monotonic()
        done = subprocess.run(
            [*command, *chosen],
            env=os.environ | {UNCHECKED: "1"} | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        said = (done.stdout.strip() or done.stderr.strip() or "nothing").splitlines()
        # an error is not a failure: the office could not be opened, unless because the procedure was refused
        seen = [line.split("::")[-1] for line in said if line.startswith("FAILED") or _REFUSED in line]
        saw, failed = bool(seen), seen[0] if seen else said[-1]
        shown = f"{'red  ' if saw else 'GREEN'}  {what}  ({time.monotonic() - begun:.0f} s, {failed})"
        sys.stdout.write(shown + "\n")
        sys.stdout.flush()
        if not saw:
            self.green.append(what)

    def told(self) -> int:
        """Say what stayed green; return the exit code."""
        lines = [f"{len(self.green)} stayed green", *self.green]
        sys.stdout.write("\n  ".join(lines) + "\n")
        return 1 if self.green else 0


@contextmanager
def broken_offices() -> Iterator[tuple[Attempts, Path]]:
    """One server and one template for all attempts, and a folder for what is broken."""
    with postgres_server() as server, tempfile.TemporaryDirectory() as folder:
        os.environ[SERVER] = f"{server.host} {server.port} {server.user} {server.password}"
        if TEMPLATE not in os.environ:
            os.environ[TEMPLATE] = str(asyncio.run(make_template(server)).data)
        yield Attempts(), Path(folder)
