"""Failed sign-ins are limited, in real time, by user name and by address; a locked name answers like a wrong one."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.desk.tables import FailedSignIn

WINDOW: Final = timedelta(minutes=15)
FROM_ONE_ADDRESS_FOR_ONE_NAME: Final = 5
FOR_ONE_NAME: Final = 30
FROM_ONE_ADDRESS: Final = 60


class Tries:
    """The failed tries for one name from one address."""

    def __init__(self, key: bytes, username: str, address: str) -> None:
        self._username = _mark(key, username.strip().lower())
        self._address = _mark(key, address)

    async def too_many(self, session: AsyncSession) -> bool:
        """Say whether the next try has to wait until the window has passed."""
        name, place = FailedSignIn.username == self._username, FailedSignIn.address == self._address
        since = FailedSignIn.at > datetime.now(UTC) - WINDOW
        both, by_name, by_address = (
            await session.execute(
                select(func.count().filter(name & place), func.count().filter(name), func.count().filter(place)).where(
                    since, name | place
                )
            )
        ).one()
        return both >= FROM_ONE_ADDRESS_FOR_ONE_NAME or by_name >= FOR_ONE_NAME or by_address >= FROM_ONE_ADDRESS

    async def failed(self, session: AsyncSession) -> None:
        """Count one failure, and forget those that no longer count for anybody."""
        await session.execute(delete(FailedSignIn).where(FailedSignIn.at < datetime.now(UTC) - WINDOW))
        session.add(FailedSignIn(username=self._username, address=self._address))

    async def succeeded(self, session: AsyncSession) -> None:
        """Start from zero for this name from this address."""
        await session.execute(
            delete(FailedSignIn).where(FailedSignIn.username == self._username, FailedSignIn.address == self._address)
        )


def _mark(key: bytes, value: str) -> bytes:
    return hmac.new(key, b"sign-in\0" + value.encode(), hashlib.sha256).digest()
