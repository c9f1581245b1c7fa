"""One investigation and one decision for an incident: what is found out on the leading complaint counts for all.

Each member is given its own copy, under its own key and without the leading complaint's people, and the same facts: its
ledger and its file are whole, and nothing is lost when it is taken out again. The leading complaint's journal is the
queue: a member takes up where it stopped.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5

import httpx
from sqlalchemy import inspect, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework import records
from services.casework.deciding import officer_may_determine
from services.casework.moving import stage_of
from services.casework.sharing import of_its_people, shared
from services.casework.tables import (
    Accountability,
    Case,
    EffectOfMeasure,
    Evidence,
    Finding,
    Incident,
    Investigation,
    Measure,
    Membership,
    Opinion,
    Record,
    Report,
    Sitting,
)
from shared import errors
from shared.errors import unavailable
from shared.events import CATALOGUE, Fact
from shared.lifecycle import is_possible
from shared.outbox import hold
from shared.privacy import seal

if TYPE_CHECKING:
    from services.casework.work import Work

_NAMED_BY: Final[dict[str, tuple[type[Any], str]]] = {
    "investigation.planned": (Investigation, ""),
    "investigation.started": (Investigation, ""),
    "session.recorded": (Sitting, "session"),
    "evidence.collected": (Evidence, "evidence"),
    "investigation.ended": (Investigation, ""),
    "report.submitted": (Report, "report"),
    "cause.found": (Finding, ""),
    "opinion.proposed": (Opinion, "opinion"),
    "opinion.determined": (Opinion, "opinion"),
    "measure.planned": (Measure, "measure"),
    "measure.done": (Measure, "measure"),
    "measure.handed_over": (Measure, "measure"),
    "effect.looked_at": (EffectOfMeasure, ""),
    "accountability.recorded": (Accountability, ""),
}
"""The facts that count for all, with the record that each is about, and its field that names it (or by its time)."""
_NAMESPACE: Final = UUID("5d3b8f6c-6f0a-4e0b-9a57-0f6f0b8a2f11")
_LED: Final = text(
    "SELECT m.complaint FROM incidents AS i JOIN memberships AS m ON m.incident = i.id AND m.left_at IS NULL"
    " WHERE i.leading = :leading AND i.ended_at IS NULL AND m.complaint <> :leading ORDER BY m.complaint"
)
_SAID: Final = text(
    "SELECT type, sequence, time, data FROM outbox WHERE subject = :leading AND sequence > :after"
    " AND type = ANY (:types) ORDER BY sequence"
).columns(data=JSONB)
_LAST: Final = text("SELECT max(sequence) FROM outbox WHERE subject = :leading AND type = ANY (:types)")
_REOPENED: Final = text(
    "SELECT coalesce(max(sequence), 0) FROM outbox WHERE subject = :leading AND type = 'complaint.reopened'"
)


async def led_by(session: AsyncSession, complaint: str) -> list[str]:
    """Return the other members of the incident that the complaint leads, in the order in which they are held."""
    return list(await session.scalars(_LED, {"leading": complaint}))


async def hold_with_led(session: AsyncSession, complaint: str, led: Sequence[str]) -> None:
    """Hold a complaint and whom it leads, always in one order. Raises ``Problem`` 503 where that has just changed."""
    for one in sorted([complaint, *led]):
        await hold(session, one)
    if set(await led_by(session, complaint)) - set(led):
        raise errors.ahead()


async def begin_at(session: AsyncSession, leading: str) -> int:
    """Return after which of its facts the leading complaint's present round begins."""
    return int(await session.scalar(_REOPENED, {"leading": leading}) or 0)


async def last_shared(session: AsyncSession, leading: str) -> int:
    """Return the sequence of the last fact of the leading complaint that counts for all; 0 where there is none."""
    return int(await session.scalar(_LAST, {"leading": leading, "types": list(_NAMED_BY)}) or 0)


