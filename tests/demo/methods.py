"""What a session records by its method (3/m1.1-3/m5.2), in the complainant's language."""

from datetime import datetime, timedelta
from typing import Any

from tests.demo.words import said


def of_method(method: str, case: dict[str, Any], at: str) -> dict[str, Any]:
    """Return the method's own fields of a session held ``at`` (ISO 8601)."""
    found, asked, cause = said("session", case), said("questions", case), said("report", case)
    match method:
        case "documents":
            papers = {"what": said("evidence", case), "from_whom": "示例工程隊", "authenticity": found}
            return {"documents": [papers]}
        case "technical_test":
            held = datetime.fromisoformat(at)
            calibrated = (held - timedelta(days=40)).date().isoformat()
            test = {"instrument": "P-400 / 0731", "calibrated_on": calibrated, "readings": _readings(held)}
            return test | {"analysis": cause}
        case "expert":
            return {"question": asked, "advice": cause, "solution": said("measure", case)}
        case "data":
            return {"hot_spot": said("place", case), "pattern": cause, "measure": said("measure", case)}
    return {"observations": found, "questioned": [{"who": "示例工程隊", "said": cause}]}


def _readings(held: datetime) -> list[dict[str, Any]]:
    shown = (0.16, 0.15, 0.11, 0.12)
    return [
        {"at": (held - timedelta(minutes=10 * n)).isoformat(), "value": value, "unit": "MPa", "limit": 0.14}
        for n, value in enumerate(reversed(shown))
    ]
