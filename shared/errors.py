"""Errors as RFC 9457 problem details, in the caller's language, without a word of what the caller sent."""

import re
from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

from shared.faults import is_infrastructure, is_unstorable
from shared.glossary import LANGUAGES, Language

Words = tuple[str, str, str]
"""One sentence in zh-Hant, zh-Hans and English."""

PROBLEMS: Final[dict[str, Words]] = {
    "sign_in_needed": ("請先登入。", "请先登录。", "Please sign in first."),
    "token_invalid": ("登入憑證無效。", "登录凭证无效。", "The token is not valid."),
    "token_expired": ("登入憑證已過期。", "登录凭证已过期。", "The token has expired."),
    "not_allowed": ("您的角色不能執行此操作。", "您的角色不能执行此操作。", "Your role may not do this."),
    "reviewer_sees_no_names": (
        "您正在復查此案：請使用不顯示經辦人姓名的復查頁面。",
        "您正在复查此案：请使用不显示经办人姓名的复查页面。",
        "You review this case: use the reviewer's view, which shows no names of those who decided.",
    ),
    "review_open": (
        "復查尚未作出決定，不能重新辦理（4/5.2.10(2)）。",
        "复查尚未作出决定，不能重新办理（4/5.2.10(2)）。",
        "A review is open; nothing is re-opened before it is decided (4/5.2.10(2)).",
    ),
    "named_in_complaint": (
        "投訴點名了您或您的直接下屬，您不能參與此案（4/5.2.2）。",
        "投诉点名了您或您的直接下属，您不能参与此案（4/5.2.2）。",
        "The complaint names you or someone you lead: you may not act on it (4/5.2.2).",
    ),
    "not_found": ("找不到。", "找不到。", "Not found."),
    "complaint_not_found": ("找不到這宗投訴。", "找不到这宗投诉。", "There is no such complaint."),
    "wrong_stage": (
        "投訴目前處於「{stage_label}」階段，不能執行這一步。",
        "投诉目前处于“{stage_label}”阶段，不能执行这一步。",
        "The complaint is in the stage “{stage_label}”; this step is not possible now.",
    ),
    "ahead": (
        "此處尚未收到這宗投訴的最新消息，請稍候重試。",
        "此处尚未收到这宗投诉的最新消息，请稍候重试。",
        "This service has not heard of that yet; try again in a moment.",
    ),
    "invalid": ("提交的內容有誤。", "提交的内容有误。", "Something in the request is not right."),
    "erased": ("內容已被依法刪除。", "内容已被依法删除。", "The content has been erased."),
    "conflict": (
        "已被他人更改，請重新載入。",
        "已被他人更改，请重新加载。",
        "Someone has changed this; reload it.",
    ),
    "unavailable": ("服務暫時不可用。", "服务暂时不可用。", "The service is not available now."),
    "internal": (
        "系統內部錯誤，已記錄。",
        "系统内部错误，已记录。",
        "Something went wrong here; it is recorded.",
    ),
    "method_not_allowed": (
        "此處不支援這種請求。",
        "此处不支持这种请求。",
        "This request is not possible here.",
    ),
    "body_too_large": ("提交的內容太大。", "提交的内容太大。", "The request is too large."),
    "clock_refused": ("不能這樣設定時鐘。", "不能这样设定时钟。", "The clock cannot be set like this."),
}

RULES: Final[dict[str, Words]] = {
    "missing": ("必填", "必填", "is required"),
    "string_too_short": ("不能為空或太短", "不能为空或太短", "is too short or empty"),
    "string_too_long": ("太長", "太长", "is too long"),
    "literal_error": ("不在允許的值之中", "不在允许的值之中", "is not one of the allowed values"),
    "extra_forbidden": ("沒有這個欄位", "没有这个字段", "is not a known field"),
    "datetime_parsing": ("不是有效的日期時間", "不是有效的日期时间", "is not a valid date and time"),
    "datetime_from_date_parsing": ("不是有效的日期時間", "不是有效的日期时间", "is not a valid date and time"),
    "date_from_datetime_parsing": ("不是有效的日期", "不是有效的日期", "is not a valid date"),
    "timezone_aware": ("必須帶時區", "必须带时区", "needs a time zone"),
    "too_short": ("數目太少", "数目太少", "has too few entries"),
    "too_long": ("數目太多", "数目太多", "has too many entries"),
    "greater_than_equal": ("太小", "太小", "is too small"),
    "less_than_equal": ("太大", "太大", "is too large"),
    "string_type": ("必須是文字", "必须是文字", "must be text"),
    "int_type": ("必須是整數", "必须是整数", "must be a whole number"),
    "list_type": ("必須是清單", "必须是清单", "must be a list"),
    "int_parsing": ("必須是整數", "必须是整数", "must be a whole number"),
    "float_parsing": ("必須是數字", "必须是数字", "must be a number"),
    "bool_parsing": ("必須是「是」或「否」", "必须是“是”或“否”", "must be yes or no"),
    "string_pattern_mismatch": ("寫法不對", "写法不对", "is not written in the right way"),
    "json_invalid": ("不是有效的 JSON", "不是有效的 JSON", "is not valid JSON"),
    "uuid_parsing": ("不是有效的識別碼", "不是有效的标识码", "is not a valid id"),
}
_OTHERWISE: Final[Words] = ("不符合規則：{rule}", "不符合规则：{rule}", "breaks the rule: {rule}")


