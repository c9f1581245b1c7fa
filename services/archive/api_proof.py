"""Archive's routes of proof: verifying everything, and the checkpoints (10/5.2.8, 10/5.2.9)."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from services.archive.bodies import CheckpointOut, FindingOut, VerificationOut
from services.archive.checkpoints import read_checkpoints
from services.archive.examining import FOUND, Finding
from services.archive.verifying import verify
from shared.access import Caller, allowed
from shared.errors import language_of
from shared.glossary import LANGUAGES, Language
from shared.running import Running

router = APIRouter(tags=["proof"])
Verifier = Annotated[Caller, Depends(allowed("archive.verify"))]


@router.post("/verifications")
async def verify_all(request: Request, service: Running, caller: Verifier) -> VerificationOut:
    """Recompute every hash, the chain, signatures and checkpoints; name exactly what was tampered with (10/5.2.9)."""
    report, language = await verify(service, caller.acts_as), language_of(request)
    return VerificationOut(
        chain_ok=report.chain_ok,
        files=report.files,
        entries=report.entries,
        links=report.links,
        checkpoints=report.checkpoints,
        tampered=[_worded(one, language) for one in report.tampered],
    )


def _worded(finding: Finding, language: Language) -> FindingOut:
    words = FOUND[finding.code][LANGUAGES.index(language)]
    return FindingOut(what=words.format(field=finding.field, position=finding.position), **finding.as_dict())


@router.get("/checkpoints")
async def checkpoints(service: Running, _: Verifier) -> list[CheckpointOut]:
    """The signed checkpoints as they lie outside the database; copies of them belong elsewhere (10/5.2.8)."""
    return [CheckpointOut(**one) for one in await asyncio.to_thread(read_checkpoints, service.settings)]
