"""What each fact changes in the picture of a complaint: pure functions, one a kind of fact, in the order it lives."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from shared import events as said
from shared.lifecycle import OWNER, next_stage

AT_HAND: Final = timedelta(hours=24)
"""How long before its due time a duty counts as due soon; a working-day duty: on its last day."""
_LAST_WARNING: Final = 0.8
_UNDONE: Final = frozenset({"provisional", "running", "paused", "breached"})
_RUNNING: Final = frozenset({"provisional", "running"})


@dataclass(slots=True)
class Line:
    """A row of the ledger."""

    complaint: UUID
    row: str
    place: int
    duty: str
    clause: str
    started_at: datetime
    due_at: datetime | None
    binding: bool
    state: str
    proof: str | None = None
    proof_type: str | None = None
    fulfilled_at: datetime | None = None
    warned: list[float] = field(default_factory=list)
    warned_at: datetime | None = None


@dataclass(slots=True)
class Picture:
    """A complaint as it stands, field by field as in the table ``complaints``; not heard of yet: no stage."""

    id: UUID
    number: str = ""
    stage: Any = None
    channel: str = ""
    reply_form: str = ""
    language: str = ""
    anonymous: bool = False
    received_at: datetime | None = None
    registered_at: datetime | None = None
    procedure_version: str | None = None
    service: str | None = None
    topic_code: str | None = None
    nature: str | None = None
    kind: str | None = None
    category: str | None = None
    level: int | None = None
    importance: str | None = None
    urgent: bool = False
    district: str | None = None
    named_officers: list[str] = field(default_factory=list)
    department: str | None = None
    officer: str | None = None
    accepted: bool = False
    alarm_ringing: bool = False
    letters: dict[str, str] = field(default_factory=dict)
    letter_waits: bool = False
    file_state: str | None = None
    outcome: str | None = None
    erased: bool = False
    next_row: str | None = None
    next_duty: str | None = None
    next_clause: str | None = None
    next_due_at: datetime | None = None
    next_state: str | None = None
    soon_at: datetime | None = None
    breached: bool = False
    changed: int = 0


@dataclass(slots=True)
class Known:
    """All that is known of a complaint while facts are taken in."""

    picture: Picture
    lines: dict[str, Line] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    """The rows of the ledger that have changed."""


def move(picture: Picture, source: str, type_: str) -> None:
    """Follow the stage: only its owner's facts move it (``shared.lifecycle``)."""
    owner = OWNER[picture.stage] if picture.stage else "intake"
    if source == owner:
        picture.stage = next_stage(picture.stage, type_) or picture.stage


def look_ahead(known: Known) -> None:
    """Work out what is due next, from when on it is due soon, and whether something is overdue."""
    picture = known.picture
    over = picture.stage == "filed"
    undone = [line for line in known.lines.values() if line.state in _UNDONE and line.due_at and not over]
    first = min(undone, key=lambda line: (line.due_at, line.place), default=None)
    picture.next_row = first.row if first else None
    picture.next_duty, picture.next_clause = (first.duty, first.clause) if first else (None, None)
    picture.next_due_at, picture.next_state = (first.due_at, first.state) if first else (None, None)
    picture.breached = any(line.state == "breached" for line in undone)
    picture.soon_at = min((_soon(line) for line in undone if line.state in _RUNNING), default=None)
    picture.letter_waits = bool(picture.letters) and picture.stage != "withdrawn"


def _soon(line: Line) -> datetime:
    assert line.due_at is not None
    at_hand = line.due_at - AT_HAND
    warned = line.warned_at if line.warned and max(line.warned) >= _LAST_WARNING else None
    return min(at_hand, warned) if warned else at_hand


# --- The effects: (known, fact, time of the event) ----------------------------------------------------------------


def told(_: Known, __: said.Fact, ___: datetime) -> None:
    """Nothing but the story: it happened."""


def received(known: Known, fact: said.ComplaintReceived, _: datetime) -> None:
    """A complaint is there (4/5.2.6(1))."""
    picture = known.picture
    picture.number, picture.channel, picture.reply_form = fact.number, fact.channel, fact.reply_form
    picture.language, picture.anonymous, picture.received_at = fact.language, fact.anonymous, fact.received_at
    picture.service, picture.district, picture.urgent = fact.service, fact.district, fact.urgent
    picture.named_officers = list(fact.named_officers)


def alarm_raised(known: Known, _: said.AlarmRaised, __: datetime) -> None:
    """It rings (2/1.1.16(1))."""
    known.picture.alarm_ringing = True


def alarm_accepted(known: Known, _: said.AlarmAccepted, __: datetime) -> None:
    """Somebody has taken it."""
    known.picture.alarm_ringing = False


def registered(known: Known, fact: said.ComplaintRegistered, at: datetime) -> None:
    """In scope; the labels are set, and somebody is responsible (4/5.2.7, 1/1.1.10)."""
    picture = known.picture
    picture.registered_at, picture.procedure_version = at, fact.procedure_version
    picture.channel, picture.reply_form, picture.language = fact.channel, fact.reply_form, fact.language
    picture.officer, picture.district, picture.received_at = fact.officer, fact.district, fact.received_at
    picture.named_officers = list(fact.named_officers)
    _label(picture, fact)


