"""Verifying the whole archive: every hash, the chain, the signatures, the journal and the checkpoints (10/5.2.9)."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from services.archive.checkpoints import read_checkpoints
from services.archive.examining import (
    Finding,
    examine_chain,
    examine_checkpoints,
    examine_contents,
    examine_file,
    examine_link,
)
from services.archive.filing import CONTENT_SHA256
from services.archive.sealing import GENESIS
from services.archive.signing import seal_key
from services.archive.tables import STANDING, Entry, File, Link, Verification
from shared.clock import now
from shared.running import Service

_BATCH: Final = 200
_OF_THE_CHAIN: Final = frozenset(
    {"manifest_changed", "link_changed", "link_missing", "chain_order_changed", "chain_cut", "chain_rewritten"}
    | {"file_not_in_chain", "checkpoint_missing", "checkpoint_changed"}
)
_TOLD: Final = text(
    "SELECT data->>'file' AS file, (data->>'volume')::int AS volume, data->>'seal' AS seal FROM outbox"
    " WHERE type = 'file.sealed' ORDER BY id"
)


@dataclass
class Report:
    """What a verification found; nothing: all is as it was sealed."""

    files: int = 0
    entries: int = 0
    links: int = 0
    checkpoints: int = 0
    tampered: list[Finding] = field(default_factory=list)

    @property
    def chain_ok(self) -> bool:
        """Say whether the chain itself is whole."""
        return not any(one.code in _OF_THE_CHAIN for one in self.tampered)


async def verify(service: Service, by: str) -> Report:
    """Verify everything at one moment, and put on record that it was done."""
    checkpoints = await asyncio.to_thread(read_checkpoints, service.settings)
    async with service.database.session() as session:
        await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        at = await now(session)
        report, sound = Report(checkpoints=len(checkpoints)), []
        told = [dict(row._mapping) for row in await session.execute(_TOLD)]
        async for link, findings in _links(session, service, {one["file"]: one["seal"] for one in told}, report):
            sound.append(link)
            report.tampered += findings
        report.tampered += await _without_a_link(session, report)
        lost = examine_chain(sound, told)
        report.tampered += await _named(session, lost)
        key = seal_key(service).public
        report.tampered += await asyncio.to_thread(examine_checkpoints, sound, checkpoints, key)
    async with service.database.session() as session:
        tampered = [one.as_dict() for one in report.tampered]
        session.add(Verification(at=at, by=by, chain_ok=report.chain_ok, files=report.files, tampered=tampered))
    return report


async def _links(session: AsyncSession, service: Service, told: dict[str, str], report: Report) -> Any:
    """Yield each link as it was signed, with what is wrong with it and its volume."""
    key, after, prior = seal_key(service).public, 0, GENESIS
    while True:
        query = select(Link).where(Link.position > after).order_by(Link.position).limit(_BATCH)
        links = (await session.scalars(query)).all()
        if not links:
            return
        after = links[-1].position
        names = {link.file for link in links}
        files = {one.id: one for one in await session.scalars(select(File).where(File.id.in_(names)))}
        void = set(await session.scalars(select(Link.file).where(Link.file.in_(names), Link.act == "voided")))
        entries, actual = await _entries(session, [one.file for one in links if one.act == "sealed"])
        for link in links:
            published = told.get(link.file) if link.act == "sealed" else None
            manifest, sound, found = examine_link(link, key, prior, published)
            prior = sound.seal
            file = files.get(link.file)
            if link.act == "sealed":
                report.files += 1
                report.entries += len(entries[link.file])
                found += _volume(manifest, file, entries[link.file], actual, is_void=link.file in void)
            report.links += 1
            yield sound, _with_number(found, file)
        session.expunge_all()


def _volume(
    manifest: Any, file: File | None, entries: Sequence[Entry], actual: dict[str, str], *, is_void: bool
) -> list[Finding]:
    if file is not None and (file.state == "voided") != is_void:
        state = [Finding("file_changed", file.id, file.number, file.volume, field="state")]
    else:
        state = []
    if manifest is None:
        return state + (examine_contents(file, entries, actual) if file else [])
    return state + examine_file(manifest, file, entries, actual)


async def _entries(session: AsyncSession, files: Sequence[str]) -> tuple[dict[str, list[Entry]], dict[str, str]]:
    found: dict[str, list[Entry]] = defaultdict(list)
    actual = {}
    query = select(Entry, CONTENT_SHA256).where(Entry.file.in_(files)).order_by(Entry.file, Entry.position)
    for entry, sha256 in await session.execute(query.options(defer(Entry.content, raiseload=True))):
        found[entry.file].append(entry)
        actual[entry.id] = sha256
    return found, actual


async def _without_a_link(session: AsyncSession, report: Report) -> list[Finding]:
    """Look at volumes that no link speaks of: such as pretend to be sealed, and such as are not sealed yet."""
    found = []
    linked = select(Link.file).where(Link.act == "sealed")
    files = (await session.scalars(select(File).where(File.id.not_in(linked), File.state != "voided"))).all()
    for start in range(0, len(files), _BATCH):
        batch = files[start : start + _BATCH]
        entries, actual = await _entries(session, [one.id for one in batch])
        for file in batch:
            report.files += 1
            report.entries += len(entries[file.id])
            if file.state in STANDING:
                found.append(Finding("file_not_in_chain", file.id, file.number, file.volume))
            found += examine_contents(file, entries[file.id], actual)
    return found


async def _named(session: AsyncSession, findings: Iterable[Finding]) -> list[Finding]:
    """Give findings of the journal their numbers; what was found without it already is not said twice."""
    named = []
    for one in findings:
        file = await session.get(File, one.file) if one.file else None
        if one.code != "file_not_in_chain" or file is None:
            named.append(replace(one, number=file.number if file else None))
    return named


def _with_number(findings: Iterable[Finding], file: File | None) -> list[Finding]:
    if file is None:
        return list(findings)
    return [replace(one, number=file.number, volume=file.volume) for one in findings]
