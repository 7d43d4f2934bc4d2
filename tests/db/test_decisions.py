"""A case is decided once, whoever taps and however often, and every decision can be taken back."""

import asyncio
from datetime import timedelta

from sqlalchemy import func, select

from db import cases, decisions, effects, tables
from db.engine import Database
from db.verdicts import Terms
from moderation.comment import Person
from tests.making import NOON, open_cases

ANNA, BEN = Person(1, "Anna"), Person(2, "Ben")
GRACE = timedelta(seconds=10)
ACTING = Terms(undo=GRACE, actions={"page": frozenset({"reject"})})


async def test_first_of_two_decides(database: Database) -> None:
    [case_id] = await open_cases(database, [0.9])
    async with database.write() as tx:
        assert await decisions.decide(tx, case_id, "reject", ANNA, NOON, Terms().acts, GRACE)
    async with database.write() as tx:
        assert not await decisions.decide(tx, case_id, "approve", BEN, NOON, Terms().acts, GRACE)
    async with database.read() as tx:
        case = await cases.load(tx, case_id, NOON)
    assert case is not None
    assert case.decision is not None
    assert (case.decision.kind, case.decision.person) == ("reject", ANNA)


async def test_two_moderators_racing_over_a_thousand_cases_decide_each_once(database: Database) -> None:
    numbers = await open_cases(database, [0.9] * 1000)

    async def tap(person: Person) -> int:
        won = 0
        for case_id in numbers:
            async with database.write() as tx:
                won += await decisions.decide(tx, case_id, "approve", person, NOON, Terms().acts, GRACE)
        return won

    won = await asyncio.gather(tap(ANNA), tap(BEN))
    assert sum(won) == 1000
    async with database.read() as tx:
        assert (await tx.execute(select(func.count()).select_from(tables.decisions))).scalar() == 1000


async def test_undo_within_the_grace_calls_the_action_off(database: Database) -> None:
    [case_id] = await open_cases(database, [0.9], terms=ACTING)
    async with database.write() as tx:
        await decisions.decide(tx, case_id, "reject", ANNA, NOON, ACTING.acts, GRACE)
    async with database.write() as tx:
        assert await decisions.undo(tx, case_id, BEN, NOON + GRACE / 2) == decisions.Undone(exact=True)
    async with database.write() as tx:
        assert await effects.claim(tx, "source:page", NOON + GRACE * 2) is None
        case = await cases.load(tx, case_id, NOON)
    assert case is not None
    assert (case.state, case.decision) == ("waiting", None)


async def test_undo_after_the_action_says_that_it_is_too_late(database: Database) -> None:
    [case_id] = await open_cases(database, [0.9], terms=ACTING)
    async with database.write() as tx:
        await decisions.decide(tx, case_id, "reject", ANNA, NOON, ACTING.acts, GRACE)
    async with database.write() as tx:
        effect = await effects.claim(tx, "source:page", NOON + GRACE)
        assert effect is not None
        await effects.finish(tx, effect, "confirmed", NOON + GRACE)
    async with database.write() as tx:
        assert await decisions.undo(tx, case_id, ANNA, NOON + GRACE) == decisions.Undone(exact=False)


async def test_what_fails_while_it_is_taken_back_is_not_tried_again(database: Database) -> None:
    [case_id] = await open_cases(database, [0.9], terms=ACTING)
    async with database.write() as tx:
        await decisions.decide(tx, case_id, "reject", ANNA, NOON, ACTING.acts, GRACE)
        leaving = await effects.claim(tx, "source:page", NOON + GRACE)
        assert leaving is not None
    async with database.write() as tx:
        assert await decisions.undo(tx, case_id, ANNA, NOON + GRACE) == decisions.Undone(exact=False)
        await effects.put_back(tx, leaving, NOON + GRACE, "no answer")
        assert await effects.claim(tx, "source:page", NOON + GRACE * 2) is None


async def test_what_gets_through_while_it_is_taken_back_is_on_the_record(database: Database) -> None:
    [case_id] = await open_cases(database, [0.9], terms=ACTING)
    async with database.write() as tx:
        await decisions.decide(tx, case_id, "reject", ANNA, NOON, ACTING.acts, GRACE)
        leaving = await effects.claim(tx, "source:page", NOON + GRACE)
        assert leaving is not None
        assert await decisions.undo(tx, case_id, ANNA, NOON + GRACE) == decisions.Undone(exact=False)
        await effects.finish(tx, leaving, "confirmed", NOON + GRACE)
        case = await cases.load(tx, case_id, NOON + GRACE)
    assert case is not None
    assert case.removed


async def test_second_undo_changes_nothing(database: Database) -> None:
    [case_id] = await open_cases(database, [0.9])
    async with database.write() as tx:
        await decisions.decide(tx, case_id, "reject", ANNA, NOON, Terms().acts, GRACE)
        assert await decisions.undo(tx, case_id, ANNA, NOON)
        assert await decisions.undo(tx, case_id, BEN, NOON) is None


async def test_a_reason_is_kept_beside_the_rejection(database: Database) -> None:
    [case_id] = await open_cases(database, [0.9])
    async with database.write() as tx:
        assert not await decisions.name_reason(tx, case_id, "insult", ANNA, NOON)
        await decisions.decide(tx, case_id, "reject", ANNA, NOON, Terms().acts, GRACE)
        assert await decisions.name_reason(tx, case_id, "insult", ANNA, NOON)
        case = await cases.load(tx, case_id, NOON)
    assert case is not None
    assert case.decision is not None
    assert case.decision.reason == "insult"
