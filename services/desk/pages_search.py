"""Search: by words in Chinese or English, by phone or name; always as a form, so that no address holds a person."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from services.desk.asking import Asking, Part, Refusal
from services.desk.office_names import names
from services.desk.page import Page, go, page
from services.desk.people import Person, signed_in
from services.desk.views import CHOICES, remove_view, save_view, saved_views
from shared.running import Running, Service

router = APIRouter(route_class=Page, include_in_schema=False)
Searcher = Annotated[Person, Depends(signed_in("insight.search"))]
_MOST_WORDS = 200


@router.get("/search")
async def empty(request: Request, service: Running, person: Searcher) -> Response:
    """The form; a saved view fills it in."""
    wanted = {choice: request.query_params.get(choice, "") for choice in CHOICES} | {
        "text": "",
        "who": "",
        "how": "phone",
    }
    return await _show(request, service, person, wanted, None)


@router.post("/search")
async def search(request: Request, service: Running, person: Searcher) -> Response:
    """Search in the words of complaints."""
    form = await request.form()
    wanted = {name: str(form.get(name) or "").strip()[:_MOST_WORDS] for name in (*CHOICES, "text")}
    wanted |= {"who": "", "how": "phone"}
    if form.get("save"):
        await save_view(service, person, str(form.get("name") or "").strip()[:60] or wanted["service"] or "…", wanted)
        return go("/desk/search", "view")
    asked = {name: value for name, value in wanted.items() if value and name not in ("who", "how")}
    return await _show(request, service, person, wanted, await _found(service, person, "insight", "/search", asked))


@router.post("/search/person")
async def search_person(request: Request, service: Running, person: Searcher) -> Response:
    """This person's complaints, by phone, name or mail: compared by keyed hash."""
    form = await request.form()
    how = str(form.get("how") or "phone")
    who = str(form.get("who") or "").strip()[:_MOST_WORDS]
    wanted = {"text": "", "who": who, "how": how if how in ("phone", "name", "email") else "phone"}
    wanted |= dict.fromkeys(CHOICES, "")
    found = await _found(service, person, "intake", "/people/search", {wanted["how"]: who}) if who else None
    return await _show(request, service, person, wanted, found)


@router.post("/search/views/{view}/removal")
async def forget(service: Running, person: Searcher, view: int) -> Response:
    """Forget a saved view."""
    await remove_view(service, person, view)
    return go("/desk/search")


async def _found(service: Service, person: Person, owner: str, path: str, asked: dict[str, Any]) -> Part:
    try:
        answer = await Asking(service, person).post(owner, path, json=asked)
    except Refusal as refusal:
        return Part(refusal=refusal)
    return Part(answer if isinstance(answer, list) else answer.get("items", []))


async def _show(
    request: Request, service: Service, person: Person, wanted: dict[str, str], found: Part | None
) -> Response:
    return await page(
        request, "search.html", person, found.refusal.status if found and found.refusal else 200, wanted=wanted,
        found=found, names=await names(service, Asking(service, person)), views=await saved_views(service, person),
        marked=marked,
    )  # fmt: skip


def marked(item: dict[str, Any]) -> list[list[tuple[str, bool]]]:
    """Return what was found in the words of a complaint, cut at what matched, however insight marks it."""
    lines = item.get("highlights") or item.get("highlight") or ([item["excerpt"]] if item.get("excerpt") else [])
    return [_cut(line) for line in ([lines] if isinstance(lines, (str, dict)) else lines)]


def _cut(line: Any) -> list[tuple[str, bool]]:
    if isinstance(line, dict):
        text, at, cut = str(line.get("text", "")), 0, []
        for start, end in line.get("marks") or line.get("spans") or []:
            cut += [(text[at:start], False), (text[start:end], True)]
            at = end
        return [*cut, (text[at:], False)]
    pieces = str(line).replace("</mark>", "<mark>").split("<mark>")
    return [(piece, index % 2 == 1) for index, piece in enumerate(pieces) if piece]
