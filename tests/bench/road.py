"""The whole road: accepted, classified, registered, duties started, assigned, visible in insight; on both carriers.

A figure counts from the first request until everything that follows from the last is taken in by every service, so
that the story, the queues and the search of insight show it. Nothing is registered by people: what the machine does not
register at the policy as it stands waits for them, visible in their queue, and its road ends there; the share is told.
"""
# ruff: noqa: T201 - a benchmark tells what it sees

import asyncio
import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import asyncpg
import httpx
import psutil

from shared.database import dsn
from shared.secrets import Secrets
from shared.settings import SERVICES, Settings, database_url
from tests.bench import load
from tests.bench.distributed import Place, distributed
from tests.bench.intake import product
from tests.bench.row import Row

PROMISED: Final = 150.0
COMPLAINTS: Final = int(os.environ.get("BENCH_COMPLAINTS", "10000"))
SAMPLES: Final = Path(__file__).parents[1] / "demo" / "samples.jsonl"
_CONNECTIONS: Final = int(os.environ.get("BENCH_CONNECTIONS", "8"))
_CHUNK: Final = 2000
_TRICKLE: Final = 100
_PATIENCE: Final = 600
_CLEAR: Final = "門口路燈不亮，只影響我家一戶，維修人員態度惡劣。"
"""A message of which the machine is sure."""
_SAID: Final = ("text", "complainant", "place", "language")
_EARS: Final = tuple(name for name in SERVICES if name != "desk")
_COUNTS: Final = """
SELECT coalesce(sum(published), 0)::bigint AS sent, coalesce(sum(consumed), 0)::bigint AS consumed,
       (SELECT count(*) FROM outbox WHERE position IS NULL AND topic = 'complaints') AS unsent
FROM progress WHERE topic = 'complaints'
"""
_STAGES: Final = """
WITH fact AS (SELECT complaint, type, min(time) AS at FROM events WHERE time >= $1 GROUP BY complaint, type),
     of AS (SELECT complaint, max(at) FILTER (WHERE type = 'complaint.received') AS received,
        max(at) FILTER (WHERE type = 'complaint.classified') AS classified,
        max(at) FILTER (WHERE type = 'complaint.registered') AS registered,
        max(at) FILTER (WHERE type = 'duty.started') AS started,
        max(at) FILTER (WHERE type = 'complaint.assigned') AS assigned FROM fact GROUP BY complaint)
SELECT count(received) AS received, count(registered) AS registered, count(assigned) AS assigned,
    count(*) FILTER (WHERE started IS NULL OR classified IS NULL) AS lost,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM classified - received)) AS classified_after,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM started - received)) AS started_after,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM registered - classified)) AS registered_after,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM assigned - registered)) AS assigned_after
FROM of WHERE received IS NOT NULL
"""


def measure() -> list[Row]:
    """Return the rows ``road-embedded`` and ``road-kafka``; prints the stages, and where the time goes."""
    rows = []
    for name, place in (("road-embedded", _embedded), ("road-kafka", distributed)):
        with ExitStack() as stack:
            folder = tempfile.TemporaryDirectory(prefix="redress-bench-", ignore_cleanup_errors=True)
            office = stack.enter_context(place(Path(stack.enter_context(folder))))
            rows.append(asyncio.run(_measure(name, office)))
    return rows


@contextmanager
def _embedded(data: Path) -> Iterator[Place]:
    with product(data) as port:
        lines = (data / "postgres" / "postmaster.pid").read_text("utf-8").split("\n")
        settings = Settings(data=data, database_host="127.0.0.1", database_port=int(lines[3]))
        owner = int((data / "redress.lock").read_text("ascii"))
        yield Place(settings, port, {"all services": [psutil.Process(owner)]})


async def _measure(name: str, place: Place) -> Row:
    watch = await Watch.over(place)
    website = {one.channel: one.key for one in Secrets(place.settings.keys_folder).channel_keys()}["website"]
    messages, clear = _messages(), [{"text": f"{_CLEAR} {number}"} for number in range(_TRICKLE + 10)]
    await _send(place.port, website, "warm", messages[:300])
    await watch.at_rest()
    latencies = [await _one(place.port, website, number, one, watch) for number, one in enumerate(clear)][10:]
    since, used, begun = await watch.now(), watch.processor(), time.perf_counter()
    task = asyncio.create_task(_send(place.port, website, "road", messages))
    accepted_after = 0.0
    while not await watch.look() or not task.done():
        accepted_after = accepted_after or (time.perf_counter() - begun if task.done() else 0.0)
        if time.perf_counter() - begun > _PATIENCE:
            raise RuntimeError(f"after {_PATIENCE} s the office is not at rest: {watch.waiting}")
        await asyncio.sleep(0.25)
    await task
    seconds = time.perf_counter() - begun
    stages = dict(await watch.lines["insight"].fetchrow(_STAGES, since))
    await watch.close()
    if stages["received"] != len(messages) or stages["lost"] or stages["assigned"] != stages["registered"]:
        raise RuntimeError(f"not all have gone the road: {stages}")
    rate, share = len(messages) / seconds, stages["registered"] / len(messages)
    told = _told(stages, share, seconds, accepted_after or seconds, watch, used)
    print(f"{name}: {rate:.0f}/s; {told}; load on the machine {os.getloadavg()[0]:.1f}", flush=True)
    p50, p99 = statistics.median(latencies), sorted(latencies)[int(0.99 * len(latencies))]
    ratio = rate / PROMISED
    return Row(
        name, round(rate, 1), "complaints/s", PROMISED, round(ratio, 2), rate >= PROMISED, round(p50), round(p99), told
    )


