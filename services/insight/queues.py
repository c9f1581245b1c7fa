"""The queues: each is named and defined here, once. Pure; the indexes of the table carry the same conditions."""

from dataclasses import dataclass
from typing import Final, Literal

Scope = Literal["officer", "department", "reach", "office"]
"""Whose: ``officer`` the caller's own; ``department`` the caller's department and those below it; ``office`` all;
``reach`` as ``department`` for handlers and supervisors, as ``office`` for who serves the whole office."""

OPEN: Final = "(stage IN ('registered', 'assigned', 'investigating', 'decided', 'replied') OR file_state = 'returned')"


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue: which complaints are in it (SQL on the table ``complaints``), and whose it shows."""

    meaning: str
    condition: str
    scope: Scope = "office"
    moment: str = "true"
    """A further condition that depends on the time (``:now``)."""
    order: Literal["received_at", "soon_at"] = "received_at"
    """The time that its complaints are ordered by."""
    newest_first: bool = False


QUEUES: Final[dict[str, Queue]] = {
    "mine": Queue("the caller is responsible, and there is something to do", OPEN, "officer"),
    "department": Queue("the same for the caller's department and those below it", OPEN, "department"),
    "scope_check": Queue("received, and nobody has decided yet whether it is in scope", "stage = 'received'"),
    "alarms": Queue("danger is possible, and nobody has taken the alarm", "alarm_ringing"),
    "unaccepted": Queue(
        "assigned, and not accepted yet", "stage IN ('assigned', 'investigating', 'decided') AND NOT accepted", "reach"
    ),
    "due_soon": Queue(
        "a duty is due within 24 hours, or the last warning was given",
        "soon_at IS NOT NULL",
        "reach",
        "soon_at <= :now",
        order="soon_at",
    ),
    "breached": Queue("a duty is overdue and not fulfilled", "breached", "reach"),
    "to_sign": Queue("a letter waits for a check or a signature", "letter_waits", "department"),
    "to_file": Queue("ended, and not in the archive yet", "stage IN ('closed', 'refused', 'withdrawn')"),
    "all": Queue("every complaint, the newest first", "true", newest_first=True),
}
