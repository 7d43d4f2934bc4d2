"""Named fields to a comment: the names that exports use for a text, its author and so on, in English and German."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from moderation.comment import Comment, Thread

NAMES: Mapping[str, tuple[str, ...]] = {
    "text": (
        *("text", "comment", "comment_text", "comment_content", "body", "content", "message"),
        *("kommentar", "kommentartext", "inhalt", "nachricht", "beitrag"),
    ),
    "external_id": ("external_id", "id", "comment_id", "kommentar_id", "nr"),
    "author": (
        *("author", "author.name", "name", "user", "user.name", "username", "user_name", "comment_author"),
        *("autor", "autorin", "verfasser", "nutzer", "nutzername", "benutzer", "benutzername"),
    ),
    "author_id": ("author_id", "author.id", "user_id", "user.id", "autor_id", "nutzer_id"),
    "title": (
        *("thread.title", "thread_title", "title", "article_title", "article", "article.title", "headline"),
        *("titel", "artikel", "überschrift", "schlagzeile"),
    ),
    "thread_url": ("thread.url", "thread_url", "article_url", "article.url", "url", "link", "adresse"),
    "thread_id": ("thread.id", "thread_id", "article_id", "article.id", "post_id", "comment_post_id", "artikel_id"),
    "parent_id": ("parent_id", "parent", "comment_parent", "reply_to", "in_reply_to", "antwort_auf"),
    "parent_text": ("parent_text",),
    "posted_at": (
        *("posted_at", "date", "time", "datetime", "timestamp", "created_at", "published_at", "comment_date"),
        *("datum", "zeit", "uhrzeit", "zeitpunkt", "erstellt", "erstellt_am"),
    ),
    "language": ("language", "lang", "sprache"),
    "comment_url": ("comment_url", "permalink"),
}
MEANINGS = {name: meaning for meaning, names in NAMES.items() for name in names}
GERMAN_TIME = re.compile(
    r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?:[,\s]+(?:um\s+)?(\d{1,2})[:.](\d{2})(?::(\d{2}))?(?:\s*Uhr)?)?"
)


def meaning(column: str) -> str:
    """What a column of this name holds, as a key of NAMES; empty: nothing known."""
    return MEANINGS.get(re.sub(r"[\s-]+", "_", column.strip().lower()), "")


def meanings(columns: Iterable[str]) -> set[str]:
    """What these columns hold, as far as it is known."""
    return {meaning(column) for column in columns} - {""}


def flatten(record: Mapping[str, object]) -> dict[str, str]:
    """A JSON object as named texts; an object inside is named by both names ("thread.title")."""
    flat: dict[str, str] = {}
    for name, value in record.items():
        if isinstance(value, dict):
            flat |= {f"{name}.{inner}": _plain(part) for inner, part in value.items()}
        else:
            flat[name] = _plain(value)
    return flat


def to_comment(record: Mapping[str, str]) -> Comment:
    """The comment in a row of named texts. Raises ValueError when it has no text."""
    found: dict[str, str] = {}
    for column, value in record.items():
        if (known := meaning(column)) and value.strip():
            found.setdefault(known, value.strip())
    if "text" not in found:
        raise ValueError("no text")
    return Comment(
        source="",
        external_id=found.get("external_id", ""),
        text=found["text"],
        author=found.get("author", ""),
        author_id=found.get("author_id", ""),
        thread=Thread(found.get("thread_id", ""), found.get("title", ""), found.get("thread_url", "")),
        parent_id="" if found.get("parent_id") == "0" else found.get("parent_id", ""),  # WordPress's word for none
        parent_text=found.get("parent_text", ""),
        posted_at=moment(found.get("posted_at", "")),
        language=language(found.get("language", "")),
        url=found.get("comment_url", ""),
    )


def moment(written: str) -> datetime | None:
    """The point in time that is written: ISO 8601, seconds since 1970, or German; UTC where no zone is told.

    None when it says no time that we can read.
    """
    try:
        if re.fullmatch(r"\d{9,10}(\.\d+)?", written):
            return datetime.fromtimestamp(float(written), UTC)
        if german := GERMAN_TIME.fullmatch(written.strip()):
            day, month, year, hour, minute, second = (int(part or 0) for part in german.groups())
            return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        found = datetime.fromisoformat(written.strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):  # the latter for years that only exist in another zone
        return None


def language(written: str) -> str:
    """ISO 639-1 code of a language tag such as "de-AT"; empty where it is none."""
    code = re.split(r"[-_]", written.strip().lower())[0]
    return code if re.fullmatch(r"[a-z]{2}", code) else ""


def _plain(value: object) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
