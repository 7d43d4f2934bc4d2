"""A run of the real service in a process of its own, killed with SIGKILL at random moments while people write and tap.

Afterwards the database and the sandbox must agree on every comment, case, decision and effect.
"""

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from bot.sandbox import Sandbox, SandboxError
from db import tables
from db.engine import Database, Transaction, connect

OWNER, ANNA, BEN = 1000, 1001, 1002
MODERATORS, READERS = -1001000000001, -1001000000002
SPEED = 60.0
"""The sandbox's clock: its limits of a minute count for a second."""
RUDE = ("You are a fucking idiot and an asshole, number {n}!", "Fuck off, you stupid piece of shit, number {n}!")
KIND = "The library was open on Sunday, and the children loved it. Visit {n}."
RUDE_SHARE = 0.3
SETTLED = 120.0
"""Real seconds that the service may take, after the last kill, to finish everything."""


@dataclass
class Killing:
    """One run: so many comments, so many kills, drawn from this seed."""

    database_url: str
    comments: int
    kills: int
    seed: int
    killed: int = 0
    taps: Counter[str] = field(default_factory=Counter)
    written: list[int] = field(default_factory=list)
    """Message ids in the readers' group."""

    async def run(self) -> None:
        """Raises AssertionError, naming the seed, when anything was lost or done twice."""
        self.random = random.Random(self.seed)
        async with Sandbox(speed=SPEED) as sandbox:
            self.sandbox = sandbox
            self._furnish()
            quiet = asyncio.Event()
            people = [asyncio.create_task(act) for act in (self._write(), self._tap(quiet), self._review(quiet))]
            try:
                await self._kill_again_and_again(people[0])
                service = await self._start()
                try:
                    await self._settle()
                    quiet.set()
                    await asyncio.gather(*people)
                    await self._close_copies()
                    await self._settle()
                finally:
                    await self._end(service, signal.SIGTERM)
            finally:
                for task in people:
                    task.cancel()
                await asyncio.gather(*people, return_exceptions=True)
            await self._check()

    def _furnish(self) -> None:
        for person, name in ((OWNER, "Olga"), (ANNA, "Anna"), (BEN, "Ben"), (2000, "Rolf"), (2001, "Clara")):
            self.sandbox.add_person(person, name)
        self.sandbox.add_group(MODERATORS, "Moderators")
        self.sandbox.add_group(READERS, "Readers")
        for person in (OWNER, ANNA, BEN):
            self.sandbox.join(person, MODERATORS)
        for person in (2000, 2001):
            self.sandbox.join(person, READERS)
        self.sandbox.send(BEN, BEN, "/review")

    async def _start(self) -> asyncio.subprocess.Process:
        settings = {
            "BOT_TOKEN": self.sandbox.token,
            "OWNER_ID": OWNER,
            "CHAT_ID": MODERATORS,
            "MODERATORS": f"{ANNA},{BEN}",
            "TELEGRAM_API": self.sandbox.url,
            "TELEGRAM_SPEED": SPEED,
            "DATABASE_URL": self.database_url,
            "UNDO_SECONDS": 0.3,
            "CLAIM_MINUTES": 0.05,
            "LOG_LEVEL": "error",
            "SOURCES": f'[{{"name": "readers", "chat_id": {READERS}, "mode": "act"}}]',
        }
        env = os.environ | {f"FLAGDESK_{name}": str(value) for name, value in settings.items()}
        return await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "run", env=env)

    async def _kill_again_and_again(self, writing: "asyncio.Task[None]") -> None:
        """Most kills hit a service at work, some one that is just starting."""
        while self.killed < self.kills:
            service = await self._start()
            polled = len(self.sandbox.calls)
            if self.random.random() < 0.9:
                await self.sandbox.wait_for(lambda polled=polled: len(self.sandbox.calls) > polled, 30)  # type: ignore[misc]
            await asyncio.sleep(self.random.expovariate(2.5))
            assert service.returncode is None, f"the service ended by itself ({service.returncode}); seed {self.seed}"
            await self._end(service, signal.SIGKILL)
            self.killed += 1
        await writing

    async def _end(self, service: asyncio.subprocess.Process, how: signal.Signals) -> None:
        if service.returncode is None:
            service.send_signal(how)
        await service.wait()

    async def _write(self) -> None:
        """Readers write during all of the kills."""
        for n in range(self.comments):
            await self.sandbox.wait_for(lambda n=n: self.killed * self.comments >= n * self.kills, 600)  # type: ignore[misc]
            rude = self.random.random() < RUDE_SHARE
            text = (self.random.choice(RUDE) if rude else KIND).format(n=n)
            message = self.sandbox.send(2000 if rude else 2001, READERS, text)
            self.written.append(message["message_id"])
            await asyncio.sleep(self.random.expovariate(20))

    async def _tap(self, quiet: asyncio.Event) -> None:
        """Anna taps whatever can be decided in the group, and sometimes takes something back."""
        while not quiet.is_set():
            choices = [
                (message["message_id"], button["callback_data"])
                for message in self.sandbox.messages(MODERATORS)
                for button in buttons(message)
                if self._wants(button["callback_data"].split(":")[1])
            ]
            if not choices:
                await asyncio.sleep(0.05)
                continue
            await self._press(ANNA, MODERATORS, *self.random.choice(choices))

    def _wants(self, action: str) -> bool:
        """After the last kill nothing is taken back any more, so that it comes to an end."""
        return action in ("ok", "no") or (self.killed < self.kills and self.random.random() < 0.01)

    async def _review(self, quiet: asyncio.Event) -> None:
        """Ben works through the queue in private."""
        while not quiet.is_set():
            screens = [message for message in self.sandbox.messages(BEN) if buttons(message)]
            if not screens:
                await asyncio.sleep(0.05)
                continue
            choices = [b["callback_data"] for b in buttons(screens[-1])]
            wanted = [data for data in choices if data.split(":")[1] in ("ok", "no", "next")]
            if wanted:
                await self._press(BEN, BEN, screens[-1]["message_id"], self.random.choice(wanted))
            await asyncio.sleep(0.1)

    async def _press(self, person: int, chat: int, message: int, data: str) -> None:
        try:
            await self.sandbox.forge(person, chat, message, data, timeout=1.5)
            self.taps[data.split(":")[1]] += 1
        except (TimeoutError, SandboxError):
            self.taps["unanswered"] += 1  # a person sees nothing happen, and taps again

    async def _settle(self) -> None:
        """Until everything is scored, decided and confirmed."""
        deadline = asyncio.get_running_loop().time() + SETTLED
        async with connect(self.database_url) as database:
            while left := await self._left(database):
                late = asyncio.get_running_loop().time() > deadline
                assert not late, f"not finished {SETTLED} s after the last kill: {left}; seed {self.seed}"
                await asyncio.sleep(0.3)

    async def _left(self, database: Database) -> dict[str, int]:
        """What is not finished yet."""
        async with database.read() as tx:
            numbers = {
                "comments": self.comments - await count(tx, tables.comments),
                "unscored": await count(tx, tables.comments, tables.comments.c.state != "scored"),
                "waiting": await count(tx, tables.cases, tables.cases.c.state == "waiting"),
                "pending": await count(tx, tables.effects, tables.effects.c.state == "pending"),
            }
        return {name: number for name, number in numbers.items() if number}

    async def _close_copies(self) -> None:
        """A second copy of a card, left where Telegram's reply was lost, is recognised when tapped, and goes away."""
        async with connect(self.database_url) as database, database.read() as tx:
            known = set((await tx.execute(select(tables.cards.c.message_id))).scalars())
        copies = [m for m in self.sandbox.messages(MODERATORS) if buttons(m) and m["message_id"] not in known]
        for message in copies:
            number, data = message["message_id"], buttons(message)[0]["callback_data"]
            await self.sandbox.forge(ANNA, MODERATORS, number, data.replace(":undo:", ":ok:"))
            await self.sandbox.wait_for(lambda number=number: number in self.sandbox.deleted(MODERATORS))  # type: ignore[misc]

    async def _check(self) -> None:
        async with connect(self.database_url) as database, database.read() as tx:
            comments = (await tx.execute(select(tables.comments))).all()
            numbers = [int(row.external_id.split("/")[1]) for row in comments]
            assert sorted(numbers) == sorted(self.written), f"comments lost or doubled; seed {self.seed}"
            await self._check_decisions(tx)
            await self._check_cards(tx)
            removed, unsure = await self._rejected(tx, "confirmed"), await self._rejected(tx, "cancelled")
        gone = self.sandbox.deleted(READERS)
        strange = (removed - gone) | (gone - removed - unsure)
        assert not strange, f"deleted {sorted(strange)} unlike decided; seed {self.seed}"
        assert not self.sandbox.problems, self.sandbox.problems
        assert not self.sandbox.violations, f"limits broken: {self.sandbox.violations[:3]}; seed {self.seed}"

    async def _check_decisions(self, tx: Transaction) -> None:
        """Between two decisions on a case there is always an undo, and the last one is in force."""
        rows = (await tx.execute(select(tables.decisions).order_by(tables.decisions.c.id))).all()
        standing: dict[int, int | None] = {}
        for row in rows:
            if row.kind in ("approve", "reject"):
                assert standing.get(row.case_id) is None, f"case {row.case_id} decided twice; seed {self.seed}"
                standing[row.case_id] = row.id
            elif row.kind == "undo":
                assert standing.get(row.case_id) is not None, f"case {row.case_id} undone twice; seed {self.seed}"
                standing[row.case_id] = None
        cases = (await tx.execute(select(tables.cases))).all()
        assert cases, "nothing was flagged: the run proves nothing"
        for case in cases:
            assert case.state == "decided", f"case {case.id} is {case.state}; seed {self.seed}"
            assert standing[case.id] == case.decision_id, f"case {case.id}; seed {self.seed}"
        states = Counter((await tx.execute(select(tables.effects.c.state))).scalars())
        assert set(states) <= {"confirmed", "cancelled"}, f"effects {states}; seed {self.seed}"

    async def _check_cards(self, tx: Transaction) -> None:
        """A case stands on one card."""
        known = set((await tx.execute(select(tables.cards.c.message_id))).scalars())
        shown = Counter(
            case
            for message in self.sandbox.messages(MODERATORS)
            if message["message_id"] in known
            for case in {b["callback_data"].split(":")[2] for b in buttons(message)}
        )
        assert all(number == 1 for number in shown.values()), f"two known cards for a case: {shown}; seed {self.seed}"

    async def _rejected(self, tx: Transaction, state: str) -> set[int]:
        """What was tried to be removed, and how that ended: what was taken back while it left may be gone or not."""
        effects = tables.effects
        joined = effects.join(tables.cases, tables.cases.c.id == effects.c.case_id)
        joined = joined.join(tables.comments, tables.comments.c.id == tables.cases.c.comment_id)
        tried = select(tables.comments.c.external_id).select_from(joined)
        tried = tried.where(effects.c.kind == "apply", effects.c.state == state, effects.c.attempts > 0)
        return {int(external_id.split("/")[1]) for external_id in (await tx.execute(tried)).scalars()}


def buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    """The buttons under a message that send data."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row if "callback_data" in button]


async def count(tx: Transaction, table: Any, *where: Any) -> int:
    return int((await tx.execute(select(func.count()).select_from(table).where(*where))).scalar_one())
