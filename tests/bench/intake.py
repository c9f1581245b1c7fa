"""Intake beside its limit: complaints a second through ``POST /intake/complaints`` of the product in one process."""
# ruff: noqa: T201 - a benchmark tells what it sees

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import asyncpg
import httpx
import psutil
import uvloop

from shared.embedded import free_port
from shared.secrets import Secrets
from tests.bench import limit, load
from tests.bench.load import Result
from tests.bench.row import Row
from tests.infrastructure.programs import ROOT, all_in_one, running

PROMISED: Final = 0.6
MOST_MS: Final = 20.0
_MANY, _FEW = 48, 8
_DRAINED_SECONDS: Final = 120
_WORDS: Final = (
    "我家住在和平街十二號，昨天下午開始水壓很低，打了三次電話都沒有人來看，請儘快派人處理。",
    "小区门口的路灯坏了一个星期，晚上走路很不安全，希望尽快修好。",
    "The meter was read twice this month and I was charged for both. Please check the bill and put it right.",
    "垃圾車連續兩天沒有來收，樓下已經堆滿了，味道很大，孩子不敢從那裏走。",
)


def measure() -> list[Row]:
    """Return the row ``intake``; prints each round, the load's own limit, and the backlog with its end."""
    with ExitStack() as stack:
        data = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="redress-bench-", ignore_cleanup_errors=True))
        )
        port = stack.enter_context(product(data))
        least = stack.enter_context(_limit(_database(data, "intake")))
        return [_measure(data, port, least)]


def _measure(data: Path, port: int, least: int) -> Row:
    key = {each.channel: each.key for each in Secrets(data / "keys").channel_keys()}["website"]
    made = Complaints(key)
    for where, path in ((least, "/complaints"), (port, "/intake/complaints")):  # caches, plans, connections
        _send(where, path, made, 400, _MANY)
    nothing = load.in_another_process("127.0.0.1", least, [load.request("/nothing")] * 20_000, _MANY)
    _drain(data)
    limits, rates, drains = _rounds(data, port, least, made, _MANY)
    few_limits, fews, _ = _rounds(data, port, least, made, _FEW, rounds=1)
    few_limit, few = few_limits[0], fews[0]
    lag, drained = drains[-1]
    best = statistics.median(each.rate for each in limits)
    rate = statistics.median(each.rate for each in rates)
    ratio, times = rate / best, nothing.rate / best
    print(
        f"  {rate:.0f}/s of {best:.0f}/s = {ratio:.2f} over {_MANY} connections\n"
        f"  over {_FEW}: {few.rate:.0f}/s of {few_limit.rate:.0f}/s, p50 {few.p50:.1f} ms, p99 {few.p99:.1f} ms"
        f" (the limit's {few_limit.p50:.1f} and {few_limit.p99:.1f})\n"
        f"  the load reaches {nothing.rate:.0f}/s on a route that does nothing: {times:.1f} times the limit\n"
        f"  backlog {lag} events at the end of the load, drained in {drained:.0f} s\n"
        f"  load on the machine {os.getloadavg()[0]:.1f}"
    )
    told = (
        f"rate over {_MANY} connections, p50 and p99 over {_FEW}; the load makes {times:.1f} times the limit;"
        f" backlog {lag} events, drained in {drained:.0f} s"
    )
    reached = ratio >= PROMISED and few.p99 < MOST_MS
    return Row("intake", round(rate), "complaints/s", round(best), round(ratio, 2), reached, few.p50, few.p99, told)


