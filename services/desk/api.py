"""All routes of the desk."""

from fastapi import APIRouter

from services.desk import token

router = APIRouter()
router.include_router(token.router)
