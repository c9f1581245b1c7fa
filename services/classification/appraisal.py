"""The classifier appraised by what people decided: confusion, words that misled, drift by month and by model."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Row, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.classification.model import current
from services.classification.sealing import unseal_reasons
from services.classification.tables import Overrule, Proposal
from shared.running import Service

LABELS: Final = ("service", "topic_code", "nature", "kind", "level", "importance")
_LOOKED_AT: Final = 2_000
"""Overrules whose reasons are opened, the newest."""
_SHOWN: Final = 50


async def appraised(service: Service) -> dict[str, Any]:
    """Return how often people agreed and decided otherwise; months are those of the proposal (UTC)."""
    async with service.database.session() as session:
        proposed = (await session.execute(_by(_month()))).all()
        models = (await session.execute(_by(Proposal.model))).all()
        decided = select(Proposal).where(Proposal.decided.is_not(None)).subquery()
        answer = {
            "model": current().about.get("version"),
            "proposed": sum(row.proposed for row in proposed),
            "decided": sum(row.decided for row in proposed),
            "confusion": {label: await _confusion(session, decided, label) for label in LABELS},
            "months": await _drift(session, "month", _month(), proposed),
            "models": await _drift(session, "model", Proposal.model, models),
        }
        spoke = (await session.execute(_overruled())).all()
    return answer | {"misleading_words": await _misleading(service, spoke)}


def _month() -> Any:
    # written out: as parameters they would make the expression differ between SELECT and GROUP BY
    return func.to_char(func.timezone(literal_column("'UTC'"), Proposal.proposed_at), literal_column("'YYYY-MM'"))


def _by(what: Any) -> Any:
    return (
        select(
            what.label("group"),
            func.count().label("proposed"),
            func.count(Proposal.decided).label("decided"),
            func.min(Proposal.proposed_at).label("first"),
        )
        .group_by(what)
        .order_by(func.min(Proposal.proposed_at))
    )


async def _confusion(session: AsyncSession, decided: Any, label: str) -> list[dict[str, Any]]:
    pair = (decided.c.labels[label].astext.label("suggested"), decided.c.decided[label].astext.label("decided"))
    inner = select(*pair).subquery()
    rows = await session.execute(
        select(inner.c.suggested, inner.c.decided, func.count().label("count"))
        .group_by(inner.c.suggested, inner.c.decided)
        .order_by(func.count().desc(), inner.c.suggested, inner.c.decided)
    )
    return [dict(row._mapping) for row in rows]


async def _drift(session: AsyncSession, name: str, what: Any, groups: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    rows = await session.execute(
        select(what, Overrule.label, func.count(func.distinct(Overrule.complaint)))
        .join(Overrule, Overrule.complaint == Proposal.complaint)
        .group_by(what, Overrule.label)
    )
    overruled: dict[Any, dict[str, int]] = defaultdict(dict)
    for group, label, count in rows:
        overruled[group][label] = count
    return [
        {name: row.group, "proposed": row.proposed, "decided": row.decided, "overruled": overruled[row.group]}
        for row in groups
    ]


def _overruled() -> Any:
    return (
        select(Overrule.complaint, Overrule.label, Overrule.suggested, Proposal.reasons)
        .join(Proposal, Proposal.complaint == Overrule.complaint)
        .where(Proposal.reasons.is_not(None))
        .order_by(Overrule.id.desc())
        .limit(_LOOKED_AT)
    )


async def _misleading(service: Service, overruled: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """Return the lexicon's words that spoke for what people then decided otherwise, the most frequent first."""
    keys = await service.keys.many({row.complaint for row in overruled}) if overruled else {}
    counted: Counter[tuple[str, str, str]] = Counter()
    for row in overruled:
        prefix = "topic_code" if row.label == "service" else row.label
        reasons = unseal_reasons(keys.get(row.complaint), row.complaint, row.reasons)
        spoke = {
            one["term"]
            for one in reasons
            if one["label"] == prefix and str(one["value"]).split(".")[0] == str(row.suggested).split(".")[0]
        }
        counted.update((row.label, str(row.suggested), term) for term in spoke)
    return [
        {"label": label, "suggested": value, "term": term, "count": count}
        for (label, value, term), count in counted.most_common(_SHOWN)
    ]
