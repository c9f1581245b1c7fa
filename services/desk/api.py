"""All routes of the desk: the token for scripts, and the pages by theme."""

from fastapi import APIRouter

from services.desk import (
    pages_caller,
    pages_complaint,
    pages_door,
    pages_files,
    pages_incidents,
    pages_letters,
    pages_matters,
    pages_new,
    pages_office,
    pages_office_ledger,
    pages_outages,
    pages_queue,
    pages_roster,
    pages_scope,
    pages_search,
    pages_sub_tasks,
    static_files,
    token,
)

router = APIRouter()
for part in (
    token,
    static_files,
    pages_door,
    pages_queue,
    pages_new,
    pages_caller,
    pages_scope,
    pages_search,
    pages_complaint,
    pages_matters,
    pages_letters,
    pages_files,
    pages_incidents,
    pages_outages,
    pages_office,
    pages_office_ledger,
    pages_roster,
    pages_sub_tasks,
):
    router.include_router(part.router)
