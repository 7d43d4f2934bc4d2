"""The command line as people meet it: a process of its own, its words and its exit codes."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.running import ENVIRONMENT, flagdesk


@pytest.mark.parametrize(
    "arguments",
    [
        ["score", "hello", "--config", "none.toml"],
        ["ingest", "none.txt"],
        ["ingest", "."],
        ["doctor", "--config", "none.toml"],
    ],
)
def test_what_goes_wrong_is_told_without_a_traceback(tmp_path: Path, arguments: list[str]) -> None:
    done = flagdesk(tmp_path, *arguments)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b"." in done.stderr + done.stdout


@pytest.mark.parametrize("arguments", [["scoer"], ["score"], ["score", ""], ["ingest"], ["score", "hi", "--jsn"]])
def test_wrong_usage_exits_with_two(tmp_path: Path, arguments: list[str]) -> None:
    done = flagdesk(tmp_path, *arguments)
    assert done.returncode == 2
    assert b"Usage" in done.stderr


def test_a_model_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = flagdesk(tmp_path, "score", "hello", settings={"FLAGDESK_MODEL": "perspective"})
    assert done.returncode == 1
    assert b"FLAGDESK_MODEL takes" in done.stderr


def test_a_database_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "page").write_text("Title\nComments\nhello\n", encoding="utf-8")
    done = flagdesk(tmp_path, "ingest", "page", settings={"FLAGDESK_DATABASE_URL": "sqlite:////nowhere/x.db"})
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b"/nowhere" in done.stderr


def test_help_names_every_command(tmp_path: Path) -> None:
    done = flagdesk(tmp_path, "--help")
    assert done.returncode == 0
    assert all(name in done.stdout for name in (b"ingest", b"score", b"doctor", b"init"))


def test_nothing_heavy_is_loaded_to_show_help() -> None:
    heavy = ["pydantic", "sqlalchemy", "telegram", "numpy", "torch", "matplotlib", "bs4", "starlette"]
    code = f"import sys, bot.__main__; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=ENVIRONMENT)
    assert done.stdout.strip() == "[]", done.stderr
