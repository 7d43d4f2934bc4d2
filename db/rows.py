"""Rows into values, and the one statement that the two databases spell differently."""

from typing import Any

from sqlalchemy import Row, Table
from sqlalchemy.dialects import postgresql, sqlite

from db.engine import Transaction
from moderation.comment import Comment, Effect, Scores, Span, Thread


def insert(tx: Transaction, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that can say what happens on a conflict."""
    return postgresql.insert(table) if tx.dialect.name == "postgresql" else sqlite.insert(table)


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
