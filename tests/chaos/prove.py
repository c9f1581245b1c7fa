"""The checker is proved before it is believed: what is done to a small office on purpose, it must name."""

import re
import tempfile
from dataclasses import replace
from pathlib import Path
from shutil import copy, copytree

from tests.checker.evidence import read_mails
from tests.checker.faults import FAULTS
from tests.checker.scene import Scene, open_scene
from tests.infrastructure.postgres import postgres_server
from tests.invariants import Violation, tell, violations

SHOWN = {
    "an event is lost from a journal": "an event is lost from the outbox",
    "an event is lost on the bus": "an event is missing on the bus",
    "two events are reordered": "two events are reordered on the bus",
    "a breach is told twice": "a breach is told twice",
    "a file is tampered with": "an entry is tampered with",
    "a phone number leaks": "the client's phone number is on the bus",
}
"""What a run of kills rests on, and the fault that stands for it."""


async def prove() -> bool:
    """Make each fault in turn, and print what the checker says of it; false when it says nothing, or too much."""
    with postgres_server() as server, tempfile.TemporaryDirectory(prefix="redress-prove-") as folder:
        async with open_scene(server, Path(folder) / "office") as scene:
            found = violations(scene.evidence)
            _say("nothing is wrong", "nothing" if not found else tell(found, scene.evidence))
            named = [not found, _mail(scene, Path(folder))]
            for what, name in SHOWN.items():
                fault = next(one for one in FAULTS if one.name == name)
                found = violations(await scene.with_(fault.database, *fault.statements))
                meant = [one for one in found if one.rule == fault.rule and re.search(fault.words, one.what)]
                named.append(_named(what, meant))
    return all(named)


def _mail(scene: Scene, folder: Path) -> bool:
    laid = Path(copytree(scene.settings.data / "mail", folder / "mail"))
    copy(next(iter(laid.glob("*.eml"))), laid / "again.eml")
    found = violations(replace(scene.evidence, mails=read_mails(laid)))
    return _named("a mail is doubled", [one for one in found if one.rule == "doubled" and "was laid" in one.what])


def _named(what: str, meant: list[Violation]) -> bool:
    _say(what, f"{meant[0].rule}: {meant[0].what}" if meant else "NOT NAMED")
    return bool(meant)


def _say(what: str, said: str) -> None:
    print(f"  {what:<32} the checker says: {said}", flush=True)  # noqa: T201
