"""What is in the repository can be installed anywhere, and says nothing of where it was made."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from shared.settings import SERVICES, Settings

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "package-lock.json"])
def test_a_lock_file_names_no_registry_and_every_hash(name: str):
    content = (ROOT / name).read_text("utf-8")
    assert not re.search(r"https?://(?!.*(opencollective|github|tidelift))", content)
    assert "resolved" not in content
    if name.endswith(".lock"):
        pinned = re.findall(r"^[\w.-]+(?:\[[\w,]+\])?==[^ ]+", content, re.MULTILINE)
        assert len(pinned) > 40
        assert len(re.findall(r"^[\w.-]+(?:\[[\w,]+\])?==.*\\\n +--hash=sha256:", content, re.MULTILINE)) == len(pinned)
    else:
        packages = json.loads(content)["packages"]
        assert all("integrity" in each for path, each in packages.items() if path)


def test_compose_gives_each_service_a_user_of_its_own_and_waits_for_its_health():
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
    users = {services[name]["user"] for name in SERVICES}
    assert len(users) == len(SERVICES)
    assert "0:0" not in users
    for name in SERVICES:
        assert services[name]["healthcheck"]["test"][-1] == name
        assert services[name]["read_only"] is True
        assert services["gateway"]["depends_on"][name] == {"condition": "service_healthy"}


def test_the_gateway_knows_every_service():
    ways = re.search(r"\(\?<service>([\w|]+)\)", (ROOT / "deploy" / "gateway.conf").read_text("utf-8"))
    assert ways is not None
    assert set(ways[1].split("|")) == set(SERVICES)


def test_no_secret_is_in_the_repository():
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert not [each for each in files if re.search(r"(\.pem|\.key|\.env|credentials\.json|accounts\.json)$", each)]


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PORT", "8765")
    monkeypatch.setenv("LISTEN_HOST", "0.0.0.0")
    monkeypatch.setenv("KAFKA_BOOTSTRAP", "kafka:9092")
    settings = Settings()
    assert (settings.port, settings.host, settings.mode) == (8765, "0.0.0.0", "distributed")
    assert settings.public_url == "http://127.0.0.1:8765"
    assert settings.service_url("sla") == "http://sla:8000"


def test_a_password_does_not_show_in_the_settings():
    settings = Settings(admin_password="not for logs", smtp_url="smtp://me:hidden@mail")
    assert "not for logs" not in repr(settings)
    assert "hidden" not in repr(settings)
