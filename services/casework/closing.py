"""Pure: what still holds a complaint open, and which basis fits its closing (policy, closed when; 4/5.2.11(1))."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

from shared.glossary import ClosingBasis
from shared.procedure import Policy

StillOpen = Literal[
    "reply_not_delivered",
    "no_result_notice",
    "measure_open",
    "visit_open",
    "review_open",
    "urging_open",
    "no_accountability",
    "no_emergency_plan",
    "service_not_restored",
]

WORDS: Final[dict[StillOpen, tuple[str, str, str]]] = {
    "reply_not_delivered": (
        "回復尚未送達，也沒有兩次送達嘗試的記錄（4/5.2.10(1)）",
        "回复尚未送达，也没有两次送达尝试的记录（4/5.2.10(1)）",
        "The reply is not delivered, nor are two attempts on record (4/5.2.10(1))",
    ),
    "no_result_notice": (
        "處理結果尚未反饋（4/5.2.9(2)）",
        "处理结果尚未反馈（4/5.2.9(2)）",
        "The result has not been told (4/5.2.9(2))",
    ),
    "measure_open": (
        "有整改措施未完成，也未定期移交改進（4/5.2.9(3)）",
        "有整改措施未完成，也未定期移交改进（4/5.2.9(3)）",
        "A measure is neither done nor handed to improvement with a date (4/5.2.9(3))",
    ),
    "visit_open": (
        "回訪尚未完成，也未記為無法回訪（3/5.2）",
        "回访尚未完成，也未记为无法回访（3/5.2）",
        "The return visit is neither done nor recorded as not possible (3/5.2)",
    ),
    "review_open": (
        "復查尚未作出決定（4/5.2.10(2)）",
        "复查尚未作出决定（4/5.2.10(2)）",
        "A review is not decided (4/5.2.10(2))",
    ),
    "urging_open": (
        "有催辦未答覆（6/3.4.3(2)）",
        "有催办未答复（6/3.4.3(2)）",
        "An urging is not answered (6/3.4.3(2))",
    ),
    "no_accountability": (
        "問責尚未記錄（2/1.1.16(3)）",
        "问责尚未记录（2/1.1.16(3)）",
        "Accountability is not recorded (2/1.1.16(3))",
    ),
    "no_emergency_plan": (
        "一級投訴尚未啟動應急預案（2/1.1.16(1)）",
        "一级投诉尚未启动应急预案（2/1.1.16(1)）",
        "At level 1 the emergency plan has not been started (2/1.1.16(1))",
    ),
    "service_not_restored": (
        "應急預案仍在進行，服務尚未恢復（2/1.1.16(1)）",
        "应急预案仍在进行，服务尚未恢复（2/1.1.16(1)）",
        "The emergency plan still runs: the service is not restored (2/1.1.16(1))",
    ),
}
assert tuple(WORDS) == get_args(StillOpen)


@dataclass(frozen=True, slots=True)
class Standing:
    """What closing looks at."""

    kind: str
    level: int | None
    reachable: bool
    reply_sent: bool
    reply_delivered: bool
    delivery_attempts: int
    result_notice: bool
    measures_open: int
    measures_done: int
    measures_handed_over: int
    urgings_open: int
    accountability: bool
    visit_open: bool = False
    review_open: bool = False
    plans: int = 0
    """Emergency plans that were started."""
    plans_running: int = 0


def still_open(standing: Standing, policy: Policy) -> list[StillOpen]:
    """Return what is still open, in the order of the process; nothing: it can be closed."""
    attempted = standing.delivery_attempts >= policy.closing.delivery_attempts
    held_to_account = standing.kind == "complaint" and standing.level in policy.accountability.levels
    required = policy.closing.requires
    conditions: dict[StillOpen, bool] = {
        "reply_not_delivered": "reply_delivered" in required and not (standing.reply_delivered or attempted),
        # a sent reply tells the result, too
        "no_result_notice": "result_notice_given" in required and not (standing.result_notice or standing.reply_sent),
        "measure_open": "measures_done_or_handed_over" in required and standing.measures_open > 0,
        "visit_open": "visits_done_or_not_possible" in required and standing.visit_open,
        "review_open": "no_review_open" in required and standing.review_open,
        "urging_open": "no_urging_open" in required and standing.urgings_open > 0,
        "no_accountability": held_to_account and not standing.accountability,
        "no_emergency_plan": standing.kind == "complaint" and standing.level == 1 and not standing.plans,
        "service_not_restored": standing.plans_running > 0,
    }
    return [code for code, is_open in conditions.items() if is_open]


def fitting_bases(standing: Standing) -> list[ClosingBasis]:
    """Return the bases that closing may name."""
    if standing.measures_handed_over:
        main: ClosingBasis = "measures_handed_over"
    elif standing.measures_done:
        main = "measures_done"
    else:
        main = "replied"
    unreached = not standing.reachable or not standing.reply_delivered
    return [main, "nobody_to_reach"] if unreached else [main]
