"""What a complaint becomes when it is taken in: its facts, the dates that are promised, and its rows; sealed."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import deciding
from services.intake.blind_index import blind_indexes, reference_indexes
from services.intake.fairness import refuse_unfair
from services.intake.inputs import NewComplaint, Person
from services.intake.languages import language_of_text
from services.intake.numbering import complaint_number
from services.intake.offices import Intake
from services.intake.promising import first_promises
from services.intake.repeating import topics_of
from services.intake.scope import check_officer
from shared.events import ComplaintReceived, ComplaintRegistered, Fact
from shared.glossary import Language
from shared.privacy import seal
from shared.procedure import promises


@dataclass(frozen=True, slots=True)
class Sender:
    """Who hands it in: ``id`` stands in ``by`` and owns attachments; ``person``: an operator, not a machine."""

    id: str
    person: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """By what a request is known again: keyed hashes of its body, its idempotency key and its external id."""

    body_hash: bytes
    key: bytes | None
    external_id: bytes | None


@dataclass(slots=True)
class Asked:
    """What one caller hands in; ``running`` is the number's middle once it is drawn."""

    sender: Sender
    body: NewComplaint
    request: Request
    language: Language | None
    running: int | None = None

    @property
    def identities(self) -> list[tuple[str, str, bytes]]:
        """Return by what this is the same complaint as another."""
        request, names = self.request, []
        if request.key:
            names.append(("key", self.sender.id, request.key))
        if request.external_id:
            names.append(("external", str(self.body.channel), request.external_id))
        return names


def request_of(
    intake: Intake, sender: Sender, body: NewComplaint, idempotency_key: str | None, alike_without: frozenset[str]
) -> Request:
    """Return by what a request is known again."""

    # keyed hashes: a plain one would let anybody with the table try out what was said
    def keyed(kind: str, value: str) -> bytes:
        return hmac.digest(intake.blind_key, f"{kind}\0{value}".encode(), hashlib.sha256)

    return Request(
        body_hash=keyed("body", body.model_dump_json(exclude_unset=True, exclude=set(alike_without) or None)),
        key=keyed("idempotency", f"{sender.id}\0{idempotency_key}") if idempotency_key else None,
        external_id=keyed("external", body.external_id) if body.external_id else None,
    )


@dataclass(frozen=True, slots=True)
class Made:
    """What becomes of a complaint that is taken in."""

    received: ComplaintReceived
    registration: ComplaintRegistered | None
    facts: tuple[Fact, ...]
    promised: list[dict[str, Any]]


async def make(session: AsyncSession, intake: Intake, asked: Asked, now: datetime) -> Made:
    """Return what becomes of it. Raises ``Problem`` where it cannot be taken in."""
    sender, body, running = asked.sender, asked.body, asked.running
    if running is None:
        raise ValueError("a complaint without a number")
    spoken = body.language or language_of_text(body.text, asked.language or "zh-Hant")
    received = _received(intake, sender, body, now, running, spoken)
    told = asked.language or spoken
    if body.registration is None:
        alarm = deciding.alarm(received, None)
        facts: tuple[Fact, ...] = (received, alarm) if alarm else (received,)
        return Made(received, None, facts, first_promises(received, now, intake, told))
    known = await _known(session, intake, body, received)
    registration = deciding.registered(known, body.registration, intake.procedure, officer=sender.id, by=sender.id)
    await refuse_unfair(session, sender.id, [*body.named_officers, *registration.named_officers])
    await check_officer(session, registration, "registration.officer")
    alarm = deciding.alarm(received, registration)
    facts = (received, alarm, registration) if alarm else (received, registration)
    found = promises(deciding.facts_so_far(received, registration, now), intake.procedure, intake.calendar)
    return Made(received, registration, facts, deciding.promised(found, told, is_registered=True))


