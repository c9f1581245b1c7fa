"""The one checker: is what the office promised and recorded true?

It takes what clients were answered, every service's tables and journal, the bus, the archive, the mails and the logs,
and prints each violation as the complaint's timeline. It trusts none of the code that it checks: it imports no service
and no working time, reads PostgreSQL and the bus by itself, counts days and computes hashes by itself. Its rules are in
`tests/checker/`.

    DATA=./var python -m tests.invariants [--answers FILE] [--log FILE ...]     exit code 1 on a violation

Settings (DATA, DATABASE_HOST, KAFKA_BOOTSTRAP ...) are the product's own; an office that `make run` runs is found by
its data folder. What is still under way is not wrong: it looks again until nothing is found, or patience is over.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

if not __package__:  # python tests/invariants.py
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from shared.settings import Settings
from tests.checker.archive import (
    the_archive_is_as_it_was_sealed,
    what_comes_after_filing_is_filed_too,
    what_is_filed_is_sealed,
)
from tests.checker.evidence import WHOLE, Evidence, Share, Violation, gather, shares_of
from tests.checker.history import (
    Across,
    each_complaint_is_received_once,
    every_consumer_has_seen_everything,
    no_effect_is_doubled,
    nothing_accepted_is_lost,
    sequences_are_gap_free,
    stages_follow_the_process,
    the_bus_carries_the_journals,
    what_is_given_once_is_given_once,
)
from tests.checker.incidents import incidents_are_as_they_were_told
from tests.checker.law import OFFICE, standing_duties_fall_on_their_days, what_is_due_is_due_as_the_law_says
from tests.checker.ledger import (
    promises_stand_in_the_ledger,
    the_ledger_is_true_to_the_events,
    the_offices_ledger_is_true_to_the_events,
)
from tests.checker.letters import replies_answer_what_was_raised, results_are_told_as_reply_says
from tests.checker.levels import (
    alarms_climb_while_nobody_takes_them,
    level_1_is_closed_when_its_plan_is_over,
    warnings_at_night_reach_who_is_on_duty,
    what_is_major_says_why,
)
from tests.checker.privacy import no_person_and_no_text_leaks
from tests.checker.tracking import (
    findings_reach_the_handler,
    visits_and_reviews_are_others_work,
    what_is_overturned_is_worked_anew,
)

__all__ = ["Evidence", "Violation", "gather", "tell", "violations"]

AT_ONCE = 10_000
"""Complaints that are read at once: some two to three gigabytes."""
RULES = (
    nothing_accepted_is_lost,
    each_complaint_is_received_once,
    promises_stand_in_the_ledger,
    sequences_are_gap_free,
    the_bus_carries_the_journals,
    every_consumer_has_seen_everything,
    stages_follow_the_process,
    no_effect_is_doubled,
    incidents_are_as_they_were_told,
    replies_answer_what_was_raised,
    results_are_told_as_reply_says,
    findings_reach_the_handler,
    visits_and_reviews_are_others_work,
    what_is_overturned_is_worked_anew,
    the_ledger_is_true_to_the_events,
    the_offices_ledger_is_true_to_the_events,
    what_is_due_is_due_as_the_law_says,
    standing_duties_fall_on_their_days,
    what_is_filed_is_sealed,
    what_comes_after_filing_is_filed_too,
    the_archive_is_as_it_was_sealed,
    alarms_climb_while_nobody_takes_them,
    level_1_is_closed_when_its_plan_is_over,
    what_is_major_says_why,
    warnings_at_night_reach_who_is_on_duty,
    no_person_and_no_text_leaks,
)


def violations(evidence: Evidence) -> list[Violation]:
    """Return everything in an office that is not true."""
    return violations_in_shares([evidence])


def violations_in_shares(shares: Iterable[Evidence]) -> list[Violation]:
    """Return everything that is not true in an office that was read in shares."""
    across = Across()
    found = [one for evidence in shares for one in (*_of_share(evidence), *_judged(across.add, evidence))]
    return found + _judged(what_is_given_once_is_given_once, across)


def _of_share(evidence: Evidence) -> list[Violation]:
    return [one for rule in RULES for one in _judged(rule, evidence)]


def _judged(rule: Callable[[Any], Iterable[Violation]], seen: Any) -> list[Violation]:
    """Return what a rule finds. What makes it stumble is not true either, and hides nothing else."""
    found: list[Violation] = []
    try:
        for one in rule(seen):
            found.append(one)  # noqa: PERF402 - what was found before the stumbling stays
    except (AttributeError, KeyError, TypeError, ValueError) as fault:
        found.append(Violation("unreadable", f"{rule.__name__} stumbled: {type(fault).__name__} {fault}"))
    return found


def tell(found: list[Violation], evidence: Evidence) -> str:
    """Return the violations in words, each with its complaint's timeline."""
    last = f"{len(evidence.complaints())} complaints, {len(evidence.events)} events, {len(found)} violations"
    return "\n".join([*_told(found, evidence.timelines), last])


