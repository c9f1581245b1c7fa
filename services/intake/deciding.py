"""What becomes of a complaint at the edge, as plain values: what is received, what rings, what is registered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from services.intake.inputs import Labels, NewComplaint, Person
from shared.danger import DECLARED, danger_codes
from shared.errors import Problem
from shared.events import AlarmRaised, ComplaintReceived, ComplaintRegistered, Fact
from shared.glossary import Channel, Importance, Language, LetterWay, NoticeWay, ReplyForm
from shared.office_calendar import Calendar
from shared.procedure import Procedure, Promise, load

BACKDATED_CHANNELS: Final = frozenset({"letter", "fax", "third_party"})
LONGEST_AGO: Final = timedelta(days=5 * 366)
Way = LetterWay | NoticeWay


def invalid(field: str, rule: str) -> Problem:
    """Return the 422 that names one field and its rule."""
    return Problem(422, "invalid", errors=[(field, rule)])


def received_moment(body: NewComplaint, *, by_person: bool, now: datetime, calendar: Calendar) -> datetime:
    """Return when the complaint reached the office (UTC); a date alone counts as 09:00 of that date.

    Raises ``Problem`` 422 where it may not be given, lies in the future or too far back.
    """
    given = body.received_at
    if given is None:
        return now
    if not by_person and body.channel not in BACKDATED_CHANNELS:
        raise invalid("received_at", "received_at_not_yours")
    moment = moment_of(given, calendar, "received_at")
    if not isinstance(given, datetime) and given == calendar.local_date(now):
        moment = min(moment, now)  # today's mail, entered before nine
    if moment > now:
        raise invalid("received_at", "in_the_future")
    if moment < now - LONGEST_AGO:
        raise invalid("received_at", "too_long_ago")
    return moment


def moment_of(given: datetime | date, calendar: Calendar, field: str) -> datetime:
    """Return the instant in UTC. Raises ``Problem`` 422 for one that no calendar knows."""
    try:
        return calendar.moment(given)
    except (OverflowError, ValueError):
        raise invalid(field, "date_wrong") from None


def ways_to_reach(people: Iterable[Person | None]) -> tuple[Way, ...]:
    """Return how complainant or representative can be told something; empty when there is nobody to reach."""
    ways: list[Way] = []
    for person in people:
        if person is not None:
            ways += ["phone", "sms"] if person.phone else []
            ways += ["mail"] if person.email else []
            ways += ["letter"] if person.postal_address else []
    return tuple(dict.fromkeys(ways))


def cues_of(body: NewComplaint) -> tuple[str, ...]:
    """Return the codes of all danger cues in what was said, and ``declared`` where the caller says so."""
    said = "\n".join(filter(None, (body.text, body.matter, body.reason, body.object, body.remedy_sought)))
    return (*danger_codes(said), *((DECLARED,) if body.danger else ()))


def check_labels(labels: Labels, prefix: str = "") -> None:
    """Raise ``Problem`` 422 where the labels do not fit together."""
    errors = []
    if labels.topic_code.partition(".")[0] != labels.service:
        errors.append((f"{prefix}topic_code", "topic_of_other_service"))
    if labels.kind == "complaint" and labels.level is None:
        errors.append((f"{prefix}level", "level_needed"))
    by_reach = load().policy.level_by_reach(labels.extent, labels.people_affected)
    if labels.kind == "complaint" and labels.level and by_reach and labels.level > by_reach[0]:
        errors.append((f"{prefix}level", "level_below_reach"))
    if errors:
        raise Problem(422, "invalid", errors=errors)


@dataclass(frozen=True, slots=True)
class Known:
    """What intake knows of a complaint when it is registered."""

    number: str
    received_at: datetime
    channel: Channel
    reply_form: ReplyForm
    language: Language
    reachable: tuple[Way, ...]
    named_officers: tuple[str, ...]
    district: str | None
    source: str | None = None
    topics_before: Mapping[str, int] = field(default_factory=dict)
    """How many complaints this person had registered of late, by topic (3/2.2)."""


def registered(
    known: Known, labels: Labels, procedure: Procedure, *, officer: str, by: str, by_machine: bool = False
) -> ComplaintRegistered:
    """Return the fact of registration (4/5.2.7): importance and category follow from the policy."""
    level = labels.level if labels.kind == "complaint" else None
    because = procedure.policy.major_because(
        level=level,
        passed_on_by=(known.channel, known.source),
        of_the_matter=known.topics_before.get(labels.topic_code, 0) + 1,
        chosen=labels.importance == "major",
    )
    importance: Importance = "major" if because else "ordinary"
    given = {"level": level, "importance": importance, "urgent": labels.urgent}
    return ComplaintRegistered(
        number=known.number,
        received_at=known.received_at,
        channel=known.channel,
        reply_form=known.reply_form,
        language=known.language,
        service=labels.service,
        topic_code=labels.topic_code,
        nature=labels.nature,
        kind=labels.kind,
        category=procedure.policy.category(labels.topic_code, labels.nature),
        level=level,
        importance=importance,
        major_because=because,
        extent=labels.extent,
        people_affected=labels.people_affected,
        urgent=procedure.policy.is_urgent(given),
        district=labels.district or known.district,
        named_officers=known.named_officers if labels.named_officers is None else labels.named_officers,
        reachable=known.reachable,
        procedure_version=procedure.version,
        officer=labels.officer or officer,
        by_machine=by_machine,
        by=by,
    )


def alarm(received: ComplaintReceived, registration: ComplaintRegistered | None) -> AlarmRaised | None:
    """Return what rings: danger cues, else a person who chose level 1; once, whatever the reasons."""
    if received.danger_cues:
        return AlarmRaised(cause="danger_cue", cues=received.danger_cues)
    if registration is not None and registration.level == 1:
        return AlarmRaised(cause="level")
    return None


def promised(found: Iterable[Promise], language: Language, *, is_registered: bool) -> list[dict[str, Any]]:
    """Return the dates as they are told (1/1.1.9): binding once registered, where the calendar is published."""
    return [
        {
            "clause": promise.clause,
            "title": promise.title.by_language()[language],
            "due_at": promise.deadline.due_at,
            "binding": is_registered and promise.binding and not promise.deadline.provisional,
        }
        for promise in found
    ]


MACHINE_LABELS: Final = ("service", "topic_code", "nature", "kind", "level", "importance")


def machine_labels(proposal: Mapping[str, Any], cues: Iterable[str], threshold: float) -> Labels | None:
    """Return the labels under which the machine may register, ``None`` where a person decides.

    Danger is never lowered: with a cue the level is 1, and what is no complaint goes to a person.
    """
    confident = proposal["in_scope"] and proposal["confidence"].get("in_scope", 0.0) >= threshold
    if not confident or proposal["to_person"]:
        return None
    if any(proposal[label] is None for label in ("service", "topic_code", "nature")):
        return None
    given = {label: proposal[label] for label in MACHINE_LABELS}
    if any(cues):
        if given["kind"] != "complaint":
            return None
        given |= {"level": 1}
    if given["kind"] == "complaint" and given["level"] is None:
        return None
    return Labels(**given)


def facts_so_far(
    received: ComplaintReceived, registration: ComplaintRegistered | None, now: datetime
) -> list[tuple[Fact, datetime]]:
    """Return the facts with their time, as the promises are made from them."""
    return [(fact, now) for fact in (received, registration) if fact is not None]
