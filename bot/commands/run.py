"""flagdesk run: the service, until it is told to stop."""

import asyncio

from bot.commands import Config


def run(config: Config = None) -> None:
    """Moderate: take comments in, score them, show them in Telegram, do what is decided there."""
    from bot import logs, service
    from bot.ending import until_told
    from bot.settings import load

    settings = load(config)
    logs.set_up(settings.log_level)
    asyncio.run(until_told(service.run(settings)))
