"""Who may do what: one table. A route names its action; nothing is allowed that does not stand here.

A caller is a person (a token signed by the desk), a service (a token it signs itself), a channel (a key that intake
knows), or the complainant (number and receipt code, at intake only). ``SERVICES`` may act where a service asks another.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, get_args

from fastapi import Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from shared.errors import Problem
from shared.glossary import Role

STAFF: Final = frozenset(get_args(Role))
_WORK: Final = frozenset({"operator", "handler", "supervisor"})
_LEAD: Final = frozenset({"supervisor"})
SERVICE: Final = "service"
CHANNEL: Final = "channel"
COMPLAINANT: Final = "complainant"

ACTIONS: Final[Mapping[str, frozenset[str]]] = {
    # every service
    "office.observe": frozenset({"anyone"}),
    "journal.read": frozenset({"analyst", "administrator", "supervisor", SERVICE}),
    "parked.release": frozenset({"administrator"}),
    "clock.read": frozenset({"administrator", SERVICE}),
    "clock.set": frozenset({"administrator"}),
    # intake
    "intake.receive": frozenset({"operator", "supervisor", CHANNEL, COMPLAINANT}),
    "intake.follow": frozenset({COMPLAINANT}),
    "intake.attach": frozenset({"operator", "handler", "supervisor", CHANNEL, COMPLAINANT, SERVICE}),
    "intake.read": frozenset({"operator", "handler", "supervisor", "reviewer", "archivist", SERVICE}),
    "intake.check_scope": frozenset({"operator", "supervisor"}),
    "intake.supplement": _WORK,
    "intake.withdraw": frozenset({"operator", "supervisor"}),
    "intake.find_person": _WORK | {"archivist"},
    "intake.collect_mailbox": frozenset({"operator", "supervisor"}),
    "intake.read_texts": frozenset({SERVICE}),
    "intake.read_keys": frozenset({SERVICE}),
    "intake.manage_channels": frozenset({"administrator"}),
    "intake.erase": frozenset({"administrator"}),
    # classification
    "classification.suggest": STAFF | {SERVICE},
    "classification.read": STAFF | {SERVICE},
    "classification.appraise": frozenset({"analyst", "supervisor", "administrator"}),
    "classification.train": frozenset({"supervisor", "administrator"}),
    # sla
    "sla.compute": STAFF | {SERVICE, CHANNEL},
    "sla.read": STAFF | {SERVICE},
    "sla.change_calendar": frozenset({"administrator", "supervisor"}),
    # casework
    "casework.read": STAFF | {SERVICE},
    "casework.manage_office": frozenset({"administrator"}),
    "casework.assign": _LEAD,
    "casework.handle": frozenset({"handler", "supervisor"}),
    "casework.classify": _WORK,
    "casework.determine": frozenset({"handler", "supervisor"}),
    "casework.follow_up": _WORK,
    "casework.urge": frozenset({"operator", "supervisor", SERVICE}),
    "casework.withdraw": frozenset({"operator", "supervisor", SERVICE}),
    "casework.accept_alarm": _WORK,
    "casework.close": frozenset({"handler", "supervisor"}),
    "casework.reopen": _LEAD,
    "casework.read_documents": frozenset({SERVICE}),
    "casework.plan_emergency": _WORK,
    "casework.keep_roster": frozenset({"supervisor", "administrator"}),
    "casework.dispute": frozenset({"handler", "supervisor"}),
    "casework.arbitrate": _LEAD,
    "casework.contribute": frozenset({"handler", "supervisor"}),
    "casework.look_at_effect": frozenset({"handler", "supervisor", "analyst"}),
    "casework.promise": _WORK,
    "casework.join_incidents": frozenset({"operator", "supervisor"}),
    "casework.plan_outages": frozenset({"operator", "supervisor", "administrator"}),
    "casework.review_progress": _LEAD,
    # reply
    "reply.read": STAFF | {SERVICE},
    "reply.write": frozenset({"handler", "supervisor"}),
    "reply.check": frozenset({"handler", "supervisor"}),
    "reply.sign": frozenset({"handler", "supervisor"}),
    "reply.send": _WORK,
    "reply.notify": _WORK,
    "reply.request_extension": frozenset({"handler", "supervisor"}),
    "reply.approve_extension": _LEAD,
    "reply.speak_for_complainant": frozenset({"operator", SERVICE}),
    "reply.assign_review": frozenset({"supervisor", "reviewer"}),
    "reply.review": frozenset({"reviewer"}),
    "reply.visit": _WORK,
    "reply.tell_suggestion": frozenset({"handler", "supervisor"}),
    "reply.manage_companies": frozenset({"administrator"}),
    "reply.read_documents": frozenset({SERVICE}),
    # archive
    "archive.look_up": frozenset({"archivist", "supervisor", "analyst"}),
    "archive.read_entry": frozenset({"archivist"}),
    "archive.accept": frozenset({"archivist"}),
    "archive.collect": frozenset({"archivist", "handler", "supervisor"}),
    "archive.analyse": frozenset({"archivist", "analyst"}),
    "archive.verify": frozenset({"archivist", "administrator", "analyst"}),
    # insight
    "insight.read": STAFF | {SERVICE},
    "insight.search": STAFF,
    # desk
    "desk.enter": STAFF,
    "desk.manage_accounts": frozenset({"administrator"}),
}

TOKEN_SECONDS: Final = 15 * 60


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling. ``id`` is an officer's id, ``service:<name>``, ``channel:<name>`` or ``complainant``."""

    id: str
    roles: frozenset[str]
    department: str | None = None
    on_behalf_of: str | None = None

    @property
    def is_service(self) -> bool:
        """Say whether another service is calling."""
        return SERVICE in self.roles

    @property
    def acts_as(self) -> str:
        """Return what stands in an event's ``by``: the person behind the call where there is one."""
        return self.on_behalf_of or self.id

    def may(self, action: str) -> bool:
        """Say whether this caller may take ``action``."""
        return bool(self.roles & ACTIONS[action])


