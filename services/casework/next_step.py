"""Pure: what to do next on a case, in order - the desk shows it first, and why (clause)."""

from dataclasses import dataclass
from typing import Final, Literal

from shared.glossary import LANGUAGES

Action = Literal[
    "alarm/acceptance",
    "emergency-plan",
    "emergency-plan/steps/done",
    "emergency-plan/restoration",
    "registration",
    "assignment",
    "dispute/decision",
    "acceptance",
    "urgings/answer",
    "resumption",
    "findings/note",
    "investigation/plan",
    "investigation/start",
    "investigation/sessions",
    "investigation/evidence",
    "investigation/end",
    "investigation/report",
    "cause",
    "opinion",
    "opinion/determination",
    "measures",
    "letter",
    "result-notice",
    "measures/done",
    "accountability",
    "delivery",
    "visit",
    "review",
    "closing",
    "completion",
    "filing",
]

WORDS: Final[dict[Action, tuple[str, tuple[str, str, str]]]] = {
    "alarm/acceptance": ("2/1.1.16(1)", ("接下警報", "接下警报", "Take the alarm")),
    "emergency-plan": ("2/1.1.16(1)", ("啟動應急預案", "启动应急预案", "Start the emergency plan")),
    "emergency-plan/steps/done": (
        "2/1.1.16(1)",
        ("完成應急步驟", "完成应急步骤", "Do the next step of the emergency plan"),
    ),
    "emergency-plan/restoration": (
        "2/1.1.16(1)",
        ("記錄恢復服務", "记录恢复服务", "Record that the service is restored"),
    ),
    "registration": ("4/5.2.7(1)", ("審核並登記", "审核并登记", "Check the scope and register")),
    "assignment": ("6/3.4.3(2)", ("分配或調度", "分配或调度", "Assign or re-dispatch")),
    "dispute/decision": ("6/3.4.2(2)", ("裁決分配爭議", "裁决分配争议", "Decide the dispute on the assignment")),
    "acceptance": ("6/3.4.2(2)", ("接受分配", "接受分配", "Accept the case")),
    "urgings/answer": ("6/3.4.3(2)", ("答覆催辦", "答复催办", "Answer the urging")),
    "resumption": ("4/5.2.3", ("恢復計時", "恢复计时", "Resume when the reason has gone")),
    "findings/note": ("6/3.4.8(1)", ("查看跟蹤結果", "查看跟踪结果", "Read what the follow-up found")),
    "investigation/plan": ("3/3.1", ("準備調查", "准备调查", "Plan the investigation")),
    "investigation/start": ("4/5.2.8(1)", ("開始調查", "开始调查", "Start the investigation")),
    "investigation/sessions": ("3/3.3", ("記錄調查", "记录调查", "Record a session")),
    "investigation/evidence": ("4/5.2.8(2)", ("收集證據", "收集证据", "Collect evidence")),
    "investigation/end": ("4/5.2.8(3)", ("結束調查", "结束调查", "End the investigation")),
    "investigation/report": ("4/5.2.8(3)", ("提交調查報告", "提交调查报告", "Submit the report")),
    "cause": ("3/4.1", ("認定原因", "认定原因", "State the cause")),
    "opinion": ("4/5.2.9(1)", ("提出處理意見", "提出处理意见", "Propose an opinion")),
    "opinion/determination": ("4/5.2.9(1)", ("確定處理意見", "确定处理意见", "Determine the opinion")),
    "measures": ("4/5.2.9(3)", ("制定整改措施", "制定整改措施", "Plan a measure")),
    "letter": ("4/5.2.10(1)", ("書面回復", "书面回复", "Write the reply")),
    "result-notice": ("4/5.2.9(2)", ("反饋處理結果", "反馈处理结果", "Tell the result")),
    "measures/done": (
        "4/5.2.9(3)",
        ("完成或移交整改措施", "完成或移交整改措施", "Finish the measure, or hand it over"),
    ),
    "accountability": ("2/1.1.16(3)", ("記錄問責", "记录问责", "Record accountability")),
    "delivery": ("4/5.2.10(1)", ("記錄送達", "记录送达", "Record the delivery")),
    "visit": ("3/5.2", ("等待另一單位回訪", "等待另一单位回访", "Another unit makes the return visit")),
    "review": ("4/5.2.10(2)", ("等待上級部門復查", "等待上级部门复查", "The next higher department reviews it")),
    "closing": ("4/5.2.11(1)", ("辦結", "办结", "Close")),
    "completion": ("10/5.2.7", ("補齊檔案", "补齐档案", "Complete the file")),
    "filing": ("10/5.2.7", ("歸檔", "归档", "File")),
}


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a case stands, as far as the next step depends on it."""

    stage: str
    kind: str | None = None
    assigned: bool = False
    accepted: bool = False
    disputed: bool = False
    level_1: bool = False
    alarm_rings: bool = False
    plan_owed: bool = False
    """Level 1, and no emergency plan was started yet."""
    plan_runs: bool = False
    plan_steps_open: bool = False
    escalated: bool = False
    urged: bool = False
    paused: bool = False
    unread: bool = False
    """A follow-up has found something that the handler has not read yet."""
    planned: bool = False
    started: bool = False
    recorded: bool = False
    evidence: bool = False
    ended: bool = False
    reported: bool = False
    cause: bool = False
    proposed: bool = False
    upheld: bool = False
    measures: bool = False
    measures_open: bool = False
    told: bool = False
    delivered: bool = False
    file_returned: bool = False
    visited: bool = True
    """No return visit is owed any more."""
    reviewed: bool = True
    """No review is open."""
    accountable: bool = False
    """Accountability is needed and not yet recorded."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: ``action`` is the route, ``label`` its words by language."""

    action: Action
    clause: str
    label: dict[str, str]


