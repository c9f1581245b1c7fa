"""All that one person sees of one complaint, asked of its owners at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from services.desk.asking import Asking, Part, Refusal
from services.desk.dates import for_form, moment
from services.desk.highlight import Piece, pieces
from services.desk.labels import LABELS
from services.desk.office_names import Names, names
from services.desk.people import Person
from services.desk.sight import Sight
from services.desk.steps import BY_NAME, TO_DO, Step, may_take, offered
from shared.running import Service

ALARM: Final = "alarm_acceptance"
"""Stands at the head of the page while an alarm rings, before everything else."""
_OPEN_FIRST: Final = ("breached", "running", "paused", "provisional", "late", "fulfilled", "void")


@dataclass(frozen=True)
class Look:
    """The parts of a complaint's page; a part whose service did not answer says so in its place."""

    complaint: str
    sight: Sight
    record: Part
    case: Part
    reply: Part
    ledger: Part
    story: Part
    names: Names
    steps: list[Step] = field(default_factory=list)

    @property
    def pieces(self) -> Sequence[Piece]:
        """Return the complaint's own words, with figures marked."""
        return said(self.record)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Return the ledger: what is open first, and by its date."""
        found = self.ledger.value or self.story.value or {}
        rows = found.get("rows") or found.get("ledger") or []
        shown = [row for row in rows if not row.get("later")]
        return sorted(shown, key=lambda row: (_OPEN_FIRST.index(row.get("state", "void")), row.get("due_at") or "9"))

    @property
    def events(self) -> list[dict[str, Any]]:
        """Return the timeline, the newest first; what the duty engine says is in the ledger."""
        events = (self.story.value or {}).get("events") or []
        return [event for event in reversed(events) if not str(event.get("type", "")).startswith("duty.")]

    @property
    def returned_file(self) -> str | None:
        """Return the volume that the archivist sent back last, while it waits to be completed (10/5.2.7)."""
        story = self.story.value or {}
        sent_back = [one["data"]["file"] for one in story.get("events") or [] if one.get("type") == "file.returned"]
        return str(sent_back[-1]) if sent_back and story.get("file_state") == "returned" else None

    @property
    def to_do(self) -> list[dict[str, Any]]:
        """Return what is next, each with the step of ours that does it when this person may take it now."""
        todo = []
        for one in self.sight.case.get("next") or []:
            step = TO_DO.get(one.get("action", ""), "")
            todo.append({**one, "step": step if self._takeable(step) else ""})
        return todo

    @property
    def first(self) -> tuple[Step, str] | None:
        """Return the step to show open, with the entry it is about: the first of what is next, if it can be taken."""
        for name in (one["step"] for one in self.to_do if one["step"] != ALARM):
            for step, item in self._takeable(name):
                return step, item
        return None

    def _takeable(self, name: str) -> list[tuple[Step, str]]:
        step = BY_NAME.get(name)
        if step is None or not may_take(step, self.sight):
            return []
        entries = [one for one in self.sight.case.get(step.item) or [] if step.item_when(one)]
        return [(step, str(one["id"])) for one in entries] if step.item else [(step, "")]

    @property
    def letters(self) -> list[dict[str, Any]]:
        """Return the complaint's letters."""
        return (self.reply.value or {}).get("letters") or []

    def defaults(self) -> dict[str, dict[str, Any]]:
        """Return what forms begin with."""
        case = self.sight.case
        labels = {name: case.get(name) for name in (field.name for field in LABELS)}
        bases = case.get("fitting_bases") or []
        looks = {f"effect{one['id']}": one["looks_open"] for one in case.get("measures") or [] if one.get("looks_open")}
        return {name: {"after_days": days[0]} for name, days in looks.items()} | {
            "classification": {name: value for name, value in labels.items() if value is not None},
            "plan": {"investigators": [case.get("officer")]},
            "emergency_plan": {"departments": [case.get("department")]},
            "assignment": {"department": case.get("department") or ""},
            "measure": {"owner": case.get("officer") or ""},
            "closing": {"basis": bases[0] if bases else ""},
        }


def said(record: Part) -> Sequence[Piece]:
    """Return the complainant's own words, with figures, evidence and danger marked (1/1.1.7)."""
    content = record.value or {}
    danger = [(place["start"], place["end"]) for place in content.get("danger_places") or ()]
    return pieces(str(content.get("text") or ""), danger)


async def look(service: Service, person: Person, complaint: str) -> Look:
    """Ask everybody. Raises ``Refusal`` when nobody knows the complaint, or casework says that it names the person."""
    asking = Asking(service, person)
    record, case, reply, ledger, story = await asking.parts(
        ("intake", f"/complaints/{complaint}"),
        ("casework", f"/complaints/{complaint}"),
        ("reply", f"/complaints/{complaint}"),
        ("sla", f"/complaints/{complaint}/ledger"),
        ("insight", f"/complaints/{complaint}"),
    )
    for part in (record, case, reply):
        if part.refusal and part.refusal.code in {"named_in_complaint", "reviewer_sees_no_names"}:
            raise part.refusal
    unknown = next((part.refusal for part in (story, record) if part.refusal and part.refusal.status == 404), None)
    if unknown and not (case.value or record.value or story.value):
        raise unknown
    office = await names(service, asking)
    sight = _sight(person, record, case, reply, story, office)
    return Look(complaint, sight, record, case, reply, ledger, story, office, offered(sight))


def _sight(person: Person, record: Part, case: Part, reply: Part, story: Part, office: Names) -> Sight:
    stages = [(part.value or {}).get("stage") for part in (case, record, story)]
    # the owner's word counts; casework may not have heard yet that intake has just registered or refused
    stage = next((one for one in stages if one and one != "received"), stages[1] or stages[2] or stages[0])
    return Sight(
        person=person,
        stage=stage,
        record=record.value or {},
        case=case.value or {},
        reply=reply.value or {},
        leads=office.led_by(person.department),
    )


def now_for_form(value: Any) -> str:
    """Return an instant as a form's time field begins with it."""
    return for_form(moment(value))


__all__ = ["Look", "Refusal", "look", "now_for_form"]
