"""Files that people hand in with a form: given to intake at once, which checks and keeps them (20 MB each)."""

from starlette.datastructures import FormData, UploadFile

from services.desk.asking import Asking, Refusal


async def hand_over(asking: Asking, form: FormData, field: str, complaint: str = "") -> list[str]:
    """Give the files of a field to intake, for a complaint that it knows already, and return their ids.

    Raises ``Refusal`` about that field.
    """
    ids, belongs = [], {"complaint": complaint} if complaint else {}
    for file in form.getlist(field):
        if not isinstance(file, UploadFile) or not file.filename:
            continue
        upload = {"file": (file.filename, file.file, file.content_type or "application/octet-stream")}
        try:
            kept = (await asking.response("POST", "intake", "/attachments", files=upload, data=belongs)).json()
        except Refusal as refusal:
            refusal.fields = {field: refusal.title}
            raise
        ids.append(str(kept["id"]))
    return ids
