"""The text of a message as a call gives it: parsed, trimmed, measured, its entities checked or found."""

import re
from typing import Any

from bot.sandbox.errors import Malformed, Unsupported
from bot.sandbox.markup import Entity, parse_html, tidy, units
from bot.sandbox.schema import Params

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
"""Code points after entity parsing."""
ENTITY_LIMIT = 100

_OPEN = {"bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote"}
_KINDS = _OPEN | {
    *("code", "pre", "text_link", "text_mention", "custom_emoji", "date_time"),
    *("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"),
}
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]*[^\s<>\".,;:!?)\]'…])"
    r"|(?P<email>(?<![\w.])[\w.+-]+@[\w-]+\.[a-z]{2,}\b)"
    r"|(?P<bot_command>(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?!\w))"
    r"|(?P<mention>(?<![\w/@])@[a-zA-Z]\w{3,31}\b)"
    r"|(?P<hashtag>(?<![\w#&])#\w*[^\W\d]\w*)"
)


def read_text(params: Params) -> tuple[str, list[Entity]]:
    """The call's `text` with its entities; raises Malformed."""
    text, entities = _formatted(params, "text", "entities")
    if not text:
        raise Malformed("message text is empty")
    if len(text) > TEXT_LIMIT:
        raise Malformed("message is too long")
    return text, entities


def read_caption(params: Params) -> tuple[str, list[Entity]]:
    """The call's `caption` (may be missing) with its entities; raises Malformed."""
    text, entities = _formatted(params, "caption", "caption_entities")
    if len(text) > CAPTION_LIMIT:
        raise Malformed("message caption is too long")
    return text, entities


def find_entities(text: str, taken: list[Entity] | None = None) -> list[Entity]:
    """Links, commands, mentions, hashtags and addresses that Telegram finds by itself, outside the `taken` ones."""
    found = [_entity(text, match) for match in _FOUND.finditer(text)]
    return [entity for entity in found if not any(_overlap(entity, other) for other in taken or [])]


def _formatted(params: Params, name: str, entities_name: str) -> tuple[str, list[Entity]]:
    source = str(params.get(name, "")).replace("\r", "").replace("\0", " ")
    mode = str(params.get("parse_mode", "")).lower()
    if mode == "html":
        text, entities = parse_html(source)
    elif mode:
        raise _unknown_mode(mode)
    else:
        text, entities = source, tidy(_checked(params.get(entities_name) or [], source))
    if len(entities) > ENTITY_LIMIT:
        raise Malformed(f"ENTITIES_TOO_LONG: {len(entities)} entities, {ENTITY_LIMIT} are kept")
    text, entities = _trimmed(text, entities)
    closed = [entity for entity in entities if entity["type"] not in _OPEN]
    return text, tidy(entities + find_entities(text, closed))


def _unknown_mode(mode: str) -> Exception:
    if mode in {"markdown", "markdownv2"}:
        return Unsupported(f'parse_mode "{mode}"; use HTML')
    return Malformed("unsupported parse_mode")


def _checked(entities: list[dict[str, Any]], text: str) -> list[Entity]:
    for entity in entities:
        if entity["type"] not in _KINDS:
            raise Malformed(f"can't parse MessageEntity: unknown type {entity['type']!r}")
        if entity["offset"] < 0 or entity["length"] <= 0 or entity["offset"] + entity["length"] > units(text):
            raise Malformed(f"entity beginning at UTF-16 offset {entity['offset']} ends outside of the text")
        if entity["type"] == "text_link" and not entity.get("url"):
            raise Malformed("can't parse MessageEntity: a text_link needs a url")
    return entities


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    body = text.strip()
    before = units(text[: len(text) - len(text.lstrip())])
    end = units(body)
    kept = []
    for entity in entities:
        first = max(entity["offset"] - before, 0)
        last = min(entity["offset"] + entity["length"] - before, end)
        if last > first:
            kept.append(entity | {"offset": first, "length": last - first})
    return body, kept


def _entity(text: str, match: re.Match[str]) -> Entity:
    return {"type": str(match.lastgroup), "offset": units(text[: match.start()]), "length": units(match[0])}


def _overlap(one: Entity, other: Entity) -> bool:
    ends = one["offset"] + one["length"], other["offset"] + other["length"]
    return bool(one["offset"] < ends[1] and other["offset"] < ends[0])
