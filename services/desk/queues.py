"""Which queues a person sees, and which one first. Pure."""

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


def queues_of(person: Person) -> list[str]:
    """Return the queues with work for one of the person's roles."""
    return [queue for queue in QUEUES if queue not in _NEEDS or person.may(_NEEDS[queue])]


def first_queue(person: Person) -> str:
    """Return what the person looks at first."""
    return next((queue for role, queue in _FIRST if role in person.roles), "all")
