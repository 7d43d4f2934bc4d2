"""flagdesk migrate: bring the database's tables up to date, which every start does as well."""

import asyncio

import typer

from bot.commands import Config


def migrate(config: Config = None) -> None:
    """Bring the database up to date now, for instance before several machines start. Doing it twice changes nothing."""
    from bot.settings import load
    from db.engine import connect
    from db.schema import HEAD

    async def bring_up() -> None:
        async with connect(load(config).database_url):
            pass

    asyncio.run(bring_up())
    typer.echo(f"The database is up to date (schema {HEAD}).")
