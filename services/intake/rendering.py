"""How a public page is made: its language, words, dates as people read them, and headers that let nothing else in."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from babel.dates import format_date, format_datetime
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from services.intake.words import word
from shared.errors import language_of
from shared.glossary import LANGUAGES, Language, codes, label
from shared.office_calendar import SHANGHAI

_HERE: Final = Path(__file__).parent
STATIC: Final = {
    "intake.css": (_HERE / "static" / "intake.css", "text/css; charset=utf-8"),
    "mark.svg": (_HERE / "static" / "mark.svg", "image/svg+xml"),
}
_LOCALES: Final[Mapping[Language, str]] = {"zh-Hant": "zh_Hant", "zh-Hans": "zh_Hans", "en": "en_GB"}
_NAMES: Final[Mapping[Language, str]] = {"zh-Hant": "繁體", "zh-Hans": "简体", "en": "English"}
_COOKIE: Final = "lang"
_YEAR: Final = 365 * 86_400
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
        " frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
}


def language_for(request: Request) -> Language:
    """Return the language of a visitor: by ``?lang=``, then their cookie, then their browser."""
    for wanted in (request.query_params.get("lang"), request.cookies.get(_COOKIE)):
        for language in LANGUAGES:
            if wanted == language:
                return language
    return language_of(request)


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page in the visitor's language."""
    language = language_for(request)
    content = (
        _templates()
        .get_template(template)
        .render(
            language=language,
            languages=_NAMES,
            company=request.app.state.service.settings.company_name[language],
            path=request.url.path,
            w=lambda key: word(key, language),
            label=lambda group, code: label(group, code, language),
            day=lambda at: day(at, language),
            moment=lambda at: moment(at, language),
            due=lambda at: word("by_date", language).format(date=due(at, language)),
            services=codes("service"),
            **values,
        )
    )
    response = HTMLResponse(content, status, headers={**_HEADERS, "Content-Language": language})
    if request.query_params.get("lang") == language:
        response.set_cookie(_COOKIE, language, max_age=_YEAR, httponly=True, samesite="lax")
    return response


def day(at: datetime, language: Language) -> str:
    """Return the office's date of an instant."""
    return format_date(at.astimezone(SHANGHAI).date(), "full", locale=_LOCALES[language])


def moment(at: datetime, language: Language) -> str:
    """Return date and time of the office."""
    local = at.astimezone(SHANGHAI)
    return f"{format_date(local.date(), 'long', locale=_LOCALES[language])} {local:%H:%M}"


def due(at: datetime, language: Language) -> str:
    """Return a due time as people say it: what is due by midnight, is due on the day before."""
    local = at.astimezone(SHANGHAI)
    if (local.hour, local.minute) == (0, 0):
        return day(at - timedelta(microseconds=1), language)
    return f"{day(at, language)} {format_datetime(local, 'HH:mm', locale=_LOCALES[language])}"


@cache
def _templates() -> Environment:
    loader = FileSystemLoader(_HERE / "templates")
    return Environment(loader=loader, autoescape=select_autoescape(default=True), trim_blocks=True, lstrip_blocks=True)
