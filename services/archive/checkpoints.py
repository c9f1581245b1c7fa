"""Checkpoints: signed files outside the database that say how long the chain was, and what was in it (10/5.2.8).

A bare chain cannot show that its tail was cut off; a checkpoint that is kept elsewhere does. Copy the folder
`checkpoints` of the data folder to where nobody who can write to the database can write.
"""

import asyncio
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import select, text

from services.archive.sealing import Checkpoint, canonical, hash_of, merkle_root, sign_checkpoint
from services.archive.signing import seal_key
from services.archive.tables import Link
from shared.clock import now
from shared.running import Service
from shared.settings import Settings
from shared.whole_files import write_whole

EVERY_LINKS: Final = 16
EVERY: Final = timedelta(days=1)


def folder(settings: Settings) -> Path:
    """Return where the checkpoints are laid."""
    return settings.data / "checkpoints"


def read_checkpoints(settings: Settings) -> list[Checkpoint]:
    """Return the checkpoints in order. One that cannot be read is ``{"number": n, "unreadable": true}``."""
    return [_read(path) for path in sorted(folder(settings).glob("checkpoint-*.json"))]


def _read(path: Path) -> Checkpoint:
    try:
        content = json.loads(path.read_text("utf-8"))
        return {name: content[name] for name in ("number", "position", "root", "at", "previous", "signature")}
    except (OSError, ValueError, KeyError, TypeError):
        return {"number": int(path.stem.rpartition("-")[2]), "unreadable": True}


def is_due(covered: int, length: int, oldest_new: datetime | None, at: datetime) -> bool:
    """Say whether a checkpoint is due: after so many links, or a day after the first one that none covers."""
    return length - covered >= EVERY_LINKS or (oldest_new is not None and at - oldest_new >= EVERY)


async def keep_checkpoints(service: Service) -> bool:
    """Lay a checkpoint when one is due; never more is to be done."""
    known = await asyncio.to_thread(read_checkpoints, service.settings)
    last = known[-1] if known else None
    if last and "unreadable" in last:
        return False  # somebody has to look; the verification names it
    covered = last["position"] if last else 0
    async with service.database.session() as session:
        if not await session.scalar(text("SELECT pg_try_advisory_xact_lock(hashtextextended('checkpoint', 0))")):
            return False
        at = await now(session)
        length = await session.scalar(select(Link.position).order_by(Link.position.desc()).limit(1)) or 0
        oldest = await session.scalar(select(Link.at).where(Link.position == covered + 1))
        if not is_due(covered, length, oldest, at):
            return False
        seals = (await session.scalars(select(Link.seal).where(Link.position <= length).order_by(Link.position))).all()
        await asyncio.to_thread(_lay, service, _made(seals, last, at))
    return False


def _made(seals: Iterable[str], last: Checkpoint | None, at: datetime) -> Checkpoint:
    covered = list(seals)
    return {
        "number": last["number"] + 1 if last else 1,
        "position": len(covered),
        "root": merkle_root(covered),
        "at": at.isoformat(),
        "previous": hash_of(last) if last else None,
    }


def _lay(service: Service, checkpoint: Checkpoint) -> None:
    signed = checkpoint | {"signature": sign_checkpoint(seal_key(service).private, checkpoint).hex()}
    place = folder(service.settings)
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"checkpoint-{signed['number']:08}.json"
    write_whole(path, (canonical(signed) + "\n").encode(), 0o666)
