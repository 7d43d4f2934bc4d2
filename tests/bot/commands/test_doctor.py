"""flagdesk doctor: each line ok, or a problem with what to do, against a Bot API server on loopback."""

import asyncio
import socket
import sqlite3
from functools import partial
from pathlib import Path

import pytest

from bot.sandbox import Sandbox
from tests.bot.running import flagdesk

CHAT, GROUP = -1001000000001, -1001000000002


async def doctor(folder: Path, sandbox: Sandbox, mode: str = "act", **settings: str) -> tuple[int, str]:
    """Its exit code and what it prints, for a bot with one source."""
    source = f'chat_id = {CHAT}\n[[source]]\nname = "readers"\nchat_id = {GROUP}\nmode = "{mode}"\n'
    path = folder / "flagdesk.toml"
    path.write_text(source, encoding="utf-8")
    path.chmod(0o600)
    known = {"FLAGDESK_TELEGRAM_API": sandbox.url, "FLAGDESK_BOT_TOKEN": sandbox.token, "FLAGDESK_OWNER_ID": "1000"}
    settings = known | settings
    done = await asyncio.to_thread(partial(flagdesk, folder, "doctor", settings=settings))
    assert b"Traceback" not in done.stderr
    return done.returncode, done.stdout.decode() + done.stderr.decode()


def groups(sandbox: Sandbox) -> None:
    sandbox.add_group(CHAT, "Moderators")
    sandbox.add_group(GROUP, "Readers")


async def test_when_all_is_well_every_line_says_so(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:
        groups(sandbox)
        code, said = await doctor(tmp_path, sandbox)
    assert code == 0, said
    assert [line.split()[0] for line in said.splitlines()] == ["ok"] * 8


async def test_before_anything_is_set_it_tells_the_ids_of_who_wrote(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:
        groups(sandbox)
        settings = {"FLAGDESK_TELEGRAM_API": sandbox.url, "FLAGDESK_BOT_TOKEN": sandbox.token}
        ask = partial(asyncio.to_thread, partial(flagdesk, tmp_path, "doctor", settings=settings))
        assert b"Write to the bot in private" in (await ask()).stdout
        sandbox.add_person(1000, "Olga\x1b[2J")
        sandbox.join(1000, CHAT, quietly=True)
        sandbox.send(1000, 1000, "/start")
        sandbox.send(1000, CHAT, "/id")
        for _ in range(2):  # looking takes nothing away
            done = await ask()
            assert done.returncode == 1
            assert b"1000 (Olga" in done.stdout
            assert b"\x1b[2J" not in done.stdout
            assert f"{CHAT} (Moderators)".encode() in done.stdout


async def test_a_wrong_token_is_told_and_never_shown(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:
        code, said = await doctor(tmp_path, sandbox, FLAGDESK_BOT_TOKEN="123456:not-the-secret")
    assert code == 1
    assert "@BotFather" in said
    assert "not-the-secret" not in said


async def test_a_chat_without_the_bot_is_told(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:
        sandbox.add_group(GROUP, "Readers")
        code, said = await doctor(tmp_path, sandbox)
    assert code == 1
    assert "problem  Moderators' chat" in said
    assert "Add the bot" in said
    assert "ok       Source readers" in said


async def test_a_missing_right_is_told_where_the_bot_is_to_act(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:
        groups(sandbox)
        sandbox.set_rights(GROUP, can_delete_messages=False)
        acting = await doctor(tmp_path, sandbox)
        watching = await doctor(tmp_path, sandbox, mode="watch")
    assert acting[0] == 1
    assert "right to delete messages" in acting[1]
    assert watching[0] == 0


async def test_a_server_that_does_not_answer_is_told(tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))  # nobody listens there
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        async with Sandbox() as sandbox:
            code, said = await doctor(tmp_path, sandbox, FLAGDESK_TELEGRAM_API=address)
    assert code == 1
    assert f"no answer from {address}" in said


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"FLAGDESK_MODEL": "none"}, "problem  Model"),
        ({"FLAGDESK_THRESHOLDS": "toxicity=2"}, "problem  Settings"),
        ({"FLAGDESK_DATABASE_URL": "sqlite:////nowhere/x.db"}, "problem  Database"),
        ({"FLAGDESK_DATABASE_URL": "sqlite:///flagdesk.toml"}, "problem  Database"),
    ],
)
def test_what_is_wrong_on_this_machine_is_told(tmp_path: Path, settings: dict[str, str], problem: str) -> None:
    (tmp_path / "flagdesk.toml").write_text("# " + "x" * 5000, encoding="utf-8")
    done = flagdesk(tmp_path, "doctor", settings=settings)
    assert done.returncode == 1
    assert problem in done.stdout.decode()
    assert b"Traceback" not in done.stderr


def test_a_newer_database_is_told(tmp_path: Path) -> None:
    flagdesk(tmp_path, "doctor")
    with sqlite3.connect(tmp_path / "flagdesk.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    assert "newer Flagdesk" in flagdesk(tmp_path, "doctor").stdout.decode()


def test_a_settings_file_others_can_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "flagdesk.toml").write_text("", encoding="utf-8")
    (tmp_path / "flagdesk.toml").chmod(0o644)
    assert "chmod 600" in flagdesk(tmp_path, "doctor").stdout.decode()
