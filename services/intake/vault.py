"""The vault: a key for each complaint and each attachment, in a database of its own, wrapped by the master key.

A key is committed before what it seals, so that nothing sealed can ever lack its key. To be quick, ids and keys are
made some at a time, ahead of need; those that were never used are swept a day later. Destroying a key erases.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap
from sqlalchemy import ARRAY, LargeBinary, Uuid, bindparam, text

from shared.database import Database
from shared.privacy import new_key

_FRESH_SECONDS: Final = 300
_MOST_AHEAD: Final = 256
_SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS keys (
        id uuid PRIMARY KEY, wrapped bytea NOT NULL, created_at timestamptz NOT NULL DEFAULT clock_timestamp())""",
    "CREATE INDEX IF NOT EXISTS keys_by_age ON keys (created_at)",
    """CREATE TABLE IF NOT EXISTS sweep (
        the_only boolean PRIMARY KEY DEFAULT true CHECK (the_only), up_to timestamptz NOT NULL)""",
    "INSERT INTO sweep (up_to) VALUES ('-infinity') ON CONFLICT DO NOTHING",
)


class Vault:
    """The keys. ``master_key``: 32 bytes from outside PostgreSQL."""

    def __init__(self, database: Database, master_key: bytes) -> None:
        self.database = database
        self._master_key = master_key
        self._ahead: deque[tuple[float, UUID, bytes]] = deque()
        self._refilling = asyncio.Lock()
        self._batch, self._refilled_at = 1, 0.0

    async def prepare(self) -> None:
        """Make the tables where they are missing; several replicas may do so at once."""
        async with self.database.session() as session:
            await session.execute(text("SELECT pg_advisory_xact_lock(hashtext('vault'))"))
            for statement in _SCHEMA:
                await session.execute(text(statement))

    async def new(self) -> tuple[UUID, bytes]:
        """Return a new id and its key, which is already committed."""
        return (await self.many(1))[0]

    async def many(self, count: int) -> list[tuple[UUID, bytes]]:
        """Return new ids and their keys, which are already committed, together."""
        taken: list[tuple[UUID, bytes]] = []
        while True:
            while self._ahead and len(taken) < count:
                made_at, id_, key = self._ahead.popleft()
                # never one that the sweep of another replica could be about to take for an orphan
                if time.monotonic() - made_at < _FRESH_SECONDS:
                    taken.append((id_, key))
            if len(taken) == count:
                return taken
            async with self._refilling:
                if not self._ahead:
                    await self._refill(count - len(taken))

    async def _refill(self, wanted: int) -> None:
        since = time.monotonic() - self._refilled_at
        self._batch = max(wanted, min(2 * self._batch, _MOST_AHEAD) if since < 1 else 1)
        pairs = [(uuid4(), new_key()) for _ in range(self._batch)]
        wrapped = [aes_key_wrap(self._master_key, key) for _, key in pairs]
        async with self.database.session() as session:
            await session.execute(_INSERT, {"ids": [id_ for id_, _ in pairs], "wrapped": wrapped})
        self._refilled_at = time.monotonic()
        self._ahead.extend((self._refilled_at, id_, key) for id_, key in pairs)

    async def keys(self, ids: Iterable[UUID]) -> dict[UUID, bytes]:
        """Return the keys that exist; an erased one is missing."""
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return {}
        async with self.database.session() as session:
            rows = (await session.execute(_SELECT, {"ids": wanted})).all()
        return {row.id: aes_key_unwrap(self._master_key, row.wrapped) for row in rows}

    async def key(self, id_: UUID) -> bytes | None:
        """Return one key; ``None`` when it was destroyed or never existed."""
        return (await self.keys([id_])).get(id_)

    async def destroy(self, ids: Sequence[UUID]) -> None:
        """Destroy keys for ever (4/5.2.5)."""
        async with self.database.session() as session:
            await session.execute(_DELETE, {"ids": list(ids)})

    async def sweep(self, used: Callable[[list[UUID]], Awaitable[set[UUID]]], limit: int = 1000) -> bool:
        """Destroy keys of yesterday that ``used`` does not know; each is looked at once. Says whether more wait."""
        async with self.database.session() as session:
            up_to = await session.scalar(text("SELECT up_to FROM sweep FOR UPDATE SKIP LOCKED"))
            if up_to is None:
                return False
            rows = (await session.execute(_AGED, {"up_to": up_to, "limit": limit})).all()
            if not rows:
                return False
            ids = [row.id for row in rows]
            orphans = set(ids) - await used(ids)
            await session.execute(_DELETE, {"ids": sorted(orphans)})
            newest: datetime = max(row.created_at for row in rows)
            await session.execute(text("UPDATE sweep SET up_to = :newest"), {"newest": newest})
        return len(rows) >= limit


def _ids(statement: str, **more: Any) -> Any:
    types = {"ids": ARRAY(Uuid)} | more
    return text(statement).bindparams(*(bindparam(name, type_=type_) for name, type_ in types.items()))


_INSERT = _ids(
    "INSERT INTO keys (id, wrapped) SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:wrapped AS bytea[]))",
    wrapped=ARRAY(LargeBinary),
)
_SELECT = _ids("SELECT id, wrapped FROM keys WHERE id = ANY(CAST(:ids AS uuid[]))")
_DELETE = _ids("DELETE FROM keys WHERE id = ANY(CAST(:ids AS uuid[]))")
_AGED = text(
    "SELECT id, created_at FROM keys"
    " WHERE created_at > :up_to AND created_at < clock_timestamp() - interval '24 hours'"
    " ORDER BY created_at LIMIT :limit"
)
