"""Reads a call's parameters by the types that the Bot API's schema declares, and says what does not fit."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from bot.sandbox.errors import Malformed

Params = dict[str, Any]
"""Decoded parameters of one call, by name."""

_SCHEMA = json.loads((files("bot.sandbox") / "schema.json").read_text(encoding="utf-8"))
_METHODS: dict[str, str] = {name.lower(): name for name in _SCHEMA["methods"]}
_INTEGER = re.compile(r"[+-]?\d{1,18}")
_WORDS = {
    "text:max": "message is too long",
    "text:min": "message text is empty",
    "caption:max": "message caption is too long",
    "callback_data": "BUTTON_DATA_INVALID",
    "commands": "BOT_COMMANDS_TOO_MUCH",
    "command": "BOT_COMMAND_INVALID",
    "description": "BOT_COMMAND_DESCRIPTION_INVALID",
    "callback_query_text": "MESSAGE_TOO_LONG",
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    content: bytes

    def __repr__(self) -> str:
        return f"<{len(self.content)} bytes>"


Raw = Mapping[str, object]


def find(method: str) -> str | None:
    """The method's name as Telegram writes it (names are case-insensitive), or None."""
    return _METHODS.get(method.lower())


def read(method: str, raw: Raw) -> Params:
    """Decode a call's raw values (strings from a form, JSON values, uploads); raises Malformed."""
    fields = _SCHEMA["methods"][method]
    uploads = {name: value for name, value in raw.items() if isinstance(value, Upload)}
    attached = _attached(raw, uploads)
    given = {name: value for name, value in raw.items() if name not in attached}
    return _fields(given, fields, "", uploads)


def _attached(raw: Raw, uploads: Mapping[str, Upload]) -> set[str]:
    text = " ".join(value if isinstance(value, str) else json.dumps(value, default=str) for value in raw.values())
    return {name for name in uploads if f"attach://{name}" in text}


def _fields(given: Raw, fields: Mapping[str, Any], path: str, uploads: Mapping[str, Upload]) -> Params:
    for name in given:
        if name not in fields:
            raise Malformed(f'unknown parameter "{path}{name}"')
    for name, field in fields.items():
        if field.get("required") and name not in given:
            raise Malformed(_missing(path + name))
    return {name: _value(value, fields[name], path + name, uploads) for name, value in given.items()}


def _missing(path: str) -> str:
    return {"text": "message text is empty", "chat_id": "chat_id is empty"}.get(
        path, f'parameter "{path}" is required but not given'
    )


def _value(value: object, field: Mapping[str, Any], path: str, uploads: Mapping[str, Upload]) -> object:
    decoded = _as_one_of(field["types"], value, path, uploads)
    if limits := field.get("constraints"):
        _check_limits(decoded, limits, path)
    return decoded


def _as_one_of(types: list[str], value: object, path: str, uploads: Mapping[str, Upload]) -> object:
    first: Malformed | None = None
    for name in types:
        try:
            return _as(name, value, path, uploads)
        except Malformed as error:
            first = first or error
    raise first or Malformed(f'parameter "{path}" has no type')


def _as(name: str, value: object, path: str, uploads: Mapping[str, Upload]) -> object:
    if name.startswith("Array of "):
        items = _json(value, list, name, path)
        return [_as(name[len("Array of ") :], item, f"{path}[{place}]", uploads) for place, item in enumerate(items)]
    if name == "InputFile":
        return _upload(value, path, uploads)
    if name in _SCALARS:
        return _SCALARS[name](value, path)
    return _object(name, value, path, uploads)


def _object(name: str, value: object, path: str, uploads: Mapping[str, Upload]) -> object:
    declared = _SCHEMA["types"][name]
    if subtypes := declared.get("subtypes"):
        return _as_one_of(subtypes, value, path, uploads)
    return _fields(_json(value, dict, name, path), declared["fields"], f"{path}.", uploads)


def _json(value: object, kind: type, name: str, path: str) -> Any:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise Malformed(f'can\'t parse parameter "{path}": it must be JSON of type {name}') from None
    if not isinstance(value, kind):
        raise Malformed(f'parameter "{path}" must be of type {name}')
    return value


def _upload(value: object, path: str, uploads: Mapping[str, Upload]) -> Upload:
    if isinstance(value, str) and value.startswith("attach://"):
        value = uploads.get(value.removeprefix("attach://"))
    if not isinstance(value, Upload):
        raise Malformed(f'parameter "{path}": there is no such file in the request')
    if not value.content:
        raise Malformed("file must be non-empty")
    return value


def _integer(value: object, path: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    raise Malformed(f'parameter "{path}" must be of type Integer')


def _float(value: object, path: str) -> float:
    try:
        return float(value)  # type: ignore[arg-type]  # whatever float() does not take is refused just below
    except (TypeError, ValueError):
        raise Malformed(f'parameter "{path}" must be of type Float') from None


def _boolean(value: object, path: str) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false", "1", "0"}:
        return value.lower() in {"true", "1"}
    raise Malformed(f'parameter "{path}" must be of type Boolean')


def _string(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise Malformed(f'parameter "{path}" must be of type String')
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise Malformed("strings must be encoded in UTF-8")
    return value


_SCALARS: dict[str, Callable[[object, str], object]] = {
    "Integer": _integer,
    "Float": _float,
    "Boolean": _boolean,
    "True": _boolean,
    "String": _string,
}


def _check_limits(value: Any, limits: Mapping[str, Any], path: str) -> None:
    if limits.get("after_entities"):
        return  # counted once the markup is parsed: bot.sandbox.text
    if "enum" in limits:
        if value not in limits["enum"]:
            raise Malformed(f'parameter "{path}" must be one of {", ".join(limits["enum"])}')
        return
    size = _size(value, limits["unit"])
    if not limits.get("min", 0) <= size <= limits.get("max", size):
        raise Malformed(_too_much(path, limits))


def _size(value: Any, unit: str) -> int:
    if unit == "value":
        return int(value)
    return len(value.encode()) if unit == "bytes" else len(value)


def _too_much(path: str, limits: Mapping[str, Any]) -> str:
    name = path.rsplit(".", 1)[-1]
    known = "MESSAGE_TOO_LONG" if path == "text" else _WORDS.get(name)
    low, high = limits.get("min", 0), limits.get("max", "any")
    return known or f'parameter "{path}" must have {low} to {high} {limits["unit"]}'
