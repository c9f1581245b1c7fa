"""Letters: a reply that was handed in answers all that was raised; what was told is what reply says it told."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from tests.checker.evidence import Evidence, Row, Violation

_OPEN = {"draft", "void"}


def replies_answer_what_was_raised(evidence: Evidence) -> Iterable[Violation]:
    """Each reply that was handed in has matters, none of them open, and answers one at least (5/1.1)."""
    matters: dict[str, list[Row]] = defaultdict(list)
    for row in evidence.rows("reply", "matters"):
        matters[row["letter"]].append(row)
    for letter in evidence.rows("reply", "letters"):
        if letter["purpose"] != "reply" or letter["state"] in _OPEN:
            continue
        states = Counter(row["state"] for row in matters[letter["id"]])
        if states["open"]:
            words = f"the reply {letter['id']} leaves {states['open']} matters without an answer"
            yield Violation("answers", words, letter["complaint"])
        if not states["answered"] + states["not_established"]:
            yield Violation("answers", f"the reply {letter['id']} answers nothing", letter["complaint"])


def results_are_told_as_reply_says(evidence: Evidence) -> Iterable[Violation]:
    """As many results were told as reply has told of: no message that is on its way or was refused counts."""
    told = Counter(row["complaint"] for row in evidence.rows("reply", "result_notices") if row["state"] == "told")
    said = Counter(one["subject"] for one in evidence.of_type("result_notice.given"))
    for complaint in sorted({*told, *said}):
        if told[complaint] != said[complaint]:
            words = f"{told[complaint]} results were told, reply has told of {said[complaint]}"
            yield Violation("answers", words, complaint)
