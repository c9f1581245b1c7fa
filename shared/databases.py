"""Makes the databases and their roles on a PostgreSQL server: the same on the embedded one, in compose and in tests."""

import asyncpg

from shared.secrets import Secrets
from shared.settings import DATABASES, Settings, role_name


async def create_databases(settings: Settings, superuser: str, password: str) -> None:
    """Makes each role and each database that is missing; existing roles get the password that the secrets hold.

    Every database has the built-in collation, so that order and case agree on every server. Raises OSError or
    asyncpg.PostgresError when the server cannot be reached or refuses.
    """
    server = {"host": settings.database_host, "port": settings.database_port or 5432}
    admin = await asyncpg.connect(**server, user=superuser, password=password, database="postgres", timeout=10)
    try:
        # one maker at a time: two jobs that start together would both find a role missing
        await admin.execute("SELECT pg_advisory_lock(hashtext('redress databases'))")
        for role in sorted(set(DATABASES.values())):
            await _role(admin, settings.database_prefix + role, Secrets(settings.keys_folder).database_password(role))
        for database in DATABASES:
            await _database(admin, settings.database_prefix + database, role_name(settings, database))
    finally:
        await admin.close()


async def _role(admin: "asyncpg.Connection[asyncpg.Record]", role: str, password: str) -> None:
    known = await admin.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role)
    statement = await admin.fetchval(
        "SELECT format($1 || ' ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD %L', $2::text, $3::text)",
        "ALTER" if known else "CREATE",
        role,
        password,
    )
    await admin.execute(statement)


async def _database(admin: "asyncpg.Connection[asyncpg.Record]", database: str, owner: str) -> None:
    if await admin.fetchval("SELECT true FROM pg_database WHERE datname = $1", database):
        return
    await admin.execute(
        f'CREATE DATABASE "{database}" OWNER "{owner}" ENCODING UTF8'
        " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C' TEMPLATE template0"
    )
    await admin.execute(f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC')


async def drop_databases(settings: Settings, superuser: str, password: str) -> None:
    """Removes an office from its server: every database and role of its prefix (tests clean up with it)."""
    server = {"host": settings.database_host, "port": settings.database_port or 5432}
    admin = await asyncpg.connect(**server, user=superuser, password=password, database="postgres", timeout=10)
    try:
        for database in DATABASES:
            await admin.execute(f'DROP DATABASE IF EXISTS "{settings.database_prefix}{database}" WITH (FORCE)')
        for role in sorted(set(DATABASES.values())):
            await admin.execute(f'DROP ROLE IF EXISTS "{settings.database_prefix}{role}"')
    finally:
        await admin.close()
