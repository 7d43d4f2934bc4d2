"""The service in a process of its own, against the sandbox in this one."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import psutil

from bot.sandbox import Sandbox

OWNER, ANNA, READER = 1000, 1001, 2000
MODERATORS, READERS = -1001000000001, -1001000000002
RUDE = "You are a fucking idiot and an asshole, number {n}!"
KIND = "The library was open on Sunday, and the children loved it. Visit {n}."


@dataclass
class Running:
    """A service that is ready."""

    sandbox: Sandbox
    process: psutil.Process
    ready_after: float
    """Seconds from its start to its first question for updates."""


@asynccontextmanager
async def run(database_url: str, speed: float = 1.0) -> AsyncIterator[Running]:
    """Start, wait until it polls, and end it."""
    async with Sandbox(speed=speed) as sandbox:
        for person, name in ((OWNER, "Olga"), (ANNA, "Anna"), (READER, "Rolf")):
            sandbox.add_person(person, name)
        for chat, title in ((MODERATORS, "Moderators"), (READERS, "Readers")):
            sandbox.add_group(chat, title)
        sandbox.join(ANNA, MODERATORS)
        sandbox.join(READER, READERS)
        began = time.monotonic()
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env=_environment(sandbox, database_url, speed)
        )
        try:
            await sandbox.wait_for(lambda: any(call.method == "setMyCommands" for call in sandbox.calls), 60)
            yield Running(sandbox, psutil.Process(child.pid), time.monotonic() - began)
        finally:
            child.send_signal(signal.SIGTERM)
            await child.wait()


def _environment(sandbox: Sandbox, database_url: str, speed: float) -> dict[str, str]:
    settings = {
        "BOT_TOKEN": sandbox.token,
        "OWNER_ID": OWNER,
        "CHAT_ID": MODERATORS,
        "MODERATORS": ANNA,
        "TELEGRAM_API": sandbox.url,
        "TELEGRAM_SPEED": speed,
        "DATABASE_URL": database_url,
        "LOG_LEVEL": "error",
        "SOURCES": f'[{{"name": "readers", "chat_id": {READERS}, "mode": "watch"}}]',
    }
    return os.environ | {f"FLAGDESK_{name}": str(value) for name, value in settings.items()}
