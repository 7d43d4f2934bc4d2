"""`make demo` from a fresh clone to the first card, with the packages already in pip's cache."""

import asyncio
import os
import re
import signal
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx

from bot.demo.newsroom import MODERATORS
from tests.bench.figure import Figure

ROOT = Path(__file__).parents[2]


async def measure() -> AsyncIterator[Figure]:
    """Clone what is committed, run make, and wait until the chat page's data hold a card."""
    with tempfile.TemporaryDirectory() as folder:
        cloned = await asyncio.create_subprocess_exec("git", "clone", "-q", str(ROOT), folder)
        assert await cloned.wait() == 0
        began = time.monotonic()
        env = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"} | {"ARGS": "--port 0"}
        child = await asyncio.create_subprocess_exec(
            "make", "demo", cwd=folder, env=env, stdout=asyncio.subprocess.PIPE, start_new_session=True
        )
        try:
            await _first_card(await _address(child))
            seconds = time.monotonic() - began
        finally:
            os.killpg(child.pid, signal.SIGINT)
            await child.wait()
    yield Figure("make demo: fresh clone → first card", f"{seconds:.0f} s", "≤ 60 s")


async def _address(child: asyncio.subprocess.Process) -> str:
    assert child.stdout is not None
    while line := (await child.stdout.readline()).decode():
        if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
            return found[0]
    raise AssertionError("make demo ended without naming its page")


async def _first_card(address: str) -> None:
    async with httpx.AsyncClient() as client:
        while True:
            state = (await client.get(f"{address}sandbox/state", params={"chat": str(MODERATORS)})).text
            if "v1:ok:" in state:
                return
            await asyncio.sleep(0.1)
