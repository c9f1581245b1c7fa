"""Every step of a complaint that staff take on its page, as data: form, route, and when it is possible.

The owner of a step decides; what stands here only spares people forms that would be refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from services.desk.fields import Field
from services.desk.labels import LABELS
from services.desk.methods import METHOD_FIELDS
from services.desk.sight import Sight
from shared.glossary import LANGUAGES

Who = Literal["officer", "anyone"]


def _always(_: Sight) -> bool:
    return True


@dataclass(frozen=True)
class Step:
    """One step. ``path`` follows ``/complaints/{complaint}``; with ``//`` it stands at the service's root."""

    name: str
    service: str
    path: str
    event: str
    action: str
    fields: tuple[Field, ...] = ()
    who: Who = "officer"
    when: Callable[[Sight], bool] = _always
    theme: str = "case"
    item: str = ""
    """The list of the case whose entries this step is about; shown beside each of them."""
    item_when: Callable[[dict[str, Any]], bool] = lambda _: True
    danger: bool = False


_TEXT: Final = Field("text")
_REASON: Final = Field("reason", longest=2000)
STEPS: Final = (
    Step("alarm_acceptance", "casework", "/alarm/acceptance", "", "casework.accept_alarm", who="anyone",
         when=lambda sight: sight.ringing, theme="alarm"),
    Step("emergency_plan", "casework", "/emergency-plan", "emergency_plan.started", "casework.plan_emergency",
         (Field("departments", "departments"),
          Field("steps", "lines", required=False, label="plan_steps", longest=2000)),
         who="anyone", theme="alarm", when=lambda sight: sight.may_start_plan),
    Step("emergency_step", "casework", "/emergency-plan/steps/{item}/done", "emergency_plan.step_done",
         "casework.plan_emergency", (Field("text", label="done_text", longest=2000),), who="anyone", theme="alarm",
         item="emergency_steps", item_when=lambda item: not item.get("done_at")),
    Step("emergency_minutes", "casework", "/emergency-plan/minutes", "service.restored", "casework.plan_emergency",
         (Field("held_at", "time"), Field("participants", "list"), Field("text", label="minutes_text")), who="anyone",
         theme="alarm", when=lambda sight: sight.plan_runs),
    Step("restoration", "casework", "/emergency-plan/restoration", "service.restored", "casework.plan_emergency",
         (Field("restored_at", "time", required=False), Field("text", required=False, label="restoration_text")),
         who="anyone", theme="alarm", when=lambda sight: sight.plan_runs),
    Step("acceptance", "casework", "/acceptance", "assignment.accepted", "casework.handle",
         when=lambda sight: sight.is_officer and not sight.case.get("accepted") and not sight.disputed,
         theme="assignment"),
    Step("assignment_dispute", "casework", "/dispute", "assignment.disputed", "casework.dispute",
         (Field("department", "department", label="proposed_department"), _REASON), theme="assignment",
         when=lambda sight: not sight.case.get("accepted") and not sight.disputed),
    Step("dispute_decision", "casework", "/dispute/decision", "dispute.decided", "casework.arbitrate",
         (Field("department", "department", label="responsible_department"), _REASON), who="anyone",
         theme="assignment", when=lambda sight: sight.disputed),
    Step("assignment", "casework", "/assignment", "complaint.assigned", "casework.assign",
         (Field("department", "department"), Field("officer", "officer", required=False),
          Field("reason", required=False, longest=2000)), who="anyone", theme="assignment",
         when=lambda sight: not sight.disputed),
    Step("handover", "casework", "/handover", "complaint.assigned", "casework.handle",
         (Field("officer", "officer"), _REASON), theme="assignment", when=lambda sight: not sight.disputed),
    Step("classification", "casework", "/classification", "complaint.reclassified", "casework.classify",
         (*LABELS, _REASON), who="anyone", theme="assignment"),
    Step("plan", "casework", "/investigation/plan", "investigation.planned", "casework.handle",
         (Field("investigators", "officers"), Field("begins_at", "time"), Field("place", "line"),
          Field("questions")), when=lambda sight: sight.investigated, theme="investigation"),
    Step("start", "casework", "/investigation/start", "investigation.started", "casework.handle",
         when=lambda sight: sight.investigated and sight.planned, theme="investigation"),
    Step("sub_task", "casework", "/sub-tasks", "sub_task.requested", "casework.handle",
         (Field("department", "department"), Field("question", label="sub_task_question"), Field("due_on", "day")),
         theme="investigation"),
    Step("sub_task_answer", "casework", "/sub-tasks/{item}/answer", "sub_task.answered", "casework.contribute",
         (Field("text", label="answer_text"),), who="anyone", theme="investigation", item="sub_tasks",
         item_when=lambda item: bool(item.get("yours")) and not item.get("answered_at")),
    Step("session", "casework", "/investigation/sessions", "session.recorded", "casework.handle",
         (Field("method", "choice", "method"), Field("at", "time"), Field("place", "line"),
          Field("participants", "list"), Field("content"), *METHOD_FIELDS), theme="investigation",
         when=lambda sight: not sight.investigation_ended),
    Step("evidence", "casework", "/investigation/evidence", "evidence.collected", "casework.handle",
         (Field("kind", "choice", "evidence_kind", label="evidence_kind"), Field("title", "line"),
          Field("text", required=False, label="evidence_text"), Field("attachment", "file", required=False)),
         theme="investigation"),
    Step("end", "casework", "/investigation/end", "investigation.ended", "casework.handle", theme="investigation",
         when=lambda sight: not sight.investigation_ended),
    Step("report", "casework", "/investigation/report", "report.submitted", "casework.handle", (_TEXT,),
         theme="investigation", when=lambda sight: sight.investigation_ended),
    Step("cause", "casework", "/cause", "cause.found", "casework.handle",
         (Field("cause", "choice", "cause"), Field("root", "line", longest=1000), Field("text", label="cause_text")),
         theme="decision"),
    Step("opinion", "casework", "/opinion", "opinion.proposed", "casework.handle",
         (Field("outcome", "choice", "outcome"), Field("text", label="opinion_text"),
          Field("legal_basis", "line", required=False, longest=1000, for_kind="complaint"),
          Field("evidence", "cited", required=False, label="opinion_evidence")), theme="decision"),
    Step("determination", "casework", "/opinion/determination", "opinion.determined", "casework.determine",
         who="anyone", theme="decision", when=lambda sight: sight.has_opinion and not sight.disputed),
    Step("measure", "casework", "/measures", "measure.planned", "casework.handle",
         (Field("text", label="measure_text"), Field("expectation"), Field("owner", "officer"),
          Field("due_on", "day")), theme="decision"),
    Step("measure_done", "casework", "/measures/{item}/done", "measure.done", "casework.handle",
         (Field("text", label="done_text"),), theme="decision", item="measures",
         item_when=lambda item: not item.get("done_at")),
    Step("measure_handover", "casework", "/measures/{item}/handover", "measure.handed_over", "casework.handle",
         (Field("due_on", "day"),), theme="decision", item="measures",
         item_when=lambda item: not item.get("done_at") and not item.get("handed_over_at")),
    Step("effect", "casework", "/measures/{item}/effects", "effect.looked_at", "casework.look_at_effect",
         (Field("after_days", "choice", "after_days", codes=("30", "90"), number=True),
          Field("effect", "choice", "effect"), Field("text", label="effect_text")), who="anyone",
         theme="decision", item="measures", item_when=lambda item: bool(item.get("looks_open"))),
    Step("accountability", "casework", "/accountability", "accountability.recorded", "casework.handle",
         (Field("at_fault", "yes_no"), Field("text", label="accountability_text")), theme="decision",
         when=lambda sight: sight.level == 3 and not sight.case.get("accountability")),
    Step("letter", "reply", "/letters", "reply.drafted", "reply.write",
         (Field("language", "choice", "language", codes=LANGUAGES, required=False, label="letter_language"),),
         theme="reply"),
    Step("result_notice", "reply", "/result-notices", "result_notice.given", "reply.notify",
         (Field("way", "choice", "way", codes=("phone", "sms", "mail", "in_person", "status_page")),
          Field("text", label="notice_text"),
          Field("score", "choice", "score", codes=("5", "4", "3", "2", "1"), required=False, label="opinion_asked",
                number=True)), who="anyone", theme="reply"),
    Step("extension", "reply", "/extensions", "extension.requested", "reply.request_extension",
         (Field("until", "day"), Field("reason", label="extension_reason", longest=2000)), theme="clock"),
    Step("notice_sending", "reply", "//result-notices/{item}/sending", "", "reply.notify", who="anyone",
         theme="decision", item="result_notices",
         item_when=lambda item: item.get("state") in ("maybe_sent", "refused")),
    Step("notice_outcome", "reply", "//result-notices/{item}/outcome", "", "reply.notify",
         (Field("went_out", "yes_no"), Field("text", label="found_out_text", longest=2000)), who="anyone",
         theme="decision", item="result_notices", item_when=lambda item: item.get("state") == "maybe_sent"),
    Step("extension_approval", "reply", "//extensions/{item}/approval", "extension.requested",
         "reply.approve_extension", who="anyone", theme="clock", item="extensions",
         item_when=lambda item: item.get("state") == "requested"),
    Step("extension_rejection", "reply", "//extensions/{item}/rejection", "extension.requested",
         "reply.approve_extension", who="anyone", theme="clock", item="extensions",
         item_when=lambda item: item.get("state") == "requested", danger=True),
    Step("extension_notice", "reply", "//extensions/{item}/notice", "extension.requested", "reply.notify",
         (Field("way", "choice", "way"), Field("text", label="notice_text")), who="anyone", theme="clock",
         item="extensions", item_when=lambda item: item.get("state") == "approved"),
    Step("preliminary_opinion", "reply", "//extensions/{item}/preliminary-opinion", "extension.requested",
         "reply.notify", (Field("text", label="preliminary_text"), Field("way", "choice", "way")), who="anyone",
         theme="clock", item="extensions",
         item_when=lambda item: item.get("state") in ("approved", "notified") and not item.get("preliminary_at")),
    Step("pause", "casework", "/pause", "clock.paused", "casework.handle",
         (Field("reason", "choice", "pause_reason", label="pause_reason"),), theme="clock",
         when=lambda sight: not sight.paused),
    Step("resumption", "casework", "/resumption", "clock.resumed", "casework.handle", theme="clock",
         when=lambda sight: sight.paused),
    Step("follow_up", "casework", "/follow-ups", "follow_up.recorded", "casework.follow_up",
         (Field("way", "choice", "follow_up_way", label="follow_up_way"), Field("finding", "choice", "finding"),
          Field("text", label="finding_text"),
          Field("satisfaction", "choice", codes=("5", "4", "3", "2", "1"), group="score", number=True, required=False,
                label="asked_satisfaction")), who="anyone", theme="tracking"),
    Step("finding_note", "casework", "/follow-ups/{item}/note", "", "casework.handle", theme="tracking",
         item="follow_ups", item_when=lambda item: bool(item.get("passed_on_at")) and not item.get("noted_at")),
    Step("promise", "casework", "/promises", "promise.made", "casework.promise",
         (Field("what", "choice", "promise", codes=("call_back", "visit", "answer", "measure", "other"),
                label="promised"),
          Field("due_on", "day"), Field("text", label="promise_text")), who="anyone", theme="tracking"),
    Step("promise_kept", "casework", "/promises/{item}/kept", "promise.kept", "casework.promise",
         (Field("text", label="kept_text"),), who="anyone", theme="tracking", item="promises",
         item_when=lambda item: not item.get("kept_at")),
    Step("suggestion_outcome", "reply", "/suggestion-outcome", "suggestion.outcome_told", "reply.tell_suggestion",
         (Field("outcome", "choice", "suggestion", codes=("adopted", "partly_adopted", "not_adopted"),
                label="suggestion_outcome"),
          Field("way", "choice", "way", codes=("phone", "sms", "mail", "letter", "in_person", "status_page")),
          Field("text", label="notice_text")), who="anyone", theme="reply",
         when=lambda sight: sight.case.get("kind") == "suggestion" and not sight.reply.get("suggestion")),
    Step("urging", "casework", "/urgings", "urging.made", "casework.urge",
         (Field("text", label="urging_text", required=False),), who="anyone", theme="tracking"),
    Step("urging_answer", "casework", "/urgings/{item}/answer", "urging.answered", "casework.handle", (_TEXT,),
         theme="tracking", item="urgings",
         item_when=lambda item: not item.get("answered_at") and not item.get("lapsed_at")),
    Step("supplement", "intake", "/supplements", "complaint.supplemented", "intake.supplement",
         (Field("text", label="supplement_text", longest=5000),
          Field("attachments", "file", required=False, label="scans")),
         who="anyone", theme="complainant"),
    Step("satisfaction", "reply", "/satisfaction", "outcome.disputed", "reply.speak_for_complainant",
         (Field("score", "choice", codes=("5", "4", "3", "2", "1"), group="score", number=True),
          Field("text", required=False)), who="anyone", theme="complainant"),
    Step("dispute", "reply", "/dispute", "outcome.disputed", "reply.speak_for_complainant", (_TEXT,),
         who="anyone", theme="complainant"),
    Step("review", "reply", "/review", "review.requested", "reply.speak_for_complainant", (_TEXT,),
         who="anyone", theme="complainant"),
    Step("withdrawal", "casework", "/withdrawal", "complaint.withdrawn", "casework.withdraw",
         who="anyone", theme="complainant", danger=True, when=lambda sight: sight.stage != "received"),
    Step("unregistered_withdrawal", "intake", "/withdrawal", "complaint.withdrawn", "intake.withdraw",
         who="anyone", theme="complainant", danger=True, when=lambda sight: sight.stage == "received"),
    Step("closing", "casework", "/closing", "complaint.closed", "casework.close",
         (Field("basis", "choice", "basis"),), theme="end"),
    Step("reopening", "casework", "/reopening", "complaint.reopened", "casework.reopen",
         (Field("ground", "choice", "ground", codes=("not_solved", "review", "decision")),), who="anyone", theme="end"),
)  # fmt: skip

