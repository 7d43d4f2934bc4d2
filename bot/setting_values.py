"""What a setting's text may look like: each function takes a written value and returns it, or says what to write."""

import re
from datetime import datetime, time
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from moderation.comment import LABELS


def listed(value: object) -> object:
    """Comma separated text as a list; a list stays as it is."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def pairs(value: object) -> object:
    """Text like "toxicity=0.5, threat=0.3" as a mapping; a mapping stays as it is."""
    if not isinstance(value, str):
        return value
    found = [part.partition("=") for part in value.split(",") if part.strip()]
    if not all(sign for _, sign, _ in found):
        raise ValueError("write label=probability, separated by commas, such as toxicity=0.5,threat=0.3")
    return {label.strip(): probability.strip() for label, _, probability in found}


def thresholds(value: dict[str, float]) -> dict[str, float]:
    """Probabilities above 0 up to 1, by label."""
    for label, probability in value.items():
        if label not in LABELS:
            raise ValueError(f"{label!r} is no label; the labels are {', '.join(LABELS)}")
        if not 0 < probability <= 1:
            raise ValueError(f"{label} = {probability}: write a probability above 0 and up to 1, such as 0.5")
    return value


def zone(value: object) -> object:
    """A time zone by its name in the IANA database."""
    if not isinstance(value, str):
        return value
    try:
        return ZoneInfo(value.strip())
    except (KeyError, ValueError, OSError):  # ZoneInfo raises one of these by how the name is malformed
        raise ValueError("no such time zone; write one like Europe/Vienna or UTC") from None


def clock_time(value: object) -> object:
    """A local time of day, HH:MM."""
    if isinstance(value, time):
        return value
    try:
        return datetime.strptime(str(value).strip(), "%H:%M").time()  # noqa: DTZ007  a time of day has no zone
    except ValueError:
        raise ValueError('write a time of day such as "08:00"') from None


def token(value: SecretStr) -> SecretStr:
    """A bot token: digits, a colon, the secret."""
    secret = value.get_secret_value().strip()
    if secret and not re.fullmatch(r"\d+:[\w-]+", secret, re.ASCII):
        raise ValueError("does not look like a token; copy the whole line @BotFather gave, such as 123456:ABC-DEF")
    return SecretStr(secret)


def base_url(value: str) -> str:
    """An http(s) address without a slash at its end."""
    address = urlsplit(value)
    if address.scheme not in ("http", "https") or not address.netloc:
        raise ValueError("write an address such as https://api.telegram.org")
    return value.rstrip("/")


def database_url(value: str) -> str:
    """sqlite:///FILE or postgresql://…; what is wrong is said without repeating it, as it may hold a password."""
    if not re.match(r"sqlite:///.|postgres(ql)?://.", value):
        raise ValueError("write sqlite:///FILE (four slashes for a path from the root) or postgresql://USER@HOST/NAME")
    return value


def lower(value: object) -> object:
    """Text in lower case."""
    return value.lower() if isinstance(value, str) else value
