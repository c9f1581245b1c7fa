"""What the README shows works, word for word: a dashboard reads Kafka's topics on the external listener."""

import asyncio
import contextlib
import os
import re
import sys
from pathlib import Path

from tests.journeys.story import Story

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


async def test_a_dashboard_reads_the_topics_from_outside(composed):
    story = await Story.by_phone(composed)
    example = next(block for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if "aiokafka" in block)
    code = example.replace("127.0.0.1:9094", f"127.0.0.1:{os.environ.get('KAFKA_PORT', '9094')}")
    process = await asyncio.create_subprocess_exec(sys.executable, "-u", "-c", code, stdout=asyncio.subprocess.PIPE)
    try:
        async with asyncio.timeout(120):
            while story.id not in (line := await process.stdout.readline()).decode():
                assert line, "the dashboard ended before it read the complaint"
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
