"""Imports point only towards moderation, and each library stays in its home."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = {"moderation": {"moderation"}, "db": {"db", "moderation"}, "bot": {"bot", "db", "moderation"}}
"""Which of our packages each of them may import."""
HOMES = {
    "telegram": ("bot",),
    "starlette": ("bot",),
    "uvicorn": ("bot",),
    "typer": ("bot",),
    "rich": ("bot",),
    "pydantic": ("bot",),
    "pydantic_settings": ("bot",),
    "apscheduler": ("bot",),
    "matplotlib": ("bot", "moderation/models"),
    "sqlalchemy": ("db",),
    "alembic": ("db",),
    "aiosqlite": ("db",),
    "asyncpg": ("db",),
    "torch": ("moderation/models",),
    "detoxify": ("moderation/models",),
    "transformers": ("moderation/models",),
}
"""Where alone a library may be imported."""
HEAVY = ("torch", "detoxify", "transformers", "matplotlib", "alembic")
"""Libraries that a start must not pay for."""


def imported(code: str) -> Iterator[str]:
    """Every module that this code imports, wherever in it."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports say the whole path"
            yield node.module or ""


def violations(path: str, code: str) -> list[str]:
    """What this code of ours, at this path, imports and must not."""
    layer = path.split("/")[0]
    found = []
    for module in imported(code):
        package = module.split(".")[0]
        if package in LAYERS and package not in LAYERS[layer]:
            found.append(f"{path} imports {module}: {layer} may not know of {package}")
        homes = HOMES.get(package, (path,))
        if not path.startswith(homes):
            found.append(f"{path} imports {module}, whose home is {homes[0]}")
        if package == "tests":
            found.append(f"{path} imports its tests")
    return found


def sources() -> list[Path]:
    return sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_towards_moderation(path: Path) -> None:
    assert violations(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("moderation/pipeline.py", "from db.queue import Queue"),
        ("moderation/sources/file/csv.py", "import bot.settings"),
        ("db/queue.py", "def late():\n    from bot import service"),
        ("db/queue.py", "from telegram import Bot"),
        ("bot/telegram/taps.py", "from sqlalchemy import select"),
        ("bot/telegram/taps.py", "import sqlalchemy.exc as errors"),
        ("moderation/scoring.py", "import torch.nn"),
        ("moderation/policy.py", "from apscheduler.schedulers import asyncio"),
        ("bot/service.py", "async def late():\n    import asyncpg"),
        ("bot/service.py", "from tests.making import comment"),
    ],
)
def test_a_planted_violation_is_found(path: str, code: str) -> None:
    assert len(violations(path, code)) == 1


def test_what_is_allowed_is_not_found() -> None:
    assert (
        violations("bot/service.py", "import telegram\nfrom db.engine import connect\nimport moderation.policy") == []
    )
    assert violations("moderation/models/detoxify/__init__.py", "import torch") == []


def test_heavy_libraries_wait_until_they_are_used() -> None:
    loaded = "import sys, bot.service, bot.commands.run; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "bot.service" in ran.stdout.split()
    assert [library for library in HEAVY if library in ran.stdout.split()] == []
