"""The classifier appraised by what people decided: confusion, words that misled, drift by month and by model."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, get_args

from sqlalchemy import Row, func, literal_column, select

from services.classification.answers import AppraisalOut, ConfusionOut, Label, MisleadingOut
from services.classification.model import current
from services.classification.sealing import unseal_reasons
from services.classification.tables import Overrule, Proposal
from shared.running import Service

LABELS: Final[tuple[Label, ...]] = get_args(Label)
_LOOKED_AT: Final = 2_000
"""Overrules whose reasons are opened, the newest."""
_SHOWN: Final = 50


async def appraised(service: Service) -> AppraisalOut:
    """Return how often people agreed and decided otherwise; months are those of the proposal (UTC)."""
    async with service.database.session() as session:
        alike = (await session.execute(_alike())).all()
        spoke = (await session.execute(_overruled())).all()
    return AppraisalOut(
        model=current().about.get("version"),
        proposed=sum(row.proposed for row in alike),
        decided=sum(row.decided for row in alike),
        confusion={label: _confusion(alike, label) for label in LABELS},
        months=_drift(alike, "month"),
        models=_drift(alike, "model"),
        misleading_words=await _misleading(service, spoke),
    )


def _alike() -> Any:
    """Ask, in one pass, for the proposals that are alike in all that is told of them, with their number."""
    # written out: as parameters they would make the expression differ between SELECT and GROUP BY
    month = func.to_char(func.timezone(literal_column("'UTC'"), Proposal.proposed_at), literal_column("'YYYY-MM'"))
    pairs = [
        column[literal_column(f"'{label}'")].astext.label(f"{what}_{label}")
        for what, column in (("suggested", Proposal.labels), ("decided", Proposal.decided))
        for label in LABELS
    ]
    same = (month.label("month"), Proposal.model.label("model"), *pairs)
    counts = (
        func.count().label("proposed"),
        func.count(Proposal.decided).label("decided"),
        func.min(Proposal.proposed_at).label("first"),
    )
    return select(*same, *counts).group_by(*same)


def _pair(row: Row[Any], label: str) -> tuple[str | None, str | None]:
    return getattr(row, f"suggested_{label}"), getattr(row, f"decided_{label}")


def _confusion(alike: Sequence[Row[Any]], label: str) -> list[ConfusionOut]:
    counted: Counter[tuple[str | None, str | None]] = Counter()
    for row in alike:
        if row.decided:
            counted[_pair(row, label)] += row.decided
    ordered = sorted(counted.items(), key=lambda one: (-one[1], str(one[0][0]), str(one[0][1])))
    return [ConfusionOut(suggested=one[0], decided=one[1], count=count) for one, count in ordered]


def _drift(alike: Sequence[Row[Any]], what: str) -> list[dict[str, Any]]:
    """Return how many were proposed, decided and overruled, by label, of each month or model; the first one first."""
    groups: dict[str | None, dict[str, Any]] = {}
    for row in sorted(alike, key=lambda one: one.first):
        name = getattr(row, what)
        group = groups.setdefault(name, {what: name, "proposed": 0, "decided": 0, "overruled": Counter()})
        group["proposed"] += row.proposed
        group["decided"] += row.decided
        for label in LABELS:
            suggested, decided = _pair(row, label)
            if row.decided and suggested != decided:
                group["overruled"][label] += row.decided
    return list(groups.values())


def _overruled() -> Any:
    return (
        select(Overrule.complaint, Overrule.label, Overrule.suggested, Proposal.reasons)
        .join(Proposal, Proposal.complaint == Overrule.complaint)
        .where(Proposal.reasons.is_not(None))
        .order_by(Overrule.id.desc())
        .limit(_LOOKED_AT)
    )


async def _misleading(service: Service, overruled: Sequence[Row[Any]]) -> list[MisleadingOut]:
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
        MisleadingOut(label=label, suggested=value, term=term, count=count)
        for (label, value, term), count in counted.most_common(_SHOWN)
    ]
