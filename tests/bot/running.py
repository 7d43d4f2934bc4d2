"""The command line in a process of its own, without settings from outside."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

COMMAND = [sys.executable, "-m", "bot"]
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[2]), "COLUMNS": "100"}


def flagdesk(
    folder: Path, *arguments: str | bytes, stdin: bytes = b"", settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """A run of `flagdesk ARGUMENTS` in this folder, to its end."""
    env = ENVIRONMENT | dict(settings or {})
    return subprocess.run([*COMMAND, *arguments], cwd=folder, input=stdin, capture_output=True, env=env, timeout=60)
