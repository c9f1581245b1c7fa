"""What a run counts, and the table it prints at its end."""

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

ACTS = "acts: "
"""Before the names of what officers and complainants did, among the counts."""


@dataclass(eq=False)
class Request:
    """One request on its way: sent whole to the process, not answered yet."""

    service: str
    failed: bool = False


@dataclass(frozen=True)
class Kill:
    """What was killed, and what was unanswered at that moment."""

    what: str
    unanswered: list[Request]
    at_work: bool = True
    """Whether it met what was at work; what was only starting had taken no request yet."""

    @property
    def hit(self) -> bool:
        """Whether a request that was on its way has truly never been answered by what was killed."""
        return any(request.failed for request in self.unanswered)


@dataclass
class Tally:
    """Counted while it runs; ``downs`` are the spans without (all of) the office, by the clock of this machine."""

    seed: int
    answers: list[dict[str, Any]] = field(default_factory=list)
    """What clients sent and were answered: the checker's first witness."""
    kills: list[Kill] = field(default_factory=list)
    downs: list[tuple[datetime, datetime]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    """What clients saw that may not be: two answers to one key, a refusal that makes no sense."""
    begun: float = field(default_factory=time.monotonic)

    def down(self, since: datetime, until: datetime) -> timedelta:
        """How long something was down between two moments; spans that overlap count once."""
        total, reached = timedelta(), since
        for start, end in sorted(self.downs):
            begin, stop = max(start, reached), min(end, until)
            if stop > begin:
                total, reached = total + (stop - begin), stop
        return total

    @property
    def hits(self) -> int:
        """Kills that left a request unanswered for ever."""
        return sum(kill.hit for kill in self.kills)

    @property
    def midway(self) -> int:
        """Kills while a request was unanswered."""
        return sum(bool(kill.unanswered) for kill in self.kills)

    def table(self, violations: int) -> str:
        """The summary."""
        by_what = Counter(kill.what for kill in self.kills)
        lost = sum(request.failed for kill in self.kills for request in kill.unanswered)
        whole = self.down(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
        rows: list[tuple[str, object]] = [
            ("seed", self.seed),
            ("kills", len(self.kills)),
            *((f"  {what}", count) for what, count in sorted(by_what.items())),
            ("kills while a request was unanswered", self.midway),
            ("kills that left one unanswered for ever", f"{self.hits} ({lost} requests)"),
            ("complaints answered", len(self.answers)),
            *self._counted(),
            ("down, seconds", round(whole.total_seconds(), 1)),
            ("whole run, seconds", round(time.monotonic() - self.begun, 1)),
            ("violations", violations),
        ]
        wide = max(len(name) for name, _ in rows)
        return "\n".join(f"  {name:<{wide}}  {value}" for name, value in rows)

    def _counted(self) -> list[tuple[str, object]]:
        acts = sum(count for name, count in self.counts.items() if name.startswith(ACTS))
        others = sorted((name, count) for name, count in self.counts.items() if not name.startswith(ACTS))
        return [("acts done by officers and complainants", acts), *others]


def now() -> datetime:
    """The moment, as the databases on this machine see it."""
    return datetime.now(UTC)
