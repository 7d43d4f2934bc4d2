"""Every sentence that people read, one TOML file for each language, filled in with escaped values."""

import html
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton, format_timedelta
from babel.numbers import format_decimal, format_percent

from moderation.errors import SettingsError

Phrase = str | Mapping[str, str]
"""A template, or one template for each of Babel's plural forms, chosen by the value n."""

_FOLDER = Path(__file__).parent
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Markup(str):
    """Telegram HTML that is safe as it is: it is filled in without being escaped."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Texts:
    """One language's sentences, numbers and dates, in one time zone."""

    language: str
    zone: ZoneInfo
    phrases: Mapping[str, Phrase]

    def __call__(self, key: str, /, **values: str | int) -> Markup:
        """The sentence named key as Telegram HTML. Strings are escaped, Markup is not; numbers are grouped."""
        filled = {name: escape(self._word(value)) for name, value in values.items()}
        return Markup(self._template(key, values).format_map(filled))

    def plain(self, key: str, /, **values: str | int) -> str:
        """The same for places without HTML: buttons, answers to taps, terminals."""
        filled = {name: clean(self._word(value)) for name, value in values.items()}
        return self._template(key, values).format_map(filled)

    def percent(self, share: float) -> str:
        """0.87 -> "87%"; never 100 % or 0 % for what is not quite that."""
        honest = share if share in (0.0, 1.0) else min(max(share, 0.01), 0.99)
        return str(format_percent(honest, locale=self.language))

    def clock(self, at: datetime, *, seconds: bool = False) -> str:
        """The local time: "14:05", or "14:05:09"."""
        return f"{at.astimezone(self.zone):{'%H:%M:%S' if seconds else '%H:%M'}}"

    def moment(self, at: datetime, now: datetime) -> str:
        """The local time, with the day where it is not today's: "Sat, Nov 21, 14:05"."""
        day = at.astimezone(self.zone).date()
        same = day == now.astimezone(self.zone).date()
        return self.clock(at) if same else f"{self.day(day)}, {self.clock(at)}"

    def day(self, day: date) -> str:
        """A date as people say it: "Sat, Nov 21"."""
        return str(format_skeleton("MMMEd", datetime(day.year, day.month, day.day), locale=self.language))  # noqa: DTZ001

    def duration(self, span: timedelta) -> str:
        """How long: "95 minutes". Units change at two of the next, so that an hour and a half is not "2 hours"."""
        return format_timedelta(max(span, timedelta()), threshold=2, locale=self.language)

    def ago(self, span: timedelta) -> str:
        """How long ago: "2 minutes ago"."""
        return format_timedelta(-max(span, timedelta(seconds=1)), threshold=2, add_direction=True, locale=self.language)

    def tongue(self, code: str) -> str:
        """A language's name: "fi" -> "Finnish"; the code itself where nobody knows a name."""
        return str(Locale.parse(self.language).languages.get(code, code))

    def number(self, value: int) -> str:
        return str(format_decimal(value, locale=self.language))

    def _word(self, value: str | int) -> str:
        return self.number(value) if isinstance(value, int) else value

    def _template(self, key: str, values: Mapping[str, str | int]) -> str:
        phrase = self.phrases[key]
        if isinstance(phrase, str):
            return phrase
        return phrase[Locale.parse(self.language).plural_form(int(values["n"]))]


@cache
def load(language: str, zone: ZoneInfo) -> Texts:
    """The texts in a language ("en", "de"); dates and times in zone. Raises SettingsError for any other language."""
    if language not in languages():
        raise SettingsError(f"language = {language!r}: there are texts for {', '.join(languages())}.")
    return Texts(language, zone, dict(_flat(tomllib.loads((_FOLDER / f"{language}.toml").read_text("utf-8")))))


@cache
def languages() -> tuple[str, ...]:
    """The languages there are texts for: one file each."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


def clean(text: str) -> str:
    """text, of the same length, without what could break a message: control characters, marks that turn the reading
    direction of everything after them, and halves of characters. They show as a replacement character."""
    return _ODD.sub("\ufffd", text.replace("\r", " "))


def escape(text: str) -> Markup:
    """text as Telegram HTML; Markup as it is."""
    return text if isinstance(text, Markup) else Markup(html.escape(clean(text)))


def join(separator: str, parts: Iterable[str]) -> Markup:
    """The parts that say something, escaped where they need it, as one."""
    return Markup(separator.join(escape(part) for part in parts if part))


def _flat(table: Mapping[str, Mapping[str, Phrase]]) -> Iterable[tuple[str, Phrase]]:
    for section, phrases in table.items():
        for name, phrase in phrases.items():
            yield f"{section}.{name}", phrase
