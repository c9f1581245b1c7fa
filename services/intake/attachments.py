"""Attachments: sealed with a key of their own as they arrive, bound to their complaint when it comes."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.deciding import invalid
from services.intake.media import MOST_BYTES, cleaned, media_type_of
from services.intake.offices import Intake, intake_of
from services.intake.tables import Attachment
from shared.errors import Problem
from shared.privacy import Erased, seal, unseal, unseal_bytes
from shared.running import Service

_UNBOUND_LIVES: Final = "24 hours"
_LONGEST_NAME: Final = 150


async def keep(
    service: Service, owner: str, name: str, content: bytes, complaint: UUID | None = None
) -> dict[str, Any]:
    """Check, clean, seal and keep a file. Raises ``Problem`` 413, 415 and 422. ``owner``: who may bind it."""
    if len(content) > MOST_BYTES:
        raise Problem(413, "too_large", limit_mb=MOST_BYTES // 1024**2)
    intake = intake_of(service)
    name = name.replace("\\", "/").rpartition("/")[2].strip()[-_LONGEST_NAME:]
    media_type = await asyncio.to_thread(media_type_of, content, name)
    content = await asyncio.to_thread(cleaned, content, media_type)
    id_, key = await intake.vault.new()
    sealed_sha256 = await intake.files.keep(await asyncio.to_thread(seal, key, str(id_), "content", content))
    sha256 = hashlib.sha256(content).hexdigest()
    row = Attachment(
        id=id_,
        complaint=complaint,
        owner=owner,
        media_type=media_type,
        size=len(content),
        sha256=sha256,
        sealed_sha256=sealed_sha256,
        name=seal(key, str(id_), "name", name),
    )
    async with service.database.session() as session:
        session.add(row)
    return {"id": str(id_), "sha256": sha256, "media_type": media_type, "size": len(content)}


async def bind(
    session: AsyncSession, ids: Sequence[UUID], owner: str, complaint: UUID, supplement: UUID | None = None
) -> None:
    """Give attachments to a complaint. Raises ``Problem`` 422 where one is not ``owner``'s, or not free any more."""
    wanted = set(ids)
    free = (Attachment.complaint.is_(None)) | ((Attachment.complaint == complaint) & Attachment.supplement.is_(None))
    bound = await session.scalars(
        update(Attachment)
        .where(Attachment.id.in_(wanted), Attachment.owner == owner, free)
        .values(complaint=complaint, supplement=supplement)
        .returning(Attachment.id)
        .execution_options(synchronize_session=False)
    )
    if set(bound) != wanted:
        raise invalid("attachments", "attachment_unknown")


@dataclass(frozen=True, slots=True)
class Content:
    """An attachment, opened."""

    name: str
    media_type: str
    content: bytes


async def open_attachment(service: Service, row: Attachment) -> Content:
    """Return what is in an attachment. Raises ``Problem`` 410 when it was erased."""
    intake = intake_of(service)
    key = await intake.vault.key(row.id)
    try:
        name = unseal(key, str(row.id), "name", row.name)
        content = unseal_bytes(key, str(row.id), "content", await intake.files.read(row.sealed_sha256))
    except Erased:
        raise Problem(410, "erased") from None
    return Content(name, row.media_type, content)


async def described(session: AsyncSession, intake: Intake, complaint: UUID) -> list[dict[str, Any]]:
    """Return the attachments of a complaint, with their names where those can still be read."""
    rows = (await session.scalars(select(Attachment).where(Attachment.complaint == complaint))).all()
    keys = await intake.vault.keys(row.id for row in rows)
    return [
        {
            "id": str(row.id),
            "name": unseal(keys[row.id], str(row.id), "name", row.name) if row.id in keys else None,
            "media_type": row.media_type,
            "size": row.size,
            "sha256": row.sha256,
            "sealed_sha256": row.sealed_sha256,
            "supplement": str(row.supplement) if row.supplement else None,
            "at": row.created_at,
        }
        for row in sorted(rows, key=lambda row: row.created_at)
    ]


async def sweep_unbound(service: Service) -> bool:
    """Remove what was brought a day ago and belongs to no complaint: row, key and file."""
    intake = intake_of(service)
    async with service.database.session() as session:
        aged = Attachment.created_at < text(f"clock_timestamp() - interval '{_UNBOUND_LIVES}'")
        rows = (
            await session.scalars(
                select(Attachment)
                .where(Attachment.complaint.is_(None), aged)
                .limit(100)
                .with_for_update(skip_locked=True)
            )
        ).all()
        ids = [row.id for row in rows]
        if ids:
            await intake.vault.destroy(ids)
            await session.execute(delete(Attachment).where(Attachment.id.in_(ids)))
    for row in rows:
        await intake.files.drop(row.sealed_sha256)
    return len(rows) == 100
