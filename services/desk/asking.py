"""How a page asks the other services: with a fresh token of the person, in the person's language."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from services.desk.people import Person, sign_token
from services.desk.words import say
from shared.errors import Problem
from shared.running import Service

PATIENCE: Final = 4.0
"""Seconds a page waits for a part of it that it can do without."""


class Refusal(Exception):
    """Another service said no: its sentence in the person's language, and what is wrong at which field."""

    def __init__(self, status: int, code: str, title: str, fields: Mapping[str, str], body: Mapping[str, Any]) -> None:
        super().__init__(code)
        self.status, self.code, self.title, self.fields, self.body = status, code, title, dict(fields), dict(body)


@dataclass(frozen=True)
class Part:
    """A part of a page: what the service answered, or why there is nothing."""

    value: Any = None
    refusal: Refusal | None = field(default=None)

    @property
    def missing(self) -> bool:
        """Say whether the service did not answer (as opposed to: has nothing on this)."""
        return self.refusal is not None and self.refusal.status != 404


class Asking:
    """The other services, for one person on one request."""

    def __init__(self, service: Service, person: Person) -> None:
        self._service, self._person = service, person
        self.token = sign_token(service, person.officer, person.roles, person.department)

    async def response(self, method: str, service: str, path: str, **options: Any) -> httpx.Response:
        """Return the answer as it is, when it is a good one. Raises ``Refusal``."""
        try:
            answer = await self._service.services.request(
                method, service, path, token=self.token, language=self._person.language, **options
            )
        except httpx.TransportError as error:
            raise self._unavailable(service) from error
        if not answer.is_success:
            raise self._refusal(answer, service)
        return answer

    async def get(self, service: str, path: str, /, **params: Any) -> Any:
        """GET and return the JSON. Raises ``Refusal``."""
        wanted = {name: value for name, value in params.items() if value not in (None, "")}
        # an empty mapping would take away what stands in the path: ``/outages?past=true``
        return _json(await self.response("GET", service, path, params=wanted or None))

    async def post(self, service: str, path: str, json: Any = None, **options: Any) -> Any:
        """POST and return the JSON. Raises ``Refusal``."""
        return _json(await self.response("POST", service, path, json={} if json is None else json, **options))

    async def put(self, service: str, path: str, json: Any) -> Any:
        """PUT and return the JSON. Raises ``Refusal``."""
        return _json(await self.response("PUT", service, path, json=json))

    async def part(self, service: str, path: str, /, **params: Any) -> Part:
        """GET something that the page can do without."""
        try:
            return Part(await asyncio.wait_for(self.get(service, path, **params), PATIENCE))
        except Refusal as refusal:
            return Part(refusal=refusal)
        except TimeoutError:
            return Part(refusal=self._unavailable(service))

    async def parts(self, *wanted: tuple[str, str]) -> list[Part]:
        """GET several at once."""
        return list(await asyncio.gather(*(self.part(service, path) for service, path in wanted)))

    def _unavailable(self, service: str) -> Refusal:
        title = say(self._person.language, "error.service_silent", service=service)
        return Refusal(503, "unavailable", title, {}, {})

    def _refusal(self, answer: httpx.Response, service: str) -> Refusal:
        if not answer.headers.get("content-type", "").startswith("application/problem+json"):
            return self._unavailable(service)
        body = answer.json()
        fields = {error["field"]: error.get("message", error["rule"]) for error in body.get("errors", [])}
        return Refusal(answer.status_code, body.get("code", "invalid"), body.get("title", ""), fields, body)


def _json(answer: httpx.Response) -> Any:
    return answer.json() if answer.content else None


def as_refusal(problem: Problem, title: str) -> Refusal:
    """Return one of our own problems as a refusal, so that pages show both alike."""
    return Refusal(problem.status, problem.code, title, {}, problem.params)
