"""How one service asks another: over HTTP only, with its own token, and for the person where there is one.

Embedded, the same client speaks to the application in the process; the code that asks does not know.
"""

import asyncio
import base64
import contextlib
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any, Final

import httpx
from joserfc.jwk import OKPKey

from shared.access import issue_token
from shared.errors import Problem
from shared.streams import stream_of

ASGI = Callable[..., Any]
_TRIES: Final = 20


class Services:
    """The other services, as seen by ``name``. ``await services.post("intake", "/texts", json=…)``."""

    def __init__(self, name: str, key: OKPKey, url_of: Callable[[str], str], apps: Mapping[str, ASGI] | None) -> None:
        self._name, self._key, self._url_of, self._apps = name, key, url_of, apps
        self._clients: dict[str, httpx.AsyncClient] = {}

    def _client(self, service: str) -> httpx.AsyncClient:
        if service not in self._clients:
            if self._apps is not None:
                transport = httpx.ASGITransport(self._apps[service], raise_app_exceptions=False)
                client = httpx.AsyncClient(transport=transport, base_url=f"http://{service}")
            else:
                client = httpx.AsyncClient(base_url=self._url_of(service))
            client.timeout = httpx.Timeout(30)
            self._clients[service] = client
        return self._clients[service]

    async def request(
        self,
        method: str,
        service: str,
        path: str,
        *,
        token: str | None = None,
        on_behalf_of: str | None = None,
        language: str | None = None,
        **options: Any,
    ) -> httpx.Response:
        """Ask ``service`` for ``/{service}{path}``; a 503 with Retry-After is tried again for about 20 s.

        ``token``: a person's token to pass on; without it the service signs its own. Raises ``httpx.TransportError``
        when nobody answers; other answers are returned as they are.
        """
        headers = dict(options.pop("headers", None) or {})
        if language:
            headers["Accept-Language"] = language
        for attempt in range(_TRIES):
            headers["Authorization"] = f"Bearer {token or self.own_token(on_behalf_of)}"
            try:
                response = await self._client(service).request(method, f"/{service}{path}", headers=headers, **options)
            except httpx.InvalidURL:  # an id that somebody made up
                raise Problem(404, "not_found") from None
            if response.status_code != 503 or "Retry-After" not in response.headers:
                return response
            await asyncio.sleep(min(0.05 * 2**attempt, 1.0))
        return response

    async def get(self, service: str, path: str, **options: Any) -> Any:
        """GET and return the JSON. Raises ``Problem`` with the other's status, code and fields."""
        return _json(await self.request("GET", service, path, **options))

    async def post(self, service: str, path: str, **options: Any) -> Any:
        """POST and return the JSON. Raises ``Problem`` as ``get``."""
        return _json(await self.request("POST", service, path, **options))

    async def stream(self, service: str, path: str, *, token: str | None = None) -> AsyncGenerator[bytes]:
        """GET an endless answer (SSE) and yield it as it comes. Raises ``OSError`` or ``httpx.TransportError``."""
        headers = {"Authorization": f"Bearer {token or self.own_token()}", "Accept": "text/event-stream"}
        if self._apps is not None:
            async with contextlib.aclosing(stream_of(self._apps[service], f"/{service}{path}", headers)) as pieces:
                async for piece in pieces:
                    yield piece
            return
        waiting = httpx.Timeout(30, read=None)
        async with self._client(service).stream("GET", f"/{service}{path}", headers=headers, timeout=waiting) as answer:
            if answer.status_code != 200:
                raise ConnectionError(f"{service} answered {answer.status_code}")
            async for piece in answer.aiter_raw():
                yield piece

    def own_token(self, on_behalf_of: str | None = None) -> str:
        """Return a fresh token of this service; it goes on without the desk."""
        claims = {"service": True} | ({"for": on_behalf_of} if on_behalf_of else {})
        return issue_token(self._key, self._name, self._name, claims)

    async def keys(self, complaints: list[str]) -> dict[str, bytes | None]:
        """Return the complaints' keys from intake, 500 at a time (for a ``KeyRing``)."""
        found: dict[str, bytes | None] = {}
        for start in range(0, len(complaints), 500):
            answer = await self.post("intake", "/keys", json={"ids": complaints[start : start + 500]})
            found |= {one: base64.b64decode(key) if key else None for one, key in answer.items()}
        return found

    async def texts(self, complaints: list[str], parts: tuple[str, ...] = ("text",)) -> dict[str, dict[str, Any]]:
        """Return the complaints' texts from intake, 500 at a time; an erased one is ``{"erased": True}``."""
        found: dict[str, dict[str, Any]] = {}
        for start in range(0, len(complaints), 500):
            body = {"ids": complaints[start : start + 500], "parts": list(parts)}
            found |= await self.post("intake", "/texts", json=body)
        return found

    async def close(self) -> None:
        """Close all connections."""
        for client in self._clients.values():
            await client.aclose()


def _json(response: httpx.Response) -> Any:
    if response.is_success:
        return response.json() if response.content else None
    raise problem_of(response)


def problem_of(response: httpx.Response) -> Problem:
    """Return another service's problem as one of our own, so that it can be passed on to the caller."""
    known = {"type", "title", "status", "instance", "code", "errors"}
    if response.headers.get("content-type", "").startswith("application/problem+json"):
        body = response.json()
        params = {name: value for name, value in body.items() if name not in known}
        errors = [(item["field"], item["rule"]) for item in body.get("errors", [])]
        return Problem(response.status_code, body["code"], errors=errors, title=body["title"], **params)
    return Problem(502 if response.status_code >= 500 else response.status_code, "unavailable")
