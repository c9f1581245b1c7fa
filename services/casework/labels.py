"""A case's labels, once they are others, as the fact that tells of it (2/1.1.14, 3/2.2)."""

from typing import cast

from services.casework.tables import Case
from shared.events import ComplaintReclassified
from shared.glossary import Category, Extent, Importance, Kind, Level, MajorBecause, Nature, Service, Topic


def reclassified(case: Case, reason: str, by: str) -> ComplaintReclassified:
    """Return the fact that the case's labels are what they are now. ``reason`` is a code."""
    return ComplaintReclassified(
        service=cast("Service", case.service),
        topic_code=cast("Topic", case.topic_code),
        nature=cast("Nature", case.nature),
        kind=cast("Kind", case.kind),
        category=cast("Category", case.category),
        level=cast("Level | None", case.level),
        importance=cast("Importance", case.importance),
        major_because=tuple(cast("list[MajorBecause]", case.major_because)),
        urgent=case.urgent,
        extent=cast("Extent | None", case.extent),
        people_affected=case.people_affected,
        reason=reason,
        by=by,
    )