def next_steps(situation: Situation) -> list[Step]:
    """Return what to do next, the most pressing first; nothing in a stage where casework has nothing to do."""
    ahead = [*_pressing(situation), *_ON_THE_ROAD.get(situation.stage, _nothing)(situation)]
    return [_step(action) for action in ahead]


def _step(action: Action) -> Step:
    clause, words = WORDS[action]
    return Step(action, clause, dict(zip(LANGUAGES, words, strict=True)))


def _chosen(*conditions: tuple[Action, bool]) -> list[Action]:
    return [action for action, wanted in conditions if wanted]


_OVER: Final = frozenset({"refused", "closed", "filed"})


def _pressing(now: Situation) -> list[Action]:
    return _chosen(
        ("alarm/acceptance", now.alarm_rings),
        ("emergency-plan", now.plan_owed and now.stage not in _OVER),
        ("emergency-plan/steps/done", now.plan_runs and now.plan_steps_open),
        ("emergency-plan/restoration", now.plan_runs and not now.plan_steps_open),
        ("assignment", now.stage == "registered" or now.escalated),
        ("dispute/decision", now.disputed and now.stage in _HANDLED),
        ("acceptance", now.stage in _HANDLED and not now.accepted and not now.disputed),
        ("urgings/answer", now.urged),
        ("resumption", now.paused),
        ("findings/note", now.unread),
    )


_HANDLED: Final = frozenset({"assigned", "investigating", "decided"})


def _received(_: Situation) -> list[Action]:
    return ["registration"]


def _assigned(now: Situation) -> list[Action]:
    if now.kind != "complaint":
        return ["opinion/determination"] if now.proposed else ["opinion"]
    if now.reported and now.ended:  # re-opened: the earlier results stand
        return [*_toward_opinion(now), "investigation/plan"]
    return ["investigation/start"] if now.planned else ["investigation/plan"]


def _investigating(now: Situation) -> list[Action]:
    if now.ended:
        return _toward_opinion(now)
    steps = _chosen(("investigation/sessions", not now.recorded), ("investigation/evidence", not now.evidence))
    return steps + _chosen(("investigation/end", now.recorded))


def _toward_opinion(now: Situation) -> list[Action]:
    steps = _chosen(("investigation/report", not now.reported), ("cause", not now.cause))
    return steps or (["opinion/determination"] if now.proposed else ["opinion"])


def _decided(now: Situation) -> list[Action]:
    needed = _chosen(("measures", now.upheld and not now.measures))
    return [*needed, "letter", *_chosen(("result-notice", not now.told)), *_open_ends(now)]


def _replied(now: Situation) -> list[Action]:
    waits = _chosen(("visit", not now.visited), ("review", not now.reviewed))
    return [*_chosen(("delivery", not now.delivered)), *_open_ends(now), *waits] or ["closing"]


def _open_ends(now: Situation) -> list[Action]:
    return _chosen(("measures/done", now.measures_open), ("accountability", now.accountable))


def _resting(now: Situation) -> list[Action]:
    return [*_chosen(("completion", now.file_returned)), "filing"]


def _withdrawn(now: Situation) -> list[Action]:
    owed = _chosen(
        ("investigation/report", now.ended and not now.reported), ("measures/done", now.level_1 and now.measures_open)
    )
    return [*owed, *_resting(now)]


def _nothing(_: Situation) -> list[Action]:
    return []


_ON_THE_ROAD: Final = {
    "received": _received,
    "assigned": _assigned,
    "investigating": _investigating,
    "decided": _decided,
    "replied": _replied,
    "refused": _resting,
    "withdrawn": _withdrawn,
    "closed": _resting,
}
