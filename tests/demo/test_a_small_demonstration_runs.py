"""A few days with a dozen messages: it ends well, and what it writes is what people read."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.demo.samples import OWN, last_moment, read


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_dozen_messages_are_worked_summed_up_and_found_true(tmp_path: Path) -> None:
    choices = {"DATA": str(tmp_path), "PORT": "0", "LIMIT": "12", "DAYS": "2", "DETACH": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.demo"], env=os.environ | choices, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    written = json.loads((tmp_path / "demo.json").read_text("utf-8"))
    assert written["violations"] == []
    figures = written["figures"]
    assert figures["received"] == figures["classified"] == 12
    assert figures["registered"] > 0
    assert figures["duties_met"] > 0
    shown = figures["shown"]
    assert (shown["mailbox_collected"], shown["progress_reviewed"]) == (2, 2)
    for each in ("disputes_decided", "emergency_plans", "anonymous", "refusals_sent"):
        assert shown[each] > 0, each
    credentials = json.loads((tmp_path / "demo-credentials.json").read_text("utf-8"))
    assert {"base_url", "accounts", "channels"} <= credentials.keys()


def test_the_samples_are_a_month_of_everything() -> None:
    samples = read(OWN)
    labels = [one.expected or {} for one in samples]
    assert len(samples) >= 150
    assert len({one["service"] for one in labels if "service" in one}) == 6
    assert len({one.body["channel"] for one in samples}) == 11
    assert {one.get("level") for one in labels} >= {1, 2, 3}
    assert {one["kind"] for one in labels if "kind" in one} == {"complaint", "consultation", "suggestion"}
    assert {one.body["language"] for one in samples} == {"zh-Hans", "zh-Hant", "en"}
    assert sum(one.story in {"burst", "burst_apart"} for one in samples) == 7
    assert any("representative" in one.body for one in samples)
    assert any((one.body.get("complainant") or {}).get("confidential") for one in samples)


def test_others_messages_all_come_in_before_the_last_evening(tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl"
    file.write_text("".join(f'{{"id": "{n}", "text": "路燈不亮"}}\n' for n in range(16)), "utf-8")
    samples = read(file, 16, 3)
    assert len(samples) == 16
    assert max(one.at for one in samples) < last_moment(3)
