"""The official mailbox (5/2.1): how a letter becomes a mail, and where mails lie when no mail server is set.

SMTP cannot be exactly-once: the Message-ID is the letter's id, so that a mail sent twice is known for one.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import UUID

import aiosmtplib

from shared.settings import Settings
from shared.whole_files import write_whole

_DEFINITE = (
    aiosmtplib.SMTPConnectError,
    aiosmtplib.SMTPConnectTimeoutError,
    aiosmtplib.SMTPAuthenticationError,
    aiosmtplib.SMTPHeloError,
    aiosmtplib.SMTPSenderRefused,
    ConnectionRefusedError,
)


class NotSent(Exception):
    """The mail has surely not gone out, for now; it can be tried again."""


class Refused(Exception):
    """The mail server will never take this mail, or the address is none."""


@dataclass(frozen=True)
class Mail:
    """A letter on its way: texts are in the letter's language."""

    letter: str
    to_name: str
    to_address: str
    company: str
    mailbox: str
    subject: str
    body: str
    attachment: bytes
    attachment_name: str
    at: datetime


def compose(mail: Mail) -> EmailMessage:
    """Return the mail with its PDF, from its company's mailbox. Raises ``Refused`` when the address is none."""
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = Address(mail.company, addr_spec=mail.mailbox)
        message["To"] = Address(" ".join(mail.to_name.split()), addr_spec=_in_ascii(mail.to_address.strip()))
        message["Subject"] = " ".join(mail.subject.split())
    except (ValueError, AttributeError):  # the library stumbles over some defects that it finds
        raise Refused(mail.letter) from None
    message["Date"] = mail.at.astimezone(UTC)
    message["Message-ID"] = f"<{mail.letter}@{mail.mailbox.rpartition('@')[2]}>"
    message.set_content(mail.body)
    message.add_attachment(mail.attachment, maintype="application", subtype="pdf", filename=mail.attachment_name)
    return message


def _in_ascii(address: str) -> str:
    """Return an address whose domain is written as mail servers know it (例子.中国 is xn--fsqu00a.xn--fiqs8s)."""
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{domain.encode('idna').decode()}"


async def send(settings: Settings, message: EmailMessage) -> None:
    """Hand the mail to the mail server; returns when it was accepted.

    Raises ``NotSent`` or ``Refused`` when it surely was not; any other error leaves it open.
    """
    url = urlsplit(settings.smtp_url)
    try:
        await aiosmtplib.send(
            message,
            hostname=url.hostname,
            port=url.port or (465 if url.scheme == "smtps" else 25),
            username=unquote(url.username) if url.username else None,
            password=unquote(url.password) if url.password else None,
            use_tls=url.scheme == "smtps",
            timeout=30,
        )
    except aiosmtplib.SMTPRecipientsRefused as refused:
        codes = [one.code for one in refused.recipients]
        raise (Refused if all(code >= 500 for code in codes) else NotSent)(*codes) from None
    except aiosmtplib.SMTPDataError as refused:
        raise (Refused if refused.code >= 500 else NotSent)(refused.code) from None
    except _DEFINITE as fault:
        raise NotSent(type(fault).__name__) from None


def folder(settings: Settings) -> Path:
    """Return where mails are laid that no server takes."""
    return settings.data / "mail"


def lay(settings: Settings, letter: str, message: EmailMessage) -> None:
    """Lay the mail in the data folder; a second time it is the same file."""
    folder(settings).mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(folder(settings) / f"{letter}.eml", message.as_bytes())


def read(settings: Settings, letter: UUID) -> bytes | None:
    """Return a mail that lies in the data folder."""
    try:
        return (folder(settings) / f"{letter}.eml").read_bytes()
    except FileNotFoundError:
        return None


def remove(settings: Settings, letter: str) -> None:
    """Remove a mail from the data folder (its complaint was erased)."""
    (folder(settings) / f"{letter}.eml").unlink(missing_ok=True)


def laid(settings: Settings) -> list[tuple[str, int]]:
    """Return the letters whose mails lie in the data folder, with the size of each in bytes."""
    return [(path.stem, path.stat().st_size) for path in sorted(folder(settings).glob("*.eml"))]
