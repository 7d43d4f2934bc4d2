"""The demonstration holds what it shows, and is not touched by the operator's own settings."""

import asyncio
import json
import signal
from pathlib import Path

import httpx

from bot.demo.newsroom import MODERATORS
from tests.bot.running import COMMAND, ENVIRONMENT, flagdesk


def test_every_step_of_the_scenario_holds(tmp_path: Path) -> None:
    ended = flagdesk(tmp_path, "demo", "--script", settings={"FLAGDESK_OWNER_ID": "77", "FLAGDESK_CHAT_ID": "-5"})
    assert ended.returncode == 0, ended.stdout.decode()
    assert b"All 7 steps held." in ended.stdout
    assert list(tmp_path.iterdir()) == []


async def test_a_file_is_fed_instead_of_the_samples(tmp_path: Path) -> None:
    rude = "You stupid fucking idiot, nobody asked you."
    Path("mine.jsonl").write_text(json.dumps({"text": rude, "author": "Zoe"}), encoding="utf-8")
    command = (*COMMAND, "demo", "mine.jsonl", "--port", "0")
    child = await asyncio.create_subprocess_exec(
        *command, cwd=tmp_path, env=ENVIRONMENT | {"PYTHONUNBUFFERED": "1"}, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert child.stdout is not None
        address = ""
        while "http://" not in address:
            address = (await child.stdout.readline()).decode()
            assert address, "the demonstration ended without naming its page"
        page = next(word for word in address.split() if word.startswith("http://")).rstrip("/")
        async with asyncio.timeout(30), httpx.AsyncClient() as client:
            while rude not in (await client.get(f"{page}/sandbox/state", params={"chat": str(MODERATORS)})).text:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    finally:
        child.send_signal(signal.SIGINT)
        assert await child.wait() in (0, 130)


def test_a_port_that_is_taken_is_said_with_what_to_do(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = flagdesk(tmp_path, "demo", "--port", str(taken.getsockname()[1]))
    assert ended.returncode == 1
    assert b"choose another with --port" in ended.stderr


def test_a_language_it_does_not_speak_is_said(tmp_path: Path) -> None:
    ended = flagdesk(tmp_path, "demo", "--language", "fr")
    assert ended.returncode == 2
    assert b"Traceback" not in ended.stderr
