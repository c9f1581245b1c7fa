"""The line between people and the office: whatever is not answered is asked again."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from joserfc.jwk import OKPKey

from shared.access import issue_token
from shared.office import example_office
from shared.secrets import Secrets
from shared.settings import Settings
from tests.chaos.tally import Request, Tally

_TRY_AGAIN = frozenset({429, 500, 502, 503, 504})
_LONGEST = 600.0
Where = Callable[[str], str]
"""A service's name to the address at which it answers now."""


class NeverAnswered(Exception):
    """Nobody answered for ten minutes."""


@dataclass
class Answer:
    """An answer, and whether an earlier try may have had its effect without being answered."""

    response: httpx.Response
    doubtful: bool


@dataclass
class Line:
    """Speaks to the office as a person or a channel; counts what was sent and not answered."""

    where: Where
    settings: Settings
    tally: Tally
    client: httpx.AsyncClient = field(init=False)
    waiting: set[Request] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Open the client; its connections are made when needed."""
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
        self.client = httpx.AsyncClient(timeout=15, limits=limits, trust_env=False)
        self._key = OKPKey.import_key(Secrets(self.settings.keys_folder).private_pem("desk"))

    def unanswered(self) -> list[Request]:
        """What is on its way at this moment."""
        return list(self.waiting)

    async def until_asked(self, service: str, patience: float) -> None:
        """Return while a request to a service is on its way, or after so many seconds: some are seldom asked."""
        end = time.monotonic() + patience
        while time.monotonic() < end and all(one.service != service for one in self.waiting):  # noqa: ASYNC110 - looked at, never told
            await asyncio.sleep(0.001)

    def person(self, username: str) -> dict[str, str]:
        """The headers of a person of the example office."""
        officer = next(one for one in example_office().officers if one.username == username)
        claims = {"roles": sorted(officer.roles), "department": officer.department}
        return {"Authorization": f"Bearer {issue_token(self._key, 'desk', officer.id, claims)}"}

    async def ask(
        self,
        method: str,
        path: str,
        headers: Callable[[], Mapping[str, str]],
        body: Any = None,
        *,
        again: bool = True,
        patience: float = _LONGEST,
    ) -> Answer | None:
        """Ask until somebody answers; ``None`` when it was left unanswered and may not be asked ``again``."""
        doubtful, loop = False, asyncio.get_running_loop()
        end = loop.time() + patience
        while loop.time() < end:
            request = Request(path.split("/")[1])
            try:
                response = await self._once(request, method, path, headers(), body)
            except httpx.TransportError:
                request.failed = True
                sent = request in self.waiting
                doubtful = doubtful or sent
                if sent:
                    self.tally.counts["requests left unanswered"] += 1
                    if not again:
                        return None
                self.tally.counts["tries again"] += 1
                await asyncio.sleep(0.05 if sent else 0.3)
            else:
                if response.status_code not in _TRY_AGAIN:
                    return Answer(response, doubtful)
                self.tally.counts[f"answers {response.status_code}, tried again"] += 1
                doubtful = doubtful or response.status_code != 429
                await asyncio.sleep(0.2)
            finally:
                self.waiting.discard(request)
        raise NeverAnswered(f"{method} {path}")

    async def _once(
        self, request: Request, method: str, path: str, headers: Mapping[str, str], body: Any
    ) -> httpx.Response:
        async def trace(event: str, _: Any) -> None:
            if event == "http11.send_request_body.complete":
                self.waiting.add(request)

        url = self.where(path.split("/")[1]) + path
        language = {"Accept-Language": "en"}
        return await self.client.request(
            method, url, headers={**language, **headers}, json=body, extensions={"trace": trace}
        )

    async def close(self) -> None:
        """Hang up."""
        await self.client.aclose()
