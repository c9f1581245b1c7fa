"""What the month has shown of the procedure: how often each thing happened, by the facts of who owns it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

Facts = Iterable[Mapping[str, Any]]
Fits = Callable[[Mapping[str, Any]], Any]


def _has(**codes: object) -> Fits:
    return lambda data: all(data.get(name) == value for name, value in codes.items())


_any: Final = _has()

SHOWN: Final[dict[str, tuple[str, str, Fits]]] = {
    # chapter 1 and 4/5.2.6-7, receiving
    "anonymous": ("intake", "complaint.received", _has(anonymous=True)),
    "internal": ("intake", "complaint.received", _has(channel="internal")),
    "from_a_platform": ("intake", "complaint.received", _has(channel="third_party")),
    "with_a_scan": ("intake", "complaint.received", lambda data: data["attachments"]),
    "supplemented": ("intake", "complaint.supplemented", _any),
    "naming_an_officer": ("intake", "complaint.registered", lambda data: data["named_officers"]),
    # chapter 2, levels
    "alarms_taken": ("casework", "alarm.accepted", _any),
    "alarms_climbed": ("casework", "alarm.climbed", _any),
    "emergency_plans": ("casework", "emergency_plan.started", _any),
    "services_restored": ("casework", "service.restored", _any),
    "levels_raised": ("casework", "complaint.reclassified", _has(reason="level_raised")),
    "levels_lowered": ("casework", "complaint.reclassified", _has(reason="level_lowered")),
    "accounts": ("casework", "accountability.recorded", _any),
    # chapters 3 and 4, investigation and handling
    "disputes_decided": ("casework", "dispute.decided", _any),
    "handed_over": ("casework", "complaint.assigned", _has(how="handed_over")),
    "redispatched": ("casework", "complaint.assigned", _has(how="redispatched")),
    "clocks_paused": ("casework", "clock.paused", _any),
    "sub_tasks_answered": ("casework", "sub_task.answered", _any),
    **{
        f"sessions_{method}": ("casework", "session.recorded", _has(method=method))
        for method in ("on_site", "documents", "technical_test", "expert", "data")
    },
    "measures_done": ("casework", "measure.done", _any),
    "measures_handed_over": ("casework", "measure.handed_over", _any),
    "looks_at_effect": ("casework", "effect.looked_at", _any),
    # chapter 5, reply
    "letters_returned_to_author": ("reply", "reply.returned", _any),
    "results_told_by_phone": ("reply", "result_notice.given", _has(way="phone")),
    "results_told_by_message": ("reply", "result_notice.given", _has(way="sms")),
    "replies_by_mail": ("reply", "reply.sent", _has(way="mail")),
    "replies_by_post": ("reply", "reply.sent", _has(way="letter")),
    "replies_on_the_status_page": ("reply", "reply.sent", _has(way="status_page")),
    "extensions_told": ("reply", "extension.notified", _any),
    "preliminary_opinions": ("reply", "preliminary_opinion.given", _any),
    "refusals_sent": ("reply", "refusal.sent", _any),
    # chapter 6, tracking
    "follow_ups_on_site": ("casework", "follow_up.recorded", _has(way="on_site")),
    "urgings_by_office": ("casework", "urging.made", _has(origin="office")),
    "urgings_by_complainant": ("casework", "urging.made", _has(origin="complainant")),
    "promises_kept": ("casework", "promise.kept", _any),
    "visits": ("reply", "visit.done", _any),
    "visits_not_possible": ("reply", "visit.not_possible", _any),
    "reopened": ("casework", "complaint.reopened", _any),
    "reviews_upheld": ("reply", "review.decided", _has(result="upheld")),
    "reviews_overturned": ("reply", "review.decided", _has(result="overturned")),
    "suggestions_told": ("reply", "suggestion.outcome_told", _any),
    "withdrawals_confirmed": ("reply", "withdrawal.confirmed", _any),
    # many complaints of one cause
    "incidents": ("casework", "incident.declared", _any),
    "joined_to_an_incident": ("casework", "incident.joined", _any),
    "taken_out_of_an_incident": ("casework", "incident.left", _any),
    "outages_announced": ("casework", "outage.planned", _any),
    "outages_called_off": ("casework", "outage.cancelled", _any),
    # the office's own duties, files
    "mailbox_collected": ("intake", "mailbox.collected", _any),
    "progress_reviewed": ("casework", "progress.reviewed", _any),
    "quarters_analysed": ("archive", "files.analysed", _any),
    "files_returned": ("archive", "file.returned", _any),
    "supplement_volumes": ("archive", "file.sealed", _has(supplement=True)),
    "calendars_published": ("sla", "calendar.changed", _any),
}
"""By figure: whose fact, of which type, and which of them."""


def shown(journals: Mapping[str, Facts]) -> dict[str, int]:
    """Count the facts of each journal, by service."""
    found = dict.fromkeys(SHOWN, 0)
    by_kind: dict[tuple[str, str], list[str]] = {}
    for name, (source, type_, _) in SHOWN.items():
        by_kind.setdefault((source, type_), []).append(name)
    for source, facts in journals.items():
        for one in facts:
            for name in by_kind.get((source, one["type"]), ()):
                found[name] += bool(SHOWN[name][2](one["data"]))
    return found


def never_shown(found: Mapping[str, int]) -> list[str]:
    """Name what a whole month of our own samples should have shown, and has not."""
    return [f"the month has not shown: {name}" for name, count in found.items() if not count]
