"""What one's department is asked by others (4/5.2.8(1)): a list of its own, the earliest due first."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.desk.asking import Asking
from services.desk.office_names import names
from services.desk.page import Page, page
from services.desk.people import Person, signed_in
from shared.running import Running

router = APIRouter(route_class=Page, include_in_schema=False)
Contributor = Annotated[Person, Depends(signed_in("casework.contribute"))]


@router.get("/sub-tasks")
async def sub_tasks(request: Request, service: Running, person: Contributor) -> Response:
    """The open sub-tasks of the person's department; each is answered on its complaint's page."""
    asking = Asking(service, person)
    listing = await asking.part("casework", "/sub-tasks")
    return await page(request, "sub_tasks.html", person, listing=listing, names=await names(service, asking))
