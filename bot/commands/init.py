"""flagdesk init: a settings file with every setting in it, the important ones asked for."""

import json
import os
import re
import sys
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from moderation.errors import SettingsError

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

QUESTIONS = {
    "bot_token": "The bot's token, as @BotFather gave it",
    "owner_id": "Your own Telegram id (a number; left empty, flagdesk doctor helps to find it)",
    "chat_id": "The moderators' chat (a number; left empty, flagdesk doctor helps to find it)",
    "moderators": "The moderators' Telegram ids, separated by commas",
    "language": "The language the bot speaks (en, de)",
    "time_zone": "Time zone, such as Europe/Vienna",
}


def init(
    bot_token: Annotated[str, typer.Option(envvar="FLAGDESK_BOT_TOKEN", show_envvar=False, help="Bot token.")] = "",
    owner_id: Annotated[str, typer.Option(help="Your Telegram id.")] = "",
    chat_id: Annotated[str, typer.Option(help="Id of the moderators' chat.")] = "",
    moderators: Annotated[str, typer.Option(help="Telegram ids, separated by commas.")] = "",
    language: Annotated[str, typer.Option(help="en or de.")] = "",
    time_zone: Annotated[str, typer.Option(help="Such as Europe/Vienna.")] = "",
    config: Annotated[Path, typer.Option("--config", metavar="FILE", help="The file to write.")] = Path(
        "flagdesk.toml"
    ),
) -> None:
    """Write a settings file that only you can read; what is not given is asked for on a terminal."""
    if config.exists():
        raise SettingsError(f"{config} is there already and stays as it is. Edit it, or name another with --config.")
    given = {
        "bot_token": bot_token,
        "owner_id": owner_id,
        "chat_id": chat_id,
        "moderators": moderators,
        "language": language,
        "time_zone": time_zone,
    }
    if sys.stdin.isatty():
        given = {name: value or _ask(name) for name, value in given.items()}
    _write(config, written(given))
    typer.echo(f"{config} is written. Next: flagdesk doctor says whether all is well, flagdesk run starts the bot.")


def written(given: Mapping[str, str]) -> str:
    """The text of a settings file: each setting with its meaning; those not given are comments.

    given: setting -> value in words, empty for not given. Raises SettingsError naming each that is not usable.
    """
    from bot.settings import Settings, SourceSettings, parse

    fields = {name: field for name, field in Settings.model_fields.items() if name != "sources"}
    tables = [name for name, field in fields.items() if isinstance(field.default, dict)]
    simple = [_entry(name, field, given.get(name, "")) for name, field in fields.items() if name not in tables]
    last = [_table(name, fields[name]) for name in tables]
    source = [_entry(name, field, "") for name, field in SourceSettings.model_fields.items()]
    text = "\n".join([*simple, *last, "# A place that is moderated; repeat this for each.\n#[[source]]", *source])
    parse(text)
    return text


def _entry(name: str, field: "FieldInfo", value: str) -> str:
    shown = field.examples[0] if field.examples else field.default
    setting = f"{name} = {_from_words(name, value)}" if value else f"#{name} = {_toml(shown)}"
    return f"# {field.description}\n{setting}\n"


def _table(name: str, field: "FieldInfo") -> str:
    shown: dict[str, float] = field.default or (field.examples or [{}])[0]
    rows = "".join(f"#{label} = {probability}\n" for label, probability in shown.items())
    return f"# {field.description}\n#[{name}]\n{rows}"


def _from_words(name: str, value: str) -> str:
    if name == "moderators":
        return f"[{', '.join(_number(part.strip()) for part in value.split(','))}]"
    return _number(value) if name.endswith("_id") else json.dumps(value)


def _number(value: str) -> str:
    return value if re.fullmatch(r"-?[1-9]\d*", value) else json.dumps(value)  # what is none is refused by its name


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(part)}" for key, part in value.items()) + " }"
    if isinstance(value, time):
        return f'"{value:%H:%M}"'
    return json.dumps(value if isinstance(value, str | int | float | list) else str(value))


def _ask(name: str) -> str:
    """What a person answers, asked again until it is usable or nothing."""
    while True:
        answer = str(typer.prompt(QUESTIONS[name], default="", show_default=False)).strip()
        try:
            written({name: answer})
        except SettingsError as error:
            typer.secho(error.detail, fg="red", err=True)
        else:
            return answer


def _write(path: Path, text: str) -> None:
    # Created for its owner alone from the first moment, as it holds the token; never over a file that is there.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
