"""Does every live duty have a test of its clause that sees it gone, and one that sees its number changed?

Each live duty, in a copy of ``procedure.yaml``, is deleted, and each of its numbers is changed; then the tests marked
with the duty's clause run until the first turns red. The checker does not look: the tests have to see it themselves.
What stays green is a defect of the tests: exit code 1. An error is not a failure - unless the product refuses such a
procedure.
"""

import copy
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from shared.procedure.reader import FILE
from tests.clauses.running import live_duties, marked, run
from tests.conftest import UNCHECKED
from tests.journeys.breaking import broken_offices

_REFUSED = "ProcedureError"
_AT_ONCE = 2


@dataclass(frozen=True)
class Breakage:
    """A duty of the procedure that is not as it was."""

    duty: str
    clause: str
    what: str
    document: dict[str, Any]


def breakages(document: dict[str, Any], id_: str) -> Iterator[Breakage]:
    """Return each way in which a duty can be broken, with the procedure that has it so."""
    clause = _duty(document, id_)["clause"]
    without = copy.deepcopy(document)
    without["duties"] = [duty for duty in without["duties"] if duty["id"] != id_]
    yield Breakage(id_, clause, "deleted", without)
    for what, changed in numbers(_duty(document, id_)):
        other = copy.deepcopy(document)
        duty = _duty(other, id_)
        duty.clear()
        duty.update(changed)
        yield Breakage(id_, clause, what, other)


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


def _attempt(broken: Breakage, number: int, nodes: list[str], folder: Path) -> tuple[bool, str]:
    """Return whether the tests saw it, and what there is to say of it."""
    if not nodes:
        return False, "no test proves its clause"
    begun = time.monotonic()
    file = folder / f"{number}" / "procedure.yaml"
    file.parent.mkdir()
    file.write_text(yaml.safe_dump(broken.document, allow_unicode=True, sort_keys=False), "utf-8")
    done = run("-x", "--tb=line", paths=nodes, PROCEDURE_FILE=str(file), **{UNCHECKED: "1"})
    took = f"{time.monotonic() - begun:.0f} s"
    if done.red:
        return True, f"{took}, {done.red[0].split('/')[-1]}"
    if _REFUSED in done.said:
        return True, f"{took}, the product refuses such a procedure"
    return False, f"{took}, {(done.said.strip() or 'nothing').splitlines()[-1]}"


def break_duties(wanted: list[str]) -> int:
    """Break every live duty, or those that are named; tell which tests turned red."""
    document = yaml.safe_load(FILE.read_text("utf-8"))
    proving, green = marked(), []
    all_of_them = [one for id_ in wanted or [duty.id for duty in live_duties()] for one in breakages(document, id_)]
    with broken_offices() as (_, folder), ThreadPoolExecutor(_AT_ONCE) as pool:
        nodes = [[test.node for test in proving.of(one.clause)] for one in all_of_them]
        numbered, folders = range(len(all_of_them)), [folder] * len(all_of_them)
        for one, (saw, said) in zip(
            all_of_them, pool.map(_attempt, all_of_them, numbered, nodes, folders), strict=True
        ):
            shown = f"{'red  ' if saw else 'GREEN'}  {one.clause}  {one.duty}: {one.what}  ({said})"
            sys.stdout.write(shown + "\n")
            sys.stdout.flush()
            green += [] if saw else [f"{one.duty}: {one.what}"]
    lines = [f"{len(all_of_them)} broken, {len(green)} stayed green", *green]
    sys.stdout.write("\n  ".join(lines) + "\n")
    return 1 if green else 0
