"""The secrets: made once at first start, each in a file that only its owner may read.

    keys/public/<service>.pub   everybody's: the public halves
    keys/<owner>/...            one owner's: its signing key, the password of its database role, and what it alone needs

Losing `keys` loses every text and person in the database: back it up apart from the database.
"""

import json
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import get_args

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from pydantic import BaseModel, ConfigDict

from shared.glossary import Channel
from shared.office import example_office
from shared.settings import SERVICES, Settings
from shared.whole_files import write_whole

ADMINISTRATOR = "admin"
CREDENTIALS_FILE = "demo-credentials.json"
_OWN_KEYS = {
    "intake": ("master.key", "receipts.key", "blind-index.key", "api-keys.key"),
    "insight": ("search.key",),
    "desk": ("cookies.key",),
}


class Account(BaseModel):
    """An example officer's way in."""

    model_config = ConfigDict(frozen=True)
    username: str
    password: str
    roles: tuple[str, ...]


class ChannelKey(BaseModel):
    """An example channel's key, for the header X-Api-Key."""

    model_config = ConfigDict(frozen=True)
    channel: str
    key: str


class Secrets:
    """Reads the secrets in a folder. A PermissionError means: they are another service's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def private_pem(self, service: str) -> bytes:
        """The Ed25519 key (PKCS 8) with which a service signs its tokens; the desk's signs people's tokens too."""
        return self._read(service, "signing.pem")

    def public_pem(self, service: str) -> bytes:
        """The public half of a service's key."""
        return self._read("public", f"{service}.pub")

    def database_password(self, role: str) -> str:
        """The password of a database role: a service's, `bus`, or `postgres` (the superuser)."""
        return self._read(role, "database.password").decode()

    def master_key(self) -> bytes:
        """32 bytes that wrap the vault's keys (intake alone)."""
        return bytes.fromhex(self._read("intake", "master.key").decode())

    def receipt_key(self) -> bytes:
        """The HMAC key of receipt codes (intake alone)."""
        return bytes.fromhex(self._read("intake", "receipts.key").decode())

    def blind_index_key(self) -> bytes:
        """The HMAC key of the indexes by phone and name (intake alone)."""
        return bytes.fromhex(self._read("intake", "blind-index.key").decode())

    def api_key_key(self) -> bytes:
        """The HMAC key under which channel keys are stored (intake alone)."""
        return bytes.fromhex(self._read("intake", "api-keys.key").decode())

    def search_key(self) -> bytes:
        """The key under which the words of complaints are hashed for searching (insight alone)."""
        return bytes.fromhex(self._read("insight", "search.key").decode())

    def cookie_key(self) -> bytes:
        """The HMAC key of session cookies and forms (the desk alone)."""
        return bytes.fromhex(self._read("desk", "cookies.key").decode())

    def accounts(self) -> list[Account]:
        """The accounts to make at first start (the desk alone): the administrator, and the example officers."""
        return [Account.model_validate(each) for each in json.loads(self._read("desk", "accounts.json"))]

    def channel_keys(self) -> list[ChannelKey]:
        """The channel keys to make at first start (intake alone); none without the example office."""
        return [ChannelKey.model_validate(each) for each in json.loads(self._read("intake", "channels.json"))]

    def _read(self, owner: str, name: str) -> bytes:
        return (self.folder / owner / name).read_bytes().strip()


def ensure_secrets(settings: Settings, uids: Mapping[str, int] | None = None) -> Secrets:
    """Makes whatever secret is missing, and leaves the others as they are; safe to run twice at once.

    ``uids`` gives each owner's folder to a system user, when every service runs as its own. Raises OSError when the
    folder cannot be written.
    """
    folder = settings.keys_folder
    _folder(folder, 0o755 if uids else 0o700)
    _folder(folder / "public", 0o755)
    for owner in (*SERVICES, "bus", "postgres"):
        _folder(folder / owner, 0o700)
        _make(folder / owner / "database.password", lambda: secrets.token_urlsafe(24))
    for service in SERVICES:
        _signing_pair(folder, service)
        for name in _OWN_KEYS.get(service, ()):
            _make(folder / service / name, lambda: secrets.token_hex(32))
    _credentials(settings)
    for owner, uid in (uids or {}).items():
        for path in (folder / owner, *(folder / owner).iterdir()):
            os.chown(path, uid, -1)
    return Secrets(folder)


def _signing_pair(folder: Path, service: str) -> None:
    def private() -> str:
        return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    pem = _make(folder / service / "signing.pem", private)
    public = load_pem_private_key(pem.encode(), None).public_key()
    _make(
        folder / "public" / f"{service}.pub",
        lambda: public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
        mode=0o644,
    )


def _credentials(settings: Settings) -> None:
    """The administrator's password and the example credentials: for the services to adopt, and for people to read."""
    folder = settings.keys_folder
    accounts = _make(folder / "desk" / "accounts.json", lambda: json.dumps(_new_accounts(settings)))
    if settings.admin_password:
        accounts = _with_admin_password(folder / "desk" / "accounts.json", accounts, settings.admin_password)
    channels = _make(folder / "intake" / "channels.json", lambda: json.dumps(_new_channel_keys(settings)))
    document = {
        "base_url": settings.public_url,
        "accounts": json.loads(accounts),
        "channels": json.loads(channels),
    }
    content = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    write_whole(settings.data / CREDENTIALS_FILE, content.encode())


def _new_accounts(settings: Settings) -> list[dict[str, object]]:
    officers = example_office().officers
    people = officers if settings.example_office else [each for each in officers if each.username == ADMINISTRATOR]
    return [
        {"username": each.username, "password": secrets.token_urlsafe(9), "roles": list(each.roles)} for each in people
    ]


def _new_channel_keys(settings: Settings) -> list[dict[str, str]]:
    return (
        [{"channel": each, "key": secrets.token_urlsafe(32)} for each in get_args(Channel)]
        if settings.example_office
        else []
    )


def _with_admin_password(path: Path, accounts: str, password: str) -> str:
    changed = [
        each | {"password": password} if each["username"] == ADMINISTRATOR else each for each in json.loads(accounts)
    ]
    if json.dumps(changed) != accounts:
        write_whole(path, json.dumps(changed).encode())
    return json.dumps(changed)


def admin_password(accounts: list[Account]) -> str:
    """The administrator's password at first start."""
    return next(each.password for each in accounts if each.username == ADMINISTRATOR)


def _folder(path: Path, mode: int) -> None:
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(mode)


def _make(path: Path, value: Callable[[], str], mode: int = 0o600) -> str:
    """What the file holds; when there is none yet, it is made whole at once, and only one of two makers wins."""
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        made = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        write_whole(made, value().encode(), mode)
        try:
            os.link(made, path)
        except FileExistsError:
            pass  # another process was first: its value counts
        finally:
            made.unlink()
        return path.read_text("utf-8")
