"""Where the month takes place: an office of our own, started as its users start it, or one that runs elsewhere."""

import asyncio
import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import httpx

from shared.embedded import free_port
from shared.settings import SERVICES
from tests.infrastructure.programs import DidNotStart, all_in_one

PATIENCE: Final = 180.0
"""Seconds in which an office has to be up."""
_QUICK: Final = {"TIMER_SECONDS": "0.1", "POLL_SECONDS": "0.5", "EXAMPLE_OFFICE": "true"}


class Stopped(Exception):
    """The demonstration cannot go on; the message says why, and what to do."""


@dataclass
class Refused(Exception):
    """An answer that was not good, with its problem's code where there is one."""

    answer: httpx.Response

    @property
    def code(self) -> str:
        """Return the code of the problem."""
        with contextlib.suppress(ValueError):
            return str(self.answer.json().get("code", ""))
        return ""

    def __str__(self) -> str:
        """Say what was asked and what was answered."""
        request = self.answer.request
        return f"{request.method} {request.url.path}: {self.answer.status_code} {self.answer.text[:400]}"


@dataclass
class Place:
    """An office and the ways into it. Everything is asked over HTTP."""

    url: str
    credentials: dict[str, Any]
    http: httpx.AsyncClient
    tokens: dict[str, str] = field(default_factory=dict)
    doors: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    """One at a time signs in as somebody: many tries at once look like somebody guessing."""
    acts: int = 0
    """How often somebody did something, beside looking."""
    answers: list[dict[str, Any]] = field(default_factory=list)
    """What clients were answered (201 and what was promised): the checker's first witness."""

    async def token_of(self, who: str) -> str:
        """Return the token of somebody of the office, who signs in where they have none."""
        async with self.doors[who]:
            return self.tokens.get(who) or await self._sign_in(who)

    async def _sign_in(self, username: str) -> str:
        """Return a token for an account, got with its password."""
        password = next(one["password"] for one in self.credentials["accounts"] if one["username"] == username)
        answer = await self.http.post("/desk/token", data={"username": username, "password": password})
        if not answer.is_success:
            raise Refused(answer)
        self.tokens[username] = answer.json()["access_token"]
        return self.tokens[username]

    async def as_(self, who: str, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """A person of the office asks or acts; return the answer's JSON. Raises ``Refused``."""
        for _ in range(2):
            token = await self.token_of(who)
            answer = await self._ask(method, path, {"Authorization": f"Bearer {token}"}, body, query)
            if answer.status_code != 401:
                break
            if self.tokens.get(who) == token:
                del self.tokens[who]
        return _good(answer)

    async def hand_in(self, body: dict[str, Any], key: str, operator: str | None = None) -> dict[str, Any]:
        """A complaint comes in by its channel, or an operator writes it down; return the answer. Raises ``Refused``."""
        if operator:
            way = {"Authorization": f"Bearer {await self.token_of(operator)}"}
        else:
            way = {
                "X-Api-Key": next(
                    one["key"] for one in self.credentials["channels"] if one["channel"] == body["channel"]
                )
            }
        content: dict[str, Any] = _good(
            await self._ask("POST", "/intake/complaints", way | {"Idempotency-Key": key}, body)
        )
        self.answers.append({"sent": body, "answer": content})
        return content

    async def attach(self, who: str, name: str, content: bytes, complaint: str | None = None) -> str:
        """A person of the office brings a file, for a complaint that is known or one to come; return its id."""
        self.acts += 1
        way = {"Authorization": f"Bearer {await self.token_of(who)}"}
        of = {"complaint": complaint} if complaint else {}
        answer = await self.http.post("/intake/attachments", headers=way, files={"file": (name, content)}, data=of)
        return str(_good(answer)["id"])

    async def complainant(self, number: str, receipt_code: str, act: dict[str, Any] | None = None) -> Any:
        """The complainant looks at the status, or acts, with number and receipt code. Raises ``Refused``."""
        method, what = ("POST", "acts") if act else ("GET", "status")
        path = f"/intake/complaints/{number}/{what}"
        return _good(await self._ask(method, path, {"X-Receipt-Code": receipt_code}, act))

    async def _ask(
        self, method: str, path: str, headers: dict[str, str], body: Any = None, query: dict[str, Any] | None = None
    ) -> httpx.Response:
        """Ask; what is ahead of its event (503 with Retry-After) is asked again, as clients should."""
        self.acts += method != "GET"
        for tries in range(30):
            answer = await self.http.request(
                method, path, headers=headers, params=query or None, json=body if method != "GET" else None
            )
            if answer.status_code != 503 or "Retry-After" not in answer.headers:
                break
            await asyncio.sleep(0.05 * (tries + 1))
        return answer


def _good(answer: httpx.Response) -> Any:
    if not answer.is_success:
        raise Refused(answer)
    return answer.json() if answer.content else None


@contextlib.asynccontextmanager
async def enter(url: str, credentials: dict[str, Any]) -> AsyncIterator[Place]:
    """Go in, once every service is ready. Raises ``Stopped``."""
    limits = httpx.Limits(max_connections=8, max_keepalive_connections=8)  # each request looks at every one of them
    async with httpx.AsyncClient(
        base_url=url, timeout=60, limits=limits, headers={"Accept-Language": "en"}, trust_env=False
    ) as http:
        place = Place(url, credentials, http)
        over = time.monotonic() + PATIENCE
        waiting = list(SERVICES)
        while waiting:
            waiting = [name for name in waiting if not await _ready(http, name)]
            if time.monotonic() > over:
                raise Stopped(f"{', '.join(waiting)} of the office on {url} did not become ready.")
            await asyncio.sleep(0.1 if waiting else 0)
        yield place


async def _ready(http: httpx.AsyncClient, service: str) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return (await http.get(f"/{service}/ready")).is_success
    return False


@contextmanager
def own_office(data: Path, port: int, log: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Start the product on an empty data folder with a simulated clock; yields address and credentials.

    Raises ``Stopped`` when it cannot be started. It is stopped at the end, also after Ctrl-C.
    """
    port = port or free_port()
    _refuse_used(data, port)
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    log.unlink(missing_ok=True)
    office = replace(all_in_one(data, port, CLOCK="simulated", **_QUICK), output=log)
    office.start()
    try:
        office.wait_until_ready(PATIENCE)
        credentials: dict[str, Any] = json.loads((data / "demo-credentials.json").read_text("utf-8"))
        yield f"http://127.0.0.1:{port}", credentials
    except DidNotStart as reason:
        raise Stopped(f"The office did not start (see {log}): {reason}") from None
    finally:
        with contextlib.suppress(subprocess.TimeoutExpired):
            office.stop(30)


def credentials_of(url: str, file: str | None) -> dict[str, Any]:
    """Return the credentials of an office that runs elsewhere: from a file, or from its compose. Raises ``Stopped``."""
    if file:
        content: dict[str, Any] = json.loads(Path(file).read_text("utf-8"))
        return content
    command = ["docker", "compose", "run", "--rm", "-T", "credentials"]
    try:
        done = subprocess.run(command, capture_output=True, check=True, timeout=120)
        found: dict[str, Any] = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        raise Stopped(
            f"The credentials of {url} could not be read with `{' '.join(command)}`.\n"
            "Name a file that holds them: make demo URL=... CREDENTIALS=file.json"
        ) from None
    return found


def _refuse_used(data: Path, port: int) -> None:
    with contextlib.suppress(FileNotFoundError, ValueError, IndexError, ProcessLookupError):
        os.kill(int((data / "postgres" / "postmaster.pid").read_text().splitlines()[0]), 0)
        raise Stopped(f"A demonstration still runs on {data}. End it first (Ctrl-C where it was started).")
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        raise Stopped(f"Port {port} is in use. Choose another one: make demo PORT={port + 1}") from None
