"""The one-process default: how much memory it takes, idle and under load, and how soon it is ready."""
# ruff: noqa: T201 - a benchmark tells what it sees

import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import psutil

from shared.secrets import Secrets
from tests.bench import load
from tests.bench.intake import Complaints, product
from tests.bench.row import Row

MOST_MB: Final = 1024.0
"""What a small rented machine has left beside its system: 2 GB in all."""
MOST_SECONDS: Final = 10.0
"""How long somebody who has started a program waits before wondering."""
_COMPLAINTS: Final = 600
_STARTS: Final = 3


def measure() -> list[Row]:
    """Return the rows ``memory`` and ``start``."""
    with tempfile.TemporaryDirectory(prefix="redress-bench-", ignore_cleanup_errors=True) as folder:
        data = Path(folder)
        starts = [_seconds(data) for _ in range(_STARTS + 1)]
        print(f"  ready after {', '.join(f'{one:.1f}' for one in starts)} s, the first on an empty folder", flush=True)
        return [_memory(data), _start(starts[1:], starts[0])]


def _seconds(data: Path) -> float:
    begun = time.monotonic()
    with product(data):
        return time.monotonic() - begun


def _start(starts: list[float], first: float) -> Row:
    seconds = statistics.median(starts)
    told = f"until every route answers, on an existing folder; {first:.1f} s on an empty one"
    reached = seconds <= MOST_SECONDS
    return Row("start", round(seconds, 1), "s", MOST_SECONDS, round(seconds / MOST_SECONDS, 2), reached, where=told)


def _memory(data: Path) -> Row:
    with product(data) as port:
        time.sleep(5)
        idle = _megabytes(data)
        made = Complaints({each.channel: each.key for each in Secrets(data / "keys").channel_keys()}["website"])
        with _Peak(lambda: _megabytes(data)) as peak:
            requests = [made.next("/intake/complaints") for _ in range(_COMPLAINTS)]
            result = load.in_another_process("127.0.0.1", port, requests, 8)
            time.sleep(10)
    if set(result.statuses) != {201}:
        raise RuntimeError(f"intake answered {dict(result.statuses)}")
    (own, database), (most, most_database) = idle, max(peak.seen, key=sum)
    value = most + most_database
    told = (
        f"idle {own:.0f} MB and PostgreSQL {database:.0f} MB; under load {most:.0f} MB and {most_database:.0f} MB"
        f" (own RSS; of PostgreSQL's processes each its share of what is shared)"
    )
    return Row("memory", round(value), "MB", MOST_MB, round(value / MOST_MB, 2), value <= MOST_MB, where=told)


def _megabytes(data: Path) -> tuple[float, float]:
    """Return the memory of the process, and of its PostgreSQL."""
    own = psutil.Process(int((data / "redress.lock").read_text()))
    server = psutil.Process(int((data / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0]))
    total = 0
    for one in (server, *server.children(recursive=True)):
        try:
            total += one.memory_full_info().pss
        except psutil.Error:
            continue  # a connection that has just ended
    return own.memory_info().rss / 2**20, total / 2**20


class _Peak:
    """Looks again and again in the background."""

    def __init__(self, look: Callable[[], tuple[float, float]]) -> None:
        self.seen: list[tuple[float, float]] = []
        self._look, self._over = look, threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "_Peak":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            self.seen.append(self._look())
            if self._over.wait(0.5):
                return
