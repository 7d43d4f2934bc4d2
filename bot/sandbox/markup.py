"""Reads Telegram's HTML: the plain text and its entities, with offsets and lengths in UTF-16 code units."""

import re
from dataclasses import dataclass, field
from typing import Any, NoReturn

from bot.sandbox.errors import Malformed

Entity = dict[str, Any]

_SIMPLE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
}
_OTHERS = {"a", "span", "blockquote", "tg-emoji", "tg-time"}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(lt|gt|amp|quot));?")
_ATTRIBUTE = re.compile(r"""\s*([a-zA-Z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_TOKEN = re.compile(r"</?[^<>]*>?|[^<]+")


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass
class _Open:
    tag: str
    offset: int
    entity: Entity


@dataclass
class _Reader:
    source: str
    parts: list[str] = field(default_factory=list)
    length: int = 0
    open: list[_Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def fail(self, what: str, place: int) -> NoReturn:
        at = len(self.source[:place].encode())
        raise Malformed(f"can't parse entities: {what} at byte offset {at}")

    def read(self) -> tuple[str, list[Entity]]:
        for token in _TOKEN.finditer(self.source):
            if token[0].startswith("</"):
                self.close_tag(token[0], token.start())
            elif token[0].startswith("<"):
                self.open_tag(token[0], token.start())
            else:
                self.add(_unescape(token[0]))
        if self.open:
            raise Malformed(
                f"can't parse entities: Can't find end tag corresponding to start tag \"{self.open[-1].tag}\""
            )
        return "".join(self.parts), self.entities

    def add(self, text: str) -> None:
        self.parts.append(text)
        self.length += units(text)

    def open_tag(self, token: str, place: int) -> None:
        if not token.endswith(">"):
            self.fail("Unclosed start tag", place)
        match = re.match(r"[^\s>/]*", token[1:])
        tag = match[0].lower() if match else ""
        if tag not in _SIMPLE and tag not in _OTHERS:
            self.fail(f'Unsupported start tag "{tag}"', place)
        attributes = _attributes(token[1 + len(tag) : -1])
        self.open.append(_Open(tag, self.length, self.entity(tag, attributes, place)))

    def entity(self, tag: str, attributes: dict[str, str], place: int) -> Entity:
        if tag in _SIMPLE:
            return self.code(tag, attributes) if tag == "code" else {"type": _SIMPLE[tag]}
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            self.fail('Tag "span" must have class "tg-spoiler"', place)
        return _ENTITIES[tag](attributes)

    def code(self, tag: str, attributes: dict[str, str]) -> Entity:
        language = attributes.get("class", "").removeprefix("language-")
        if language and self.open and self.open[-1].tag == "pre" and self.open[-1].offset == self.length:
            self.open[-1].entity["language"] = language
        return {"type": _SIMPLE[tag]}

    def close_tag(self, token: str, place: int) -> None:
        tag = token[2:].rstrip(">").strip().lower()
        if not token.endswith(">"):
            self.fail("Unclosed end tag", place)
        if not self.open:
            self.fail("Unexpected end tag", place)
        opened = self.open.pop()
        if tag and tag != opened.tag:
            self.fail(f'Unmatched end tag, expected "</{opened.tag}>", found "</{tag}>"', place)
        self.finish(opened)

    def finish(self, opened: _Open) -> None:
        length = self.length - opened.offset
        kind = opened.entity.get("type", "")
        inside_pre = kind == "code" and any(other.tag == "pre" for other in self.open)
        if not length or not kind or inside_pre:
            return
        self.entities.append({"type": kind, "offset": opened.offset, "length": length} | opened.entity)


def _link(attributes: dict[str, str]) -> Entity:
    url = attributes.get("href", "")
    if user := re.fullmatch(r"tg://user\?id=(\d+)", url):
        return {"type": "text_mention", "user": {"id": int(user[1])}}
    return {"type": "text_link", "url": url} if re.match(r"(https?|tg|mailto|tel|ton)[:.]|[\w-]+\.\w", url) else {}


def _time(attributes: dict[str, str]) -> Entity:
    unix = attributes.get("unix", "")
    if not unix.isdigit():
        raise Malformed('can\'t parse entities: Tag "tg-time" must have attribute "unix"')
    return {"type": "date_time", "unix_time": int(unix)} | (
        {"date_time_format": attributes["format"]} if "format" in attributes else {}
    )


def _emoji(attributes: dict[str, str]) -> Entity:
    if not attributes.get("emoji-id", "").isdigit():
        raise Malformed("can't parse entities: Invalid custom emoji identifier specified")
    return {"type": "custom_emoji", "custom_emoji_id": attributes["emoji-id"]}


_ENTITIES = {
    "a": _link,
    "span": lambda attributes: {"type": "spoiler"},
    "blockquote": lambda attributes: {"type": "expandable_blockquote" if "expandable" in attributes else "blockquote"},
    "tg-emoji": _emoji,
    "tg-time": _time,
}


def _attributes(source: str) -> dict[str, str]:
    found = _ATTRIBUTE.finditer(source)
    return {match[1].lower(): _unescape(match[2] or match[3] or match[4] or "") for match in found}


def _unescape(source: str) -> str:
    return _REFERENCE.sub(_character, source)


def _character(reference: re.Match[str]) -> str:
    decimal, hexadecimal, name = reference.groups()
    if name:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else reference[0]


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Plain text and entities of an HTML text; raises Malformed with Telegram's words."""
    text, entities = _Reader(source).read()
    return text, tidy(entities)


def tidy(entities: list[Entity]) -> list[Entity]:
    """Entities in Telegram's order: by offset, the longer first; nothing inside code, neighbours of a kind joined."""
    ordered = sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))
    kept: list[Entity] = []
    for entity in ordered:
        if not any(_covers(other, entity) for other in kept) and not _joined(kept, entity):
            kept.append(dict(entity))
    return kept


_OPAQUE = {"code", "pre"}
_JOINABLE = {"bold", "italic", "underline", "strikethrough", "spoiler"}
_QUOTES = {"blockquote", "expandable_blockquote"}


def _covers(outer: Entity, inner: Entity) -> bool:
    inside = inner["offset"] + inner["length"] <= outer["offset"] + outer["length"]
    same = outer["type"] == inner["type"] or {outer["type"], inner["type"]} <= _QUOTES
    return inside and (outer["type"] in _OPAQUE or same)


def _joined(kept: list[Entity], entity: Entity) -> bool:
    for other in kept:
        touches = other["offset"] + other["length"] >= entity["offset"]
        if touches and other["type"] == entity["type"] and entity["type"] in _JOINABLE:
            end = max(other["offset"] + other["length"], entity["offset"] + entity["length"])
            other["length"] = end - other["offset"]
            return True
    return False
