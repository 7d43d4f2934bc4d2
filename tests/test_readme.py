"""The README is true: what it names exists, and what exists is named."""

import importlib
import re
from pathlib import Path

from bot.__main__ import app
from bot.settings import Settings, SourceSettings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_setting_is_explained_with_its_meaning() -> None:
    for model in (Settings, SourceSettings):
        for name, field in model.model_fields.items():
            if name != "sources":  # each [[source]] has a table of its own
                assert f"| `{name}` | " in README, name
                assert (field.description or "?") in README, name


def test_every_command_is_listed_and_every_listed_one_exists() -> None:
    listed = set(re.findall(r"^\| `flagdesk (\w+)", README, re.MULTILINE))
    assert listed == {command.callback.__name__ for command in app.registered_commands if command.callback}


def test_every_step_of_the_path_is_where_the_table_says() -> None:
    steps = re.findall(r"\| `([\w/]+)\.py` \| `(\w+)` \|", README)
    assert len(steps) > 10
    for file, function in steps:
        module = importlib.import_module(file.replace("/", ".").removesuffix(".__init__"))
        assert hasattr(module, function), f"{file}.py has no {function}"


def test_every_file_that_is_named_exists() -> None:
    linked = re.findall(r"\]\(((?!http)[^)]+)\)", README)
    named = re.findall(r"`((?:tests|bot|db|moderation)/[\w/.]*)`", README)
    written = [name for name in linked + named if "NAME" not in name]
    assert [name for name in written if not (ROOT / name).exists()] == []