async def carry_to_members(leading: "Work", keys: Mapping[str, bytes | None]) -> None:
    """After a command on a leading complaint: give its members what was found out. All are held."""
    session = leading.session
    await session.flush()
    asked = select(Incident).where(Incident.leading == leading.case.complaint, Incident.ended_at.is_(None))
    incident = (await session.scalars(asked)).one_or_none()
    if incident is None or incident.round != leading.case.round:
        return
    of = select(Membership).where(Membership.incident == incident.id, Membership.left_at.is_(None))
    members = []
    for membership in await session.scalars(of.order_by(Membership.complaint)):
        if membership.complaint != incident.leading:
            case = await session.get_one(Case, membership.complaint)
            members.append((replace(leading, case=case, key=keys.get(membership.complaint)), membership))
    await carry_over(leading, members)


async def carry_over(leading: "Work", members: Sequence[tuple["Work", Membership]]) -> None:
    """Give members what they have not been given yet. One that was re-opened since it joined goes on alone."""
    found: records.Records | None = None
    people: re.Pattern[str] | None = None
    for member, membership in members:
        if membership.round != member.case.round or member.case.stage in {"received", "registered"}:
            continue
        said = await _said_since(leading, membership)
        if said:
            found = found or await records.read(leading.session, leading.case.complaint)
            people = people or await _people_of(leading)
            await _carry(_Copy(leading, member, await _ids(leading, member, found), people), member, membership, said)


async def _people_of(leading: "Work") -> re.Pattern[str]:
    """Ask intake whose particulars are not shared. Raises ``Problem`` 503 when it does not answer."""
    try:
        record = await leading.service.services.get("intake", f"/complaints/{leading.case.complaint}")
    except httpx.TransportError:
        raise unavailable() from None
    return of_its_people(record)


async def _said_since(leading: "Work", membership: Membership) -> Sequence[Any]:
    wanted = {"leading": leading.case.complaint, "after": membership.carried, "types": list(_NAMED_BY)}
    return (await leading.session.execute(_SAID, wanted)).all()


async def _carry(copy: "_Copy", member: "Work", membership: Membership, said: Sequence[Any]) -> None:
    for row in said:
        if not _may_act_on(member, row.data):
            return  # somebody whom the member names has acted: it waits for a person to take it out (4/5.2.2)
        await copy.take(row.type, row.data, row.time)
        membership.carried = row.sequence


def _may_act_on(member: "Work", fact: Mapping[str, Any]) -> bool:
    """Say whether nobody who acts by this fact is named by the member, or leads whom it names."""
    people = {fact.get("by"), fact.get("owner"), *(fact.get("investigators") or ())}
    return people.isdisjoint(member.staff.kept_away(member.case.named_officers))


async def _ids(leading: "Work", member: "Work", found: records.Records) -> dict[str, str]:
    """Return for each record of the leading complaint the id of the member's copy: always the same one."""
    own = await _investigation(member)
    ids = {row["id"]: copy_id(member.case.complaint, row["id"]) for rows in found.values() for row in rows}
    if own is not None:
        ids |= {row["id"]: own.id for row in found["investigation"] if row["round"] == leading.case.round}
    return ids


def copy_id(complaint: str, record: str) -> str:
    """Return the id of a complaint's copy of a record: whoever makes it, and however often, there is one."""
    return str(uuid5(_NAMESPACE, f"{complaint}/{record}"))


async def _investigation(work: "Work") -> Investigation | None:
    asked = select(Investigation).where(
        Investigation.complaint == work.case.complaint, Investigation.round == work.case.round
    )
    return (await work.session.scalars(asked)).one_or_none()


