"""Accounts: how a password is kept and checked, and the accounts of the first start."""

import asyncio
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.desk.tables import Account
from shared.office import example_office
from shared.running import Service
from shared.secrets import ADMINISTRATOR, Secrets

SHORTEST_PASSWORD: Final = 10
# OWASP's parameters for argon2id: a first start makes some thirty accounts, a day thousands of sign-ins
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY: Final = _HASHER.hash("a password that nobody has, so that an unknown user takes as long as a known one")


async def hash_password(password: str) -> str:
    """Return the argon2id hash, made in a thread: it takes some 20 ms on purpose."""
    return await asyncio.to_thread(_HASHER.hash, password)


async def check_password(account: Account | None, password: str) -> bool:
    """Say whether ``password`` opens ``account``; takes as long for an account that does not exist."""
    hashed = account.password_hash if account else _NOBODY
    right = await asyncio.to_thread(_matches, hashed, password)
    return right and account is not None and account.active


def _matches(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


async def find_account(session: AsyncSession, username: str) -> Account | None:
    """Return the account of a user name, however it was written."""
    return await session.scalar(select(Account).where(Account.username == username.strip().lower()))


async def adopt_accounts(service: Service) -> None:
    """At each start: make the accounts of the secrets that are missing; a given ADMIN_PASSWORD always wins."""
    async with service.database.session() as session:
        known = set(await session.scalars(select(Account.username)))
    office = {officer.username: officer for officer in example_office().officers}
    wanted = Secrets(service.settings.keys_folder).accounts()
    missing = [each for each in wanted if each.username not in known]
    hashes = {each.username: await hash_password(each.password) for each in missing}
    async with service.database.session() as session:
        for each in missing:
            officer = office.get(each.username)
            row = insert(Account).values(
                username=each.username,
                password_hash=hashes[each.username],
                officer=officer.id if officer else each.username,
                roles=list(each.roles),
                department=officer.department if officer else None,
            )
            await session.execute(row.on_conflict_do_nothing())
    await _set_admin_password(service)


async def _set_admin_password(service: Service) -> None:
    password = service.settings.admin_password
    if not password:
        return
    async with service.database.session() as session:
        account = await find_account(session, ADMINISTRATOR)
        if account and not await check_password(account, password):
            account.password_hash = await hash_password(password)
            account.active = True
