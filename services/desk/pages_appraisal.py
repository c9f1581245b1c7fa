"""The classifier's appraisal: where people decided otherwise, which words misled it, and its models (2/1.1.12-15)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

import httpx
from fastapi import APIRouter, Depends, Request, Response

from services.desk.asking import Asking, Refusal
from services.desk.page import Page, go, page
from services.desk.people import Person, signed_in
from shared.errors import Problem
from shared.glossary import codes
from shared.running import Running, Service

router = APIRouter(route_class=Page, include_in_schema=False)
Appraiser = Annotated[Person, Depends(signed_in("classification.appraise"))]
Trainer = Annotated[Person, Depends(signed_in("classification.train"))]
HERE: Final = "/desk/appraisal"
GROUPS: Final[Mapping[str, str]] = {
    "service": "service",
    "topic_code": "topic",
    "nature": "nature",
    "kind": "kind",
    "level": "level",
    "importance": "importance",
}
"""By label, in the order of the page: the group of its words."""
LEARNED: Final = ("service", "kind", "nature", "level")
"""The labels for which a model tells how it does on examples that it was not shown."""
LEARNING: Final = httpx.Timeout(30, read=600)
"""For how many seconds the page waits for a model."""
WIDEST: Final = 8
"""A label with more values than this is shown as a list of what was taken for what."""
_VERSION: Final = re.compile(r"[0-9A-Za-z-]{1,40}")


@dataclass(frozen=True)
class Matrix:
    """What was proposed (rows) and what people decided (columns), for one label; ``None``: no value."""

    label: str
    group: str
    values: tuple[str | None, ...]
    cells: Mapping[tuple[str | None, str | None], int]

    @property
    def total(self) -> int:
        """Return how many complaints people decided on."""
        return sum(self.cells.values())

    @property
    def agreed(self) -> int:
        """Return in how many of them they agreed."""
        return sum(count for (suggested, decided), count in self.cells.items() if suggested == decided)

    @property
    def apart(self) -> list[tuple[str | None, str | None, int]]:
        """Return what was taken for what, the most frequent first."""
        pairs = [(one, other, count) for (one, other), count in self.cells.items() if one != other]
        return sorted(pairs, key=lambda each: (-each[2], str(each[0]), str(each[1])))


def matrices(confusion: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Matrix]:
    """Return a matrix for each label that people have decided on, its values in the order of the glossary."""
    found = []
    for label, group in GROUPS.items():
        cells = {(row["suggested"], row["decided"]): int(row["count"]) for row in confusion.get(label) or ()}
        if cells:
            met = {value for pair in cells for value in pair}
            known = [value for value in codes(group) if value in met]
            rest = sorted(value for value in met if value is not None and value not in known)
            values = (*known, *rest, *([None] if None in met else []))
            found.append(Matrix(label, group, values, cells))
    return found


def drift(months: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the readings of a drawing: by month, in what share of a hundred people decided otherwise than proposed."""
    return [
        {"unit": label, "at": f"{one['month']}-01T00:00:00+00:00", "value": share(one, label), "limit": None}
        for label in LEARNED
        for one in months
        if one["decided"]
    ]


def share(one: Mapping[str, Any], label: str) -> float:
    """Return in what share of a hundred of the decided complaints people decided otherwise."""
    return round(100 * int(one["overruled"].get(label, 0)) / int(one["decided"]), 1) if one["decided"] else 0.0


@router.get("/appraisal")
async def appraisal(request: Request, service: Running, person: Appraiser) -> Response:
    """Confusion by label, the words that misled, drift by month, and the models before and after."""
    return await _show(request, service, person)


@router.post("/appraisal/models")
async def make(request: Request, service: Running, person: Trainer) -> Response:
    """Make a model from the examples and the overrules; it is compared, and stays off."""
    return await _send(request, service, person, "/models", "model_made", timeout=LEARNING)


@router.post("/appraisal/models/{version}/activation")
async def activate(request: Request, service: Running, person: Trainer, version: str) -> Response:
    """Switch a model on, or (``shipped``) back to the one that came with the program."""
    if not _VERSION.fullmatch(version):
        raise Problem(404, "not_found")
    return await _send(request, service, person, f"/models/{version}/activation", "model_on")


async def _send(request: Request, service: Service, person: Person, path: str, done: str, **options: Any) -> Response:
    try:
        await Asking(service, person).post("classification", path, **options)
    except Refusal as refusal:
        return await _show(request, service, person, refusal.status, refusal)
    return go(f"{HERE}#models", done)


async def _show(
    request: Request, service: Service, person: Person, status: int = 200, refusal: Refusal | None = None
) -> Response:
    asking = Asking(service, person)
    kept, models = await asking.parts(("classification", "/appraisal"), ("classification", "/models"))
    found = kept.value or {}
    return await page(
        request,
        "appraisal.html",
        person,
        status,
        kept=kept,
        models=models,
        refusal=refusal,
        matrices=matrices(found.get("confusion") or {}),
        readings=drift(found.get("months") or []),
        share=share,
        groups=GROUPS,
        learned=LEARNED,
        widest=WIDEST,
    )
