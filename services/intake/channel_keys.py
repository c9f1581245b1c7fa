"""The channels' keys: 256 bits, shown once, kept as a keyed hash."""

import secrets
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.callers import hashed
from services.intake.offices import Intake, intake_of
from services.intake.tables import ChannelKey
from shared.errors import Problem
from shared.running import Service
from shared.secrets import Secrets


async def adopt_example_keys(service: Service) -> None:
    """Let the example office's channels in, at first start; later starts change nothing, also not what was revoked."""
    if not service.settings.example_office:
        return
    intake = intake_of(service)
    keys = Secrets(service.settings.keys_folder).channel_keys()
    rows = [
        {
            "id": uuid4(),
            "name": each.channel,
            "hash": hashed(intake.api_key_key, each.key),
            "scopes": [each.channel],
            "created_by": "system",
        }
        for each in keys
    ]
    if rows:
        async with service.database.session() as session:
            await session.execute(insert(ChannelKey).values(rows).on_conflict_do_nothing(index_elements=["hash"]))


async def make_key(session: AsyncSession, intake: Intake, name: str, scopes: Sequence[str], by: str) -> dict[str, Any]:
    """Make a key; only this answer ever holds it."""
    key, id_ = secrets.token_urlsafe(32), uuid4()
    row = ChannelKey(
        id=id_, name=name, hash=hashed(intake.api_key_key, key), scopes=list(dict.fromkeys(scopes)), created_by=by
    )
    session.add(row)
    return {"id": str(id_), "name": name, "scopes": row.scopes, "key": key}


async def list_keys(session: AsyncSession) -> list[dict[str, Any]]:
    """Return the keys there are, without what opens anything."""
    rows = await session.scalars(select(ChannelKey).order_by(ChannelKey.created_at, ChannelKey.name))
    return [
        {
            "id": str(row.id),
            "name": row.name,
            "scopes": row.scopes,
            "created_at": row.created_at,
            "created_by": row.created_by,
            "revoked_at": row.revoked_at,
        }
        for row in rows
    ]


async def revoke_key(session: AsyncSession, intake: Intake, id_: UUID) -> None:
    """Refuse a key from now on. Raises ``Problem`` 404."""
    hash_ = await session.scalar(
        update(ChannelKey)
        .where(ChannelKey.id == id_)
        .values(revoked_at=func.coalesce(ChannelKey.revoked_at, text("clock_timestamp()")))
        .returning(ChannelKey.hash)
    )
    if hash_ is None:
        raise Problem(404, "not_found")
    intake.channels.pop(hash_, None)
