"""Tables and migrations say the same, on both databases; a newer program's database is left alone."""

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from db import schema, tables
from db.engine import connect
from moderation.errors import SchemaTooNew


async def test_migrations_make_exactly_the_tables(database_url: str) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "target_metadata": tables.metadata}
        )
        return list(compare_metadata(context, tables.metadata))

    async with connect(database_url) as database, database.read() as tx:
        assert await tx.run_sync(differences) == []
        names = await tx.run_sync(lambda connection: set(inspect(connection).get_table_names()))
        assert names == {*tables.metadata.tables, "alembic_version"}
        assert await tx.run_sync(schema.version) == schema.HEAD


async def test_a_second_start_changes_nothing(database_url: str) -> None:
    for _ in range(2):
        async with connect(database_url) as database, database.read() as tx:
            assert await tx.run_sync(schema.version) == schema.HEAD


async def test_two_programs_may_start_on_an_empty_database_at_once(database_url: str) -> None:
    async def start() -> str:
        async with connect(database_url) as database, database.read() as tx:
            return await tx.run_sync(schema.version)

    assert await asyncio.gather(*(start() for _ in range(4))) == [schema.HEAD] * 4


async def test_a_database_of_a_newer_flagdesk_is_left_alone(database_url: str) -> None:
    async with connect(database_url) as database, database.write() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaTooNew, match="its schema is 9999"):
        async with connect(database_url):
            pass
