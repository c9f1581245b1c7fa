"""What the README shows works, word for word: a channel hands a complaint in, a dashboard reads the journal."""

import asyncio
import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.journeys.story import good
from tests.office import Office

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def _example(language: str, holding: str) -> str:
    blocks = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    return next(block for block in blocks if holding in block)


async def _run(program: list[str], office: Office, address: str, folder: Path) -> str:
    (folder / "var").mkdir(exist_ok=True)
    shutil.copy(office.settings.data / "demo-credentials.json", folder / "var")
    code = [part.replace("http://127.0.0.1:8000", address) for part in program]
    process = await asyncio.create_subprocess_exec(
        *code, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    output, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return output.decode()


@pytest.mark.both_carriers
async def test_a_channel_hands_a_complaint_in_with_curl_and_a_dashboard_reads_it_in_the_journal(
    office: Office, tmp_path: Path
) -> None:
    async with office.served() as address:
        answer = json.loads(await _run(["bash", "-c", _example("bash", "curl")], office, address, tmp_path))
        again = json.loads(await _run(["bash", "-c", _example("bash", "curl")], office, address, tmp_path))
        assert answer == again, "the same Idempotency-Key gets the same answer"
        assert {promise["clause"] for promise in answer["promised"]} >= {"4/5.2.7(2)", "5/3.3"}
        await office.settle()
        shown = await _run([sys.executable, "-c", _example("python", "/intake/events")], office, address, tmp_path)
        assert f"complaint.received {answer['id']} {answer['number']}" in shown
    status = office.complainant(answer["receipt_code"])
    assert (await good(await status.get(f"/intake/complaints/{answer['number']}/status")))["stage"] == "received"
