"""flagdesk demo: the whole service on this machine, without a token, with a page to look at."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from rich.console import Console


def demo(
    file: Annotated[Path | None, typer.Argument(help="Comments to feed instead of the samples.")] = None,
    script: Annotated[bool, typer.Option("--script", help="Play a scenario; exit 0 only if every step held.")] = False,
    port: Annotated[int, typer.Option(help="Port of the chat page on 127.0.0.1; 0 picks a free one.")] = 8800,
    every: Annotated[float, typer.Option(help="Seconds between two comments.", min=0.05)] = 4.0,
    language: Annotated[Literal["en", "de"], typer.Option(help="What the bot speaks.")] = "en",
) -> None:
    """Try Flagdesk: readers write, comments are scored and shown as cards, you decide. No token, nothing leaves."""
    from rich.console import Console

    from bot import logs
    from bot.ending import until_told

    logs.set_up("error" if script else "warning")
    console = Console()
    if script:
        from bot.demo.script import play

        raise typer.Exit(0 if asyncio.run(play(console)) else 1)
    asyncio.run(until_told(_show(console, file, port, every, language)))


async def _show(console: "Console", file: Path | None, port: int, every: float, language: str) -> None:
    """Until interrupted."""
    from bot.demo.feed import feed
    from bot.demo.newsroom import open_newsroom
    from moderation.errors import SettingsError

    console.print("Loading the model and starting the service …")
    try:
        async with open_newsroom(port=port, language=language, zone=_here()) as newsroom:
            console.print(f"\nThe moderators' chat: [bold]{newsroom.sandbox.url}/[/]")
            console.print("Open it in a browser: the first card comes in a few seconds. Decide it with a tap, write")
            console.print("something rude among the readers, try /review in the bot's own chat, or be somebody else")
            console.print("(upper corner). Ctrl+C ends it all.\n")
            written = await feed(newsroom, file, every)
            console.print(f"All {written} comments are written. The chat stays open until Ctrl+C.")
            await asyncio.Event().wait()
    except OSError as error:
        raise SettingsError(f"Port {port} can't be used ({error.strerror}): choose another with --port.") from None


def _here() -> "ZoneInfo":
    """This machine's time zone, where it has a name."""
    from zoneinfo import ZoneInfo

    from tzlocal import get_localzone_name

    return ZoneInfo(get_localzone_name() or "UTC")
