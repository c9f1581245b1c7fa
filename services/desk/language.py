"""Which language a page speaks: the account's, else the browser's choice here, else what the browser asks for."""

from fastapi import Request

from shared.errors import language_of
from shared.glossary import LANGUAGES, Language

LANGUAGE_COOKIE = "redress_language"
NAMES: dict[Language, str] = {"zh-Hant": "繁體中文", "zh-Hans": "简体中文", "en": "English"}
LOCALES: dict[Language, str] = {"zh-Hant": "zh_Hant", "zh-Hans": "zh_Hans", "en": "en_GB"}


def language_for(request: Request, account_language: str | None = None) -> Language:
    """Return the language of the answer to ``request``."""
    for wanted in (account_language, request.cookies.get(LANGUAGE_COOKIE)):
        if wanted in LANGUAGES:
            return wanted
    return language_of(request)
