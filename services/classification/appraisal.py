"""The classifier appraised by what people decided: confusion by label, words that misled, drift by month."""

from collections import Counter
from typing import Any

from sqlalchemy import func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.classification.model import current
from services.classification.tables import Overrule, Proposal


async def appraised(session: AsyncSession) -> dict[str, Any]:
    """Return how often people decided otherwise; a month's share is of the complaints proposed in it (UTC)."""
    proposed = await session.execute(
        select(_month(Proposal.proposed_at), func.count()).group_by(_month(Proposal.proposed_at))
    )
    by_month: dict[str, int] = dict(proposed.tuples().all())
    return {
        "model": current().about.get("version"),
        "proposed": sum(by_month.values()),
        "confusion": await _confusion(session),
        "misleading_words": await _misleading(session),
        "months": await _months(session, by_month),
    }


def _month(column: Any) -> Any:
    # written out: as parameters they would make the expression differ between SELECT and GROUP BY
    return func.to_char(func.timezone(literal_column("'UTC'"), column), literal_column("'YYYY-MM'"))


async def _confusion(session: AsyncSession) -> dict[str, list[dict[str, Any]]]:
    rows = await session.execute(
        select(Overrule.label, Overrule.suggested, Overrule.decided, func.count())
        .group_by(Overrule.label, Overrule.suggested, Overrule.decided)
        .order_by(func.count().desc(), Overrule.label)
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for label, suggested, decided, count in rows:
        found.setdefault(label, []).append({"suggested": suggested, "decided": decided, "count": count})
    return found


async def _misleading(session: AsyncSession) -> list[dict[str, Any]]:
    """Return the lexicon's words that spoke for what people then decided otherwise, the most frequent first."""
    rows = await session.execute(
        select(Overrule.label, Overrule.suggested, Proposal.reasons).join(
            Proposal, Proposal.complaint == Overrule.complaint
        )
    )
    counted: Counter[tuple[str, str, str]] = Counter()
    for label, suggested, reasons in rows:
        prefix = "topic_code" if label == "service" else label
        spoke = {
            one["term"]
            for one in reasons
            if one["label"] == prefix and str(one["value"]).split(".")[0] == str(suggested).split(".")[0]
        }
        counted.update((label, str(suggested), term) for term in spoke)
    return [
        {"label": label, "suggested": value, "term": term, "count": count}
        for (label, value, term), count in counted.most_common(50)
    ]


async def _months(session: AsyncSession, proposed: dict[str, int]) -> list[dict[str, Any]]:
    month = _month(Proposal.proposed_at)
    rows = await session.execute(
        select(month, Overrule.label, func.count(func.distinct(Overrule.complaint)))
        .join(Overrule, Overrule.complaint == Proposal.complaint)
        .group_by(month, Overrule.label)
    )
    overruled: dict[str, dict[str, int]] = {}
    for when, label, count in rows:
        overruled.setdefault(when, {})[label] = count
    return [
        {"month": when, "proposed": count, "overruled": overruled.get(when, {})}
        for when, count in sorted(proposed.items())
    ]
