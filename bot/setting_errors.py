"""What is wrong with the settings, in words that name the setting and say what to write."""

import os
from collections.abc import Collection, Mapping
from difflib import get_close_matches

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from moderation.errors import SettingsError

SECRET = {"bot_token", "database_url"}
WORDS = {
    "missing": "is missing; write it",
    "int_parsing": "write a whole number",
    "int_type": "write a whole number",
    "int_from_float": "write a whole number",
    "float_parsing": "write a number",
    "float_type": "write a number",
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
    "string_type": "write text in quotation marks",
    "string_pattern_mismatch": 'write two letters such as "de"',
    "dict_type": "write a table such as { toxicity = 0.5 }",
    "tuple_type": "write a list such as [1001, 1002]",
}


def explain(error: ValidationError, fields: Mapping[str, FieldInfo]) -> str:
    """One line for each wrong setting: its name, what was written unless it is secret, what to write."""
    return "\n".join(_sentence(details, fields) for details in error.errors(include_url=False))


def refuse_misspelt(names: Collection[str]) -> None:
    """Raise SettingsError for an environment variable that is nearly a setting's.

    Others that begin with FLAGDESK_ are left alone: they may belong to another program or another version.
    """
    known = {f"FLAGDESK_{name.upper()}" for name in names} | {"FLAGDESK_MODEL_DOWNLOAD"}
    for variable in os.environ:
        if variable.startswith("FLAGDESK_") and variable not in known:
            near = get_close_matches(variable, known, n=1, cutoff=0.9)
            if near:
                raise SettingsError(f"{variable} is not a setting. Did you mean {near[0]}?")


def _sentence(details: ErrorDetails, fields: Mapping[str, FieldInfo]) -> str:
    place = details["loc"]
    if not place:
        return f"{_reason(details)}."
    name = str(place[0])
    if details["type"] == "extra_forbidden":
        near = get_close_matches(str(place[-1]), fields, n=1)
        return f"{_name(place)} is not a setting{f'; did you mean {near[0]}?' if near else '.'}"
    written = "" if name in SECRET or details["type"] == "missing" else f" = {_short(details['input'])}"
    return f"{_name(place)}{written}: {_reason(details)}."


def _name(place: tuple[int | str, ...]) -> str:
    if place[0] != "sources":
        return ".".join(str(part) for part in place)
    number = f" {place[1] + 1}" if len(place) > 1 and isinstance(place[1], int) else ""
    return " ".join([f"[[source]]{number}", *(str(part) for part in place[2:])])


def _reason(details: ErrorDetails) -> str:
    if details["type"] == "value_error":
        return details["msg"].removeprefix("Value error, ")
    if details["type"] == "literal_error":
        return f"write {details['ctx']['expected']}"
    return WORDS.get(details["type"], details["msg"][:1].lower() + details["msg"][1:])


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:60]}…"
