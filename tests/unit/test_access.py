"""Every route says who may call it, and a token lets nobody do more than it says."""

import time

import pytest
from joserfc.jwk import OKPKey

from services.house import present, spec_of
from shared.access import ACTIONS, SERVICE, STAFF, issue_token, read_token
from shared.common_routes import router as common
from shared.documented import actions_of, routes_of
from shared.errors import Problem
from shared.service import application


@pytest.mark.parametrize("service", present())
def test_every_route_names_an_action_of_the_table(service: str) -> None:
    routes = list(routes_of(application(spec_of(service))))
    assert len(routes) > len(list(routes_of(common)))
    for route in routes:
        named = actions_of(route)
        assert named, f"{route.methods} {route.path} of {service} says not who may call it"
        assert named <= ACTIONS.keys()


def test_the_table_knows_no_role_that_does_not_exist() -> None:
    known = STAFF | {SERVICE, "channel", "complainant", "anyone"}
    assert all(roles <= known for roles in ACTIONS.values())


@pytest.fixture
def keys() -> dict[str, OKPKey]:
    """A desk and a service with their keys."""
    return {name: OKPKey.generate_key("Ed25519") for name in ("desk", "reply")}


def test_a_person_signed_in_by_the_desk_is_who_they_are(keys: dict[str, OKPKey]) -> None:
    token = issue_token(keys["desk"], "desk", "o-1", {"roles": ["handler"], "department": "water"})
    caller = read_token(token, keys)
    assert caller.id == "o-1"
    assert caller.roles == {"handler"}
    assert caller.department == "water"


def test_a_service_cannot_make_itself_a_person(keys: dict[str, OKPKey]) -> None:
    token = issue_token(keys["reply"], "reply", "o-1", {"roles": ["administrator"]})
    with pytest.raises(Problem, match="token_invalid"):
        read_token(token, keys)


def test_a_person_cannot_make_themselves_a_service(keys: dict[str, OKPKey]) -> None:
    token = issue_token(keys["desk"], "desk", "o-1", {"roles": ["service"]})
    assert SERVICE not in read_token(token, keys).roles


def test_a_token_signed_by_another_key_is_not_believed(keys: dict[str, OKPKey]) -> None:
    forged = issue_token(OKPKey.generate_key("Ed25519"), "desk", "o-1", {"roles": ["administrator"]})
    with pytest.raises(Problem, match="token_invalid"):
        read_token(forged, keys)


def test_a_token_ends_after_a_quarter_of_an_hour(keys: dict[str, OKPKey], monkeypatch: pytest.MonkeyPatch) -> None:
    token = issue_token(keys["desk"], "desk", "o-1", {"roles": ["handler"]})
    later = time.time() + 15 * 60 + 1
    monkeypatch.setattr("shared.access.time.time", lambda: later)
    with pytest.raises(Problem, match="token_expired"):
        read_token(token, keys)
