"""How a page leaves: rendered in the person's language, under a strict policy; a refusal leaves as a page too."""

import hashlib
from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.desk import dates
from services.desk.asking import Refusal
from services.desk.chart import charts
from services.desk.language import NAMES, language_for
from services.desk.people import Person
from services.desk.words import has, say
from shared.clock import now
from shared.errors import Problem, problem_behind, sentence
from shared.glossary import Language, codes, label
from shared.logs import where
from shared.procedure import load
from shared.running import Service, running

_HERE: Final = Path(__file__).parent
STATIC: Final = _HERE / "static"
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-src 'self'; object-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(codes=codes, languages=NAMES, has_words=has, asset=asset, charts=charts)
    return environment


@cache
def asset(name: str) -> str:
    """Return the address of one of our own files, with a mark of its content so that browsers may keep it."""
    path = STATIC / name
    mark = hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else "0"
    return f"/desk/static/{name}?v={mark}"


def _tools(language: Language, at: datetime) -> dict[str, Any]:
    return {
        "t": lambda key, **params: say(language, key, **params),
        "lab": lambda group, code: label(group, code, language) if code is not None else "",
        "pick": lambda words: pick(words, language),
        "outside_body": lambda code: _outside_body(code, language),
        "when": lambda value: dates.when(value, language),
        "briefly": lambda value: dates.briefly(value, language, at),
        "day": lambda value: dates.day(value, language),
        "deadline": lambda value: dates.deadline(value, language),
        "remaining": lambda value: dates.remaining(value, language, at),
        "nearness": lambda value: dates.nearness(value, at),
    }


def _outside_body(code: str, language: Language) -> str:
    """Return where a person who is refused was told to turn."""
    bodies = load().policy.scope_check.outside_bodies
    return next((body.by_language()[language] for body in bodies if body.code == code), code)


def pick(words: Any, language: Language) -> str:
    """Return the right one of words in three languages, however a service keys them."""
    if isinstance(words, dict):
        keys = (language, language.replace("-", "_"), language.lower().replace("-", "_"), "zh-Hant", "en")
        return str(next((words[key] for key in keys if words.get(key)), next(iter(words.values()), "")))
    return "" if words is None else str(words)


async def page(
    request: Request, template: str, person: Person | None = None, status: int = 200, **context: Any
) -> HTMLResponse:
    """Render a page, or a fragment of one, for a person."""
    service = running(request)
    language = person.language if person else language_for(request)
    async with service.database.session() as session:
        at = await now(session)
    html = (
        _environment()
        .get_template(template)
        .render(
            person=person,
            my_name=_own_name(service, person),
            language=language,
            company=service.settings.company_name[language],
            simulated=service.settings.simulated,
            now=at,
            here=request.url.path,
            done=request.query_params.get("done", ""),
            **_tools(language, at),
            **context,
        )
    )
    return HTMLResponse(html, status, {**HEADERS, "Content-Language": language})


def _own_name(service: Service, person: Person | None) -> str:
    """Return the person's own name, as soon as a page has asked for the office's names."""
    kept = service.resources.get("names")
    return (
        str(kept[1].officer(person.officer, person.language)) if kept and person else person.username if person else ""
    )


def go(address: str, done: str = "") -> RedirectResponse:
    """Send the browser on after a form; ``done`` is the key of what to say there."""
    path, _, anchor = address.partition("#")
    mark = f"{'&' if '?' in path else '?'}done={quote(done)}" if done else ""
    return RedirectResponse(f"{path}{mark}{'#' + anchor if anchor else ''}", 303)


def safe_next(address: str) -> str:
    """Return where to go after signing in: only ever a page of this desk."""
    parts = urlsplit(address)
    inside = not parts.scheme and not parts.netloc and parts.path.startswith("/desk/") and "\\" not in address
    return address if inside else "/desk/"


class Page(APIRoute):
    """A route whose refusals leave as pages, not as JSON."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler with the refusals caught."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await handler(request)
            except Problem as problem:
                return await _refused(request, problem)
            except Refusal as refusal:
                person = getattr(request.state, "person", None)
                return await page(request, "refused.html", person, refusal.status, refusal=refusal)
            except RequestValidationError:
                return await _refused(request, Problem(422, "invalid"))
            except Exception as error:  # noqa: BLE001 - a person gets a page, whatever happened; it is logged
                meant = problem_behind(error)
                if meant.status >= 500:
                    running(request).log.error("page failed", error=type(error).__name__, where=where(error))
                return await _refused(request, meant)

        return handle


async def _refused(request: Request, problem: Problem) -> Response:
    person = getattr(request.state, "person", None)
    language = person.language if person else language_for(request)
    title = problem.title or sentence(problem.code, language, problem.params)
    if problem.status == 401:
        return await _to_sign_in(request, problem.code)
    refusal = Refusal(problem.status, problem.code, title, {}, problem.params)
    return await page(request, "refused.html", person, problem.status, refusal=refusal)


async def _to_sign_in(request: Request, code: str) -> Response:
    back = request.url.path if request.method == "GET" else request.headers.get("Referer", "/desk/")
    address = f"/desk/sign-in?next={quote(safe_next(urlsplit(back).path))}&why={code}"
    if "HX-Request" in request.headers:
        if request.method == "POST":
            # beside a form that somebody is filling in: it says so, and takes nobody away from what they are typing
            why = sentence(code, language_for(request))
            return await page(request, "_signed_out.html", None, 200, why=why, sign_in=address)
        return Response(status_code=204, headers={"HX-Redirect": address})
    if "text/event-stream" in request.headers.get("Accept", ""):
        return Response(status_code=204)  # which tells the browser not to come back
    return RedirectResponse(address, 303)