BY_NAME: Final = {step.name: step for step in STEPS}
THEMES: Final = tuple(dict.fromkeys(step.theme for step in STEPS))


TO_DO: Final = {
    "alarm/acceptance": "alarm_acceptance",
    "emergency-plan": "emergency_plan",
    "emergency-plan/steps/done": "emergency_step",
    "emergency-plan/restoration": "restoration",
    "assignment": "assignment",
    "acceptance": "acceptance",
    "dispute/decision": "dispute_decision",
    "urgings/answer": "urging_answer",
    "resumption": "resumption",
    "findings/note": "finding_note",
    "investigation/plan": "plan",
    "investigation/start": "start",
    "investigation/sessions": "session",
    "investigation/evidence": "evidence",
    "investigation/end": "end",
    "investigation/report": "report",
    "cause": "cause",
    "opinion": "opinion",
    "opinion/determination": "determination",
    "measures": "measure",
    "measures/done": "measure_done",
    "letter": "letter",
    "result-notice": "result_notice",
    "accountability": "accountability",
    "closing": "closing",
}
"""What casework says is next, and the step of ours that does it."""


def may_take(step: Step, sight: Sight) -> bool:
    """Say whether ``step`` is worth offering: the person may, the stage allows it, the case is that far."""
    if not sight.person.may(step.action) or (step.who == "officer" and not sight.in_charge):
        return False
    return (not step.event or sight.allows(step.event)) and step.when(sight)


def offered(sight: Sight) -> list[Step]:
    """Return the steps to offer once for the case, in the order of the process."""
    return [step for step in STEPS if not step.item and may_take(step, sight)]


def offered_for(items: str, item: dict[str, Any], sight: Sight) -> list[Step]:
    """Return the steps to offer beside one entry of a list of the case."""
    return [step for step in STEPS if step.item == items and may_take(step, sight) and step.item_when(item)]


def address(step: Step, complaint: str, item: str = "") -> str:
    """Return the path of the owner's route."""
    path = step.path.format(item=item)
    return path[1:] if path.startswith("//") else f"/complaints/{complaint}{path}"
