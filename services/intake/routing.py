"""Routes that measure a request before they read it, so that nobody can fill memory or disk."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute

from shared.access import ACTIONS
from shared.errors import Problem

_MOST_JSON: Final = 1024 * 1024
_MOST_WITH_FILES: Final = 20 * 1024 * 1024 + 512 * 1024


class Bounded(APIRoute):
    """Refuses what is too large, or does not say how large it is (413, 411), before a byte of it is read."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler with the measure before it."""
        handle = super().get_route_handler()

        async def measured(request: Request) -> Response:
            if request.method in {"POST", "PUT"}:
                _measure(request)
            return await handle(request)

        return measured


def straight(handle: Callable[[Request], Awaitable[Response | None]]) -> type[Bounded]:
    """Return the route class of a hot path: ``handle`` answers what is as it should be, the route itself all else.

    FastAPI finds out anew at each request what a route needs, which costs more than taking a complaint in; and what is
    wrong is still told by it alone: ``handle`` returns ``None``, and must have done nothing by then.
    """

    class Straight(Bounded):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            otherwise = super().get_route_handler()

            async def handled(request: Request) -> Response:
                _measure(request)
                return await handle(request) or await otherwise(request)

            return handled

    return Straight


def _measure(request: Request) -> None:
    stated = request.headers.get("Content-Length", "")
    if not stated.isdigit():
        if "Transfer-Encoding" not in request.headers:
            return  # no body
        raise Problem(411, "length_required")
    multipart = request.headers.get("Content-Type", "").startswith("multipart/form-data")
    limit = _MOST_WITH_FILES if multipart else _MOST_JSON
    if int(stated) > limit:
        raise Problem(413, "too_large", limit_mb=limit // 1024**2)


def open_to_all(action: str) -> Callable[[], None]:
    """Return the dependency of a public page: it lets everybody in, and names the action for the table of access."""
    if action not in ACTIONS:
        raise KeyError(action)

    def check() -> None:
        return None

    check.action = action  # type: ignore[attr-defined]  # read by the test that every route names its action
    return check
