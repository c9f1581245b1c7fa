"""Every service a process of its own, Kafka and PostgreSQL beside them: all are killed, with and without replicas."""

import asyncio
import random
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from shared.databases import create_databases
from shared.embedded import free_port
from shared.kafka import ensure_topics
from shared.secrets import ensure_secrets
from shared.settings import SERVICES, Settings
from tests.chaos.gateway import Gateway
from tests.chaos.line import Line
from tests.chaos.people import People
from tests.chaos.servers import KillablePostgres, kafka_answers, killable_postgres
from tests.chaos.tally import Kill, Tally, now
from tests.chaos.verdict import drained, judge
from tests.infrastructure.kafka import KafkaBroker, kafka_broker
from tests.infrastructure.programs import Program, one_service

_CLIENTS = 8
_SERVERS_DIE = 3
_A_MOMENT = 1.0
"""Seconds for which a kill waits until the service that it is meant for is asked something."""


@dataclass
class Distributed:
    """The office while it runs."""

    settings: Settings
    folder: Path
    gateway: Gateway
    postgres: KillablePostgres
    kafka: KafkaBroker
    programs: dict[str, list[Program]] = field(default_factory=dict)

    def add(self, service: str) -> Program:
        """Start one more replica of a service."""
        port, replicas = free_port(), self.programs.setdefault(service, [])
        output = self.folder / f"{service}-{len(replicas) + 1}.log"
        others = f"http://127.0.0.1:{self.gateway.port}"
        program = one_service(self.settings, service, port, output, others, DATABASE_POOL="3")
        program.start()
        replicas.append(program)
        self.gateway.replicas[service].append(port)
        return program

    async def all_ready(self) -> None:
        """Return when every replica is."""
        await asyncio.gather(*(program.ready() for replicas in self.programs.values() for program in replicas))

    async def end(self) -> None:
        """Stop them all."""
        programs = [program for replicas in self.programs.values() for program in replicas]
        await asyncio.gather(*(program.end() for program in programs), return_exceptions=True)


async def run(kills: int, complaints: int, seed: int) -> tuple[Tally, int, str]:
    """Kill every service so many times, Kafka and PostgreSQL three times; half of it with two replicas of each."""
    tally, chance = Tally(seed), random.Random(f"{seed}/distributed")
    with (
        tempfile.TemporaryDirectory(prefix="redress-chaos-", ignore_cleanup_errors=True) as name,
        killable_postgres() as postgres,
        kafka_broker(free_port()) as kafka,
    ):
        folder, server = Path(name), postgres.server
        settings = Settings(
            data=folder / "var",
            database_host=server.host,
            database_port=server.port,
            kafka_bootstrap=kafka.bootstrap,
        )
        settings.data.mkdir()
        ensure_secrets(settings)
        await create_databases(settings, server.user, server.password)
        await ensure_topics(kafka.bootstrap)
        async with Gateway() as gateway:
            office = Distributed(settings, folder, gateway, postgres, kafka)
            try:
                await _under_fire(office, tally, chance, kills, complaints, seed)
                tally.counts["drained after, seconds"] = round(await drained(settings, 300, letters=True))
                logs = sorted(folder.glob("*.log"))
                violations, said = await judge(settings, tally, logs)
            finally:
                await office.end()
    return tally, violations, said


async def _under_fire(
    office: Distributed, tally: Tally, chance: random.Random, kills: int, complaints: int, seed: int
) -> None:
    for service in SERVICES:
        office.add(service)
    await office.all_ready()
    line = Line(lambda _: f"http://127.0.0.1:{office.gateway.port}", office.settings, tally)
    people = People(line, seed, complaints)
    targets = [*SERVICES] * kills + ["Kafka", "PostgreSQL"] * _SERVERS_DIE
    chance.shuffle(targets)
    await people.allow(complaints / len(targets))
    writing = asyncio.create_task(people.write(_CLIENTS))
    for number, target in enumerate(targets):
        if number == len(targets) // 2:
            for service in SERVICES:
                office.add(service)
            await office.all_ready()
        await people.allow(complaints * (number + 1) / len(targets))
        await people.until_sent(complaints * (number + chance.random()) / len(targets))
        await asyncio.sleep(chance.uniform(0, 0.5))
        await _strike(office, people, tally, chance, target)
        print(f"  kill {number + 1}/{len(targets)}: {tally.kills[-1].what}; {people.answered} answered", flush=True)  # noqa: T201
    await people.allow(complaints)
    await writing
    await office.all_ready()
    await line.close()


async def _strike(office: Distributed, people: People, tally: Tally, chance: random.Random, target: str) -> None:
    looking = asyncio.create_task(people.look(target)) if target in SERVICES else None
    if looking:
        await people.line.until_asked(target, _A_MOMENT)
    since, waiting = now(), people.line.unanswered()
    if target == "PostgreSQL":
        await asyncio.to_thread(office.postgres.kill)
        tally.kills.append(Kill(target, waiting))
        await asyncio.to_thread(office.postgres.start_again)
        await office.postgres.answers()
        tally.downs.append((since, now()))
    elif target == "Kafka":
        await asyncio.to_thread(office.kafka.kill)
        tally.kills.append(Kill(target, waiting))
        await asyncio.to_thread(office.kafka.start_again)
        await kafka_answers(office.kafka)
        tally.downs.append((since, now()))
    else:
        replicas = office.programs[target]
        program = chance.choice(replicas)
        program.kill()
        what = target if len(replicas) == 1 else f"{target}, one of two"
        tally.kills.append(Kill(what, [one for one in waiting if one.service == target]))
        program.start()
        await program.ready()
        if len(replicas) == 1:
            tally.downs.append((since, now()))
    if looking:
        await looking
