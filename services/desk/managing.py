"""Accounts changed by an administrator, and one's own password. Each change ends the account's sessions."""

import re
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.desk.accounts import SHORTEST_PASSWORD, check_password, find_account, hash_password
from services.desk.people import Person
from services.desk.sessions import close_all
from services.desk.tables import Account
from shared.errors import Problem
from shared.running import Service

_USERNAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")


async def all_accounts(service: Service) -> list[Account]:
    """Return every account, by user name."""
    async with service.database.session() as session:
        return list(await session.scalars(select(Account).order_by(Account.username)))


async def make_account(service: Service, content: dict[str, Any], department: str | None) -> None:
    """Make an account for an officer. Raises ``Problem`` 409 when the name is taken, 422 for a bad name or password."""
    username = str(content["username"]).lower()
    if not _USERNAME.fullmatch(username):
        raise Problem(422, "invalid", errors=[("username", "username_wrong")])
    hashed = await _checked_hash(str(content["password"]))
    async with service.database.session() as session:
        if await find_account(session, username):
            raise Problem(409, "username_taken", errors=[("username", "username_taken")])
        session.add(
            Account(
                username=username,
                password_hash=hashed,
                officer=content["officer"],
                roles=sorted(content["roles"]),
                department=department,
            )
        )


async def change_account(service: Service, person: Person, username: str, content: dict[str, Any]) -> None:
    """Change roles, department, state or password. Raises ``Problem`` 404, 409 for closing one's own account."""
    hashed = await _checked_hash(str(content["password"])) if content.get("password") else None
    async with service.database.session() as session:
        account = await _found(session, username)
        if account.username == person.username and not (content["active"] and "administrator" in content["roles"]):
            raise Problem(409, "not_yourself")
        account.roles, account.active = sorted(content["roles"]), content["active"]
        account.department = content.get("department") or account.department
        if hashed:
            account.password_hash = hashed
        if account.username != person.username or hashed:
            await close_all(session, account.username)


async def change_own_password(service: Service, person: Person, old: str, new: str) -> None:
    """Set one's own password, knowing the old one. Raises ``Problem`` 422."""
    hashed = await _checked_hash(new)
    async with service.database.session() as session:
        account = await _found(session, person.username)
    if not await check_password(account, old):
        raise Problem(422, "invalid", errors=[("old_password", "wrong_credentials")])
    async with service.database.session() as session:
        (await _found(session, person.username)).password_hash = hashed
        await close_all(session, person.username)


async def _checked_hash(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise Problem(422, "password_too_short", errors=[("password", "password_too_short")])
    return await hash_password(password)


async def _found(session: AsyncSession, username: str) -> Account:
    account = await find_account(session, username)
    if account is None:
        raise Problem(404, "account_not_found")
    return account
