"""The table: each clause of chapters 1 to 6, how it is met, and what proves it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastapi import APIRouter

from services.house import present, spec_of
from shared.common_routes import router as common
from shared.procedure import load
from shared.procedure.answers import answers, duties_of
from tests.clauses.running import ROOT, Run

FILE = ROOT / "var" / "clauses.json"
_CHAPTERS = {"1", "2", "3", "4", "5", "6"}
_ROUTE = re.compile(r"(GET|POST|PUT|DELETE) (/\S+)")
_PAGE = re.compile(r"/desk\S*")


def clauses() -> list[str]:
    """Return the clauses that the software has to meet: chapters 1 to 6."""
    return [one.id for one in load().clauses.values() if one.id.split("/")[0] in _CHAPTERS]


def table(proved: Run) -> list[dict[str, Any]]:
    """Return what `var/clauses.json` holds."""
    procedure, known = load(), answers()
    return [
        {
            "id": clause,
            "met_by": known[clause].told(duties_of(procedure, clause)) if clause in known else None,
            "tests": [{"node": one.node, "outcome": one.outcome} for one in proved.of(clause)],
        }
        for clause in clauses()
    ]


def defects(row: dict[str, Any], routes: set[str]) -> list[str]:
    """Return why a clause does not count as met."""
    found = []
    if not row["met_by"]:
        found.append("nothing says how it is met")
    else:
        named = answers()[row["id"]].where
        found += [f"{one} is no route" for one in named if not _is_known(one, routes)]
    if not row["tests"]:
        found.append("no test proves it")
    return found + [f"{one['node']}: {one['outcome']}" for one in row["tests"] if one["outcome"] != "passed"]


def _is_known(where: str, routes: set[str]) -> bool:
    asked = _ROUTE.match(where)
    if asked:
        return f"{asked[1]} {bare(asked[2])}" in routes
    page = _PAGE.match(where)
    return not page or f"GET {bare(page[0])}" in routes


def bare(path: str) -> str:
    """Return a path without the names of what varies in it, its end and its anchor."""
    return re.sub(r"\{[^}]*\}", "{}", path.split("#", maxsplit=1)[0].split("?", maxsplit=1)[0]).rstrip("/")


def all_routes() -> set[str]:
    """Return every route of the house: ``POST /casework/complaints/{}/acceptance``."""
    found = set()
    for service in present():
        spec = spec_of(service)
        found |= {f"{how} {bare(f'/{service}{path}')}" for how, path in [*_routes(spec.router), *_routes(common)]}
        if spec.entrance:
            first = APIRouter()
            spec.entrance(first, f"/{service}")
            found |= {f"{how} {bare(path)}" for how, path in _routes(first)}
    return found


def _routes(router: Any) -> Iterator[tuple[str, str]]:
    for route in router.routes:
        if inner := getattr(route, "original_router", None):
            yield from _routes(inner)
        else:
            yield from ((how, route.path) for how in getattr(route, "methods", None) or ())


def tell(rows: list[dict[str, Any]]) -> tuple[str, int]:
    """Return the table as people read it, and how many clauses are not met."""
    titles, routes = {one.id: one.en for one in load().clauses.values()}, all_routes()
    lines, open_ones = [], []
    for row in rows:
        wrong = defects(row, routes)
        open_ones += [row["id"]] if wrong else []
        lines.append(f"\n{'  ' if wrong else 'ok'}  {row['id']}  {titles[row['id']]}")
        lines += [f"      {line}" for line in (row["met_by"] or "").splitlines()]
        lines += [f"      {one['outcome']:8} {one['node']}" for one in row["tests"]]
        lines += [f"      OPEN: {one}" for one in wrong]
    met = len(rows) - len(open_ones)
    lines.append(f"\n{met} of {len(rows)} clauses are met and proved. Open: {', '.join(open_ones) or 'none'}")
    return "\n".join(lines) + "\n", len(open_ones)


def write(rows: list[dict[str, Any]], file: Path = FILE) -> None:
    """Write `var/clauses.json`."""
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", "utf-8")
