"""Nobody comes in without a password, and no other site can act for who is in."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest_asyncio
from sqlalchemy import TextClause, text

from services.desk.throttle import FROM_ONE_ADDRESS_FOR_ONE_NAME
from tests.infrastructure.offices import new_office
from tests.infrastructure.postgres import PostgresServer
from tests.office import Office, open_office


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(postgres: PostgresServer, tmp_path_factory) -> AsyncIterator[Office]:
    data: Path = tmp_path_factory.mktemp("desk")
    async with (
        new_office(postgres, data, admin_password="the-first-password") as settings,
        open_office(settings, ["desk"]) as office,
    ):
        yield office


def token_of(page: str) -> str:
    found = re.search(r'name="form_token" value="([0-9a-f]+)"', page)
    assert found
    return found[1]


def _later(span: str) -> TextClause:
    """Every session as it will be when ``span`` has passed."""
    earlier = ", ".join(f"{column} = {column} - interval '{span}'" for column in ("seen_at", "expires_at"))
    return text(f"UPDATE browser_sessions SET {earlier}")


async def sign_in(client: httpx.AsyncClient, username: str, password: str, **more: str) -> httpx.Response:
    door = await client.get("/desk/sign-in")
    form = {"username": username, "password": password, "form_token": token_of(door.text), **more}
    return await client.post("/desk/sign-in", data=form)


async def test_the_administrator_signs_in_with_the_given_password(desk: Office):
    async with desk.client() as browser:
        answer = await sign_in(browser, "Admin ", "the-first-password", next="/desk/office")
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk/office")
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("redress_session=")
        assert "HttpOnly" in cookie
        assert "samesite=lax" in cookie.lower()
        page = await browser.get("/desk/office")
        assert page.status_code == 200


async def test_behind_tls_the_cookie_is_secure_and_bound_to_the_host(desk: Office):
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(desk.house), base_url="https://office", headers={"Accept-Language": "en"}
    ) as browser:
        answer = await sign_in(browser, "admin", "the-first-password")
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-redress_session=")
        assert "Secure" in cookie


async def test_the_cookie_itself_is_not_in_the_database(desk: Office):
    async with desk.client() as browser:
        await sign_in(browser, "admin", "the-first-password")
        cookie = browser.cookies["redress_session"]
        async with desk.apps["desk"].state.service.database.session() as session:
            rows = (await session.execute(text("SELECT row_to_json(b)::text FROM browser_sessions b"))).scalars().all()
        assert rows
        assert not any(cookie in row for row in rows)


async def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(desk: Office):
    async with desk.client() as browser:
        wrong = await sign_in(browser, "analyst1", "not-the-password")
        unknown = await sign_in(browser, "nobody-here", "not-the-password")
        assert wrong.status_code == unknown.status_code == 401
        said = "The user name or the password is not right."
        assert said in wrong.text
        assert said in unknown.text
        script = await browser.post("/desk/token", data={"username": "nobody-here", "password": "x"})
        assert script.json()["code"] == "wrong_credentials"


async def test_after_too_many_tries_even_the_right_password_waits(desk: Office):
    async with desk.client() as browser:
        for _ in range(FROM_ONE_ADDRESS_FOR_ONE_NAME):
            await browser.post("/desk/token", data={"username": "gas.head", "password": "wrong"})
        right = next(one["password"] for one in desk.credentials["accounts"] if one["username"] == "gas.head")
        answer = await browser.post("/desk/token", data={"username": "gas.head", "password": right})
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_sign_ins")
        assert answer.headers["retry-after"] == "900"


async def test_of_many_tries_at_once_hardly_more_get_through_than_one_by_one(desk: Office):
    async with desk.client() as browser:
        tries = [browser.post("/desk/token", data={"username": "gas.handler", "password": str(n)}) for n in range(60)]
        answers = [answer.status_code for answer in await asyncio.gather(*tries)]
    assert set(answers) == {401, 429}
    assert answers.count(401) <= FROM_ONE_ADDRESS_FOR_ONE_NAME + 2 * desk.settings.database_pool


async def test_a_form_without_its_token_is_refused(desk: Office):
    async with desk.client() as browser:
        await sign_in(browser, "admin", "the-first-password")
        answer = await browser.post("/desk/language", data={"language": "zh-Hans", "next": "/desk/"})
        assert answer.status_code == 403
        assert "The page was too old" in answer.text


async def test_without_a_session_pages_lead_to_the_door_and_back(desk: Office):
    async with desk.client() as browser:
        answer = await browser.get("/desk/search")
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/desk/sign-in?next=/desk/search")


async def test_signing_out_ends_the_session_for_good(desk: Office):
    async with desk.client() as browser:
        await sign_in(browser, "admin", "the-first-password")
        cookie = browser.cookies["redress_session"]
        page = await browser.get("/desk/office")
        await browser.post("/desk/sign-out", data={"form_token": token_of(page.text)})
        browser.cookies.set("redress_session", cookie)
        assert (await browser.get("/desk/office")).status_code == 303


async def test_every_page_forbids_foreign_and_inline_scripts_and_styles(desk: Office):
    async with desk.client() as browser:
        await sign_in(browser, "admin", "the-first-password")
        for address in ("/desk/sign-in", "/desk/office", "/desk/nowhere/at/all"):
            page = await browser.get(address, follow_redirects=True)
            if "html" not in page.headers["content-type"]:
                continue
            policy = page.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert not re.search(r"<script(?![^>]*src=)|<style| style=| on[a-z]+=", page.text)


async def test_the_language_follows_the_account_then_the_browser(desk: Office):
    async with desk.client({"Accept-Language": "zh-CN"}) as browser:
        door = await browser.get("/desk/sign-in")
        assert '<html lang="zh-Hans">' in door.text
        form = {"language": "en", "next": "/desk/sign-in", "form_token": token_of(door.text)}
        await browser.post("/desk/language", data=form)
        assert '<html lang="en">' in (await browser.get("/desk/sign-in")).text
    async with desk.client({"Accept-Language": "fr"}) as browser:
        assert '<html lang="zh-Hant">' in (await browser.get("/desk/sign-in")).text


async def test_an_administrator_makes_an_account_and_closes_it_again(desk: Office):
    async with desk.client() as browser:
        await sign_in(browser, "admin", "the-first-password")
        token = token_of((await browser.get("/desk/office")).text)
        account = {"username": "new.person", "officer": "reviewer1", "roles": ["reviewer"], "password": "short"}
        short = await browser.post("/desk/office/account", data={**account, "form_token": token})
        assert short.status_code == 422
        assert 'value="new.person"' in short.text
        assert "at least 10 characters" in short.text
        account["password"] = "long-enough-password"
        assert (await browser.post("/desk/office/account", data={**account, "form_token": token})).status_code == 303
    async with desk.client() as other:
        assert (await sign_in(other, "new.person", "long-enough-password")).status_code == 303
        assert (await other.get("/desk/office")).status_code == 200
        async with desk.client() as browser:
            await sign_in(browser, "admin", "the-first-password")
            token = token_of((await browser.get("/desk/office")).text)
            change = {"roles": ["reviewer"], "form_token": token}
            done = await browser.post("/desk/office/accounts/new.person", data=change)
            assert done.status_code == 303, done.text
        assert (await other.get("/desk/office")).status_code == 303


async def test_a_person_without_the_right_does_not_reach_the_accounts(desk: Office):
    async with desk.client() as browser:
        right = next(one["password"] for one in desk.credentials["accounts"] if one["username"] == "operator2")
        await sign_in(browser, "operator2", right)
        page = await browser.get("/desk/office")
        assert "gas.handler2" not in page.text
        answer = await browser.post("/desk/office/account", data={"form_token": token_of(page.text)})
        assert answer.status_code == 403


async def test_a_page_that_looks_by_itself_does_not_make_a_session_last(desk: Office):
    database = desk.apps["desk"].state.service.database
    async with desk.client() as browser:
        await sign_in(browser, "admin", "the-first-password")
        async with database.session() as session:
            await session.execute(_later("1 hour"))
        newest = text("SELECT max(expires_at) - clock_timestamp() > interval '11.5 hours' FROM browser_sessions")
        assert (await browser.get("/desk/queues/all", headers={"HX-Request": "true"})).status_code == 200
        async with database.session() as session:
            assert not await session.scalar(newest)
        assert (await browser.get("/desk/office")).status_code == 200
        async with database.session() as session:
            assert await session.scalar(newest)


async def test_a_hint_beside_a_form_takes_nobody_away_who_is_signed_out(desk: Office):
    async with desk.client() as browser:
        look = {"HX-Request": "true"}
        hint = await browser.post("/desk/new/near", data={"text": "停水"}, headers=look)
        assert (hint.status_code, "HX-Redirect" in hint.headers) == (200, False)
        assert "/desk/sign-in?next=" in hint.text
        assert "HX-Redirect" in (await browser.get("/desk/queues/all", headers=look)).headers


async def test_a_session_ends_after_its_hours(desk: Office):
    async with desk.client() as browser:
        await sign_in(browser, "admin", "the-first-password")
        async with desk.apps["desk"].state.service.database.session() as session:
            await session.execute(_later("13 hours"))
        assert (await browser.get("/desk/office")).status_code == 303
        quiet = await browser.get("/desk/changes", headers={"Accept": "text/event-stream"})
        assert quiet.status_code == 204


async def test_what_no_name_and_no_address_can_hold_is_said_to_be_wrong_and_no_fault_of_ours(desk: Office):
    async with desk.client() as browser:
        assert (await sign_in(browser, "admin\0", "x")).status_code == 422
        assert (await browser.post("/desk/token", data={"username": "\0", "password": "x"})).status_code == 422
        await sign_in(browser, "admin", "the-first-password")
        assert (await browser.get("/desk/letters/%00")).status_code == 404
        large = await browser.post("/desk/language", data={"language": "x" * 2_000_000})
        assert large.status_code == 400
