"""Does a journey turn red when two entries are swapped in a service's handler table?

    python -m tests.journeys.break_handlers [SERVICE | SERVICE:OneFact,OtherFact ...]

In each service, each two neighbours of the table that do different things are swapped. What stays green is a defect of
the journeys: exit code 1.
"""

import importlib
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from shared.settings import SERVICES
from tests.journeys.breaking import broken_offices


def table(service: str) -> dict[Any, Any]:
    """Return a service's handler table; empty for one that hears nothing."""
    try:
        handlers: dict[Any, Any] = importlib.import_module(f"services.{service}.handlers").HANDLERS
    except ModuleNotFoundError:
        return {}
    return handlers


def swap(order: str) -> None:
    """Swap two entries: ``sla:ComplaintClosed,ComplaintReopened``."""
    service, _, names = order.partition(":")
    handlers = table(service)
    one, other = (next(fact for fact in handlers if fact.__name__ == name) for name in names.split(","))
    handlers[one], handlers[other] = handlers[other], handlers[one]


def neighbours(service: str) -> Iterator[tuple[str, str]]:
    """Return the neighbours of a table that do different things."""
    for (one, first), (other, second) in pairwise(table(service).items()):
        if _does(first) != _does(second):
            yield one.__name__, other.__name__


def _does(handler: Callable[..., Any]) -> Any:
    inner = [cell.cell_contents for cell in handler.__closure__ or ()]
    return inner or handler


_WHERE = {
    "Extension": "extension_told_in_advance",
    "Preliminary": "extension_told_in_advance",
    "Urging": "slow_complaint_is_urged",
    "Paused": "clock_is_paused",
    "Resumed": "clock_is_paused",
    "Reopened": "complaint_is_reopened",
    "Cancelled": "complaint_is_reopened",
    "Disputed": "complaint_is_reopened",
    "Withdraw": "complaint_is_withdrawn",
    "Overturned": "review_is_asked_for",
    "Refus": "out_of_scope_message_is_refused",
    "Returned": "file_is_returned",
    "Reclassified": "level_is_changed",
    "Breached": "what_comes_late_is_late",
    "Warned": "slow_complaint_is_urged",
    "Alarm": "gas_leak_at_night",
    "Erased": "complaint_is_erased",
    "Review": "review_is_asked_for",
    "Replied": "review_is_asked_for",
    "Classified": "machine_registers_what_is_clear",
    "Calendar": "holidays_and_make_up_days",
    "Defined": "office_grows",
    "ResultNotice": "what_comes_late_is_late",
}
_EVERYTHING = (
    "water_outage_is_answered_in_time",
    "what_comes_late_is_late",
    "complaint_is_reopened",
    "mail_is_laid",
    "machine_registers_what_is_clear",
)
"""The journeys in which a fact would be missed first, and those that meet most facts."""


def _where(names: str) -> list[str]:
    return list(dict.fromkeys([*(file for part, file in _WHERE.items() if part in names), *_EVERYTHING]))


def main() -> int:
    """Swap in every service, or in those that are named."""
    with broken_offices() as (attempt, _):
        for wanted in sys.argv[1:] or SERVICES:
            orders = [wanted] if ":" in wanted else [f"{wanted}:{one},{other}" for one, other in neighbours(wanted)]
            for order in orders:
                attempt(order, ["--swap", order], *_where(order))
    return attempt.told()


if __name__ == "__main__":
    sys.exit(main())
