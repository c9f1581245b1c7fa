"""Looking at a volume: its page in the catalogue, and the content of an entry, each look on record (10/5.2.11)."""

from sqlalchemy import select

from services.archive.bodies import EntryOut, FileOut, FileView, LookOut, SealOut
from services.archive.filing import entries_of
from services.archive.tables import Entry, Link, Look
from services.archive.work import Work
from shared.clock import now
from shared.errors import Problem
from shared.privacy import unseal_bytes


async def view(work: Work) -> FileView:
    """Return a volume with its entries, seal and looks; free text only to those who work on files."""
    await work.session.flush()
    file, tells = work.file, work.caller.may("archive.collect")
    link = await work.session.scalar(select(Link).where(Link.file == file.id, Link.act == "sealed"))
    looks = await work.session.scalars(select(Look).where(Look.file == file.id).order_by(Look.at, Look.id))
    return FileView(
        **FileOut.model_validate(file).model_dump(by_alias=False) | {"sealed_by": file.sealed_by},
        erased=work.key is None,
        return_reason=work.open("return_reason", file.return_reason) if tells else None,
        accepted_because=work.open("accepted_because", file.accepted_because) if tells else None,
        entries=[EntryOut.model_validate(one) for one in await entries_of(work.session, file.id)],
        seal=_seal(link) if link else None,
        looks=[LookOut.model_validate(one) for one in looks],
    )


def _seal(link: Link) -> SealOut:
    return SealOut(
        position=link.position,
        previous=link.previous,
        seal=link.seal,
        signature=link.signature.hex(),
        manifest=link.manifest,
    )


async def content_of(work: Work, n: int) -> tuple[Entry, bytes]:
    """Return an entry and what is in it; the look is on record.

    Raises ``Problem`` 404, 410 when the complaint was erased, 409 when the content was tampered with.
    """
    entry = await work.session.scalar(select(Entry).where(Entry.file == work.file.id, Entry.position == n))
    if entry is None:
        raise Problem(404, "not_found")
    if entry.field is not None and work.key is None:
        raise Problem(410, "erased")
    try:
        content = _opened(work, entry)
    except ValueError:
        raise Problem(409, "entry_tampered") from None
    work.session.add(Look(file=work.file.id, entry=n, by=work.by, at=await now(work.session)))
    return entry, content


def _opened(work: Work, entry: Entry) -> bytes:
    if entry.field is None or not entry.content:
        return entry.content
    return unseal_bytes(work.key, work.file.complaint, entry.field, entry.content)
