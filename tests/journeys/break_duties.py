"""Does every live duty have a journey that turns red without it, and one that turns red when its number changes?

    python -m tests.journeys.break_duties [DUTY ...]

For each live duty of the procedure, in a copy of ``procedure.yaml``: it is deleted, and each of its numbers is changed;
then the journeys marked ``@pytest.mark.duty("reply.phone")`` run on the embedded carrier until the first turns red. The
checker does not look: the journeys have to see it in the ledger. What stays green is a defect of the journeys: exit
code 1. A change that the product refuses at its start is red, too.
"""

import copy
import sys
from collections.abc import Iterator
from typing import Any

import yaml

from shared.procedure.reader import FILE
from tests.journeys.breaking import broken_offices


def live(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the duties that are not `later`."""
    return [duty for duty in document["duties"] if not duty.get("later")]


def breakages(document: dict[str, Any], id_: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return each way in which a duty can be broken, with the procedure that has it so."""
    broken = copy.deepcopy(document)
    broken["duties"] = [duty for duty in broken["duties"] if duty["id"] != id_]
    yield "deleted", broken
    for what, value in numbers(next(duty for duty in live(document) if duty["id"] == id_)):
        broken = copy.deepcopy(document)
        duty = next(duty for duty in live(broken) if duty["id"] == id_)
        if what == "due_by":
            duty.pop("due_by")
            duty["due"] = value
        elif what == "due":
            duty["due"] = value
        else:
            for start in duty["starts"]:
                if "after" in start:
                    start["after"] = value
        shown = ", ".join(f"{unit}: {n}" for unit, n in value.items())
        yield f"{what} changed to {shown}", broken


def numbers(duty: dict[str, Any]) -> Iterator[tuple[str, dict[str, int]]]:
    """Return what can be set instead of a duty's numbers: one less and one more."""
    for step in (-1, 1):
        if "due" in duty:
            ((unit, n),) = duty["due"].items()
            if n + step > 0:
                yield "due", {unit: n + step}
        if "due_by" in duty:
            yield "due_by", {"working_days": 2 + step}
        after = next((start["after"] for start in duty["starts"] if "after" in start), None)
        if after:
            ((unit, n),) = after.items()
            yield "after", {unit: n + step}


def main() -> int:
    """Break every duty, or those that are named."""
    document = yaml.safe_load(FILE.read_text("utf-8"))
    wanted = sys.argv[1:] or [duty["id"] for duty in live(document)]
    with broken_offices() as (attempt, folder):
        for id_ in wanted:
            for what, broken in breakages(document, id_):
                file = folder / "procedure.yaml"
                file.write_text(yaml.safe_dump(broken, allow_unicode=True, sort_keys=False), "utf-8")
                attempt(f"{id_}: {what}", ["--journeys-of", id_], PROCEDURE_FILE=str(file))
    return attempt.told()


if __name__ == "__main__":
    sys.exit(main())
