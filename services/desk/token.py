"""Tokens for scripts: the OAuth2 password form, answered with what the desk signs for people."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import BaseModel

from services.desk.accounts import check_password, find_account
from services.desk.people import cookie_key, sign_token
from services.desk.tables import Account
from services.desk.throttle import Tries
from shared.access import TOKEN_SECONDS, allowed
from shared.errors import Problem
from shared.running import Running, Service

router = APIRouter(tags=["token"], dependencies=[Depends(allowed("office.observe"))])


class TokenOut(BaseModel):
    """What OAuth2 answers."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the name of a kind of token, no secret
    expires_in: int = TOKEN_SECONDS


async def sign_in(service: Service, request: Request, username: str, password: str) -> Account:
    """Return the account that opens with ``password``.

    Raises ``Problem`` 401, alike for a wrong password, an unknown name and a closed account; 429 after too many.
    """
    address = request.client.host if request.client else ""
    tries = Tries(cookie_key(service), username, address)
    async with service.database.session() as session:
        if await tries.too_many(session):
            raise Problem(429, "too_many_sign_ins", headers={"Retry-After": "900"})
        account = await find_account(session, username)
        await tries.failed(session)  # until it is known better: of many at once, no more get through than one by one
    if not await check_password(account, password) or account is None:
        raise Problem(401, "wrong_credentials")
    async with service.database.session() as session:
        await tries.succeeded(session)
    return account


@router.post("/token", summary="A token for a script (OAuth2 password form)")
async def token(
    request: Request,
    response: Response,
    service: Running,
    username: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=1000)],
    grant_type: Annotated[str, Form(max_length=50)] = "password",
) -> TokenOut:
    """Sign a person's token for 15 minutes: send it as ``Authorization: Bearer …`` to any service (4/5.2.5)."""
    if grant_type != "password":
        raise Problem(400, "grant_not_supported")
    account = await sign_in(service, request, username, password)
    signed = sign_token(service, account.officer, frozenset(account.roles), account.department)
    response.headers["Cache-Control"] = "no-store"
    return TokenOut(access_token=signed)
