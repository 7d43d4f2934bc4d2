"""Rows into values, and what the two databases spell differently."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, String, Table, func
from sqlalchemy.dialects import postgresql, sqlite

from db.engine import Transaction
from moderation.comment import Comment, Effect, Scores, Span, Thread


def insert(tx: Transaction, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that can say what happens on a conflict."""
    return postgresql.insert(table) if tx.dialect.name == "postgresql" else sqlite.insert(table)


def hour(tx: Transaction, at: ColumnElement[datetime]) -> ColumnElement[str]:
    """The hour of a time, in UTC, as to_hour() reads it."""
    if tx.dialect.name == "postgresql":
        return func.to_char(func.timezone("UTC", at), "YYYY-MM-DD HH24", type_=String)
    return func.strftime("%Y-%m-%d %H", at, type_=String)


def to_hour(written: str) -> datetime:
    """When an hour begins."""
    return datetime.strptime(f"{written} +0000", "%Y-%m-%d %H %z")


def to_comment(row: Row[Any]) -> Comment:
    """A row of the comments table (or a join that has its columns) as a comment."""
    return Comment(
        source=row.source,
        external_id=row.external_id,
        text=row.text,
        author=row.author,
        author_id=row.author_id,
        thread=Thread(row.thread_id, row.thread_title, row.thread_url),
        parent_id=row.parent_id,
        parent_text=row.parent_text,
        posted_at=row.posted_at,
        language=row.comment_language if "comment_language" in row._fields else row.language,
        revision=row.revision,
        url=row.url,
    )


def to_scores(row: Row[Any]) -> Scores:
    """A row of the scores table (or a join that has its columns) as scores."""
    return Scores(
        model=row.model,
        version=row.version,
        language=row.language,
        supported=row.supported,
        probabilities=row.probabilities,
        spans=tuple(Span(*span) for span in row.spans),
        error=row.error,
    )


def to_effect(row: Row[Any]) -> Effect:
    """A row of the effects table as an effect."""
    return Effect(
        row.id, row.key, row.kind, row.target, row.case_id, row.payload, row.version, row.attempts, row.created_at
    )
