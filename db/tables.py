"""The tables. Names here are the names in the database; times are UTC."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime]):
    """An aware datetime, stored as UTC. SQLite keeps no offset, so it is added again on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive datetime does not say when it is: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Key = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up by itself only for INTEGER PRIMARY KEY

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

comments = Table(
    "comments",
    metadata,
    Column("id", Key, primary_key=True),
    Column("source", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("author_id", Text, nullable=False),
    Column("thread_id", Text, nullable=False),
    Column("thread_title", Text, nullable=False),
    Column("thread_url", Text, nullable=False),
    Column("parent_id", Text, nullable=False),
    Column("parent_text", Text, nullable=False),
    Column("posted_at", Instant),
    Column("language", String(20), nullable=False),
    Column("url", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("state", String(10), nullable=False),  # new, retry (the model failed), scored
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_try", Instant, nullable=False),
    Column("leased_until", Instant),
    UniqueConstraint("source", "external_id", "revision"),
)
Index(
    "ix_comments_unscored",
    comments.c.id,
    sqlite_where=comments.c.state != "scored",
    postgresql_where=comments.c.state != "scored",
)
Index("ix_comments_received_at", comments.c.received_at)

policies = Table(
    "policies",
    metadata,
    Column("id", Key, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("thresholds", JSON, nullable=False),
)

scores = Table(
    "scores",
    metadata,
    Column("id", Key, primary_key=True),
    Column("comment_id", Key, ForeignKey(comments.c.id), nullable=False, index=True),
    Column("policy_id", Key, ForeignKey(policies.c.id), nullable=False),
    Column("at", Instant, nullable=False),
    Column("model", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("language", String(20), nullable=False),
    Column("supported", Boolean, nullable=False),
    Column("probabilities", JSON, nullable=False),
    Column("spans", JSON, nullable=False),
    Column("error", Text, nullable=False),
    Column("outcome", String(10), nullable=False),
    Column("rule", Text, nullable=False),
    Column("severity", Float, nullable=False),
    Column("label", String(20), nullable=False),
)

cards = Table(
    "cards",
    metadata,
    Column("id", Key, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger),  # empty until Telegram has answered
    Column("posted_at", Instant),
    Column("state", String(10), nullable=False),  # open, gone (deleted, replaced by a summary)
)
Index("ix_cards_message", cards.c.chat_id, cards.c.message_id)

cases = Table(
    "cases",
    metadata,
    Column("id", Key, primary_key=True),
    Column("comment_id", Key, ForeignKey(comments.c.id), nullable=False, unique=True),
    Column("scores_id", Key, ForeignKey(scores.c.id), nullable=False),
    Column("source", Text, nullable=False),
    Column("author_key", Text, nullable=False),
    Column("severity", Float, nullable=False),
    Column("state", String(12), nullable=False),  # waiting, decided, superseded
    Column("opened_at", Instant, nullable=False),
    Column("hidden_until", Instant, nullable=False),  # "Later"
    Column("claimed_by", BigInteger),
    Column("claimed_name", Text),
    Column("claimed_until", Instant),
    Column("decision_id", Key),
    Column("decided_at", Instant),
    Column("card_id", Key, ForeignKey(cards.c.id), index=True),
)
Index(
    "ix_cases_waiting",
    cases.c.severity,
    cases.c.id,
    sqlite_where=cases.c.state == "waiting",
    postgresql_where=cases.c.state == "waiting",
)
Index("ix_cases_author", cases.c.source, cases.c.author_key, cases.c.opened_at)
Index("ix_cases_opened_at", cases.c.opened_at)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Key, primary_key=True),
    Column("case_id", Key, ForeignKey(cases.c.id), nullable=False, index=True),
    Column("scores_id", Key, ForeignKey(scores.c.id), nullable=False),
    Column("kind", String(10), nullable=False),  # approve, reject, reason, undo
    Column("reason", String(20), nullable=False),
    Column("person_id", BigInteger, nullable=False),  # 0: a rule
    Column("person_name", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("at", Instant, nullable=False, index=True),
)

effects = Table(
    "effects",
    metadata,
    Column("id", Key, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("target", Text, nullable=False),  # the lane: effects with one target go out one after the other
    Column("case_id", Key, index=True),
    Column("payload", JSON, nullable=False),
    Column("state", String(10), nullable=False),  # pending, confirmed, recorded, human, cancelled
    Column("version", Integer, nullable=False),  # grows each time the same effect is wanted again
    Column("priority", Integer, nullable=False),  # 0 first
    Column("attempts", Integer, nullable=False),
    Column("next_try", Instant, nullable=False),
    Column("leased_until", Instant),
    Column("note", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("done_at", Instant),
)
Index(
    "ix_effects_pending",
    effects.c.target,
    effects.c.priority,
    effects.c.id,
    sqlite_where=effects.c.state == "pending",
    postgresql_where=effects.c.state == "pending",
)

sends = Table(
    "sends",
    metadata,
    Column("id", Key, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("at", Instant, nullable=False, index=True),
)

reviews = Table(
    "reviews",
    metadata,
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger),
    Column("case_id", Key),  # on screen
    Column("last_id", Key),  # decided just before
    Column("trail", JSON, nullable=False),  # cases to go back to, newest last
    Column("open", Boolean, nullable=False),
    Column("touched_at", Instant, nullable=False),
)

updates = Table(
    "updates",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("body", JSON, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("state", String(10), nullable=False),  # new, done, failed
    Column("attempts", Integer, nullable=False, default=0),
    Column("lane", BigInteger, nullable=False),  # whose turn it waits for: a person's taps, a chat's messages
)
Index("ix_updates_received_at", updates.c.received_at)
Index("ix_updates_new", updates.c.id, sqlite_where=updates.c.state == "new", postgresql_where=updates.c.state == "new")

people = Table(
    "people",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("role", String(12), nullable=False),  # owner, moderator, former, none
    Column("started", Boolean, nullable=False),  # has started the bot in private
    Column("seen_at", Instant),
)

roles = Table(
    "roles",
    metadata,
    Column("id", Key, primary_key=True),
    Column("person_id", BigInteger, nullable=False),
    Column("role", String(12), nullable=False),
    Column("at", Instant, nullable=False),
)

digests = Table(
    "digests",
    metadata,
    Column("schedule", String(50), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("due_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
)

marks = Table(
    "marks",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("value", Text, nullable=False),
)
