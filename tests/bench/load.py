"""The load: prepared requests over kept-alive connections, each connection asking again as soon as it is answered.

Raw sockets on uvloop: it must be several times as fast as what it measures. Run from a process of its own
(``in_another_process``), so that it never shares an interpreter with the server.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import uvloop


@dataclass(frozen=True, slots=True)
class Result:
    """What a round of load met. ``rate`` counts answers a second, whatever their status; times in milliseconds."""

    rate: float
    p50: float
    p99: float
    statuses: Mapping[int, int]
    bodies: Sequence[str] = ()


def request(path: str, body: object | None = None, headers: Mapping[str, str] | None = None) -> bytes:
    """Return a request, ready to be sent: POST with a body as JSON, GET without one."""
    content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    lines = [f"{'GET' if body is None else 'POST'} {path} HTTP/1.1", "Host: office"]
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + content


def run(host: str, port: int, requests: Iterable[bytes], connections: int) -> Result:
    """Send all requests over so many connections, in this process. Raises ``ConnectionError`` when one is cut."""
    return uvloop.run(_run(host, port, iter(requests), connections))


def in_another_process(host: str, port: int, requests: Sequence[bytes], connections: int) -> Result:
    """Like ``run``, from a process of its own."""
    with tempfile.NamedTemporaryFile(suffix=".requests") as file:
        for each in requests:
            file.write(len(each).to_bytes(4, "big") + each)
        file.flush()
        command = [sys.executable, "-m", "tests.bench.load", host, str(port), file.name, str(connections)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=120)
    told = json.loads(done.stdout)
    told["statuses"] = {int(status): count for status, count in told["statuses"].items()}
    return Result(**told)


async def _run(host: str, port: int, requests: Iterator[bytes], connections: int) -> Result:
    loop = asyncio.get_running_loop()
    lines = [_Line(requests) for _ in range(connections)]
    for line in lines:
        await loop.create_connection(lambda line=line: line, host, port)  # type: ignore[misc]  # mypy cannot infer it
    begun = time.perf_counter()
    for line in lines:
        line.ask()
    await asyncio.gather(*(line.done for line in lines))
    seconds = time.perf_counter() - begun
    times = sorted(each for line in lines for each in line.times)
    statuses: Counter[int] = sum((line.statuses for line in lines), Counter())
    wrong = [each for line in lines for each in line.wrong][:3]
    return Result(len(times) / seconds, _share(times, 0.5), _share(times, 0.99), dict(statuses), wrong)


def _share(times: Sequence[float], share: float) -> float:
    return 1000 * times[min(len(times) - 1, int(share * len(times)))]


class _Line(asyncio.Protocol):
    """One connection. Answers are expected to state their length."""

    def __init__(self, requests: Iterator[bytes]) -> None:
        self.times: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.wrong: list[str] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._requests = requests
        self._asked, self._begun = b"", 0.0
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(ConnectionError("the server has cut a connection"))

    def ask(self) -> None:
        self._asked = next(self._requests, b"")
        if not self._asked:
            self.done.set_result(None)
            self._transport.close()
            return
        self._begun = time.perf_counter()
        self._transport.write(self._asked)  # type: ignore[attr-defined]  # a TCP connection can be written to

    def data_received(self, data: bytes) -> None:
        heard = self._heard + data if self._heard else data
        head = heard.find(b"\r\n\r\n")
        if head < 0 or len(heard) < head + 4 + _length(heard, head):
            self._heard = heard
            return
        self._heard = b""
        self.times.append(time.perf_counter() - self._begun)
        status = int(heard[9:12])
        self.statuses[status] += 1
        if status >= 400 and len(self.wrong) < 3:
            self.wrong.append(heard[head + 4 :].decode("utf-8", "replace"))
        self.ask()


def _length(heard: bytes, head: int) -> int:
    low = heard[:head].lower()
    place = low.find(b"content-length:")
    return int(low[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0


def _main(host: str, port: str, file: str, connections: str) -> None:
    content, requests, place = Path(file).read_bytes(), [], 0
    while place < len(content):
        length = int.from_bytes(content[place : place + 4], "big")
        requests.append(content[place + 4 : place + 4 + length])
        place += 4 + length
    print(json.dumps(asdict(run(host, int(port), requests, int(connections)))))  # noqa: T201 - what the caller reads


if __name__ == "__main__":
    _main(*sys.argv[1:])
