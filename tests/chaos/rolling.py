"""docker compose with two replicas of every service: browsers hear of everything, and a rolling restart loses nothing.

One container after the other gets TERM and comes back while complaints flow; the gateway passes over who is gone.
"""

import asyncio
import contextlib
import json
import os
import random
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import httpx

from shared.embedded import free_port
from shared.settings import SERVICES, Settings
from tests.chaos.line import Line
from tests.chaos.people import LABELS, People
from tests.chaos.tally import Tally
from tests.infrastructure.programs import ROOT

_BROWSERS = 6
_CLIENTS = 4


class Compose:
    """An office of its own in docker compose: own names, own ports, gone with its volumes at the end."""

    def __init__(self) -> None:
        self.port = free_port()
        self._environment = os.environ | {
            "COMPOSE_PROJECT_NAME": f"redress-rolling-{os.getpid()}",
            "PORT": str(self.port),
            "KAFKA_PORT": str(free_port()),
            "DATABASE_POOL": "3",
        }

    async def do(self, *arguments: str) -> bytes:
        """`docker compose …`; return what it says. Raises ``CalledProcessError``."""
        command = ["docker", "compose", *arguments]
        done = await asyncio.to_thread(
            subprocess.run, command, cwd=ROOT, env=self._environment, check=True, capture_output=True
        )
        return bytes(done.stdout)

    async def up(self) -> None:
        """Start everything, two of each service."""
        scales = [word for service in SERVICES for word in ("--scale", f"{service}=2")]
        await self.do("up", "--build", "--detach", "--wait", *scales)

    async def keys(self, folder: Path) -> None:
        """Copy the secrets, to act as the example office's people."""
        archive = await self.do(
            "run", "--rm", "--no-deps", "-T", "--entrypoint", "tar", "credentials", "-C", "/keys", "-cf", "-", "."
        )
        await asyncio.to_thread(
            subprocess.run, ["tar", "-C", str(folder), "-xf", "-"], input=archive, check=True, capture_output=True
        )

    async def replicas(self, service: str) -> list[str]:
        """Return the containers of a service."""
        return (await self.do("ps", "--quiet", service)).decode().split()

    async def restart(self, container: str) -> None:
        """TERM, twenty seconds to end in peace, and again; return when it is healthy."""
        await asyncio.to_thread(
            subprocess.run, ["docker", "restart", "--time", "20", container], check=True, capture_output=True
        )
        state = ["docker", "inspect", "--format", "{{.State.Health.Status}}", container]
        for _ in range(600):
            done = await asyncio.to_thread(subprocess.run, state, check=True, capture_output=True)
            if done.stdout.strip() == b"healthy":
                return
            await asyncio.sleep(0.5)
        raise TimeoutError(f"{container} does not come back")

    async def check(self, answers: Path) -> tuple[int, str]:
        """Run the checker of the compose file; return 1 where it found something, and what it said."""
        command = ["run", "--rm", "--no-deps", "-T", "--volume", f"{answers.parent}:/answers:ro", "checker"]
        command += ["--answers", f"/answers/{answers.name}", "--patience", "120"]
        try:
            return 0, (await self.do(*command)).decode()
        except subprocess.CalledProcessError as refused:
            return 1, refused.stdout.decode() + refused.stderr.decode()


async def run(complaints: int, seed: int) -> tuple[Tally, int, str]:
    """Restart every container once while complaints flow; return what was counted, the violations, what they are."""
    tally, compose = Tally(seed), Compose()
    with tempfile.TemporaryDirectory(prefix="redress-rolling-") as name:
        folder = Path(name)
        try:
            await compose.up()
            await compose.keys(folder)
            await _roll(compose, folder, tally, complaints, seed)
            answers = folder / "answers" / "answers.jsonl"
            answers.parent.mkdir()
            answers.write_text("".join(json.dumps(one) + "\n" for one in tally.answers), "utf-8")
            violations, said = await compose.check(answers)
        finally:
            await compose.do("down", "--volumes", "--timeout", "5")
    return tally, violations + len(tally.wrong), "\n".join([said, *tally.wrong])


async def _roll(compose: Compose, folder: Path, tally: Tally, complaints: int, seed: int) -> None:
    base = f"http://127.0.0.1:{compose.port}"
    line = Line(lambda _: base, Settings(data=folder, keys=folder), tally)
    people = People(line, seed, complaints, pace=0.5)
    heard: list[set[str]] = [set() for _ in range(_BROWSERS)]
    browsers = [asyncio.create_task(_browse(base, line, one)) for one in heard]
    writing = asyncio.create_task(people.write(_CLIENTS))
    order = list(SERVICES)
    random.Random(seed).shuffle(order)
    for service in order:
        for container in await compose.replicas(service):
            await compose.restart(container)
            tally.counts["containers restarted"] += 1
            print(f"  {service} restarted; {people.answered} answered", flush=True)  # noqa: T201
    await writing
    last = [await _one_more(line, number) for number in range(3)]
    await _until_heard(heard, last, tally)
    for browser in browsers:
        browser.cancel()
    await asyncio.gather(*browsers, return_exceptions=True)
    await line.close()


async def _one_more(line: Line, number: int) -> str:
    body = {"channel": "phone", "text": f"門口路燈不亮，已經是第{number}天了，請派人來修。", "registration": LABELS}
    given = await line.ask("POST", "/intake/complaints", lambda: line.person("operator1"), body)
    assert given is not None
    assert given.response.status_code == 201, given.response.text
    line.tally.answers.append({"sent": body, "answer": given.response.json()})
    return str(given.response.json()["id"])


async def _browse(base: str, line: Line, heard: set[str]) -> None:
    """A browser's live updates: it opens them again when they end, as browsers do."""
    async with httpx.AsyncClient(timeout=httpx.Timeout(10, read=None), trust_env=False) as client:
        while True:
            with contextlib.suppress(httpx.HTTPError):
                headers = {**line.person("director"), "Accept": "text/event-stream"}
                async with client.stream("GET", f"{base}/insight/changes", headers=headers) as stream:
                    line.tally.counts["live updates opened"] += 1
                    async for text in stream.aiter_lines():
                        if text.startswith("data:"):
                            heard.add(str(_data(text).get("complaint")))
            await asyncio.sleep(0.5)


def _data(text: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(text.removeprefix("data:"))
    return content


async def _until_heard(heard: list[set[str]], wanted: list[str], tally: Tally) -> None:
    for _ in range(120):
        if all(set(wanted) <= one for one in heard):
            tally.counts["browsers that heard of everything at the end"] = len(heard)
            return
        await asyncio.sleep(0.5)
    deaf = sum(not set(wanted) <= one for one in heard)
    tally.wrong.append(f"{deaf} of {len(heard)} browsers did not hear of the last complaints")
