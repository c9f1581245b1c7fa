"""What the compose file must not have so that any service can be scaled, and what its gateway must do."""

from pathlib import Path

import yaml

from shared.settings import SERVICES

ROOT = Path(__file__).parents[2]


def test_every_service_can_have_any_number_of_replicas() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
    for name in SERVICES:
        assert not {"container_name", "ports", "hostname"} & services[name].keys(), name


def test_the_gateway_asks_for_all_replicas_and_sends_no_command_twice() -> None:
    words = (ROOT / "deploy" / "gateway.conf").read_text("utf-8")
    assert "resolver 127.0.0.11 valid=1s" in words
    assert "set $upstream http://$service:8000;" in words  # a name in a variable is looked up anew
    assert "proxy_next_upstream error timeout;" in words
    assert "non_idempotent" not in words
