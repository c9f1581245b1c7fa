"""Bad input gets an answer that names the field and the rule, in the caller's language, and repeats nothing of it."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field

from shared import errors
from shared.body_limit import BodyLimit
from shared.errors import Problem


class Body(BaseModel):
    """What the test's route takes."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=3)


@pytest.fixture
def client() -> httpx.AsyncClient:
    """A client of an application with one route."""
    app = FastAPI()
    errors.install(app)

    @app.post("/things")
    async def things(body: Body) -> Body:
        raise Problem(409, "wrong_stage", stage="closed", stage_label="辦結", possible=["complaint.filed"])

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("陳大文 13800138000")

    @app.get("/years/{number}")
    async def years(number: int) -> date:
        return date(2026, 1, 1) + timedelta(days=366 * number)

    app.add_middleware(BodyLimit, most=1000)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://test")


@pytest.mark.parametrize(
    ("language", "words"), [("en", "is too short or empty"), ("zh-TW", "不能為空或太短"), ("zh-CN", "不能为空或太短")]
)
async def test_a_broken_rule_is_named_with_its_field_in_the_callers_language(
    client: httpx.AsyncClient, language: str, words: str
) -> None:
    answer = await client.post("/things", json={"name": "陳"}, headers={"Accept-Language": language})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"] == [{"field": "name", "rule": "string_too_short", "message": words}]


async def test_an_error_repeats_nothing_of_what_was_sent(client: httpx.AsyncClient) -> None:
    answer = await client.post("/things", json={"name": "陳", "王小明的電話": "13800138000"})
    assert "13800138000" not in answer.text
    assert "陳" not in answer.text
    assert "王小明" not in answer.text


async def test_a_number_or_date_beyond_the_calendar_is_wrong_input_and_no_fault_of_ours(
    client: httpx.AsyncClient,
) -> None:
    answers = [await client.get(f"/years/{number}") for number in (10_000, 10**30)]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(422, "invalid")] * 2


async def test_a_body_is_read_up_to_the_limit_whether_it_says_its_size_or_not(client: httpx.AsyncClient) -> None:
    async def without_end() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b'{"name": "' + b"x" * 100

    for body in (b"x" * 1001, without_end()):
        answer = await client.post("/things", content=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_a_wrong_step_says_the_stage_and_what_is_possible(client: httpx.AsyncClient) -> None:
    answer = await client.post("/things", json={"name": "陳大文"})
    assert answer.status_code == 409
    assert answer.json()["possible"] == ["complaint.filed"]
    assert "辦結" in answer.json()["title"]


async def test_a_fault_of_ours_tells_nothing_of_its_cause(client: httpx.AsyncClient) -> None:
    answer = await client.get("/broken")
    assert answer.status_code == 500
    assert "13800138000" not in answer.text
    assert answer.json()["code"] == "internal"
