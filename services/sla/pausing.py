"""When the clock of a complaint stands still: typed pauses, each reason up to the policy's cap."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.office_calendar import Calendar
from shared.procedure import Policy, within_caps
from shared.working_time import Pause

_FOR_EVER = timedelta(days=3660)


@dataclass(slots=True)
class Pausing:
    """The pauses so far. ``still`` holds the reasons for which the clock stands still now, each since when."""

    policy: Policy
    closed: list[Pause] = field(default_factory=list)
    open: dict[str, datetime] = field(default_factory=dict)
    still: dict[str, datetime] = field(default_factory=dict)

    @property
    def since(self) -> datetime | None:
        """Since when the clock stands still without a break, or None while it runs."""
        return min(self.still.values(), default=None)

    def begin(self, reason: str, at: datetime, calendar: Calendar) -> datetime | None:
        """Stop the clock; returns when the cap of the reason will let it run again, None where nothing caps it."""
        if reason in self.open:
            return None
        longest = Pause(at, at + _FOR_EVER, reason)
        self.open[reason] = at
        kept = within_caps([*self.closed, longest], self.policy, calendar)
        mine = next((pause for pause in kept if pause.reason == reason and pause.start >= at), None)
        if mine is None:
            return None
        self.still[reason] = at
        return mine.end if mine.end < longest.end else None

    def run_out(self, reason: str, since: datetime) -> None:
        """The cap of the reason is used up: the clock runs, though the reason is still there."""
        if self.still.get(reason) == since:
            del self.still[reason]

    def end(self, reason: str, at: datetime) -> None:
        """The reason has gone."""
        begun = self.open.pop(reason, None)
        self.still.pop(reason, None)
        if begun is not None and begun < at:
            self.closed.append(Pause(begun, at, reason))

    def settled(self, at: datetime, calendar: Calendar) -> tuple[Pause, ...]:
        """The pauses that are over; one that still lasts is left out, so that a date does not move by itself."""
        return self._kept(at, calendar, {reason for reason in self.open if reason not in self.still})

    def until(self, at: datetime, calendar: Calendar) -> tuple[Pause, ...]:
        """The pauses as if all of them ended now."""
        return self._kept(at, calendar, set(self.open))

    def for_ever(self, calendar: Calendar) -> tuple[Pause, ...]:
        """The pauses as if those that last were to last for ever, up to their caps."""
        lasting = [Pause(begun, begun + _FOR_EVER, reason) for reason, begun in sorted(self.open.items())]
        return within_caps([*self.closed, *lasting], self.policy, calendar)

    def _kept(self, at: datetime, calendar: Calendar, reasons: set[str]) -> tuple[Pause, ...]:
        pauses = [*self.closed, *(Pause(self.open[r], at, r) for r in sorted(reasons) if self.open[r] < at)]
        return within_caps(pauses, self.policy, calendar) if pauses else ()