def _told(found: list[Violation], timelines: Mapping[str, list[dict[str, Any]]]) -> Iterable[str]:
    for one in found:
        yield f"VIOLATION {one.rule}: {one.what}"
        yield from map(_line, timelines.get(one.complaint or "", []))


def _line(event: Mapping[str, Any]) -> str:
    data = {name: value for name, value in event["data"].items() if value not in (None, [], {}, ())}
    at = event["time"].astimezone(OFFICE).strftime("%Y-%m-%d %H:%M:%S")
    return f"    {at}  {event['source']:>14} {event['sequence']:>3}  {event['type']}  {data}"


def running_office(settings: Settings) -> Settings:
    """Return the settings with the port of the PostgreSQL that the office in the data folder runs, if it does."""
    note = settings.data / "postgres" / "postmaster.pid"
    if settings.database_port or not note.exists():
        return settings
    return settings.model_copy(update={"database_port": int(note.read_text("utf-8").splitlines()[3])})


async def check(
    settings: Settings, answers: list[dict[str, Any]], logs: list[Path], patience: float
) -> tuple[list[Violation], Evidence]:
    """Gather and judge a whole office, all at once; as long as something is found, again, until ``patience`` (seconds)
    is over.
    """
    across = Across()
    found, evidence = await _check_share(settings, answers, logs, patience, WHOLE, across)
    return found + _judged(what_is_given_once_is_given_once, across), evidence


async def _check_share(
    settings: Settings,
    answers: list[dict[str, Any]],
    logs: list[Path],
    patience: float,
    share: Share,
    across: Across,
) -> tuple[list[Violation], Evidence]:
    """Gather and judge a share.

    An office that goes on while its services are read one after the other shows them at different moments: only what
    two gatherings in a row show is a violation.
    """
    over = time.monotonic() + patience
    before: list[Violation] | None = None
    while True:
        evidence = await gather(settings, answers, logs, share=share)
        found = _of_share(evidence)
        if not found or (before is not None and time.monotonic() >= over):
            confirmed = [one for one in found if one in (before or [])]
            return confirmed + _judged(across.add, evidence), evidence
        before = found
        del evidence
        await asyncio.sleep(1)


async def _check_in_shares(settings: Settings, answers: list[dict[str, Any]], logs: list[Path], patience: float) -> int:
    """Check an office share by share, say what is found as it is found, and return how much that is."""
    across, known, events = Across(), set(), 0
    for share in await shares_of(settings, AT_ONCE):
        found, evidence = await _check_share(settings, answers, logs, patience, share, across)
        new = [one for one in found if one not in known]
        known.update(new)
        _say(_told(new, evidence.timelines))
        events += sum(1 for one in evidence.events.values() if share.holds(one["subject"]))
        del evidence
    given = _judged(what_is_given_once_is_given_once, across)
    _say(_told(given, {}))
    _say([f"{across.numbers.total()} complaints, {events} events, {len(known) + len(given)} violations"])
    return len(known) + len(given)


def _say(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


def main() -> int:
    """Check the office that the settings name."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--answers", type=Path, help="what clients were answered, a JSON object a line")
    arguments.add_argument("--log", type=Path, action="append", default=[], help="a log file to search")
    arguments.add_argument("--patience", type=float, default=60, help="seconds for what is still under way")
    chosen = arguments.parse_args()
    answers = [json.loads(line) for line in chosen.answers.read_text().splitlines()] if chosen.answers else []
    settings = running_office(Settings())
    logs = [*chosen.log, *(one for one in [settings.data / "postgres.log"] if one.exists())]
    try:
        found = asyncio.run(_check_in_shares(settings, answers, logs, chosen.patience))
    except OSError as error:
        sys.stderr.write(f"No office answers for the data folder {settings.data}: {error}\nIs it running?\n")
        return 2
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