def reclassified(known: Known, fact: said.ComplaintReclassified, _: datetime) -> None:
    """The labels are others now (2/1.1.14)."""
    _label(known.picture, fact)


def _label(picture: Picture, fact: said.ComplaintRegistered | said.ComplaintReclassified) -> None:
    picture.service, picture.topic_code, picture.nature = fact.service, fact.topic_code, fact.nature
    picture.kind, picture.category, picture.level = fact.kind, fact.category, fact.level
    picture.importance, picture.urgent = fact.importance, fact.urgent


def assigned(known: Known, fact: said.ComplaintAssigned, _: datetime) -> None:
    """Somebody else is responsible, and has not accepted yet (6/3.4.2(2))."""
    picture = known.picture
    picture.department, picture.officer, picture.accepted = fact.department, fact.officer, False


def accepted(known: Known, _: said.AssignmentAccepted, __: datetime) -> None:
    """The officer has taken it on."""
    known.picture.accepted = True


def determined(known: Known, fact: said.OpinionDetermined, _: datetime) -> None:
    """The outcome is known (4/5.2.9(1))."""
    known.picture.outcome = fact.outcome


def drafted(known: Known, fact: said.ReplyDrafted, _: datetime) -> None:
    """A letter waits for its check, or, where none is needed, its signature."""
    known.picture.letters = {**known.picture.letters, fact.reply: "drafted"}


def checked(known: Known, fact: said.ReplyChecked, _: datetime) -> None:
    """It waits for its signature."""
    known.picture.letters = {**known.picture.letters, fact.reply: "checked"}


def letter_left(known: Known, fact: said.ReplyReturned | said.ReplySigned, _: datetime) -> None:
    """It waits for neither any more: sent back to its author, or signed."""
    known.picture.letters = {name: state for name, state in known.picture.letters.items() if name != fact.reply}


def ended(known: Known, _: said.Fact, __: datetime) -> None:
    """Refused or withdrawn: no letter under way is signed any more."""
    known.picture.letters = {}


def reopened(known: Known, _: said.ComplaintReopened | said.RefusalOverturned, __: datetime) -> None:
    """Work begins again; a file that was under way no longer counts."""
    known.picture.letters, known.picture.accepted, known.picture.file_state = {}, False, None


def collected(known: Known, fact: said.FileCollected, _: datetime) -> None:
    """The archive has gathered the file (10/5.2.7)."""
    known.picture.file_state = "collected" if fact.complete else "incomplete"


def file_returned(known: Known, _: said.FileReturned, __: datetime) -> None:
    """It misses something: the handler's turn again (10/5.2.7)."""
    known.picture.file_state = "returned"


def file_sealed(known: Known, fact: said.FileSealed, _: datetime) -> None:
    """The volume is sealed (10/5.2.6); with a supplement the file rests as before."""
    known.picture.file_state = "filed" if fact.supplement else "sealed"


def file_gone(known: Known, _: said.FileVoided | said.FilingCancelled, __: datetime) -> None:
    """The volume does not stand."""
    known.picture.file_state = None


def filed(known: Known, _: said.ComplaintFiled, __: datetime) -> None:
    """It rests in the archive (4/5.2.11(1))."""
    known.picture.file_state = "filed"


def erased(known: Known, _: said.ComplaintErased, __: datetime) -> None:
    """Its words cannot be read any more, nor found (4/5.2.5)."""
    known.picture.erased = True


# --- The ledger --------------------------------------------------------------------------------------------------


def duty_started(known: Known, fact: said.DutyStarted, at: datetime) -> None:
    """A clause binds somebody."""
    state = "running" if fact.binding else "provisional"
    known.lines[fact.row] = Line(
        known.picture.id, fact.row, len(known.lines), fact.duty, fact.clause, at, fact.due_at, fact.binding, state
    )
    known.touched.add(fact.row)


def duty_changed(known: Known, fact: said.DutyChanged, _: datetime) -> None:
    """Its date, or whether it binds or stands still, is another."""
    line = _line(known, fact.row)
    line.due_at, line.binding = fact.due_at, fact.binding
    line.state = "paused" if fact.paused else "running" if fact.binding else "provisional"
    line.proof = line.proof_type = line.fulfilled_at = None


def duty_warned(known: Known, fact: said.DutyWarned, at: datetime) -> None:
    """Part of its time is gone."""
    line = _line(known, fact.row)
    line.warned, line.warned_at = sorted({*line.warned, fact.share}), at


def duty_fulfilled(known: Known, fact: said.DutyFulfilled, _: datetime) -> None:
    """It is proved, in time or late."""
    line = _line(known, fact.row)
    line.state, line.fulfilled_at = ("late" if fact.late else "fulfilled"), fact.at
    line.proof, line.proof_type = fact.proof, fact.proof_type


def duty_breached(known: Known, fact: said.DutyBreached, _: datetime) -> None:
    """Its time has passed."""
    line = _line(known, fact.row)
    line.state, line.due_at = "breached", fact.due_at


def duty_voided(known: Known, fact: said.DutyVoided, _: datetime) -> None:
    """It no longer binds."""
    _line(known, fact.row).state = "void"


def _line(known: Known, row: str) -> Line:
    known.touched.add(row)
    return known.lines[row]
