"""The office: departments, officers, accounts, special days - and everybody's own password."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response

from services.desk.asking import Asking, Refusal, as_refusal
from services.desk.dates import OFFICE
from services.desk.fields import Field, body, typed
from services.desk.labels import at_field, last_part
from services.desk.managing import all_accounts, change_account, change_own_password, make_account
from services.desk.office_names import names
from services.desk.page import Page, go, page
from services.desk.pages_door import Entered
from services.desk.people import Person, signed_in
from shared.clock import now
from shared.errors import Problem, rule_sentence, sentence
from shared.glossary import codes
from shared.running import Running, Service

router = APIRouter(route_class=Page, include_in_schema=False)
Administrator = Annotated[Person, Depends(signed_in("desk.manage_accounts"))]
CalendarKeeper = Annotated[Person, Depends(signed_in("sla.change_calendar"))]

_NAMES: Final = (
    Field("zh_hant", "line", longest=60, label="name_zh_hant"),
    Field("zh_hans", "line", longest=60, label="name_zh_hans"),
    Field("en", "line", longest=60, label="name_en"),
)
ROLES: Final = tuple(codes("role"))
DEPARTMENT: Final = (
    Field("id", "line", longest=60, label="code"),
    *_NAMES,
    Field("parent", "department", label="parent"),
    Field("head", "officer", required=False, label="head"),
    Field("services", "choices", "service", required=False, label="services"),
)
OFFICER: Final = (
    Field("id", "line", longest=60, label="code"),
    *_NAMES,
    Field("department", "department"),
    Field("roles", "choices", "role", codes=ROLES),
)
ACCOUNT: Final = (
    Field("username", "line", longest=60),
    Field("officer", "officer", label="account_officer"),
    Field("roles", "choices", "role", codes=ROLES),
    Field("password", "password", longest=200, label="first_password"),
)
CHANGE: Final = (
    Field("roles", "choices", "role", codes=ROLES),
    Field("department", "department", required=False),
    Field("active", "tick"),
    Field("password", "password", required=False, longest=200, label="new_password"),
)
PASSWORD: Final = (
    Field("old_password", "password", longest=200),
    Field("password", "password", longest=200, label="new_password"),
)
DAY_KINDS: Final = ("off", "working", "morning", "afternoon", "as_published")
SPECIAL_DAY: Final = (
    Field("date", "day", label="date"),
    Field("kind", "choice", "day_kind", codes=DAY_KINDS, label="day_kind"),
)
_FORMS: Final = {
    "department": DEPARTMENT,
    "officer": OFFICER,
    "account": ACCOUNT,
    "password": PASSWORD,
    "day": SPECIAL_DAY,
}
_CALENDAR: Final = "mainland"


@router.get("/office")
async def office(request: Request, service: Running, person: Entered) -> Response:
    """The office page; administrators see the accounts and may change things."""
    return await _show(request, service, person)


@router.post("/office/department")
async def department(request: Request, service: Running, person: Administrator) -> Response:
    """Add a department, or change one: the same code stands for the same department."""
    return await _send(request, service, person, "department", "casework", "/departments")


@router.post("/office/officer")
async def officer(request: Request, service: Running, person: Administrator) -> Response:
    """Add an officer, or change one."""
    return await _send(request, service, person, "officer", "casework", "/officers")


@router.post("/office/day")
async def special_day(request: Request, service: Running, person: CalendarKeeper) -> Response:
    """Declare a special day: first what would move is shown, then the button that applies it."""
    form = await request.form()
    values, content, wrong = await _read(request, "day")
    if not wrong and form.get("confirmed") != "yes":
        try:
            path = f"/calendars/{_CALENDAR}/special-days/preview"
            moves = await Asking(service, person).post("sla", path, json=[content])
        except Refusal as refusal:
            refused = {"form": "day", "values": values, "wrong": last_part(refusal.fields), "refusal": refusal}
            return await _show(request, service, person, refusal.status, refused)
        seen = {"form": "day", "values": values, "wrong": {}, "refusal": None, "moves": moves}
        return await _show(request, service, person, 200, seen)
    return await _send(request, service, person, "day", "sla", f"/calendars/{_CALENDAR}/special-days")


@router.post("/office/account")
async def account(request: Request, service: Running, person: Administrator) -> Response:
    """Make an account for an officer."""
    values, content, wrong = await _read(request, "account")
    if not wrong:
        try:
            office = await names(service, Asking(service, person))
            unit = next((one["department"] for one in office.officers if one["id"] == content["officer"]), None)
            await make_account(service, content, unit)
        except Problem as problem:
            return await _refused(request, service, person, "account", values, problem)
        return go("/desk/office#accounts", "account")
    return await _again(request, service, person, "account", values, wrong)


@router.post("/office/accounts/{username}")
async def change(request: Request, service: Running, person: Administrator, username: str) -> Response:
    """Change an account; its sessions end."""
    form = await request.form()
    values = typed(CHANGE, form)
    content, wrong = body(CHANGE, values)
    if wrong:
        return await _again(request, service, person, f"account-{username}", values, wrong)
    try:
        await change_account(service, person, username, content)
    except Problem as problem:
        return await _refused(request, service, person, f"account-{username}", values, problem)
    return go("/desk/office#accounts", "account")


@router.post("/office/password")
async def password(request: Request, service: Running, person: Entered) -> Response:
    """Change one's own password; all of one's sessions end."""
    _, content, wrong = await _read(request, "password")
    if wrong:
        return await _again(request, service, person, "password", {}, wrong)
    try:
        await change_own_password(service, person, content["old_password"], content["password"])
    except Problem as problem:
        return await _refused(request, service, person, "password", {}, problem)
    return go("/desk/sign-in")


async def _read(request: Request, form: str) -> tuple[dict[str, Any], dict[str, Any], dict[str, str]]:
    values = typed(_FORMS[form], await request.form())
    content, wrong = body(_FORMS[form], values)
    return values, content, wrong


async def _send(request: Request, service: Service, person: Person, form: str, owner: str, path: str) -> Response:
    values, content, wrong = await _read(request, form)
    if wrong:
        return await _again(request, service, person, form, values, wrong)
    if "zh_hant" in content:
        content["name"] = {field.name: content.pop(field.name) for field in _NAMES}
    try:
        await Asking(service, person).post(owner, path, json=[content] if form == "day" else content)
    except Refusal as refusal:
        sent = {"form": form, "values": values, "wrong": last_part(refusal.fields), "refusal": refusal}
        return await _show(request, service, person, refusal.status, sent)
    service.resources.pop("names", None)
    return go("/desk/office", form)


async def _again(
    request: Request, service: Service, person: Person, form: str, values: dict[str, Any], wrong: dict[str, str]
) -> Response:
    kept = {name: value for name, value in values.items() if "password" not in name}
    sent = {"form": form, "values": kept, "wrong": at_field(wrong, person.language), "refusal": None}
    return await _show(request, service, person, 422, sent)


async def _refused(
    request: Request, service: Service, person: Person, form: str, values: dict[str, Any], problem: Problem
) -> Response:
    refusal = as_refusal(problem, sentence(problem.code, person.language, problem.params))
    kept = {name: value for name, value in values.items() if "password" not in name}
    fields = {field: rule_sentence(rule, person.language) for field, rule in problem.errors}
    sent = {"form": form, "values": kept, "wrong": fields, "refusal": refusal}
    return await _show(request, service, person, problem.status, sent)


async def _show(request: Request, service: Service, person: Person, status: int = 200, sent: Any = None) -> Response:
    asking = Asking(service, person)
    async with service.database.session() as session:
        year = (await now(session)).astimezone(OFFICE).year
    known = await names(service, asking)
    days = await asking.part("sla", f"/calendars/{_CALENDAR}/days", year=year)
    special = [day for day in (days.value or {}).get("days", []) if day.get("special")] if days.value else []
    return await page(
        request, "office.html", person, status, names=known, forms=_FORMS, change=CHANGE, sent=sent or {}, days=days,
        special=special, year=year, accounts=await all_accounts(service) if person.may("desk.manage_accounts") else [],
        officers_for=lambda _: known.officers,
    )  # fmt: skip