def define(problems: Mapping[str, Words]) -> None:
    """Add a service's own problems to the catalogue; a code stands for one thing only."""
    for code, words in problems.items():
        if PROBLEMS.setdefault(code, words) != words:
            raise ValueError(f"the problem {code} is defined twice")


class Problem(Exception):
    """An answer that is not the one the caller wanted. ``params`` go into the sentence and the body.

    ``params`` must never hold a person or a text. ``errors`` names fields and rules: ``[(field, code or words)]``.
    ``title`` is given only where another service's problem is passed on, already in words.
    """

    def __init__(
        self,
        status: int,
        code: str,
        *,
        headers: Mapping[str, str] | None = None,
        errors: list[tuple[str, str]] | None = None,
        title: str | None = None,
        **params: Any,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.params, self.title = status, code, params, title
        self.headers, self.errors = dict(headers or {}), errors or []


def unavailable() -> Problem:
    """Return the 503 for a part of the house that does not answer just now; callers retry."""
    return Problem(503, "unavailable", headers={"Retry-After": "1"})


def ahead() -> Problem:
    """Return the 503 for a command that came before its event; callers retry."""
    return Problem(503, "ahead", headers={"Retry-After": "1"})


def language_of(request: Request) -> Language:
    """Return the caller's language by ``Accept-Language``, zh-Hant where nothing fits."""
    wanted = request.headers.get("Accept-Language", "")
    for part in wanted.split(","):
        tag = part.split(";")[0].strip().lower()
        if tag.startswith("en"):
            return "en"
        if tag in {"zh-hans", "zh-cn", "zh-sg"} or tag.startswith("zh-hans"):
            return "zh-Hans"
        if tag.startswith("zh"):
            return "zh-Hant"
    return "zh-Hant"


def sentence(code: str, language: Language, params: Mapping[str, Any] | None = None) -> str:
    """Return the problem's sentence in ``language``."""
    words = PROBLEMS[code][LANGUAGES.index(language)]
    return words.format_map(_Params(params or {}))


class _Params(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


def rule_sentence(rule: str, language: Language) -> str:
    """Return the words for a broken rule of a field."""
    if rule in PROBLEMS:
        return sentence(rule, language)
    return RULES.get(rule, _OTHERWISE)[LANGUAGES.index(language)].format(rule=rule)


def problem_body(problem: Problem, language: Language, path: str) -> dict[str, Any]:
    """Return the body of RFC 9457 for a problem."""
    body: dict[str, Any] = {
        "type": f"/problems/{problem.code}",
        "title": problem.title or sentence(problem.code, language, problem.params),
        "status": problem.status,
        "instance": path,
        "code": problem.code,
        **{name: value for name, value in problem.params.items() if value is not None},
    }
    if problem.errors:
        body["errors"] = [
            {"field": field, "rule": rule, "message": rule_sentence(rule, language)} for field, rule in problem.errors
        ]
    return body


def _answer(request: Request, problem: Problem) -> JSONResponse:
    language = language_of(request)
    return JSONResponse(
        problem_body(problem, language, request.url.path),
        status_code=problem.status,
        headers={**problem.headers, "Content-Language": language},
        media_type="application/problem+json",
    )


async def _on_problem(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)
    return _answer(request, error)


async def _on_invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    # The input is stripped on purpose: it may hold a person or a text.
    errors = [(_field(item["loc"]), _rule(item)) for item in error.errors()]
    return _answer(request, Problem(422, "invalid", errors=errors))


_NAME: Final = re.compile(r"(?!.*\d{4})\w{1,40}(?:-\w{1,40}){0,5}", re.ASCII)


def _field(location: tuple[Any, ...]) -> str:
    """Return where the error is; what the caller made up as a field's name may be anything, and is not said again.

    A part in brackets is the tag of a union, and no field.
    """
    parts = [str(part) for part in location if part not in {"body", "query", "path", "header"}]
    parts = [part for part in parts if not part.startswith("(")]
    return ".".join(part if _NAME.fullmatch(part) else "?" for part in parts) or "body"


def _rule(item: Mapping[str, Any]) -> str:
    """Own rules raise ``ValueError(code)``: the code is the rule."""
    if item["type"] == "value_error":
        code = str(item.get("ctx", {}).get("error", ""))
        return code if code in PROBLEMS or code in RULES else "value_error"
    return str(item["type"])


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    return _answer(request, problem_behind(error))


_CODES: Final = {
    401: "sign_in_needed",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
}


def problem_behind(error: Exception) -> Problem:
    """Return what a fault is to the caller: their value fits nowhere, a part of the house is down, or our mistake."""
    if isinstance(error, HTTPException):
        code = _CODES.get(error.status_code, "invalid" if error.status_code < 500 else "unavailable")
        return Problem(error.status_code, code, headers=error.headers)
    if is_unstorable(error):
        return Problem(422, "invalid")
    if is_infrastructure(error):
        return unavailable()
    return Problem(500, "internal")


async def _on_fault(request: Request, error: Exception) -> JSONResponse:
    return _answer(request, problem_behind(error))


async def _on_value(request: Request, error: Exception) -> JSONResponse:
    if (problem := problem_behind(error)).status == 500:
        raise error
    return _answer(request, problem)


def install(app: FastAPI) -> None:
    """Let every error of ``app`` leave as problem details."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(DBAPIError, _on_value)
    app.add_exception_handler(OverflowError, _on_value)
    app.add_exception_handler(Exception, _on_fault)
