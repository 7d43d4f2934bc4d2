"""A database that can't be used says what to do; one that stumbles is told apart from a mistake of ours."""

import asyncio
import sqlite3
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from db import marks, tables
from db.engine import Database, connect
from moderation.errors import DatabaseError


async def refusal(url: str) -> str:
    with pytest.raises(DatabaseError) as caught:
        async with connect(url):
            pass
    return str(caught.value)


async def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert f"There is no folder {tmp_path}/nowhere" in await refusal(f"sqlite:///{tmp_path}/nowhere/flagdesk.db")


async def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("These are my notes. " * 100)
    assert "no SQLite database" in await refusal(f"sqlite:///{file}")
    assert file.read_text() == "These are my notes. " * 100


async def test_a_folder_instead_of_a_file_is_refused(tmp_path: Path) -> None:
    assert "can't be opened" in await refusal(f"sqlite:///{tmp_path}")


async def test_a_database_that_was_made_read_only_says_so(tmp_path: Path) -> None:
    async with connect(f"sqlite:///{tmp_path}/flagdesk.db"):
        pass
    async with connect(f"sqlite:///file:{tmp_path}/flagdesk.db?mode=ro&uri=true") as database:
        with pytest.raises(DatabaseError, match="read-only"):
            async with database.write() as tx:
                await marks.put(tx, "never", "kept")


async def test_a_database_that_another_program_holds_says_so(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "flagdesk.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        assert "Another program holds it locked" in await refusal(f"sqlite:///{tmp_path}/flagdesk.db?timeout=0.1")
    finally:
        other.close()


async def test_a_full_disk_says_so_and_loses_nothing_that_was_kept(tmp_path: Path) -> None:
    async with connect(f"sqlite:///{tmp_path}/flagdesk.db") as database:
        async with database.write() as tx:
            await marks.put(tx, "kept", "yes")
        with pytest.raises(DatabaseError, match="The disk is full"):
            await overfill(database)
        async with database.read() as tx:
            assert await marks.get(tx, "kept") == "yes"
            assert await marks.get(tx, "large") is None


async def overfill(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(text("PRAGMA max_page_count = 1"))  # SQLite's own way to run out of space
        await marks.put(tx, "large", "x" * 10_000_000)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "must look like"),
        ("mysql://localhost/x", "not mysql://"),
        ("postgresql://nobody@127.0.0.1:9/nothing", "does not answer"),
    ],
)
async def test_a_wrong_url_says_what_it_should_be(url: str, words: str) -> None:
    assert words in await refusal(url)


async def test_a_postgresql_database_that_is_not_there_says_so(postgres: str) -> None:
    assert "Create it first" in await refusal(postgres.replace("/postgres?", "/no_such_database?"))


async def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    async def half() -> None:
        async with database.write() as tx:
            await marks.put(tx, "half", "done")
            raise KeyError

    with pytest.raises(KeyError):
        await half()
    async with database.read() as tx:
        assert await marks.get(tx, "half") is None


async def test_a_mistake_of_ours_is_not_taken_for_the_databases(database: Database) -> None:
    rows = [{"name": "twice", "value": "what somebody wrote"}, {"name": "twice", "value": "2"}]
    with pytest.raises(IntegrityError) as raised:
        async with database.write() as tx:
            await tx.execute(tables.marks.insert(), rows)
    assert "what somebody wrote" not in str(raised.value)


async def test_writers_wait_for_each_other_and_lose_nothing(database: Database) -> None:
    async def count_up() -> None:
        async with database.write() as tx:
            locked = select(tables.marks.c.value).where(tables.marks.c.name == "n").with_for_update()
            number = int((await tx.execute(locked)).scalar_one())
            await marks.put(tx, "n", str(number + 1))

    async with database.write() as tx:
        await marks.put(tx, "n", "0")
    await asyncio.gather(*(count_up() for _ in range(50)))
    async with database.read() as tx:
        assert await marks.get(tx, "n") == "50"


async def test_two_programs_may_write_to_one_database(database_url: str) -> None:
    async with connect(database_url) as first, connect(database_url) as second:

        async def write(database: Database, name: str) -> None:
            async with database.write() as tx:
                await marks.put(tx, name, "kept")

        await asyncio.gather(*(write(which, f"{n}") for n, which in enumerate((first, second) * 20)))
        async with first.read() as tx:
            assert (await tx.execute(select(func.count()).select_from(tables.marks))).scalar() == 40


async def test_a_postgresql_server_that_drops_us_is_a_state_not_a_crash(postgres: str) -> None:
    admin = await asyncpg.connect(postgres)
    await admin.execute("CREATE DATABASE dropped")
    try:
        async with connect(postgres.replace("/postgres?", "/dropped?")) as database:
            with pytest.raises(DatabaseError):
                await write_while_dropped(database, admin)
            async with database.write() as tx:  # and the next one works
                await marks.put(tx, "kept", "yes")
    finally:
        await admin.execute("DROP DATABASE dropped WITH (FORCE)")
        await admin.close()


async def write_while_dropped(database: Database, admin: asyncpg.Connection) -> None:
    async with database.write() as tx:
        await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'dropped'")
        await marks.put(tx, "lost", "yes")


async def test_a_file_is_let_go_of_however_its_user_ends(tmp_path: Path) -> None:
    async def use() -> None:
        async with connect(f"sqlite:///{tmp_path}/flagdesk.db") as database, database.write() as tx:
            await marks.put(tx, "never", "kept")
            began.set()
            await asyncio.Event().wait()

    began = asyncio.Event()
    user = asyncio.create_task(use())
    await began.wait()
    user.cancel()
    await asyncio.wait({user})
    other = sqlite3.connect(tmp_path / "flagdesk.db", timeout=5, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert other.execute("SELECT count(*) FROM marks").fetchone() == (0,)
    other.close()
