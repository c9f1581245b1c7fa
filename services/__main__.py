"""The command line. Without a command: everything in one process. With a service's name: that service alone."""

import asyncio
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from services.house import present
from services.running import migrate_all, run_embedded, run_one, set_up_logs
from shared.databases import create_databases
from shared.embedded import SUPERUSER, CannotStart
from shared.secrets import CREDENTIALS_FILE, Secrets, ensure_secrets
from shared.settings import SERVICES, Settings

app = typer.Typer(add_completion=False, help=__doc__, pretty_exceptions_enable=False)
Port = Annotated[int | None, typer.Option(help="The port to listen on (setting PORT).")]
Data = Annotated[Path | None, typer.Option(help="The data folder (setting DATA).")]


def _advised(command: Callable[..., None]) -> Callable[..., None]:
    """A reason not to start is a sentence and exit code 1, never a stack of frames."""

    @wraps(command)
    def run(*arguments: Any, **options: Any) -> None:
        try:
            command(*arguments, **options)
        except CannotStart as reason:
            typer.secho(f"\n{reason}", fg="red", err=True)
            raise typer.Exit(1) from None

    return run


def _settings(**chosen: Any) -> Settings:
    settings = Settings(**{name: value for name, value in chosen.items() if value is not None})
    set_up_logs(settings)
    return settings


@app.callback(invoke_without_command=True)
@_advised
def everything(context: typer.Context, port: Port = None, data: Data = None) -> None:
    """Run the whole product in this process, with a PostgreSQL of its own."""
    if context.invoked_subcommand is None:
        run_embedded(_settings(port=port, data=data))


def _alone(name: str) -> Callable[..., None]:
    @_advised
    def run(port: Port = None) -> None:
        run_one(_settings(port=port), name)

    return run


for _name in SERVICES:
    app.command(_name, help=f"Run {_name} alone, among the others (distributed).")(_alone(_name))


@app.command()
@_advised
def migrate(services: Annotated[list[str] | None, typer.Argument(help="by default all")] = None) -> None:
    """Bring the services' databases to their newest form."""
    asyncio.run(migrate_all(_settings(), services or present()))


@app.command("secrets")
@_advised
def make_secrets(
    first_uid: Annotated[
        int | None, typer.Option(help="Give each service's secrets to a user: this one and up.")
    ] = None,
    data_folders: Annotated[Path | None, typer.Option(help="Make a data folder for each service here.")] = None,
) -> None:
    """Make the secrets that are missing."""
    settings = _settings()
    uids = {name: first_uid + place for place, name in enumerate(SERVICES)} if first_uid else None
    ensure_secrets(settings, uids)
    for name, uid in (uids or {}).items():
        if data_folders is not None:
            _own_folder(data_folders / name, uid)
    typer.echo(f"The secrets are in {settings.keys_folder}; ways in to try: {settings.data / CREDENTIALS_FILE}")


def _own_folder(folder: Path, uid: int) -> None:
    import os

    folder.mkdir(parents=True, exist_ok=True)
    os.chown(folder, uid, -1)
    folder.chmod(0o700)


@app.command()
@_advised
def databases() -> None:
    """Make the roles and databases that are missing on the PostgreSQL server."""
    settings = _settings()
    password = Secrets(settings.keys_folder).database_password(SUPERUSER)
    asyncio.run(create_databases(settings, SUPERUSER, password))
    typer.echo("Every service has its role and its database.")


@app.command()
@_advised
def topics() -> None:
    """Make the topics that are missing on the Kafka broker, with their partitions and retention."""
    from shared.kafka import ensure_topics

    asyncio.run(ensure_topics(_settings().kafka_bootstrap))
    typer.echo("Every topic is there.")


if __name__ == "__main__":
    app(prog_name="python -m services")