def issue_token(key: OKPKey, issuer: str, subject: str, claims: Mapping[str, Any]) -> str:
    """Sign a token for 15 minutes of real time. ``issuer`` is ``desk`` or the name of a service."""
    now = int(time.time())
    payload = {**claims, "iss": issuer, "sub": subject, "iat": now, "exp": now + TOKEN_SECONDS}
    return jwt.encode({"alg": "Ed25519", "kid": issuer}, payload, key, algorithms=["Ed25519"])


def read_token(token: str, keys: Mapping[str, OKPKey]) -> Caller:
    """Return who signed in with ``token``. ``keys``: the public halves, by issuer.

    Raises ``Problem`` 401 for a token that is unsigned, forged, expired or from an unknown issuer.
    A service's key can only sign for that service; people's tokens are signed by the desk.
    """
    try:
        issuer = _issuer(token)
        claims = jwt.decode(token, keys[issuer], algorithms=["Ed25519"]).claims
        if claims["iss"] != issuer or claims["exp"] < time.time():
            raise Problem(401, "token_expired")
        if claims.get("service"):
            return Caller(f"service:{issuer}", frozenset({SERVICE}), on_behalf_of=claims.get("for"))
        if issuer != "desk":
            raise Problem(401, "token_invalid")
        return Caller(claims["sub"], frozenset(claims["roles"]) & STAFF, claims.get("department"))
    except (JoseError, KeyError, ValueError, TypeError) as error:
        raise Problem(401, "token_invalid") from error


def _issuer(token: str) -> str:
    from joserfc.jws import extract_compact

    header = extract_compact(token.encode()).headers()
    return str(header["kid"])


def bearer_caller(request: Request) -> Caller | None:
    """Return the caller of a bearer token, or ``None`` where the request has none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    return read_token(token, request.app.state.service.public_keys)


def allowed(action: str) -> Callable[[Request], Awaitable[Caller]]:
    """Return the dependency that lets only those through whom the table names for ``action``.

    Raises ``Problem`` 401 without a token and 403 with one that is not enough.
    """
    if action not in ACTIONS:
        raise KeyError(action)

    async def check(request: Request) -> Caller:
        caller = bearer_caller(request)
        if caller is None:
            if "anyone" in ACTIONS[action]:
                return Caller("anyone", frozenset({"anyone"}))
            raise Problem(401, "sign_in_needed")
        if "anyone" not in ACTIONS[action] and not caller.may(action):
            raise Problem(403, "not_allowed", action=action)
        return caller

    check.__name__ = f"allowed_{action.replace('.', '_')}"
    check.action = action  # type: ignore[attr-defined]  # read by the test that every route names its action
    return check
