"""Bad input gets an answer that names the field and the rule, in the caller's language, and repeats nothing of it."""

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field

from shared import errors
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
