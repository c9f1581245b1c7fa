"""Does every live duty have a test of its clause that sees it gone, and one that sees its number changed?

Each live duty, in a copy of ``procedure.yaml``, is deleted, and each of its numbers is changed.
"""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from shared.procedure.reader import FILE
from tests.clauses.breaking import Breakage, break_all
from tests.clauses.running import live_duties


def break_duties(wanted: list[str]) -> int:
    """Break every live duty, or those that are named; tell which tests turned red."""
    document = yaml.safe_load(FILE.read_text("utf-8"))

    def breakages(folder: Path) -> list[Breakage]:
        found: list[Breakage] = []
        for id_ in wanted or [duty.id for duty in live_duties()]:
            for what, broken in versions(document, id_):
                file = folder / f"{len(found)}" / "procedure.yaml"
                file.parent.mkdir()
                file.write_text(yaml.safe_dump(broken, allow_unicode=True, sort_keys=False), "utf-8")
                clause = _duty(document, id_)["clause"]
                found.append(Breakage(clause, f"{id_}: {what}", {"PROCEDURE_FILE": str(file)}))
        return found

    return break_all(breakages)


def versions(document: dict[str, Any], id_: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return each way in which a duty can be broken, with the procedure that has it so."""
    without = copy.deepcopy(document)
    without["duties"] = [duty for duty in without["duties"] if duty["id"] != id_]
    yield "deleted", without
    for what, changed in numbers(_duty(document, id_)):
        other = copy.deepcopy(document)
        duty = _duty(other, id_)
        duty.clear()
        duty.update(changed)
        yield what, other


def _duty(document: dict[str, Any], id_: str) -> dict[str, Any]:
    found: dict[str, Any] = next(duty for duty in document["duties"] if duty["id"] == id_)
    return found


def numbers(duty: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return the duty with one number changed, for each of its numbers: one less, and one more."""
    for step in (-1, 1):
        changed = copy.deepcopy(duty)
        if "due" in duty:
            ((unit, n),) = duty["due"].items()
            if n + step > 0:
                yield f"due in {n + step} {unit}", changed | {"due": {unit: n + step}}
        for instead in ("due_by", "due_from"):
            if instead in duty:
                rest = {name: value for name, value in changed.items() if name != instead}
                yield f"due in {2 + step} working_days, not {instead}", rest | {"due": {"working_days": 2 + step}}
        if "at" in (duty.get("schedule") or {}):
            hour, minute = map(int, duty["schedule"]["at"].split(":"))
            at = f"{hour + step:02}:{minute:02}"
            yield f"scheduled at {at}", changed | {"schedule": duty["schedule"] | {"at": at}}
        for start in changed.get("starts") or []:
            if "after" in start:
                ((unit, n),) = start["after"].items()
                start["after"] = {unit: n + step}
        if changed != duty:
            yield f"begins {'later' if step > 0 else 'earlier'} by 1 {unit}", changed
