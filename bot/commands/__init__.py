"""The command line: one file for each command, with what it needs imported only when it runs."""

from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="Settings file; else flagdesk.toml in this folder.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")]
