"""The real processes, to be killed: the product as `make run` starts it, one service alone, and PostgreSQL's family."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
_PATIENCE = 300.0


class DidNotStart(Exception):
    """A process ended by itself, or is not ready after a long time; the message is what it said."""


@dataclass
class Program:
    """`python -m services …` with its output; can be killed and started again."""

    name: str
    arguments: tuple[str, ...]
    environment: dict[str, str]
    output: Path
    ready_words: str
    process: "subprocess.Popen[bytes]" = field(init=False, repr=False)
    _from: int = 0

    def start(self) -> None:
        """Start it; its output is appended to the file."""
        self._from = self.output.stat().st_size if self.output.exists() else 0
        with self.output.open("ab") as out:
            command = [sys.executable, "-m", "services", *self.arguments]
            environment = os.environ | self.environment
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT)

    @property
    def said(self) -> str:
        """What it has said since it was last started."""
        with self.output.open("rb") as out:
            out.seek(self._from)
            return out.read().decode("utf-8", "replace")

    async def ready(self) -> None:
        """Return when it says that it is ready. Raises ``DidNotStart``."""
        end = asyncio.get_running_loop().time() + _PATIENCE
        while self.ready_words not in self.said:
            if self.process.poll() is not None or asyncio.get_running_loop().time() > end:
                raise DidNotStart(f"{self.name} is not ready: {self.said[-3000:]}")
            await asyncio.sleep(0.05)

    def kill(self) -> None:
        """`kill -9`: it learns nothing of it."""
        self.process.kill()
        self.process.wait()

    async def end(self, seconds: float = 60) -> int:
        """TERM; return how it ended."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return await asyncio.to_thread(self.process.wait, seconds)


def embedded(data: Path, port: int, **environment: str) -> Program:
    """The whole product in one process, with its PostgreSQL."""
    settings = {"DATA": str(data), "PORT": str(port), "LOG_LEVEL": "warning"}
    return Program("office", (), settings | environment, data.with_name("office.log"), "Redress is ready")


def kill_postgres(data: Path, chance: random.Random) -> str:
    """`kill -9` the embedded server: with its whole family, or its head alone, whose children live on for a moment."""
    try:
        note = (data / "postgres" / "postmaster.pid").read_text("utf-8")
        head = psutil.Process(int(note.split("\n", 1)[0]))
        if head.name() != "postgres" or str(data / "postgres") not in head.cmdline():
            return ""
        family = head.children()
    except (OSError, ValueError, psutil.Error):
        return ""
    alone = chance.random() < 0.5
    for process in [head, *([] if alone else family)]:
        try:
            process.kill()
        except psutil.Error:
            continue
    return "PostgreSQL's head" if alone else "PostgreSQL, whole"
