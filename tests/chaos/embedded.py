"""The whole product in one process, killed again and again while it works."""

import asyncio
import random
import tempfile
from datetime import timedelta
from pathlib import Path

from shared.embedded import free_port
from shared.settings import Settings
from tests.chaos.line import Line
from tests.chaos.people import People
from tests.chaos.postgres_family import kill_postgres
from tests.chaos.tally import Kill, Tally, now
from tests.chaos.verdict import TOLERANCE, drained, judge
from tests.infrastructure.programs import Program, all_in_one
from tests.invariants import running_office

_CLIENTS = 8
_A_MOMENT = 2.0
"""Seconds in which somebody who looks has asked."""
_WHILE_STARTING = 0.15
"""The share of kills that meet the office while it starts."""
_AMONG_TESTS = timedelta(seconds=20)
"""How late a duty may be told in a small run: other tests want the machine as well, and it may stand still."""


async def run(kills: int, complaints: int, seed: int, *, small: bool = False) -> tuple[Tally, int, str]:
    """Kill it so many times during so many complaints; return what was counted, the violations, and what they are.

    A ``small`` one is quick and quiet: nobody goes the whole road, and letters are not waited for.
    """
    tally, chance = Tally(seed), random.Random(f"{seed}/kills")
    with tempfile.TemporaryDirectory(prefix="redress-chaos-", ignore_cleanup_errors=True) as folder:
        data, port = Path(folder) / "var", free_port()
        office = all_in_one(data, port)
        office.start()
        try:
            await office.ready()
            settings = Settings(data=data)
            line = Line(lambda _: f"http://127.0.0.1:{port}", settings, tally)
            people = People(line, seed, complaints, small=small)
            writing = asyncio.create_task(people.write(_CLIENTS))
            killing = asyncio.create_task(_kill(office, data, people, tally, chance, kills, tell=not small))
            await asyncio.gather(writing, killing)
            await line.close()
            settings = running_office(settings)
            seconds = await drained(settings, 240, letters=not small)
            tally.counts["drained after, seconds"] = round(seconds)
            tolerance = _AMONG_TESTS if small else TOLERANCE
            violations, said = await judge(settings, tally, [office.output, data / "postgres.log"], tolerance)
        finally:
            await office.end()
    return tally, violations, said


async def _kill(
    office: Program, data: Path, people: People, tally: Tally, chance: random.Random, kills: int, *, tell: bool
) -> None:
    starting, looks = False, []
    down_since = now()
    share = people.complaints / max(kills, 1)
    for number in range(kills):
        if starting:
            await asyncio.sleep(chance.uniform(0.05, 2.5))
        else:
            await people.until_sent(share * (number + chance.random()))
            await asyncio.sleep(chance.uniform(0, 0.08))
            looks.append(asyncio.create_task(people.look("intake")))
            await people.line.until_asked("intake", _A_MOMENT)
            down_since = now()
        unanswered = people.line.unanswered()
        what = _strike(office, data, chance, with_postgres=number % 2 == 1)
        when = ", while it starts" if starting else ""
        tally.kills.append(Kill(what + when, unanswered, at_work=not starting))
        office.start()
        starting = number + 1 < kills and chance.random() < _WHILE_STARTING
        if starting:
            continue
        await office.ready()
        tally.downs.append((down_since, now()))
        if tell:
            said = f"  kill {number + 1}/{kills}: {tally.kills[-1].what}; {people.answered} answered"
            print(said, flush=True)  # noqa: T201
    await asyncio.gather(*looks)


def _strike(office: Program, data: Path, chance: random.Random, *, with_postgres: bool) -> str:
    first = chance.random() < 0.5
    server = kill_postgres(data, chance) if with_postgres and first else ""
    office.kill()
    if with_postgres and not first:
        server = kill_postgres(data, chance)
    return f"office and {server}" if server else "office"
