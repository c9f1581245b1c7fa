"""What one person sees of one complaint, and what follows from it for what the page offers. Pure."""

from dataclasses import dataclass, field
from typing import Any

from services.desk.people import Person
from shared import lifecycle


@dataclass(frozen=True)
class Sight:
    """The answers of the services on one complaint, before one person."""

    person: Person
    stage: Any
    record: dict[str, Any] = field(default_factory=dict)
    case: dict[str, Any] = field(default_factory=dict)
    reply: dict[str, Any] = field(default_factory=dict)
    leads: frozenset[str] = frozenset()
    """The departments that the person's department is, or stands above."""

    @property
    def is_officer(self) -> bool:
        """Say whether the person is the one the complaint is assigned to."""
        return bool(self.case) and self.case.get("officer") == self.person.officer

    @property
    def in_charge(self) -> bool:
        """Say whether the person may act on the case: its officer, or a supervisor of its department or above."""
        return self.is_officer or ("supervisor" in self.person.roles and self.case.get("department") in self.leads)

    @property
    def level(self) -> Any:
        """Return the complaint's level, if it has one."""
        return self.case.get("level")

    @property
    def investigated(self) -> bool:
        """Say whether this kind is investigated at all: consultations and suggestions are answered without."""
        return self.case.get("kind") == "complaint"

    @property
    def investigation_ended(self) -> bool:
        """Say whether the facts are established."""
        return bool((self.case.get("investigation") or {}).get("ended_at"))

    @property
    def has_opinion(self) -> bool:
        """Say whether an opinion waits to be determined."""
        opinion = self.case.get("opinion") or {}
        return bool(opinion) and not opinion.get("determined_at")

    @property
    def paused(self) -> bool:
        """Say whether the clocks stand still."""
        return any(not pause.get("until") and not pause.get("resumed_at") for pause in self.case.get("pauses") or [])

    @property
    def disputed(self) -> bool:
        """Say whether it is disputed whose case it is."""
        return any(not dispute.get("decided_at") for dispute in self.case.get("disputes") or [])

    @property
    def planned(self) -> bool:
        """Say whether the investigation has its plan (3/3.1)."""
        return bool((self.case.get("investigation") or {}).get("plan"))

    @property
    def ringing(self) -> bool:
        """Say whether an alarm waits for somebody to take it."""
        return any(not alarm.get("accepted_at") for alarm in self.case.get("alarms") or [])

    @property
    def plan_runs(self) -> bool:
        """Say whether an emergency plan is under way."""
        return any(not plan.get("ended_at") for plan in self.case.get("emergency_plans") or [])

    @property
    def may_start_plan(self) -> bool:
        """Say whether an emergency plan can be started: level 1, or an alarm has rung, and none is under way."""
        return (self.level == 1 or bool(self.case.get("alarms"))) and not self.plan_runs

    def allows(self, event: str) -> bool:
        """Say whether the stage lets this happen."""
        return self.stage is not None and lifecycle.is_possible(self.stage, event)
