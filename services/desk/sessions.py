"""Browser sessions: kept here, known to the browser by a random cookie alone. Always in real time."""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

from fastapi import Request, Response
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.desk.tables import Account, BrowserSession
from shared.settings import Settings

LASTS: Final = timedelta(hours=12)
_SLIDES_EVERY: Final = timedelta(minutes=1)
COOKIE: Final = "redress_session"


def behind_tls(request: Request, settings: Settings) -> bool:
    """Say whether the browser came over TLS, directly or to a gateway whose address is set."""
    return request.url.scheme == "https" or settings.public_url.startswith("https://")


def cookie_name(*, tls: bool, name: str = COOKIE) -> str:
    """Return the cookie's name: host-only by its prefix behind TLS, plain on http where browsers refuse that prefix."""
    return f"__Host-{name}" if tls else name


def set_cookie(response: Response, value: str, *, tls: bool, name: str = COOKIE, seconds: int | None = None) -> None:
    """Hand the browser a cookie that no script can read and no other site can send along with a form."""
    lifetime = int(LASTS.total_seconds()) if seconds is None else seconds
    response.set_cookie(
        cookie_name(tls=tls, name=name), value, max_age=lifetime, path="/", secure=tls, httponly=True, samesite="lax"
    )


async def open_session(session: AsyncSession, username: str) -> str:
    """Start a session for 12 hours and return the cookie's value; sweeps those that have ended."""
    cookie, now = secrets.token_urlsafe(32), datetime.now(UTC)
    await session.execute(delete(BrowserSession).where(BrowserSession.expires_at < now))
    session.add(BrowserSession(id_hash=_hash(cookie), username=username, seen_at=now, expires_at=now + LASTS))
    return cookie


async def account_of(session: AsyncSession, cookie: str, *, visit: bool = True) -> Account | None:
    """Return who is signed in with ``cookie``; each ``visit`` of a person makes the 12 hours start again."""
    now = datetime.now(UTC)
    found = (
        await session.execute(
            select(Account, BrowserSession.seen_at)
            .join(BrowserSession, BrowserSession.username == Account.username)
            .where(BrowserSession.id_hash == _hash(cookie), BrowserSession.expires_at > now, Account.active)
        )
    ).one_or_none()
    if found is None:
        return None
    if visit and now - found.seen_at > _SLIDES_EVERY:
        await session.execute(
            update(BrowserSession)
            .where(BrowserSession.id_hash == _hash(cookie))
            .values(seen_at=now, expires_at=now + LASTS)
        )
    account: Account = found.Account
    return account


async def close_session(session: AsyncSession, cookie: str) -> None:
    """End the session of a cookie."""
    await session.execute(delete(BrowserSession).where(BrowserSession.id_hash == _hash(cookie)))


async def close_all(session: AsyncSession, username: str) -> None:
    """End every session of an account: its password, roles or state have changed."""
    await session.execute(delete(BrowserSession).where(BrowserSession.username == username))


def form_token(key: bytes, cookie: str) -> str:
    """Return what each form of a session carries, so that no other site can post one."""
    return hmac.new(key, b"form\0" + cookie.encode(), hashlib.sha256).hexdigest()


def _hash(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode()).digest()
