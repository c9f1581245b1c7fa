"""Who stands before a page: the person behind a browser session, and what they may do."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import cast

from fastapi import Request

from services.desk.language import language_for
from services.desk.sessions import account_of, behind_tls, cookie_name, form_token
from services.desk.tables import Account
from shared.access import ACTIONS, issue_token
from shared.errors import Problem
from shared.glossary import Language
from shared.running import Service, running
from shared.secrets import Secrets

CSRF_FIELD = "form_token"
CSRF_HEADER = "X-Form-Token"
_SAFE = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in member of the staff. ``officer`` is the id that stands in events."""

    username: str
    officer: str
    roles: frozenset[str]
    department: str | None
    language: Language
    form_token: str = field(repr=False)

    def may(self, action: str) -> bool:
        """Say whether one of the person's roles may take ``action``."""
        return bool(self.roles & ACTIONS[action])


def sign_token(service: Service, officer: str, roles: frozenset[str], department: str | None) -> str:
    """Sign a person's token for 15 minutes, as the other services want it."""
    claims = {"roles": sorted(roles), "department": department}
    return issue_token(service.signing_key, "desk", officer, claims)


def cookie_key(service: Service) -> bytes:
    """Return the key under which forms and tries are marked; read once."""
    if "cookie_key" not in service.resources:
        service.resources["cookie_key"] = Secrets(service.settings.keys_folder).cookie_key()
    return cast("bytes", service.resources["cookie_key"])


def session_cookie(request: Request) -> str:
    """Return the session cookie's value, or nothing."""
    return request.cookies.get(cookie_name(tls=behind_tls(request, running(request).settings)), "")


async def person_of(request: Request) -> Person | None:
    """Return who is signed in, or ``None``."""
    service, cookie = running(request), session_cookie(request)
    if not cookie:
        return None
    async with service.database.session() as session:
        account = await account_of(session, cookie, visit=not _by_itself(request))
    return _person(request, account, cookie) if account else None


def _by_itself(request: Request) -> bool:
    """Say whether the open page asks, not the person: that does not make a session last."""
    return "HX-Request" in request.headers or "text/event-stream" in request.headers.get("Accept", "")


def _person(request: Request, account: Account, cookie: str) -> Person:
    return Person(
        username=account.username,
        officer=account.officer,
        roles=frozenset(account.roles),
        department=account.department,
        language=language_for(request, account.language),
        form_token=form_token(cookie_key(running(request)), cookie),
    )


def signed_in(action: str) -> Callable[[Request], Awaitable[Person]]:
    """Return the dependency that lets a signed-in person through whom the table names for ``action``.

    A form must carry the session's token. Raises ``Problem`` 401 without a session, 403 without the right or token.
    """
    if action not in ACTIONS:
        raise KeyError(action)

    async def check(request: Request) -> Person:
        person = await person_of(request)
        if person is None:
            raise Problem(401, "session_ended" if request.method not in _SAFE else "sign_in_needed")
        request.state.person = person
        if not person.may(action):
            raise Problem(403, "not_allowed", action=action)
        if request.method not in _SAFE:
            await check_form(request, person.form_token)
        return person

    check.__name__ = f"signed_in_{action.replace('.', '_')}"
    check.action = action  # type: ignore[attr-defined]  # read by the test that every route names its action
    return check


async def check_form(request: Request, expected: str) -> None:
    """Raise ``Problem`` 403 when the form was not made by a page of this session."""
    given = request.headers.get(CSRF_HEADER) or str((await request.form()).get(CSRF_FIELD) or "")
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise Problem(403, "form_expired")