class _Copy:
    """What a member is given: each fact that is possible for it, with its record, under its own key."""

    def __init__(self, leading: "Work", member: "Work", ids: dict[str, str], people: re.Pattern[str]) -> None:
        self._leading, self._member, self._ids, self._people = leading, member, ids, people

    async def take(self, type_: str, data: dict[str, Any], at: datetime) -> None:
        """Take one fact over, where the member's stage and level allow it."""
        if not self._fits(type_, data) or await self._is_done(type_, data):
            return
        table, field = _NAMED_BY[type_]
        if table is Investigation:
            news = await self._investigate(type_)
        else:
            news = True
            for record in await self._records(table, data.get(field) if field else None, at, data):
                await self._write(table, record)
        if news:
            await self._member.move(self._translated(type_, data))
        if type_ == "opinion.determined":
            self._member.case.decided_at = self._member.at

    def _fits(self, type_: str, data: dict[str, Any]) -> bool:
        member, staff = self._member.case, self._member.staff
        if not is_possible(stage_of(member), type_):
            return False
        if type_ == "accountability.recorded":
            return member.level == 3
        if type_ == "opinion.determined" and not officer_may_determine(member.kind or "complaint", member.level):
            return staff.supervises(data["by"], member.department)
        return True

    async def _is_done(self, type_: str, data: dict[str, Any]) -> bool:
        """Say whether the member's own measure is over, or was looked at, already."""
        own = self._ids.get(data.get("measure", ""))
        if type_ == "effect.looked_at":
            asked = select(EffectOfMeasure.id).where(EffectOfMeasure.measure == own)
            return bool(
                await self._member.session.scalar(asked.where(EffectOfMeasure.after_days == data["after_days"]))
            )
        if type_ not in {"measure.done", "measure.handed_over"}:
            return False
        measure = await self._member.session.get(Measure, own)
        return measure is not None and measure.done_at is not None

    async def _records(self, table: type[Any], id_: str | None, at: datetime, data: dict[str, Any]) -> Sequence[Any]:
        asked = select(table).where(table.complaint == self._leading.case.complaint)
        asked = asked.where(table.id == id_) if id_ else asked.where(table.at == at)
        if table is EffectOfMeasure:
            asked = asked.where(table.measure == data["measure"])
        return (await self._leading.session.scalars(asked.order_by(table.place))).all()

    async def _investigate(self, type_: str) -> bool:
        """The member's own investigation stands, where it has begun one; say whether the fact is news for it."""
        source = await _investigation(self._leading)
        assert source is not None
        own = await _investigation(self._member)
        if own is None or own.id == copy_id(self._member.case.complaint, source.id):
            await self._write(Investigation, source)
            return True
        if type_ == "investigation.planned":
            return False
        news = own.ended_at is None if type_ == "investigation.ended" else own.started_at is None
        own.started_at = own.started_at or source.started_at
        own.ended_at = own.ended_at or (source.ended_at if type_ == "investigation.ended" else None)
        return news

    async def _write(self, table: type[Any], source: Record) -> None:
        session, member = self._member.session, self._member
        id_ = self._ids[source.id]
        columns = {one.key for one in inspect(table).column_attrs} - {"id", "complaint", "place", "words"}
        values = {name: self._own(getattr(source, name)) for name in columns}
        if "round" in columns:
            values["round"] = member.case.round
        if table is Evidence:
            values["attachment"] = None  # what was handed in lies with the leading complaint, and is erased with it
        found = await session.get(table, id_)
        if found is None:
            found = table(id=id_, complaint=member.case.complaint, **values)
            self._seal(source, found)
            session.add(found)
        else:
            sealed_before = getattr(found, "sha256", None)
            for name, value in values.items():
                setattr(found, name, value)
            if sealed_before is None:
                self._seal(source, found)
            else:
                found.sha256 = sealed_before
        await session.flush()

    def _seal(self, source: Record, copy: Any) -> None:
        said = shared(self._leading.words(source), self._people)
        with_the_leading = isinstance(source, Evidence) and source.attachment is not None
        if with_the_leading:
            said |= {"kept_with": self._leading.case.number}
        if said and self._member.key is not None:
            content = json.dumps(self._own(said), ensure_ascii=False)
            copy.words = seal(self._member.key, self._member.case.complaint, copy.field, content)
        if isinstance(copy, Evidence) and not with_the_leading and copy.words:
            # a text is hashed by its sealed bytes: the copy's are its own
            copy.sha256 = hashlib.sha256(copy.words).hexdigest()
        if isinstance(copy, Evidence):
            self._ids[source.sha256] = copy.sha256  # type: ignore[attr-defined]  # the source of evidence is evidence

    def _translated(self, type_: str, data: dict[str, Any]) -> Fact:
        return CATALOGUE[type_].model_validate(self._own(data))

    def _own(self, value: Any) -> Any:
        """Return a value with the member's own ids in it."""
        if isinstance(value, str):
            return self._ids.get(value, value)
        if isinstance(value, list):
            return [self._own(one) for one in value]
        if isinstance(value, dict):
            return {name: self._own(one) for name, one in value.items()}
        return value
