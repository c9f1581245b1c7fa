"""Running: all services in this process with the embedded PostgreSQL, or one service among others."""

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import Callable, Iterable, Iterator
from types import FrameType

import typer
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from services.house import open_house, open_service, present
from shared.database import Database
from shared.embedded import CannotStart, DataFolder, EmbeddedPostgres, check_port, told_when_full
from shared.logs import set_up
from shared.migrations import migrate
from shared.secrets import ADMINISTRATOR, CREDENTIALS_FILE, Secrets, admin_password
from shared.settings import SERVICES, Settings, database_url

_SECONDS_FOR_DATABASE = 60


def run_embedded(settings: Settings) -> None:
    """Runs the whole product until it is told to stop. Raises CannotStart with advice."""
    with _stopped_by_signals(), DataFolder(settings):
        check_port(settings.host, settings.port)
        new = not (settings.data / "postgres").exists()
        typer.echo("Making a new database ..." if new else "Starting ...")
        postgres = EmbeddedPostgres(settings)
        try:
            with told_when_full(settings.data):
                _run(_embedded(postgres, postgres.start(), new=new))
            typer.echo("Stopping ...")
        finally:
            postgres.stop()
        typer.echo("Stopped; nothing is lost.")


def run_one(settings: Settings, name: str) -> None:
    """Runs one service of a distributed office until it is told to stop. Raises CannotStart with advice."""
    if not settings.kafka_bootstrap:
        raise CannotStart(
            "One service alone needs Kafka to hear the others: set KAFKA_BOOTSTRAP=host:port.\n"
            "Without it, run all of them in one process: make run"
        )
    with _stopped_by_signals():
        _run(_distributed(settings, name))


async def migrate_all(settings: Settings, names: Iterable[str]) -> None:
    """Brings each service's database to its newest form."""
    for name in names:
        await asyncio.to_thread(migrate, database_url(settings, name), name)


async def _embedded(postgres: EmbeddedPostgres, settings: Settings, *, new: bool) -> None:
    await postgres.prepare(settings)
    names = present()
    if missing := [name for name in SERVICES if name not in names]:
        typer.echo(f"Not built yet, left out: {', '.join(missing)}", err=True)
    async with open_house(settings, names) as house:
        await _serve(house, list(house.apps.values()), settings, lambda: _say_where(settings, new=new))


async def _distributed(settings: Settings, name: str) -> None:
    await _wait_for_database(settings, name)
    async with open_service(settings, name) as app:
        await _serve(app, [app], settings, lambda: typer.echo(f"{name} answers on port {settings.port}."))


async def _wait_for_database(settings: Settings, name: str) -> None:
    database = Database(database_url(settings, name), name)
    for attempt in range(_SECONDS_FOR_DATABASE + 1):
        try:
            await (await database.connect("start")).close()
        except Exception as error:
            if attempt == _SECONDS_FOR_DATABASE:
                where = f"{settings.database_host}:{settings.database_port or 5432}"
                raise CannotStart(
                    f"The database of {name} on {where} does not answer: {type(error).__name__}"
                ) from error
            await asyncio.sleep(1)
        else:
            break
    await database.dispose()


class _Server(uvicorn.Server):
    """uvicorn that says when it is ready, and leaves signals to us: the database must stop after it, not before."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            gc.collect()
            gc.freeze()  # what is there now stays: to look it through again and again makes people wait
            gc.set_threshold(20_000, 20, 20)  # a batch makes thousands of things that go by themselves when it ends
            self._ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _serve(app: ASGIApp, services: list[FastAPI], settings: Settings, ready: Callable[[], None]) -> None:
    server = _Server(server_config(app, settings), ready)

    def stop() -> None:
        server.force_exit, server.should_exit = server.should_exit, True
        for each in services:  # open streams end by themselves, so that nobody waits for them
            each.state.service.stopping.set()

    for which in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(which, stop)
    await server.serve()
    if not server.started:
        raise CannotStart("The services did not start; the lines above say why.")


def server_config(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """How uvicorn serves: without its own logs, which name paths, and with the fast loop and parser."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        lifespan="off",  # the house is open before the door is
        http="httptools",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=True,
        timeout_keep_alive=75,  # s; longer than clients keep one (httpx 5, nginx 60): never closed under them
        timeout_graceful_shutdown=5,
        backlog=4096,
    )


def _run(work: "asyncio.Coroutine[None]") -> None:  # type: ignore[name-defined]
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work)


@contextlib.contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """TERM while something is still starting ends it like Ctrl-C: cleanly."""

    def interrupt(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)


def _say_where(settings: Settings, *, new: bool) -> None:
    credentials = settings.data / CREDENTIALS_FILE
    typer.echo(f"\nRedress is ready: {settings.public_url}/")
    if new:
        password = admin_password(Secrets(settings.keys_folder).accounts())
        typer.echo(f"  sign in as      {ADMINISTRATOR}, password {password}")
    typer.echo(f"  all accounts    {credentials}")
    typer.echo(f"  for programs    {settings.public_url}/intake/docs")
    typer.echo(f"  data            {settings.data.absolute()}")
    typer.echo("  stop            Ctrl-C\n")


def set_up_logs(settings: Settings) -> None:
    """One JSON line per entry on standard error, from an allow-list of fields."""
    set_up(settings.log_level)
