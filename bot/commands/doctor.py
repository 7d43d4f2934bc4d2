"""flagdesk doctor: whether all is well, and what to do where it is not."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.commands import Config
from moderation.errors import SettingsError

if TYPE_CHECKING:
    from bot.checks import Finding


def doctor(config: Config = None) -> None:
    """Check Python, settings, database, model, token and rights; exit 1 where something is wrong."""
    if not asyncio.run(_tell(config)):
        raise typer.Exit(1)


async def _tell(config: Path | None) -> bool:
    well = True
    async for finding in _findings(config):
        mark, colour = ("problem", "red") if finding.advice else ("ok", "green")
        typer.echo(f"{typer.style(f'{mark:7}', fg=colour)}  {finding.name}: {finding.said}")
        if finding.advice:
            typer.echo(f"         {finding.advice}")
            well = False
    return well


async def _findings(config: Path | None) -> AsyncIterator["Finding"]:
    from bot.checks import Finding, machine, telegram
    from bot.settings import load

    yield machine.python()
    try:
        settings = load(config)
    except SettingsError as error:
        yield Finding("Settings", "are not usable", error.detail)
        return
    yield machine.settings_file(config)
    yield await machine.database(settings)
    yield machine.model(settings)
    if settings.role == "all":
        async for finding in telegram.check(settings):
            yield finding
