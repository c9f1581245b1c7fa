"""The door: signing in and out, and the language."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.desk.language import LANGUAGE_COOKIE, language_for
from services.desk.page import Page, go, page, safe_next
from services.desk.people import (
    CSRF_FIELD,
    Person,
    check_form,
    cookie_key,
    person_of,
    session_cookie,
    signed_in,
)
from services.desk.sessions import (
    COOKIE,
    behind_tls,
    close_session,
    cookie_name,
    form_token,
    open_session,
    set_cookie,
)
from services.desk.tables import Account
from services.desk.token import sign_in
from shared.access import allowed
from shared.errors import PROBLEMS, Problem, sentence
from shared.glossary import LANGUAGES
from shared.running import Running, running

_DOOR = "redress_door"
_YEAR = 365 * 24 * 3600

router = APIRouter(route_class=Page, include_in_schema=False)
Anyone = Depends(allowed("office.observe"))
Entered = Annotated[Person, Depends(signed_in("desk.enter"))]


def _door_cookie(request: Request) -> str:
    name = cookie_name(tls=behind_tls(request, running(request).settings), name=_DOOR)
    return request.cookies.get(name) or secrets.token_urlsafe(16)


async def _door(request: Request, status: int = 200, *, username: str = "", problem: str = "") -> HTMLResponse:
    """The sign-in page; its form carries a token of a cookie, so that no other site can sign a browser in."""
    service, cookie = running(request), _door_cookie(request)
    why = request.query_params.get("why", "")
    form = await request.form() if request.method == "POST" else request.query_params
    answer = await page(
        request,
        "sign_in.html",
        status=status,
        form_token=form_token(cookie_key(service), cookie),
        next=safe_next(str(form.get("next") or "")),
        username=username,
        problem=problem,
        why=sentence(why, language_for(request)) if why in PROBLEMS else "",
    )
    set_cookie(answer, cookie, tls=behind_tls(request, service.settings), name=_DOOR, seconds=_YEAR)
    return answer


@router.get("/sign-in", dependencies=[Anyone])
async def door(request: Request) -> Response:
    """The sign-in page; who is signed in goes straight on."""
    if await person_of(request):
        return go(safe_next(request.query_params.get("next", "")))
    return await _door(request)


@router.post("/sign-in", dependencies=[Anyone])
async def enter(request: Request, service: Running) -> Response:
    """Sign in, with a new session each time."""
    form = await request.form()
    username = str(form.get("username") or "")[:200]
    try:
        await check_form(request, form_token(cookie_key(service), _door_cookie(request)))
        account = await sign_in(service, request, username, str(form.get("password") or "")[:1000])
    except Problem as problem:
        said = sentence(problem.code, language_for(request))
        return await _door(request, problem.status, username=username, problem=said)
    async with service.database.session() as session:
        if old := session_cookie(request):
            await close_session(session, old)
        cookie = await open_session(session, account.username)
    answer = go(safe_next(str(form.get("next") or "")))
    set_cookie(answer, cookie, tls=behind_tls(request, service.settings))
    return answer


@router.post("/sign-out")
async def leave(request: Request, service: Running, _: Entered) -> RedirectResponse:
    """Sign out here; other browsers stay signed in."""
    async with service.database.session() as session:
        await close_session(session, session_cookie(request))
    answer = go("/desk/sign-in")
    answer.delete_cookie(cookie_name(tls=behind_tls(request, service.settings), name=COOKIE), path="/")
    return answer


@router.post("/language", dependencies=[Anyone])
async def speak(request: Request, service: Running) -> RedirectResponse:
    """Choose the language: kept in the account of who is signed in, and in the browser."""
    person, form = await person_of(request), await request.form()
    expected = person.form_token if person else form_token(cookie_key(service), _door_cookie(request))
    await check_form(request, expected)
    language = str(form.get("language") or "")
    if language not in LANGUAGES:
        raise Problem(422, "invalid")
    if person:
        async with service.database.session() as session:
            account = await session.get_one(Account, person.username)
            account.language = language
    answer = go(safe_next(str(form.get("next") or "")))
    tls = behind_tls(request, service.settings)
    answer.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR, path="/", secure=tls, httponly=True, samesite="lax")
    return answer


__all__ = ["CSRF_FIELD", "Entered", "router"]