def _told(
    stages: dict[str, Any], share: float, seconds: float, accepted: float, watch: "Watch", used: dict[str, float]
) -> str:
    lag = ", ".join(f"{name.removesuffix('_after')} +{stages[name] or 0:.1f} s" for name in stages if "_after" in name)
    behind = watch.behind()
    slowest = max(behind, key=lambda one: behind[one])
    cores = {name: (now - used[name]) / seconds for name, now in watch.processor().items()}
    busy = ", ".join(f"{name} {value:.2f}" for name, value in sorted(cores.items(), key=lambda one: -one[1]))
    return (
        f"{stages['received']} complaints, {share:.0%} registered by machine and assigned, the others wait;"
        f" accepted at {stages['received'] / accepted:.0f}/s; medians {lag};"
        f" slowest stage {slowest} ({behind[slowest]:.0f} events behind on average); cores busy: {busy}"
    )


def _messages() -> list[dict[str, Any]]:
    """As many messages as are wanted, the demonstration's over and over, each with a number of its own."""
    samples = [json.loads(line) for line in SAMPLES.read_text("utf-8").splitlines()]
    bodies = [{name: one[name] for name in _SAID if name in one} for one in samples]
    return [bodies[number % len(bodies)] for number in range(COMPLAINTS)]


def _request(key: str, name: str, body: dict[str, Any]) -> bytes:
    whole = {"channel": "website", "external_id": name} | body
    return load.request("/intake/complaints", whole, {"X-Api-Key": key, "Idempotency-Key": name})


async def _send(port: int, key: str, run: str, messages: list[dict[str, Any]]) -> None:
    for start in range(0, len(messages), _CHUNK):
        some = [_request(key, f"{run} {start + n}", one) for n, one in enumerate(messages[start : start + _CHUNK])]
        answer = await asyncio.to_thread(load.in_another_process, "127.0.0.1", port, some, _CONNECTIONS)
        if set(answer.statuses) != {201}:
            raise RuntimeError(f"intake answered {dict(answer.statuses)}: {answer.bodies}")


async def _one(port: int, key: str, number: int, body: dict[str, Any], watch: "Watch") -> float:
    """Return the milliseconds from the answer until insight shows a complaint as assigned, nothing else going on."""
    await asyncio.sleep(0.05)
    whole = {"channel": "website", "external_id": f"one {number}"} | body
    async with httpx.AsyncClient() as client:
        url, headers = f"http://127.0.0.1:{port}/intake/complaints", {"X-Api-Key": key}
        answer = await client.post(url, json=whole, headers=headers)
    begun = time.perf_counter()
    asked = "SELECT 1 FROM complaints WHERE number = $1 AND stage = 'assigned'"
    while not await watch.lines["insight"].fetchval(asked, answer.json()["number"]):
        if time.perf_counter() - begun > 60:
            raise RuntimeError("a clear message is not assigned")
        await asyncio.sleep(0.002)
    return 1000 * (time.perf_counter() - begun)


class Watch:
    """Looks at the owners' own counters: how far each service is behind, and what the processes have used."""

    def __init__(self, place: Place, lines: dict[str, "asyncpg.Connection[asyncpg.Record]"]) -> None:
        self.lines = lines
        self.waiting: dict[str, int] = {}
        self._processes = dict(place.processes)
        self._postgres = psutil.Process(int((place.settings.data / "postgres/postmaster.pid").read_text().split()[0]))
        self._sums: dict[str, int] = {}
        self._looks = 0

    @classmethod
    async def over(cls, place: Place) -> "Watch":
        """Connect to each service's database."""
        return cls(place, {name: await asyncpg.connect(dsn(database_url(place.settings, name))) for name in _EARS})

    async def look(self) -> bool:
        """Take the counters; say whether nothing waits anywhere."""
        rows = {name: await line.fetchrow(_COUNTS) for name, line in self.lines.items()}
        sent = sum(row["sent"] for row in rows.values())
        self.waiting = {name: sent - row["consumed"] for name, row in rows.items()}
        self.waiting |= {f"relay of {name}": row["unsent"] for name, row in rows.items()}
        self._looks += 1
        for name, count in self.waiting.items():
            self._sums[name] = self._sums.get(name, 0) + count
        return not any(self.waiting.values())

    async def at_rest(self) -> None:
        """Wait until nothing waits; then forget what was seen."""
        while not await self.look():  # noqa: ASYNC110 - the counters ring no bell
            await asyncio.sleep(0.1)
        self._sums, self._looks = {}, 0

    def behind(self) -> dict[str, float]:
        """Return how many events each stage was behind, on average."""
        return {name: count / self._looks for name, count in self._sums.items()}

    async def now(self) -> Any:
        """Return the database's time."""
        return await self.lines["insight"].fetchval("SELECT clock_timestamp()")

    def processor(self) -> dict[str, float]:
        """Return the seconds of processor that each part has used."""
        family = [self._postgres, *self._postgres.children()]
        return {name: _used(some) for name, some in self._processes.items()} | {"PostgreSQL": _used(family)}

    async def close(self) -> None:
        """Hang up."""
        for line in self.lines.values():
            await line.close()


def _used(processes: list[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        times = process.cpu_times()
        total += times.user + times.system + times.children_user + times.children_system
    return total


if __name__ == "__main__":
    for row in measure():
        print(row)
