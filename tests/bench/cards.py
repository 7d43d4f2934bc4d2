"""From a reader's message to the moderators' card, under Telegram's real limits."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from functools import partial

from bot.sandbox import Sandbox
from tests.bench.figure import Figure, milliseconds, p95
from tests.bench.newsroom import KIND, MODERATORS, READER, READERS, RUDE, run

RATE, SECONDS, EVERY = 5.0, 120, 50


async def measure() -> AsyncIterator[Figure]:
    """Five comments a second for two minutes, every fiftieth flagged; beside one Bot API call over loopback."""
    with tempfile.TemporaryDirectory() as folder:
        async with run(f"sqlite:///{folder}/flagdesk.db") as running:
            sandbox, loop, waits = running.sandbox, asyncio.get_running_loop(), []
            began = loop.time()
            for n in range(int(RATE * SECONDS)):
                await asyncio.sleep(max(0.0, began + n / RATE - loop.time()))
                rude = n % EVERY == EVERY // 2
                written = (RUDE if rude else KIND).format(n=n)
                at = loop.time()
                sandbox.send(READER, READERS, written)
                if rude:
                    await sandbox.wait_for(partial(_is_shown, sandbox, written))
                    waits.append(loop.time() - at)
            assert not sandbox.violations, sandbox.violations[:1]
    what = f"comment → card, 5/s, 2 % flagged, real limits, p95 of {len(waits)}"
    yield Figure(what, milliseconds(p95(waits)), "≤ 1,000 ms")


def _is_shown(sandbox: Sandbox, written: str) -> bool:
    return any(written in message.get("text", "") for message in sandbox.messages(MODERATORS))
