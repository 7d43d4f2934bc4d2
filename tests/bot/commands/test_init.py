"""flagdesk init: a settings file that is the owner's alone, complete, and never overwritten."""

import os
import pty
import stat
import subprocess
from pathlib import Path

from bot.commands.init import written
from bot.settings import Settings, SourceSettings, parse
from moderation.policy import DEFAULT_REVIEW
from tests.bot.running import COMMAND, ENVIRONMENT, flagdesk

TOKEN = "123456:ABC-def"


def test_flags_make_a_file_only_its_owner_can_read(tmp_path: Path) -> None:
    done = flagdesk(tmp_path, "init", "--bot-token", TOKEN, "--owner-id", "5", "--moderators", "7,8")
    path = tmp_path / "flagdesk.toml"
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    settings = parse(path.read_text(encoding="utf-8"))
    assert settings.bot_token.get_secret_value() == TOKEN
    assert (settings.owner_id, settings.moderators) == (5, (7, 8))


def test_a_file_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "flagdesk.toml"
    path.write_text("owner_id = 1\n", encoding="utf-8")
    done = flagdesk(tmp_path, "init", "--owner-id", "2")
    assert done.returncode == 1
    assert b"stays as it is" in done.stderr
    assert path.read_text(encoding="utf-8") == "owner_id = 1\n"


def test_what_is_not_usable_is_told_and_nothing_written(tmp_path: Path) -> None:
    done = flagdesk(tmp_path, "init", "--owner-id", "me")
    assert done.returncode == 1
    assert b"owner_id" in done.stderr
    assert not (tmp_path / "flagdesk.toml").exists()


def test_the_file_names_every_setting_and_each_is_usable_as_it_stands() -> None:
    text = written({})
    for name in [*Settings.model_fields, *SourceSettings.model_fields]:
        assert name == "sources" or f"#{name} = " in text or f"#[{name}]" in text
    live = "\n".join(line.removeprefix("#") for line in text.splitlines() if not line.startswith("# "))
    settings = parse(live)
    assert settings.sources[0].name == "readers"
    assert settings.thresholds == dict(DEFAULT_REVIEW)


def test_on_a_terminal_it_asks_again_until_the_answer_is_usable(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [*COMMAND, "init", "--config", str(tmp_path / "f.toml")]
    with subprocess.Popen(command, stdin=theirs, stdout=subprocess.PIPE, env=ENVIRONMENT) as process:
        os.write(ours, f"{TOKEN}\nme\n5\n\n\nde\nEurope/Vienna\n".encode())
        assert process.wait(60) == 0
    os.close(ours)
    os.close(theirs)
    settings = parse((tmp_path / "f.toml").read_text(encoding="utf-8"))
    assert (settings.owner_id, settings.language, settings.time_zone.key) == (5, "de", "Europe/Vienna")
