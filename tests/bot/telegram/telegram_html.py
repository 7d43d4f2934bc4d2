"""Telegram's HTML as its server reads it: what it shows, and what it would refuse."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from bot.telegram.cards import Message

_TAGS = {"b", "i", "u", "s", "code", "a", "tg-spoiler", "blockquote"}


@dataclass
class Entity:
    tag: str
    text: str = ""
    attributes: dict[str, str | None] = field(default_factory=dict)


class Parsed(HTMLParser):
    """Parses or raises AssertionError: unknown tags, tags that close in the wrong order, a quote within a quote."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.entities: list[Entity] = []
        self._open: list[Entity] = []
        self.feed(text)
        self.close()
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _TAGS, f"Telegram knows no <{tag}>"
        assert tag != "blockquote" or all(entity.tag != "blockquote" for entity in self._open)
        entity = Entity(tag, attributes=dict(attrs))
        self._open.append(entity)
        self.entities.append(entity)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop().tag == tag, f"</{tag}> comes too early"

    def handle_data(self, data: str) -> None:
        self.text += data
        for entity in self._open:
            entity.text += data

    def all(self, tag: str) -> list[str]:
        return [entity.text for entity in self.entities if entity.tag == tag]


def check(message: Message) -> Parsed:
    """Parse a message as Telegram would, holding it to every limit there is."""
    parsed = Parsed(message.text)
    assert 0 < len(parsed.text.encode("utf-16-le")) // 2 <= 4096
    assert len(parsed.entities) <= 100
    for row in message.buttons:
        assert 0 < len(row) <= 8
        for button in row:
            assert button.label
            assert bool(button.data) != bool(button.url)
            assert len(button.data.encode()) <= 64
    assert sum(map(len, message.buttons)) <= 100
    return parsed


def labels(message: Message) -> list[list[str]]:
    """The buttons as a person sees them, row by row."""
    return [[button.label for button in row] for row in message.buttons]
