"""The promised dates of a stored complaint, as intake alone can tell them while the ledger is away."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from services.intake.deciding import promised
from services.intake.offices import Intake
from services.intake.tables import Complaint
from shared.events import ComplaintReceived, ComplaintRegistered, Fact, RefusalOverturned
from shared.glossary import Language
from shared.procedure import Procedure, Promise, promises


def received_of(row: Complaint) -> ComplaintReceived:
    """Return the fact of receipt again, from what is stored."""
    return ComplaintReceived.model_validate(
        {
            "number": row.number,
            "channel": row.channel,
            "form": row.form,
            "reply_form": row.reply_form,
            "received_at": row.received_at,
            "platform_due_at": row.platform_due_at,
            "language": row.language,
            "anonymous": row.complainant is None,
            "reachable": row.reachable,
            "danger_cues": row.danger_cues,
            "urgent": row.urgent,
            "named_officers": row.named_officers,
            "service": row.service,
            "district": row.district,
            "by": row.by,
        }
    )


def received_so_far(row: Complaint) -> list[tuple[Fact, datetime]]:
    """Return the facts before registration, with their times: receipt, and a refusal set aside by a review."""
    facts: list[tuple[Fact, datetime]] = [(received_of(row), row.recorded_at)]
    return [*facts, (RefusalOverturned(by="reviewer"), row.overturned_at)] if row.overturned_at else facts


def promised_dates(row: Complaint, intake: Intake, language: Language) -> list[dict[str, Any]]:
    """Return the dates promised by receipt and registration, without what happened since."""
    registration = ComplaintRegistered.model_validate(row.labels) if row.labels else None
    facts = received_so_far(row)
    facts += [(registration, row.decided_at or row.recorded_at)] if registration else []
    found = promises(facts, intake.procedure, intake.calendar)
    return promised(found, language, is_registered=registration is not None)


_CLOCK_UNITS: Final = frozenset({"hours", "minutes"})
_DAY_UNITS: Final = frozenset({"working_days", "calendar_days", "years"})
_MOST_SHAPES: Final = 2000


def first_promises(
    received: ComplaintReceived, now: datetime, intake: Intake, language: Language
) -> list[dict[str, Any]]:
    """Return the dates promised by receipt alone, as ``promised`` does.

    Complaints of one kind on one day are promised the same dates, or the same hours from their receipt: what was worked
    out for one is remembered for the others.
    """
    calendar, shapes = intake.shapes
    if calendar is not intake.calendar or len(shapes) > _MOST_SHAPES:
        shapes = {}
        intake.shapes = intake.calendar, shapes
    at, today = received.received_at, intake.calendar.local_date(now)
    day = today if at == now else intake.calendar.local_date(at)
    kind = tuple([getattr(received, name) for name in _names(intake)])
    key = (kind, day, today, at == now, language)
    shape: tuple[_Told, ...] | None = shapes.get(key)
    if shape is None or received.platform_due_at is not None:
        found = promises([(received, now)], intake.procedure, intake.calendar)
        told = promised(found, language, is_registered=False)
        made = [_shape(promise, one, at, now) for promise, one in zip(found, told, strict=True)]
        if received.platform_due_at is not None or not all(made):  # a date of its own, or nothing in common
            return told
        shapes[key] = shape = tuple(one for one in made if one)
    return [
        {
            "clause": one.clause,
            "title": one.title,
            "due_at": one.due_at or (at if one.from_receipt else now) + one.after,
            "binding": one.binding,
        }
        for one in shape
    ]


@dataclass(frozen=True, slots=True)
class _Told:
    clause: str
    title: str
    binding: bool
    due_at: datetime | None
    after: timedelta
    from_receipt: bool


def _shape(promise: Promise, told: dict[str, Any], received_at: datetime, now: datetime) -> _Told | None:
    """Return what holds for others of the same kind and day, ``None`` where nothing does (office hours)."""
    start, (unit, _) = promise.deadline.start, promise.deadline.rule.term
    by_clock = unit in _CLOCK_UNITS
    if start not in (received_at, now) or not (by_clock or unit in _DAY_UNITS):
        return None
    return _Told(
        clause=told["clause"],
        title=told["title"],
        binding=told["binding"],
        due_at=None if by_clock else told["due_at"],
        after=told["due_at"] - start,
        from_receipt=start == received_at,
    )


def _names(intake: Intake) -> tuple[str, ...]:
    """Return the fields of the receipt that the procedure looks at."""
    if not intake.looked_at:
        intake.looked_at = _looked_at(intake.procedure)
    return intake.looked_at


def _looked_at(procedure: Procedure) -> tuple[str, ...]:
    receipt = ComplaintReceived.type
    labels = {name for name, events in procedure.labels.items() if receipt in events}
    looks: set[str] = set()
    for duty in procedure.live:
        for ends in (duty.starts, duty.fulfilled_by, duty.voided_by):
            looks.update(name for each in ends if each.event == receipt for name in each.where)
    return tuple(sorted(labels | looks))
