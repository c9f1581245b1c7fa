"""A distributed office on this machine: Kafka and PostgreSQL beside it, a process for each service, as compose has it.

In compose each service has a name of its own. Here a door stands for the names: it looks at the first words of a
connection, and passes everything on to the service that they ask for.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from shared.databases import create_databases
from shared.embedded import SUPERUSER, EmbeddedPostgres, free_port
from shared.secrets import Secrets, ensure_secrets
from shared.settings import SERVICES, Settings
from tests.infrastructure.kafka import kafka_broker
from tests.infrastructure.programs import one_service


@dataclass(frozen=True)
class Place:
    """Where an office runs: its settings, where intake answers, and its processes by what they are."""

    settings: Settings
    port: int
    processes: dict[str, list[psutil.Process]]


@contextmanager
def distributed(data: Path) -> Iterator[Place]:
    """The office, ready; stopped at the end."""
    with ExitStack() as stack:
        broker = stack.enter_context(kafka_broker())
        postgres = EmbeddedPostgres(Settings(data=data))
        settings = postgres.start().model_copy(update={"kafka_bootstrap": broker.bootstrap})
        stack.callback(postgres.stop)
        ensure_secrets(settings)
        word = Secrets(settings.keys_folder).database_password(SUPERUSER)
        asyncio.run(create_databases(settings, SUPERUSER, word))
        ports = {service: free_port() for service in SERVICES}
        door = stack.enter_context(_door(ports))
        others = f"http://127.0.0.1:{door}"
        programs = {
            each: one_service(settings, each, port, data / f"{each}.log", others) for each, port in ports.items()
        }
        for program in programs.values():
            program.start()
            stack.callback(program.stop)
        for program in programs.values():
            program.wait_until_ready()
        processes = {each: [psutil.Process(program.process.pid)] for each, program in programs.items()}
        yield Place(settings, ports["intake"], processes | {"kafka": [_java(broker.bootstrap)]})


def _java(bootstrap: str) -> psutil.Process:
    port = bootstrap.rpartition(":")[2]
    found = [one for one in psutil.Process().children(recursive=True) if one.name() == "java"]
    return found[0] if found else next(one for one in psutil.process_iter() if port in " ".join(one.cmdline()))


@contextmanager
def _door(ports: dict[str, int]) -> Iterator[int]:
    loop, port = asyncio.new_event_loop(), free_port()

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            first = await reader.readuntil(b"\r\n")
            there, back = await asyncio.open_connection("127.0.0.1", ports[first.split(b"/", 2)[1].decode()])
            back.write(first)
            await asyncio.gather(_pump(reader, back), _pump(there, writer))

    server = loop.run_until_complete(asyncio.start_server(pass_on, "127.0.0.1", port))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()
