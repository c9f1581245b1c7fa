"""Where a case stands, made from its records for the rule of the next step."""

from services.casework.closing import Standing, still_open
from services.casework.next_step import Situation
from services.casework.records import Records, Row, last, moment
from services.casework.tables import Case
from services.casework.urging import escalated
from shared.procedure import load


def situation(case: Case, records: Records, stands: Standing) -> Situation:
    """Return what the next step depends on."""
    policy = load().policy
    latest = last(records["investigation"])
    current = latest if latest and latest["round"] == case.round else None
    opinion = last([one for one in records["opinion"] if one["round"] == case.round])
    left = still_open(stands, policy)
    return Situation(
        stage=case.stage,
        kind=case.kind,
        assigned=case.officer is not None,
        accepted=case.accepted_at is not None,
        disputed=any(not one["decided_at"] for one in records["assignment_dispute"]),
        level_1=case.level == 1,
        alarm_rings=any(not one["accepted_at"] for one in records["alarm"]),
        plan_owed=_feared(case, records) and not records["emergency_plan"],
        plan_runs=stands.plans_running > 0,
        plan_steps_open=any(not one["done_at"] for one in records["emergency_step"]),
        escalated=escalated(stands.urgings_open, policy),
        urged=stands.urgings_open > 0,
        paused=any(not one["resumed_at"] for one in records["pause"]),
        unread=any(one["passed_on_at"] and not one["noted_at"] for one in records["follow_up"]),
        planned=current is not None,
        started=bool(current and current["started_at"]),
        recorded=_since_start(records, "session", latest),
        evidence=_since_start(records, "evidence", latest),
        ended=bool(latest and latest["ended_at"]),
        reported=bool(latest and any(one["investigation"] == latest["id"] for one in records["report"])),
        cause=bool(records["cause"]),
        proposed=opinion is not None,
        upheld=bool(opinion and opinion["outcome"] in {"upheld", "partly_upheld"}),
        measures=bool(records["measure"]),
        measures_open=stands.measures_open > 0,
        told=stands.result_notice or stands.reply_sent,
        delivered="reply_not_delivered" not in left,
        visited="visit_open" not in left,
        reviewed="review_open" not in left,
        file_returned=bool(case.file_missing),
        accountable="no_accountability" in left,
    )


def _feared(case: Case, records: Records) -> bool:
    """Say whether it is level 1, or might be: an alarm has rung, and nobody has said a level yet."""
    return case.level == 1 or (case.level is None and case.kind is None and bool(records["alarm"]))


def _since_start(records: Records, kind: str, investigation: Row | None) -> bool:
    since = moment(investigation, "started_at")
    return since is not None and any(at >= since for one in records[kind] if (at := moment(one, "at")))
