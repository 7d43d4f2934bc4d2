"""Bring a database's tables up to date before anything else touches them."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from moderation.errors import SchemaTooNew

HEAD = "0001"
"""The newest revision in migrations/versions."""


def bring_up(connection: Connection) -> None:
    """Apply the migrations that are missing. Raises SchemaTooNew for a database from a newer Flagdesk."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(718281828)"))  # two machines may start at once
    if version(connection) != HEAD:
        _upgrade(connection)


def version(connection: Connection) -> str:
    """The database's revision, or "" when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def _upgrade(connection: Connection) -> None:
    from alembic import command  # only a start that has something to do pays for this import
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if (now := version(connection)) and now not in known:
        raise SchemaTooNew(f"(its schema is {now}, this program knows {HEAD})")
    command.upgrade(config, "head")
