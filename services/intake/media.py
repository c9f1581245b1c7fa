"""What kind of file it is, by its content: an allow-list; everything else - pages, scripts, programs - is refused.

Pictures are written anew, so that what a camera noted of place and owner, and what hides behind a picture, is gone.
"""

import io
import re
import zipfile
from email import message_from_bytes
from pathlib import PurePath
from typing import Final

import puremagic
from PIL import Image, ImageOps, ImageSequence

from shared.errors import Problem

MOST_BYTES: Final = 20 * 1024 * 1024
_MOST_PIXELS: Final = 60_000_000
_EXTENSIONS: Final = {
    "image/jpeg": {".jpg", ".jpeg"},
    "image/png": {".png"},
    "image/gif": {".gif"},
    "image/webp": {".webp"},
    "application/pdf": {".pdf"},
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": {".docx"},
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {".xlsx"},
    "text/plain": {".txt"},
    "text/csv": {".csv"},
    "message/rfc822": {".eml"},
    "audio/mpeg": {".mp3"},
    "audio/mp4": {".m4a"},
    "audio/wav": {".wav"},
    "video/mp4": {".mp4"},
}
MEDIA_TYPES: Final = tuple(_EXTENSIONS)
_PICTURES: Final = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}
_MOVING: Final = frozenset({"GIF", "PNG", "WEBP"})
"""Forms that keep several frames; of the several pictures in a phone's JPEG the first is the one that was taken."""
_PROGRAMS: Final = {
    *(".exe", ".dll", ".com", ".bat", ".cmd", ".msi", ".scr", ".ps1", ".vbs", ".js", ".jse", ".wsf", ".hta", ".jar"),
    *(
        ".sh",
        ".py",
        ".pl",
        ".rb",
        ".php",
        ".apk",
        ".app",
        ".elf",
        ".so",
        ".lnk",
        ".reg",
        ".html",
        ".htm",
        ".svg",
        ".xhtml",
    ),
}
_MARKUP: Final = re.compile(r"<\s*(?:!doctype|html|head|body|svg|script|iframe|object|\?php|\?xml|%)", re.IGNORECASE)
_SCRIPT_STARTS: Final = ("#!", "@echo", "powershell", "<?", "<%")
_MAIL_HEADER: Final = re.compile(
    rb"\A(?:From|Received|Return-Path|Delivered-To|Message-ID|MIME-Version|Subject|Date|To|X-[\w-]+): ", re.IGNORECASE
)
_NESTED: Final = re.compile(rb"boundary|message/", re.IGNORECASE)
_MOST_NESTED: Final = 30
_MOST_LINES: Final = 300_000
"""Twenty megabytes in the usual lines; beyond these two a mail is made to keep its reader busy."""
_STARTS: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
)
_MP4_VIDEO: Final = {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"dash", b"MSNV", b"M4V "}


def media_type_of(content: bytes, name: str) -> str:
    """Return the media type of a file by its content. Raises ``Problem`` 415 for what is not on the list."""
    found = _binary(content) or _text(content, name)
    extension = PurePath(name).suffix.lower()
    if found is None or (extension and extension not in _EXTENSIONS[found]):
        raise Problem(415, "attachment_type")
    return found


def cleaned(content: bytes, media_type: str) -> bytes:
    """Return a picture without what the camera noted; anything else as it is. Raises ``Problem`` 422 when damaged."""
    if media_type not in _PICTURES:
        return content
    try:
        with Image.open(io.BytesIO(content), formats=[_PICTURES[media_type]]) as picture:
            # all its frames together: a moving picture of some kilobytes can fill the memory
            if picture.width * picture.height * _frames(picture, _PICTURES[media_type]) > _MOST_PIXELS:
                raise Problem(422, "attachment_unreadable")
            return _rewritten(picture, _PICTURES[media_type])
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Problem(422, "attachment_unreadable") from None


def _frames(picture: Image.Image, form: str) -> int:
    return int(getattr(picture, "n_frames", 1)) if form in _MOVING else 1


def _rewritten(picture: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    profile = picture.info.get("icc_profile")
    if _frames(picture, form) > 1:
        frames = [frame.copy() for frame in ImageSequence.Iterator(picture)]
        frames[0].save(out, form, save_all=True, append_images=frames[1:], loop=picture.info.get("loop", 0))
        return out.getvalue()
    upright = ImageOps.exif_transpose(picture) or picture
    options = {"JPEG": {"quality": 92}, "WEBP": {"quality": 90}}.get(form, {})
    plain = Image.new(upright.mode, upright.size)
    if upright.mode == "P":
        plain.putpalette(upright.getpalette() or [])
    plain.paste(upright)
    if "transparency" in upright.info:
        plain.info["transparency"] = upright.info["transparency"]
    plain.save(out, form, icc_profile=profile, **options)
    return out.getvalue()


def _binary(content: bytes) -> str | None:
    head = content[:16]
    for start, media_type in _STARTS:
        if head.startswith(start):
            return media_type
    if head.startswith(b"RIFF"):
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12])
    if head[4:8] == b"ftyp":
        return "audio/mp4" if head[8:12] == b"M4A " else "video/mp4" if head[8:12] in _MP4_VIDEO else None
    return _office(content) if head.startswith(b"PK\x03\x04") else None


def _office(content: bytes) -> str | None:
    """Look into the zip: a document or a workbook, without macros and without programs."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            names = [name.lower() for name in parts.namelist()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    bad = any(PurePath(name).suffix in _PROGRAMS or "vbaproject" in name or "/activex" in name for name in names)
    if bad or "[content_types].xml" not in names:
        return None
    kinds = {"word/document.xml": "wordprocessingml.document", "xl/workbook.xml": "spreadsheetml.sheet"}
    kind = next((kinds[name] for name in names if name in kinds), None)
    return f"application/vnd.openxmlformats-officedocument.{kind}" if kind else None


def _text(content: bytes, name: str) -> str | None:
    """Plain text, a table, or an e-mail; never markup or a script, whatever it calls itself."""
    extension = PurePath(name).suffix.lower()
    if extension == ".eml":
        return "message/rfc822" if _is_harmless_mail(content) else None
    if extension not in {".txt", ".csv"} or b"\0" in content or _known_by_magic(content):
        return None
    words = _decoded(content)
    if words is None or _MARKUP.search(words) or words.lstrip("\ufeff \r\n\t").lower().startswith(_SCRIPT_STARTS):
        return None
    return "text/csv" if extension == ".csv" else "text/plain"


def _decoded(content: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030", "big5"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _known_by_magic(content: bytes) -> bool:
    """Say whether it begins as some binary file would, which a text does not."""
    if not content:
        return True
    try:
        found = puremagic.magic_string(content[:4096])
    except (puremagic.PureError, ValueError):
        return False
    return any(match.confidence >= 0.8 and match.byte_match and len(match.byte_match) >= 4 for match in found)


def _is_harmless_mail(content: bytes) -> bool:
    if b"\0" in content or not _MAIL_HEADER.match(content):
        return False
    lines = max(content.count(b"\n"), content.count(b"\r"))
    if lines > _MOST_LINES or len(_NESTED.findall(content)) > _MOST_NESTED:
        return False
    try:
        parts = list(message_from_bytes(content).walk())
    except RecursionError:  # mails in mails without end
        return False
    for part in parts:
        suffix = PurePath(part.get_filename() or "").suffix.lower()
        if suffix in _PROGRAMS or part.get_content_type() in {"application/x-msdownload", "image/svg+xml"}:
            return False
    return True
