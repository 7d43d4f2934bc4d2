"""The command line `flagdesk`: which commands there are, and how errors reach a person."""

import sys

import typer

from bot.commands.demo import demo
from bot.commands.digest import digest
from bot.commands.doctor import doctor
from bot.commands.export import export
from bot.commands.ingest import ingest
from bot.commands.init import init
from bot.commands.migrate import migrate
from bot.commands.run import run
from bot.commands.score import score
from moderation.errors import FlagdeskError

app = typer.Typer(
    help="Comment moderation from a Telegram chat.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (run, demo, ingest, score, doctor, init, digest, export, migrate):
    app.command()(command)


def main() -> None:
    """Run the command in sys.argv. Exits 0, 1 for what went wrong, 2 for wrong usage, 130 when interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal without Unicode still shows every comment
    try:
        app()
    except FlagdeskError as error:
        typer.secho(str(error), fg="red", err=True)
        sys.exit(1)
    except OSError as error:
        typer.secho(f"{error.filename or 'Flagdesk'}: {error.strerror or error}.", fg="red", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
