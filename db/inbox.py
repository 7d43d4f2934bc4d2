"""Comments come in here, once for each revision, and wait for their scores."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, or_, select, update

from db import cases
from db.engine import Transaction
from db.rows import insert, to_comment
from db.tables import comments
from moderation.comment import Comment, Taken, Waiting

LEASE = timedelta(seconds=60)
"""How long a worker may take to score a batch before another may take it."""

CHUNK = 500
"""Ids in one query: SQLite allows 32,766 values in a statement, PostgreSQL's driver 32,767."""

Key = tuple[str, str]


class _Known(NamedTuple):
    revision: int
    text: str


async def put(tx: Transaction, batch: Sequence[Comment], now: datetime) -> Taken:
    """Keep what is new: unknown comments, and known ones whose text has changed, as a new revision."""
    known = await _latest(tx, {(c.source, c.external_id) for c in batch})
    rows: list[dict[str, Any]] = []
    for comment in batch:
        key, text = (comment.source, comment.external_id), _clean(comment.text)
        if (last := known.get(key)) and last.text == text:
            continue
        revision = last.revision + 1 if last else 1
        known[key] = _Known(revision, text)
        rows.append(_row(comment, revision, text, now))
    new = await _insert(tx, rows)
    for row in rows:
        if row["revision"] > 1:
            await cases.supersede(tx, row["source"], row["external_id"], row["revision"], now)
    return Taken(new, len(batch) - len(new))


async def claim(tx: Transaction, limit: int, now: datetime) -> list[Waiting]:
    """Take up to `limit` comments to score, oldest first; nobody else gets them before the lease ends."""
    free = or_(comments.c.leased_until.is_(None), comments.c.leased_until < now)
    due = (
        select(comments.c.id)
        .where(comments.c.state != "scored", free, comments.c.next_try <= now)
        .order_by(comments.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = update(comments).where(comments.c.id.in_(due)).values(leased_until=now + LEASE).returning(comments)
    rows = (await tx.execute(taken)).all()
    return sorted(Waiting(row.id, to_comment(row)) for row in rows) if rows else []


async def release(tx: Transaction) -> None:
    """Let go of every lease, at a start: whoever held one here is gone. Scoring twice is harmless, waiting is not."""
    held = update(comments).where(comments.c.state != "scored", comments.c.leased_until.is_not(None))
    await tx.execute(held.values(leased_until=None))


async def find(tx: Transaction, source: str, external_ids: Iterable[str]) -> dict[str, int]:
    """The inbox number of the newest revision of each of these comments."""
    found: dict[str, int] = {}
    for row in await _rows(tx, source, sorted(set(external_ids))):
        found[row.external_id] = row.id
    return found


async def _latest(tx: Transaction, keys: set[Key]) -> dict[Key, _Known]:
    by_source: dict[str, list[str]] = {}
    for source, external_id in sorted(keys):
        by_source.setdefault(source, []).append(external_id)
    latest: dict[Key, _Known] = {}
    for source, ids in by_source.items():
        for row in await _rows(tx, source, ids):
            latest[source, row.external_id] = _Known(row.revision, row.text)
    return latest


async def _rows(tx: Transaction, source: str, ids: Sequence[str]) -> list[Row[int, str, int, str]]:
    """Every revision of these comments, the newest last."""
    rows: list[Row[int, str, int, str]] = []
    for start in range(0, len(ids), CHUNK):
        wanted = comments.c.external_id.in_(ids[start : start + CHUNK])
        found = select(comments.c.id, comments.c.external_id, comments.c.revision, comments.c.text)
        found = found.where(comments.c.source == source, wanted).order_by(comments.c.revision)
        rows += (await tx.execute(found)).all()
    return rows


async def _insert(tx: Transaction, rows: list[dict[str, Any]]) -> tuple[int, ...]:
    if not rows:
        return ()
    new = insert(tx, comments).on_conflict_do_nothing().returning(comments.c.id)
    return tuple(sorted((await tx.execute(new, rows)).scalars()))


def _clean(text: str) -> str:
    """PostgreSQL keeps neither NUL nor half of a surrogate pair; both databases see the same text."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _row(comment: Comment, revision: int, text: str, now: datetime) -> dict[str, Any]:
    return {
        "source": comment.source,
        "external_id": comment.external_id,
        "revision": revision,
        "text": text,
        "author": _clean(comment.author),
        "author_id": _clean(comment.author_id),
        "thread_id": _clean(comment.thread.id),
        "thread_title": _clean(comment.thread.title),
        "thread_url": _clean(comment.thread.url),
        "parent_id": _clean(comment.parent_id),
        "parent_text": _clean(comment.parent_text),
        "posted_at": comment.posted_at,
        "language": comment.language,
        "url": _clean(comment.url),
        "received_at": now,
        "state": "new",
        "attempts": 0,
        "next_try": now,
    }
