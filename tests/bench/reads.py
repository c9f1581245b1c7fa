"""Reads at 1,000 and at 100,000 complaints: story, queue, search, status; asked in turn, over HTTP."""
# ruff: noqa: T201 - a benchmark tells what it sees

import os
import random
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from tests.bench.row import Row
from tests.bench.seeded import Running, running, seeded

SMALL: Final = int(os.environ.get("BENCH_SMALL", "1000"))
LARGE: Final = int(os.environ.get("BENCH_LARGE", "100000"))
MOST: Final = 1.3
_TIMES: Final = 200
_QUEUES: Final = ("all", "breached", "due_soon", "unaccepted", "to_sign", "to_file", "scope_check", "alarms")
_WORDS: Final = ("銀杏路", "表號 {mark}", "供水 {mark}")
Read = Callable[[int], None]


def measure() -> list[Row]:
    """Return the row ``reads``: the worst ratio of the medians; prints each."""
    with running(seeded(SMALL)) as small, running(seeded(LARGE)) as large:
        offices = [Asked(small), Asked(large)]
        figures = {}
        for kind in ("story", "queue", "search", "status"):
            figures[kind] = _in_turn(kind, offices)
    ratios = {kind: statistics.median(large) / statistics.median(small) for kind, (small, large) in figures.items()}
    worst = max(ratios, key=lambda kind: ratios[kind])
    told = "; ".join(_told(kind, *figures[kind]) for kind in figures)
    slow = figures[worst][1]
    ratio = ratios[worst]
    return [
        Row("reads", round(ratio, 2), f"times ({worst})", MOST, round(ratio / MOST, 2), ratio <= MOST,
            statistics.median(slow), p99(slow), told)
    ]  # fmt: skip


def p99(times: Sequence[float]) -> float:
    """Return the 99th percentile."""
    return sorted(times)[max(0, -(-99 * len(times) // 100) - 1)]


def _told(kind: str, small: Sequence[float], large: Sequence[float]) -> str:
    first, second = statistics.median(small), statistics.median(large)
    told = f"{kind} {first:.1f} → {second:.1f} ms (p99 {p99(small):.1f} → {p99(large):.1f})"
    print(f"  {told}: {second / first:.2f}, load {os.getloadavg()[0]:.1f}", flush=True)
    return told


def _in_turn(kind: str, offices: Sequence["Asked"]) -> tuple[list[float], list[float]]:
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(-10, _TIMES):
        order = (0, 1) if turn % 2 else (1, 0)
        for which in order:
            begun = time.perf_counter()
            getattr(offices[which], kind)(turn)
            if turn >= 0:  # before: plans, connections, caches
                times[which].append((time.perf_counter() - begun) * 1000)
    return times


class Asked:
    """An office, and complaints of it to ask for: others each time."""

    def __init__(self, office: Running) -> None:
        self.office = office
        self.complaints = office.rows("intake", "SELECT id, number FROM complaints ORDER BY running")
        self.chance = random.Random(7)
        self.after: dict[str, Any] = {}

    def _one(self) -> dict[str, Any]:
        return self.chance.choice(self.complaints)

    def story(self, _: int) -> None:
        """The story of any complaint."""
        good(self.office.as_("director").get(f"/insight/complaints/{self._one()['id']}"))

    def queue(self, turn: int) -> None:
        """A page of a queue: the first, then the next ones."""
        name = _QUEUES[turn % len(_QUEUES)]
        after = self.after.get(name)
        params = {"limit": 50} | ({"after": after} if after else {})
        self.after[name] = good(self.office.as_("director").get(f"/insight/queues/{name}", params=params))["after"]

    def search(self, turn: int) -> None:
        """A word that very many have, and words that one has."""
        text = _WORDS[turn % len(_WORDS)].format(mark=f"WM{101_000 + self.chance.randrange(SMALL // 2):06}")
        good(self.office.as_("director").post("/insight/search", json={"text": text, "limit": 20}))

    def status(self, _: int) -> None:
        """What a complainant sees with number and receipt code."""
        one = self._one()
        headers = {"X-Receipt-Code": self.office.receipt_code(one["id"])}
        good(self.office.as_("").get(f"/intake/complaints/{one['number']}/status", headers=headers))


def good(answer: Any) -> Any:
    """Return the JSON of an answer that must be good."""
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.request.url.path} answered {answer.status_code}: {answer.text[:300]}")
    return answer.json()
