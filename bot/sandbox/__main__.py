"""`python -m bot.sandbox --port 9000`: the sandbox as a process of its own, until it is stopped."""

import asyncio
import signal
from typing import Annotated

import typer

from bot.sandbox.sandbox import Sandbox


async def _serve(port: int, speed: float, seed: int) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with Sandbox(port, speed, seed) as sandbox:
        typer.echo(f"FLAGDESK_TELEGRAM_API={sandbox.url}\nFLAGDESK_BOT_TOKEN={sandbox.token}")
        typer.echo(f"Chat page: {sandbox.url}/ (Ctrl+C stops)")
        await stopped.wait()


def serve(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 picks a free one.")] = 9000,
    speed: Annotated[float, typer.Option(help="How many times faster than real time its clock runs.")] = 1.0,
    seed: Annotated[int, typer.Option(help="Seed of ids and of the token.")] = 0,
) -> None:
    """Serve a strict Bot API on this machine."""
    try:
        asyncio.run(_serve(port, speed, seed))
    except (OSError, ValueError) as error:
        typer.echo(f"The sandbox can't start: {error}. Choose another --port or --speed.", err=True)
        raise typer.Exit(1) from None


if __name__ == "__main__":
    typer.run(serve)
