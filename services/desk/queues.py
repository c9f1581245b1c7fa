"""Which queues a person sees, and which one first. Pure."""

from dataclasses import dataclass
from typing import Final

from services.desk.people import Person

QUEUES: Final = (
    "mine",
    "department",
    "scope_check",
    "alarms",
    "unaccepted",
    "due_soon",
    "breached",
    "to_sign",
    "to_file",
    "all",
)
_NEEDS: Final = {
    "scope_check": "intake.check_scope",
    "mine": "casework.handle",
    "department": "casework.handle",
    "to_sign": "reply.sign",
    "alarms": "casework.accept_alarm",
    "unaccepted": "casework.assign",
}
_FIRST: Final = (
    ("handler", "mine"),
    ("supervisor", "department"),
    ("operator", "scope_check"),
    ("archivist", "to_file"),
)


@dataclass(frozen=True)
class Beside:
    """A list that stands beside the queues: its page, its words, who works from it; ``always`` also when empty."""

    page: str
    words: str
    action: str
    always: bool = True


BESIDE: Final = {
    "sub_tasks": Beside("sub-tasks", "sub_tasks", "casework.contribute"),
    "effects": Beside("effects", "effects", "casework.look_at_effect"),
    "extensions": Beside("extensions", "extensions", "reply.approve_extension"),
    "unanswered": Beside("unanswered", "unanswered", "casework.assign"),
    "disputes": Beside("disputes", "disputes", "casework.arbitrate"),
    "visits": Beside("visits", "nav.visits", "reply.visit", always=False),
    "reviews": Beside("reviews", "nav.reviews", "reply.assign_review", always=False),
    "print_queue": Beside("print-queue", "print_queue", "reply.send", always=False),
}
"""By the name under which its owner counts it; looks at effect are the office's, and nobody counts them."""


def queues_of(person: Person) -> list[str]:
    """Return the queues with work for one of the person's roles."""
    return [queue for queue in QUEUES if queue not in _NEEDS or person.may(_NEEDS[queue])]


def first_queue(person: Person) -> str:
    """Return what the person looks at first."""
    return next((queue for role, queue in _FIRST if role in person.roles), "all")
