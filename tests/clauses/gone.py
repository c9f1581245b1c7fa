"""A plugin of pytest (``-p tests.clauses.gone``): the route that ``ROUTE_GONE`` names is not there.

``POST /reply/letters/{letter}/check``, or ``/desk/letters/{letter}`` for a page; the parameters' names do not matter.
"""

import os
from typing import Any

from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

GONE = "ROUTE_GONE"


def pytest_configure() -> None:
    """Let the route match nothing."""
    from tests.clauses.telling import bare  # not before pytest has begun: it brings the product

    method, _, path = os.environ[GONE].rpartition(" ")
    service, wanted, matches = path.split("/")[1], bare(path), APIRoute.matches

    def without(self: APIRoute, scope: Scope) -> tuple[Match, Any]:
        ours = self.endpoint.__module__.startswith(f"services.{service}.")
        if ours and method in ("", scope["method"]) and wanted in (bare(self.path), f"/{service}{bare(self.path)}"):
            return Match.NONE, {}
        return matches(self, scope)

    APIRoute.matches = without  # type: ignore[method-assign]
