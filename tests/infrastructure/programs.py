"""The product in processes of its own, as its users start it: all in one, or a service alone; to be stopped, killed."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from shared.settings import Settings

ROOT = Path(__file__).parents[2]
_PATIENCE = 300.0


class DidNotStart(Exception):
    """A process ended by itself, or is not ready after a long time; the message is what it said."""


@dataclass
class Program:
    """`python -m services …` with its output; can be ended or killed, and started again."""

    name: str
    arguments: tuple[str, ...]
    environment: dict[str, str]
    output: Path
    ready_words: str
    process: "subprocess.Popen[bytes]" = field(init=False, repr=False)
    _from: int = 0

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C is ours; its output is appended to the file."""
        self._from = self.output.stat().st_size if self.output.exists() else 0
        with self.output.open("ab") as out:
            command = [sys.executable, "-m", "services", *self.arguments]
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=os.environ | self.environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.environment['PORT']}"

    @property
    def said(self) -> str:
        """What it has said since it was last started."""
        with self.output.open("rb") as out:
            out.seek(self._from)
            return out.read().decode("utf-8", "replace")

    def wait_until_ready(self, seconds: float = _PATIENCE) -> None:
        """Return when it says that it is ready. Raises ``DidNotStart``."""
        end = time.monotonic() + seconds
        while self.ready_words not in self.said:
            if self.process.poll() is not None or time.monotonic() > end:
                raise DidNotStart(f"{self.name} is not ready: {self.said[-3000:]}")
            time.sleep(0.05)

    async def ready(self) -> None:
        """Like ``wait_until_ready``, while others go on."""
        await asyncio.to_thread(self.wait_until_ready)

    def kill(self) -> None:
        """`kill -9`: it learns nothing of it."""
        self.process.kill()
        self.process.wait()

    def stop(self, seconds: float = 120) -> int:
        """TERM, where it still runs; return how it ended."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    async def end(self, seconds: float = 120) -> int:
        """Like ``stop``, while others go on."""
        return await asyncio.to_thread(self.stop, seconds)


def all_in_one(data: Path, port: int, **environment: str) -> Program:
    """The whole product in one process, with its PostgreSQL; its output lies beside the data folder."""
    settings = {"DATA": str(data), "PORT": str(port), "LOG_LEVEL": "warning"}
    return Program("office", (), settings | environment, data.with_name(f"{data.name}.log"), "Redress is ready")


def one_service(settings: Settings, service: str, port: int, output: Path, others: str, **environment: str) -> Program:
    """One service as compose runs it; it finds the others at the address template ``others``."""
    surroundings = {
        "DATA": str(settings.data),
        "PORT": str(port),
        "LOG_LEVEL": "warning",
        "KAFKA_BOOTSTRAP": settings.kafka_bootstrap,
        "DATABASE_HOST": settings.database_host,
        "DATABASE_PORT": str(settings.database_port),
        "SERVICE_URL_TEMPLATE": others,
    }
    return Program(output.stem, (service,), surroundings | environment, output, f"{service} answers")


@contextmanager
def running(program: Program) -> Iterator[Program]:
    """Start a program and wait until it is ready; stopped at the end. Raises ``DidNotStart``."""
    program.start()
    try:
        program.wait_until_ready()
        yield program
    finally:
        program.stop()