def _received(
    intake: Intake, sender: Sender, body: NewComplaint, now: datetime, running: int, spoken: Language
) -> ComplaintReceived:
    procedure, calendar = intake.procedure, intake.calendar
    due_at = body.platform.due_at if body.platform else None
    cues = deciding.cues_of(body)
    return ComplaintReceived(
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
        source=body.platform.kind if body.platform else None,
        service=body.service,
        district=body.place.district if body.place else None,
        attachments=len(body.attachments),
        by=sender.id,
    )


async def _known(
    session: AsyncSession, intake: Intake, body: NewComplaint, received: ComplaintReceived
) -> deciding.Known:
    """Return what registration needs of a complaint that was just received."""
    days = intake.procedure.policy.major.repeated.within_days
    return deciding.Known(
        number=received.number,
        received_at=received.received_at,
        channel=received.channel,
        reply_form=received.reply_form,
        language=received.language,
        reachable=received.reachable,
        named_officers=received.named_officers,
        district=received.district,
        source=received.source,
        topics_before=await topics_of(session, _hashes(intake, body), received.received_at, days),
    )


def _hashes(intake: Intake, body: NewComplaint) -> list[bytes]:
    """Return the keyed hashes under which the people, and the matter by its numbers, are found again."""
    people = [person.model_dump() for person in (body.complainant, body.representative) if person]
    found = [each for person in people for each in blind_indexes(intake.blind_key, person)]
    return [*found, *reference_indexes(intake.blind_key, _references(body))]


def _references(body: NewComplaint) -> dict[str, str | None]:
    """Return the numbers by which others know the matter, the platform's own too (1/1.1.5)."""
    own = body.references.model_dump() if body.references else {}
    return own | {"platform": body.platform.reference if body.platform else None}


def row_of(intake: Intake, asked: Asked, made: Made, id_: UUID, key: bytes, now: datetime) -> dict[str, Any]:
    """Return the complaint's row, everything personal in it sealed, and beside it hashes and key."""
    sender, body, request = asked.sender, asked.body, asked.request
    received, registration = made.received, made.registration
    subject = str(id_)
    hashes = _hashes(intake, body)
    answer = {
        "number": received.number,
        "stage": "registered" if registration else "received",
        "received_at": _utc(received.received_at.isoformat()),
        "promised": [promise | {"due_at": _utc(promise["due_at"].isoformat())} for promise in made.promised],
    }
    return {
        "id": id_,
        "running": asked.running,
        "number": received.number,
        "stage": answer["stage"],
        "channel": body.channel,
        "form": body.form,
        "reply_form": received.reply_form,
        "language": received.language,
        "received_at": received.received_at,
        "recorded_at": now,
        "platform_due_at": received.platform_due_at,
        "reachable": list(received.reachable),
        "danger_cues": list(received.danger_cues),
        "urgent": received.urgent,
        "confidential": any(person.confidential for person in (body.complainant, body.representative) if person),
        "named_officers": list(registration.named_officers if registration else received.named_officers),
        "service": body.service,
        "source": received.source,
        "district": received.district,
        "record": seal(key, subject, "record", _record(body)),
        "complainant": _sealed_person(key, subject, "complainant", body.complainant),
        "representative": _sealed_person(key, subject, "representative", body.representative),
        "by": sender.id,
        "external_id": request.external_id,
        "body_hash": request.body_hash,
        "answer": answer,
        "proposal": None,
        "labels": registration.model_dump(mode="json") if registration else None,
        "decided_at": now if registration else None,
        "decided_by": sender.id if registration else None,
        "overturned_at": None,
        "erased_at": None,
        # beside the complaint's own columns
        "hashes": sorted(set(hashes)),
        "caller": sender.id,
        "key": request.key,
        "complaint": id_,
    }


def _record(body: NewComplaint) -> str:
    """Return what is sealed as the record: every free text, and what might name a person."""
    names = {"external_id", "platform", "references", "object", "matter", "reason", "remedy_sought", "text", "place"}
    return body.model_dump_json(include=names, exclude_none=True)


def _sealed_person(key: bytes, subject: str, role: str, person: Person | None) -> bytes | None:
    return seal(key, subject, role, person.model_dump_json()) if person else None


def _utc(moment: str) -> str:
    return moment.replace("+00:00", "Z")
