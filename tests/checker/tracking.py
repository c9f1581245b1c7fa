"""Tracking: findings reach the handler; another unit visits; who had no part in the decision reviews it."""

from collections.abc import Iterable

from tests.checker.evidence import Evidence, Row, Violation

_TOOK_PART = ("opinion.proposed", "opinion.determined", "complaint.refused")
_AGAIN = {"complaint.reopened", "refusal.overturned"}


def findings_reach_the_handler(evidence: Evidence) -> Iterable[Violation]:
    """What a follow-up found was passed on, as soon as there was somebody to pass it on to (6/3.4.8(1))."""
    for complaint, timeline in evidence.timelines.items():
        passed = {one["data"]["follow_up"] for one in timeline if one["type"] == "finding.passed_on"}
        if not any(one["type"] == "complaint.assigned" for one in timeline):
            continue
        for one in timeline:
            if one["type"] == "follow_up.recorded" and one["data"]["follow_up"] not in passed:
                words = f"the finding of {one['data']['follow_up']} was not passed on"
                yield Violation("tracking", words, complaint)


def visits_and_reviews_are_others_work(evidence: Evidence) -> Iterable[Violation]:
    """No unit visits what it handled (3/5.2); nobody reviews what they had a part in (4/5.2.10(2))."""
    for complaint, timeline in evidence.timelines.items():
        part = {str(one["data"]["by"]) for one in timeline if one["type"] in _TOOK_PART}
        part |= {one["data"]["officer"] for one in timeline if one["type"] == "complaint.assigned"}
        for one in timeline:
            if one["type"] == "review.assigned" and one["data"]["reviewer"] in part:
                yield Violation("tracking", f"{one['data']['reviewer']} reviews what they had a part in", complaint)
            if one["type"] == "visit.assigned" and one["data"]["department"] == _handled_by(timeline, one):
                yield Violation("tracking", f"{one['data']['department']} visits what it handled", complaint)


def what_is_overturned_is_worked_anew(evidence: Evidence) -> Iterable[Violation]:
    """A review that sets a result or a refusal aside is followed by work, as its letter says (4/5.2.10(2))."""
    if not evidence.present("casework"):
        return
    for complaint, timeline in evidence.timelines.items():
        results = {one["data"]["result"] for one in timeline if one["type"] == "review.decided"}
        if "overturned" in results and not _AGAIN & {one["type"] for one in timeline}:
            yield Violation("tracking", "a review set it aside, nobody works it anew", complaint)


def _handled_by(timeline: list[Row], visit: Row) -> str | None:
    before = [one for one in timeline if one["type"] == "complaint.assigned" and one["time"] <= visit["time"]]
    return str(before[-1]["data"]["department"]) if before else None