def _rounds(
    data: Path, port: int, least: int, made: "Complaints", connections: int, rounds: int = 3
) -> tuple[list[Result], list[Result], list[tuple[int, float]]]:
    """Return the limit's rounds, the product's, and for each of these its backlog and the seconds that it lasted.

    The limit is measured when the backlog is gone: the two never share the machine.
    """
    limits, rates, drains = [], [], []
    for _ in range(rounds):
        before = _processor_seconds(least), _processor_seconds(port)
        limits.append(_send(least, "/complaints", made, 3000, connections))
        rates.append(_send(port, "/intake/complaints", made, 2000, connections))
        spent = (_processor_seconds(least) - before[0]) / 3, (_processor_seconds(port) - before[1]) / 2
        lag = uvloop.run(_backlog(data))
        drains.append((lag, _drain(data)))
        print(
            f"  {connections} connections: limit {limits[-1].rate:.0f}/s, product {rates[-1].rate:.0f}/s"
            f" (p50 {rates[-1].p50:.1f} ms, p99 {rates[-1].p99:.1f} ms),"
            f" backlog {lag} events, gone after {drains[-1][1]:.0f} s;"
            f" the servers' own processor time a complaint: {spent[0]:.2f} and {spent[1]:.2f} ms",
            flush=True,
        )
    return limits, rates, drains


def _processor_seconds(port: int) -> float:
    """Return what the process that listens on the port has used of the processor, all it does together."""
    for each in psutil.net_connections("tcp4"):
        if each.status == psutil.CONN_LISTEN and each.laddr and each.laddr.port == port and each.pid:
            times = psutil.Process(each.pid).cpu_times()
            return float(times.user + times.system)
    return 0.0


@dataclass
class Complaints:
    """Requests, each unlike all before it."""

    key: str
    number: int = 0

    def next(self, path: str) -> bytes:
        """Return one more."""
        self.number += 1
        person = {"name": f"張{self.number}", "phone": f"138{self.number:08}"}
        words = f"{_WORDS[self.number % len(_WORDS)]} {self.number}"
        body = {"channel": "website", "external_id": f"bench {self.number}", "text": words, "complainant": person}
        return load.request(path, body, {"X-Api-Key": self.key, "Idempotency-Key": f"bench {self.number}"})


def _send(port: int, path: str, made: Complaints, count: int, connections: int) -> Result:
    result = load.in_another_process("127.0.0.1", port, [made.next(path) for _ in range(count)], connections)
    if set(result.statuses) != {201}:
        raise RuntimeError(f"{path} answered {dict(result.statuses)}: {result.bodies}")
    return result


@contextmanager
def product(data: Path, **environment: str) -> Iterator[int]:
    """The whole product in a process of its own, as ``make run`` starts it; yields its port."""
    port = free_port()
    with running(all_in_one(data, port, **environment)):
        yield port


@contextmanager
def _limit(url: str) -> Iterator[int]:
    uvloop.run(_prepare(url))
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.limit", str(port), url], cwd=ROOT)
    try:
        _wait(process, f"http://127.0.0.1:{port}/nothing")
        yield port
    finally:
        process.terminate()
        process.wait(60)


def _wait(process: "subprocess.Popen[bytes]", url: str) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(url).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer")


async def _prepare(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(limit.SCHEMA)
    await connection.close()


def _database(data: Path, name: str) -> str:
    port = (data / "postgres" / "postmaster.pid").read_text("utf-8").split("\n")[3]
    password = re.sub(
        r"[^\w-]", lambda sign: f"%{ord(sign.group()):02x}", Secrets(data / "keys").database_password(name)
    )
    return f"postgresql://{name}:{password}@127.0.0.1:{port}/{name}"


def _drain(data: Path) -> float:
    begun = time.monotonic()
    quiet = 0
    while quiet < 3:
        if time.monotonic() - begun > _DRAINED_SECONDS:
            raise RuntimeError(f"the backlog is not taken in after {_DRAINED_SECONDS} s")
        time.sleep(0.5)
        quiet = 0 if uvloop.run(_backlog(data)) else quiet + 1
    return time.monotonic() - begun


async def _backlog(data: Path) -> int:
    """Return how many events wait: in intake's outbox, and on the bus for each who reads them."""
    outbox = await asyncpg.connect(_database(data, "intake"))
    unsent = await outbox.fetchval("SELECT count(*) FROM outbox WHERE position IS NULL")
    await outbox.close()
    bus = await asyncpg.connect(_database(data, "bus"))
    unread = await bus.fetchval(
        "SELECT sum(p.next - o.next)::bigint FROM offsets AS o JOIN partitions AS p USING (topic, partition)"
    )
    await bus.close()
    return int(unsent + (unread or 0))


if __name__ == "__main__":
    for _row in measure():
        print(_row)
