"""One door to the database: connect(), then transactions that read or write."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from weakref import WeakSet

import aiosqlite
from sqlalchemy import event, exc
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine import Connection as SyncConnection
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from db.schema import bring_up
from moderation.errors import DatabaseError

Transaction = AsyncConnection
"""What the functions of this package take first: everything done with one is committed together or not at all."""

PATIENCE = 30
"""Seconds that SQLite waits for another program's lock; `?timeout=` in the URL sets another time."""

OURS = (exc.IntegrityError, exc.DataError, exc.ProgrammingError, exc.NotSupportedError)
"""What a mistake of this program causes; everything else is the database's state, which can change."""

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}


class Database:
    """An open database. Its transactions are all that anybody sees of it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self.name = engine.dialect.name
        # SQLite has one writer: waiting here in order is fairer and quicker than its own retry loop.
        self._turn: asyncio.Lock | nullcontext[None] = asyncio.Lock() if self.name == "sqlite" else nullcontext()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """A transaction that may write: committed at the end, rolled back on any error; no network call inside."""
        async with self._turn, self._open(writes=True) as tx:
            yield tx

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """A transaction that only reads, beside any writer."""
        async with self._open(writes=False) as tx:
            yield tx

    @asynccontextmanager
    async def _open(self, writes: bool) -> AsyncIterator[Transaction]:
        try:
            async with self._engine.connect() as connection:
                await connection.execution_options(writes=writes)
                async with connection.begin():
                    yield connection
        except (DBAPIError, exc.TimeoutError, OSError, sqlite3.Error) as error:
            if isinstance(error, OURS):
                raise
            raise DatabaseError(_advice(error)) from error


@asynccontextmanager
async def connect(url: str) -> AsyncIterator[Database]:
    """Open the database at this URL (sqlite:///FILE or postgresql://…), its tables brought up to date.

    Raises DatabaseError with what to do when it can't be opened, SchemaTooNew when a newer Flagdesk wrote it.
    """
    opened: WeakSet[aiosqlite.Connection] = WeakSet()
    engine = _engine(url, opened)
    try:
        database = Database(engine)
        async with database.write() as tx:
            await tx.run_sync(bring_up)
        yield database
    finally:
        await engine.dispose()
        await _stop(opened)


def _engine(url: str, opened: WeakSet[aiosqlite.Connection]) -> AsyncEngine:
    """hide_parameters: an error names no values, which are what people wrote."""
    parsed = _parse(url)
    if parsed.get_backend_name() == "postgresql":
        return create_async_engine(parsed, hide_parameters=True, pool_size=10, max_overflow=10, pool_pre_ping=True)
    folder = Path((parsed.database or "").removeprefix("file:")).parent
    if not folder.is_dir():
        raise DatabaseError(f"There is no folder {folder}. Create it, or set FLAGDESK_DATABASE_URL.")
    engine = create_async_engine(parsed, hide_parameters=True, async_creator=partial(_open_sqlite, parsed, opened))
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


class Connection(aiosqlite.Connection):
    """Rolls back before it closes: a cursor that was cut off and still lives would hold the write lock on."""

    async def close(self) -> None:
        if self._connection is not None:
            with suppress(sqlite3.Error):
                await self.rollback()
        await super().close()


async def _stop(opened: Collection[aiosqlite.Connection]) -> None:
    """End connections that were cut off at work: they are in no pool, and their threads would keep the program."""
    cut_off = [connection for connection in opened if _is_open(connection)]
    for connection in cut_off:  # all first: one may wait for the lock that another holds
        connection.stop()
    for connection in cut_off:
        await asyncio.to_thread(connection._thread.join, PATIENCE)


def _is_open(connection: aiosqlite.Connection) -> bool:
    try:
        return connection.in_transaction in (True, False)
    except ValueError:  # its way to say that it is closed
        return False


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise DatabaseError(
            "FLAGDESK_DATABASE_URL must look like sqlite:///flagdesk.db or postgresql://user@host/name."
        ) from None
    kind = parsed.drivername.split("+")[0]
    if kind not in DRIVERS:
        raise DatabaseError(f"FLAGDESK_DATABASE_URL takes sqlite:/// or postgresql://, not {kind}://.")
    return parsed.set(drivername=DRIVERS[kind])


async def _open_sqlite(url: URL, opened: WeakSet[aiosqlite.Connection]) -> aiosqlite.Connection:
    (file,), options = url.get_dialect()().create_connect_args(url)
    # isolation_level: transactions begin where _begin_sqlite says, not where the driver guesses.
    chosen = {"timeout": PATIENCE, **options, "isolation_level": None}
    connection = Connection(partial(sqlite3.connect, file, **chosen), iter_chunk_size=64)
    try:
        await connection
        opened.add(connection)
        await _log_ahead(connection, asyncio.get_running_loop().time() + chosen["timeout"])
        for pragma in ("synchronous=FULL", "foreign_keys=ON"):
            await connection.execute(f"PRAGMA {pragma}")
    except BaseException:  # also a cancelled start must leave neither connection nor thread behind
        await connection.close()
        await asyncio.to_thread(connection._thread.join)
        raise
    return connection


async def _log_ahead(connection: aiosqlite.Connection, deadline: float) -> None:
    """Turn to a write-ahead log. SQLite does not wait where two programs do so to a new file at once: we do."""
    while True:
        try:
            await connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(0.02)


def _begin_sqlite(connection: SyncConnection) -> None:
    # A deferred transaction that turns from reading to writing fails at once under load; taking the lock first waits.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes", True) else "BEGIN")


def _advice(error: Exception) -> str:
    said = str(error.orig if isinstance(error, DBAPIError) else error).strip().splitlines()[0]
    for sign, advice in ADVICE.items():
        if sign in said.lower():
            return f"{advice} ({said})"
    return f"({said})"


ADVICE = {
    "readonly": "Its file is read-only: give Flagdesk's user the right to write to it and to its folder.",
    "unable to open": "Its file can't be opened: the folder in FLAGDESK_DATABASE_URL must exist and be writable.",
    "disk is full": "The disk is full: free some space; nothing already accepted is lost.",
    "disk i/o": "The disk does not answer properly: check its space and health; nothing already accepted is lost.",
    "locked": "Another program holds it locked: end that program, then start again.",
    "not a database": "This file is no SQLite database: point FLAGDESK_DATABASE_URL at another file.",
    "malformed": "Its file is damaged: restore the last copy.",
    "connect call failed": "The PostgreSQL server does not answer: does it run, is FLAGDESK_DATABASE_URL right?",
    "password authentication failed": "PostgreSQL refuses the password in FLAGDESK_DATABASE_URL.",
    "does not exist": "Create it first, or correct FLAGDESK_DATABASE_URL.",
}
