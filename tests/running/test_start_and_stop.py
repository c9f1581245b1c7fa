"""The product starts, stops and refuses to start as its users need it: with its data safe, and with advice."""

import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import psutil
import pytest

from shared.embedded import EmbeddedPostgres, free_port
from shared.settings import Settings
from tests.infrastructure.programs import Program, all_in_one


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Not pytest's own: that one is shut, at each run, for the user as which PostgreSQL runs under root."""
    with tempfile.TemporaryDirectory(prefix="redress-run-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextmanager
def office(data: Path, port: int | None = None, **environment: str) -> Iterator[Program]:
    with tempfile.TemporaryDirectory(prefix="redress-out-") as folder:  # not on a disk that is full or shut
        started = replace(all_in_one(data, port or free_port(), **environment), output=Path(folder) / "said")
        started.start()
        try:
            yield started
        finally:
            started.stop()


def servers_of(data: Path) -> list[psutil.Process]:
    found = [
        each for each in psutil.process_iter(["name", "cmdline", "ppid"])
        if each.info["name"] == "postgres" and str(data / "postgres") in (each.info["cmdline"] or [])
    ]  # fmt: skip
    # a child of a server bears its command line until it has taken its own name
    return [each for each in found if each.info["ppid"] not in {one.pid for one in found}]


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_what_was_there_before_a_stop_is_there_after_the_next_start(tmp_path: Path, how: signal.Signals):
    data = tmp_path / "var"
    with office(data, ADMIN_PASSWORD="chosen by hand") as first:
        first.wait_until_ready()
        assert "chosen by hand" in first.said
        keys = {path: path.read_bytes() for path in (data / "keys").rglob("*") if path.is_file()}
        first.process.send_signal(how)
        assert first.process.wait(180) == (-9 if how == signal.SIGKILL else 0), first.said
    if how != signal.SIGKILL:
        assert servers_of(data) == []
    with office(data) as second:
        second.wait_until_ready()
        assert "password" not in second.said
        assert httpx.get(f"{second.url}/", timeout=60).headers["location"] == "/desk/"
        assert keys == {path: path.read_bytes() for path in (data / "keys").rglob("*") if path.is_file()}
        assert len(servers_of(data)) == 1
    assert servers_of(data) == []


def postmaster_of(data: Path) -> psutil.Process:
    return psutil.Process(int((data / "postgres" / "postmaster.pid").read_text("utf-8").split("\n", 1)[0]))


@pytest.mark.slow
def test_a_server_that_is_still_going_away_after_a_kill_is_waited_for(tmp_path: Path):
    server = EmbeddedPostgres(Settings(data=tmp_path, log_level="warning"))
    server.start()
    postmaster = postmaster_of(tmp_path)
    lingering = next(child for child in postmaster.children() if "checkpointer" in " ".join(child.cmdline()))
    lingering.suspend()
    postmaster.kill()
    threading.Timer(1.5, lingering.resume).start()
    server.start()
    server.stop()


@pytest.mark.slow
def test_a_server_that_is_killed_while_it_is_being_stopped_has_stopped(tmp_path: Path):
    server = EmbeddedPostgres(Settings(data=tmp_path, log_level="warning"))
    server.start()
    for begin in (server.start, server.stop):  # the one takes over from what a kill left running
        postmaster = postmaster_of(tmp_path)
        postmaster.suspend()  # cannot stop by itself
        threading.Timer(1.5, postmaster.kill).start()
        begin()
    assert servers_of(tmp_path) == []


def test_a_second_start_on_the_same_data_says_that_one_is_running(tmp_path: Path):
    with office(tmp_path / "var") as first:
        first.wait_until_ready()
        with office(tmp_path / "var") as second:
            assert second.process.wait(180) == 1
            assert f"already running on {tmp_path / 'var'} (process {first.process.pid})" in second.said
            assert "Traceback" not in second.said
        assert httpx.get(first.url + "/", timeout=60).status_code == 307


def test_a_port_in_use_is_named_and_another_one_advised(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with office(tmp_path / "var", port) as refused:
            assert refused.process.wait(180) == 1
            assert f"Port {port} is in use" in refused.said
            assert f"make run PORT={port + 1}" in refused.said
            assert "Traceback" not in refused.said


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=False, capture_output=True
    )
    if done.returncode:
        pytest.skip(f"no disk can be mounted here: {done.stderr.decode()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_named(tmp_path: Path):
    with mounted(tmp_path / "disk", "size=20m") as disk, office(disk / "var") as refused:
        assert refused.process.wait(180) == 1
        assert re.search(r"The disk that holds .* is full", refused.said)
        assert "Traceback" not in refused.said


def test_a_disk_that_fills_up_while_the_database_is_made_is_named(tmp_path: Path):
    with mounted(tmp_path / "disk", "size=40m") as disk:
        with office(disk / "var", LEAST_FREE_MB="0") as refused:
            assert refused.process.wait(180) == 1
            assert re.search(r"The disk that holds .* is full", refused.said)
            assert "Traceback" not in refused.said
        assert servers_of(disk / "var") == []


def test_a_read_only_disk_is_named(tmp_path: Path):
    with mounted(tmp_path / "disk", "ro") as disk, office(disk / "var") as refused:
        assert refused.process.wait(180) == 1
        assert "cannot be written" in refused.said
        assert "Traceback" not in refused.said


def test_lost_secrets_are_not_replaced_by_new_ones_that_cannot_read_the_data(tmp_path: Path):
    (tmp_path / "postgres").mkdir(parents=True)
    (tmp_path / "postgres" / "PG_VERSION").write_text("18\n")
    with office(tmp_path) as refused:
        assert refused.process.wait(180) == 1
        assert "its secrets" in refused.said
        assert not (tmp_path / "keys").exists()
