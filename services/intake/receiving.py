"""A complaint is taken in: one transaction for the complaint, its person, its facts and the caller's idempotency key.

The hot path of the product: pure decisions first, then four statements. Two requests that mean the same complaint meet
at a unique key; the loser reads the winner's answer.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import ARRAY, LargeBinary, Text, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import deciding
from services.intake.attachments import bind
from services.intake.blind_index import blind_indexes
from services.intake.fairness import refuse_unfair
from services.intake.inputs import NewComplaint, Person
from services.intake.languages import language_of_text
from services.intake.numbering import complaint_number
from services.intake.offices import Intake, intake_of
from services.intake.receipts import receipt_code
from services.intake.scope import check_officer
from services.intake.tables import Complaint
from shared.errors import Problem
from shared.events import ComplaintReceived, ComplaintRegistered, Fact
from shared.glossary import Language
from shared.outbox import publish
from shared.privacy import seal
from shared.procedure import promises
from shared.running import Service

_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Sender:
    """Who hands it in: ``id`` stands in ``by`` and owns attachments; ``person``: an operator, not a machine."""

    id: str
    person: bool = False


class _Lost(Exception):
    """Another request with the same key was quicker; its answer counts."""


async def receive(
    service: Service,
    sender: Sender,
    body: NewComplaint,
    *,
    idempotency_key: str | None = None,
    language: Language | None = None,
    alike_without: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """Take a complaint in and return the answer; the same request again gets the same answer (4/5.2.6(1)).

    ``language``: of the caller, for the titles. ``alike_without``: fields in which the same request may differ (a form
    that is sent twice brings its files again). Raises ``Problem`` 422 (field and rule; or the idempotency key with
    another body) and 409 (the external id with another body).
    """
    if body.registration is not None:
        if not sender.person:
            raise deciding.invalid("registration", "operator_only")
        deciding.check_labels(body.registration, "registration.")
    request = _request(intake_of(service), sender, body, idempotency_key, alike_without)
    for _ in range(_TRIES):
        try:
            async with service.database.session() as session:
                return await _take_in(session, service, sender, body, request, language)
        except _Lost:
            continue
    raise Problem(503, "unavailable", headers={"Retry-After": "1"})


@dataclass(frozen=True, slots=True)
class _Request:
    body_hash: bytes
    key: bytes | None
    external_id: bytes | None


def _request(
    intake: Intake, sender: Sender, body: NewComplaint, idempotency_key: str | None, alike_without: frozenset[str]
) -> _Request:
    # keyed hashes: a plain one would let anybody with the table try out what was said
    def keyed(kind: str, value: str) -> bytes:
        return hmac.digest(intake.blind_key, f"{kind}\0{value}".encode(), hashlib.sha256)

    return _Request(
        body_hash=keyed("body", body.model_dump_json(exclude_unset=True, exclude=set(alike_without))),
        key=keyed("idempotency", f"{sender.id}\0{idempotency_key}") if idempotency_key else None,
        external_id=keyed("external", body.external_id) if body.external_id else None,
    )


async def _take_in(
    session: AsyncSession,
    service: Service,
    sender: Sender,
    body: NewComplaint,
    request: _Request,
    language: Language | None,
) -> dict[str, Any]:
    intake = intake_of(service)
    asked = {"caller": sender.id, "key": request.key, "channel": body.channel, "external_id": request.external_id}
    before = (await session.execute(_BEFORE, asked)).one()
    session.info["now"] = before.now
    known = await _known(session, intake, before, request)
    if known is not None:
        return known
    id_, key = await intake.vault.new()
    spoken = body.language or language_of_text(body.text, language or "zh-Hant")
    made = _make(intake, sender, body, before.now, before.running, spoken, language or spoken)
    if made.registration is not None:
        await refuse_unfair(session, sender.id, [*body.named_officers, *made.registration.named_officers])
        await check_officer(session, made.registration, "registration.officer")
    row = _row(made, body, sender, request, id_, key, before)
    people = [person.model_dump() for person in (body.complainant, body.representative) if person]
    hashes = [each for person in people for each in blind_indexes(intake.blind_key, person)]
    values = {"caller": sender.id, "key": request.key, "hashes": sorted(set(hashes)), **row}
    done = (await session.execute(_INSERT, values)).one()
    if not done.complaints or (request.key and not done.idempotency):
        raise _Lost
    if body.attachments:
        await bind(session, body.attachments, sender.id, id_)
    await publish(session, str(id_), *made.facts)
    return _answer(intake, id_, row["answer"])


async def _known(session: AsyncSession, intake: Intake, before: Any, request: _Request) -> dict[str, Any] | None:
    """Return the answer that was given before, ``None`` for a new complaint."""
    if before.key_complaint is not None:
        if before.key_hash != request.body_hash:
            raise Problem(422, "idempotency_key_reused")
        found = before.key_complaint
    elif before.external_complaint is not None:
        if before.external_hash != request.body_hash:
            raise Problem(409, "external_id_reused", number=before.external_number)
        found = before.external_complaint
    else:
        return None
    answer = await session.scalar(select(Complaint.answer).where(Complaint.id == found))
    return _answer(intake, found, cast("dict[str, Any]", answer))


@dataclass(frozen=True, slots=True)
class _Made:
    received: ComplaintReceived
    registration: ComplaintRegistered | None
    facts: tuple[Fact, ...]
    promised: list[dict[str, Any]]


def _make(
    intake: Intake, sender: Sender, body: NewComplaint, now: datetime, running: int, spoken: Language, told: Language
) -> _Made:
    procedure, calendar = intake.procedure, intake.calendar
    due_at = body.platform.due_at if body.platform else None
    cues = deciding.cues_of(body)
    received = ComplaintReceived(
        number=complaint_number(calendar.local_date(now).year, running),
        channel=body.channel,
        form=body.form,
        reply_form=procedure.policy.reply_form(body.channel, body.form),
        received_at=deciding.received_moment(body, by_person=sender.person, now=now, calendar=calendar),
        platform_due_at=deciding.moment_of(due_at, calendar, "platform.due_at") if due_at else None,
        language=spoken,
        anonymous=body.complainant is None,
        reachable=deciding.ways_to_reach((body.complainant, body.representative)),
        danger_cues=cues,
        urgent=bool(cues),
        named_officers=body.named_officers,
        service=body.service,
        district=body.place.district if body.place else None,
        attachments=len(body.attachments),
        by=sender.id,
    )
    registration = None
    if body.registration is not None:
        registration = deciding.registered(
            known_of(received), body.registration, procedure, officer=sender.id, by=sender.id
        )
    alarm = deciding.alarm(received, registration)
    facts = tuple(fact for fact in (received, alarm, registration) if fact is not None)
    found = promises(deciding.facts_so_far(received, registration, now), procedure, calendar)
    told_dates = deciding.promised(found, told, is_registered=registration is not None)
    return _Made(received, registration, facts, told_dates)


def known_of(received: ComplaintReceived) -> deciding.Known:
    """Return what registration needs of a complaint that was just received."""
    return deciding.Known(
        number=received.number,
        received_at=received.received_at,
        channel=received.channel,
        reply_form=received.reply_form,
        language=received.language,
        reachable=received.reachable,
        named_officers=received.named_officers,
        district=received.district,
    )


def _row(
    made: _Made, body: NewComplaint, sender: Sender, request: _Request, id_: UUID, key: bytes, before: Any
) -> dict[str, Any]:
    received, registration = made.received, made.registration
    subject = str(id_)
    answer = {
        "number": received.number,
        "stage": "registered" if registration else "received",
        "received_at": received.received_at.isoformat(),
        "promised": [promise | {"due_at": promise["due_at"].isoformat()} for promise in made.promised],
    }
    return {
        "id": id_,
        "running": before.running,
        "number": received.number,
        "stage": answer["stage"],
        "channel": body.channel,
        "form": body.form,
        "reply_form": received.reply_form,
        "language": received.language,
        "received_at": received.received_at,
        "recorded_at": before.now,
        "platform_due_at": received.platform_due_at,
        "reachable": list(received.reachable),
        "danger_cues": list(received.danger_cues),
        "urgent": received.urgent,
        "confidential": any(person.confidential for person in (body.complainant, body.representative) if person),
        "named_officers": list(registration.named_officers if registration else received.named_officers),
        "service": body.service,
        "district": received.district,
        "record": seal(key, subject, "record", json.dumps(_record(body), ensure_ascii=False)),
        "complainant": _sealed_person(key, subject, "complainant", body.complainant),
        "representative": _sealed_person(key, subject, "representative", body.representative),
        "by": sender.id,
        "external_id": request.external_id,
        "body_hash": request.body_hash,
        "answer": answer,
        "proposal": None,
        "labels": registration.model_dump(mode="json") if registration else None,
        "decided_at": before.now if registration else None,
        "decided_by": sender.id if registration else None,
        "erased_at": None,
    }


def _record(body: NewComplaint) -> dict[str, Any]:
    """Return what is sealed as the record: every free text, and what might name a person."""
    names = {"external_id", "platform", "references", "object", "matter", "reason", "remedy_sought", "text", "place"}
    return body.model_dump(mode="json", include=names, exclude_none=True)


def _sealed_person(key: bytes, subject: str, role: str, person: Person | None) -> bytes | None:
    return seal(key, subject, role, person.model_dump_json()) if person else None


def _answer(intake: Intake, id_: UUID, answer: dict[str, Any]) -> dict[str, Any]:
    return {"id": str(id_), **answer, "receipt_code": receipt_code(intake.receipt_key, id_)}


_BEFORE: Final = text(
    "SELECT coalesce((SELECT clock.now FROM clock), clock_timestamp()) AS now,"
    " nextval('complaints_running_seq') AS running,"
    " keyed.complaint AS key_complaint, keyed.body_hash AS key_hash,"
    " named.id AS external_complaint, named.body_hash AS external_hash, named.number AS external_number"
    " FROM (SELECT) AS one"
    " LEFT JOIN idempotency AS keyed ON keyed.caller = :caller AND keyed.key = :key"
    " LEFT JOIN complaints AS named ON named.channel = :channel AND named.external_id = :external_id"
).bindparams(bindparam("key", type_=LargeBinary), bindparam("external_id", type_=LargeBinary))


def _statement() -> Any:
    """Build the insert of complaint, blind indexes and idempotency key in one statement."""
    # on tables, not on mapped classes: the mapper would look at every execution
    tables = Complaint.metadata.tables
    columns = tables["complaints"].c
    complaint = (
        insert(tables["complaints"])
        .values({column.name: bindparam(column.name) for column in columns})
        .on_conflict_do_nothing(index_elements=["channel", "external_id"])
        .returning(columns.id)
        .cte("complaint")
    )
    hashes = func.unnest(bindparam("hashes", type_=ARRAY(LargeBinary))).label("hash")
    found = (
        insert(tables["blind_indexes"]).from_select(["hash", "complaint"], select(hashes, complaint.c.id)).cte("found")
    )
    key = bindparam("key", type_=LargeBinary)
    named = (
        insert(tables["idempotency"])
        .from_select(
            ["caller", "key", "body_hash", "complaint"],
            select(
                bindparam("caller", type_=Text), key, bindparam("body_hash", type_=LargeBinary), complaint.c.id
            ).where(key.is_not(None)),
        )
        .on_conflict_do_nothing()
        .returning(tables["idempotency"].c.caller)
        .cte("named")
    )
    return select(
        select(func.count()).select_from(complaint).scalar_subquery().label("complaints"),
        select(func.count()).select_from(named).scalar_subquery().label("idempotency"),
    ).add_cte(found)


_INSERT: Final = _statement()
