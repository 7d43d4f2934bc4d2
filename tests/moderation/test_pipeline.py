"""The path's steps repeat rather than skip: nothing is lost, nothing is done twice."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from db import cases, decisions, effects, tables
from db.engine import Database
from db.queue import Queue
from db.verdicts import Terms
from moderation.comment import Action, Comment, Effect, Person
from moderation.pipeline import MOST_TRIES, pause, resolve, score_waiting, take_in
from moderation.policy import Thresholds
from moderation.scoring import Scorer
from moderation.sources import DryRun, Result, Source
from tests.bot.word_model import WordModel
from tests.making import comment

ANNA = Person(1001, "Anna")
ACTING = Terms(undo=timedelta(0), actions={"page": frozenset({"reject"})})


class Page:
    """A source that keeps what was done there, and answers with what it was told to."""

    name = "page"

    def __init__(self, *answers: Result) -> None:
        self.done: list[tuple[Action, str]] = []
        self._answers = list(answers)

    async def apply(self, action: Action, comment: Comment) -> Result:
        self.done.append((action, comment.external_id))
        return self._answers.pop(0) if self._answers else Result("confirmed")


def policy(_source: str) -> Thresholds:
    return Thresholds({"toxicity": 0.5})


async def outcomes(database: Database) -> list[tuple[str, str]]:
    async with database.read() as tx:
        rows = await tx.execute(select(tables.comments.c.text, tables.comments.c.state).order_by(tables.comments.c.id))
        return [(row.text, row.state) for row in rows.all()]


async def test_comments_are_kept_once_however_often_they_come(database: Database) -> None:
    batch = [comment(n) for n in range(1, 451)]
    first = await take_in(Queue(database), batch)
    again = await take_in(Queue(database), batch)
    assert (len(first.new), first.known) == (450, 0)
    assert (len(again.new), again.known) == (0, 450)


async def test_what_is_flagged_becomes_a_case_and_the_rest_is_scored(database: Database) -> None:
    queue = Queue(database)
    await take_in(queue, [comment(1, "vile"), comment(2, "fine"), comment(3, "[fi] mitä")])
    step = await score_waiting(queue, Scorer(WordModel()), policy)
    assert (step.scored, len(step.cases)) == (3, 2)
    assert await outcomes(database) == [("vile", "scored"), ("fine", "scored"), ("[fi] mitä", "scored")]
    found = await queue.case(step.cases[0])
    assert found is not None
    assert found.scores.spans[0][:2] == (0, 4)
    assert (await score_waiting(queue, Scorer(WordModel()), policy)).scored == 0


async def test_what_could_not_be_scored_is_a_case_at_once_and_closes_once_it_scores_harmless(
    database: Database,
) -> None:
    queue, model = Queue(database), WordModel()
    model.down = "out of memory"
    await take_in(queue, [comment(1, "fine"), comment(2, "vile")])
    step = await score_waiting(queue, Scorer(model), policy)
    assert len(step.cases) == 2
    assert (await score_waiting(queue, Scorer(model), policy)).scored == 0  # not before its pause has passed
    model.down = ""
    await let_pauses_pass(database)
    assert (await score_waiting(queue, Scorer(model), policy)).cases == ()
    harmless, harmful = [await queue.case(number) for number in step.cases]
    assert harmless is not None
    assert harmless.decision is not None
    assert (harmless.decision.kind, harmless.decision.person.id) == ("approve", 0)
    assert harmless.decision.rule == "scored later: toxicity 0.02 < 0.50"
    assert harmful is not None
    assert (harmful.state, harmful.verdict.severity) == ("waiting", 1.7)


async def test_a_decision_by_a_person_stands_when_the_model_is_back(database: Database) -> None:
    queue, model = Queue(database), WordModel()
    model.down = "out of memory"
    await take_in(queue, [comment(1, "fine")])
    [case_id] = (await score_waiting(queue, Scorer(model), policy)).cases
    await reject(database, case_id)
    model.down = ""
    await let_pauses_pass(database)
    await score_waiting(queue, Scorer(model), policy)
    case = await queue.case(case_id)
    assert case is not None
    assert case.decision is not None
    assert (case.decision.kind, case.decision.person) == ("reject", ANNA)


async def test_scoring_tries_again_for_ever_with_growing_pauses(database: Database) -> None:
    queue, model = Queue(database), WordModel()
    model.down = "out of memory"
    await take_in(queue, [comment(1)])
    pauses = []
    for _ in range(8):
        before = datetime.now(UTC)
        assert (await score_waiting(queue, Scorer(model), policy)).scored == 1
        async with database.read() as tx:
            row = (await tx.execute(select(tables.comments))).one()
        pauses.append(round((row.next_try - before).total_seconds() / 30))
        await let_pauses_pass(database)
    assert pauses == [1, 2, 4, 8, 16, 20, 20, 20]
    async with database.read() as tx:
        assert len((await tx.execute(select(tables.scores.c.id))).all()) == 1  # a failure that lasts fills no table


async def test_the_daily_brake_hands_over_to_people(database: Database) -> None:
    terms = Terms(reject_limit=3, day_began=datetime.now(UTC) - timedelta(hours=1))
    strict = Thresholds(reject={"toxicity": 0.9})
    queue = Queue(database, terms)
    for start in range(1, 41, 10):
        await take_in(queue, [comment(n, "wicked") for n in range(start, start + 10)])
        await score_waiting(queue, Scorer(WordModel()), lambda _source: strict)
    async with database.read() as tx:
        states = list((await tx.execute(select(tables.cases.c.state).order_by(tables.cases.c.id))).scalars())
    assert states == ["decided"] * 3 + ["waiting"] * 37


async def test_the_brake_counts_only_its_own_day(database: Database) -> None:
    strict, now = Thresholds(reject={"toxicity": 0.9}), datetime.now(UTC)
    for day, began in enumerate((now - timedelta(hours=1), now + timedelta(hours=1))):
        queue = Queue(database, Terms(reject_limit=1, day_began=began))
        await take_in(queue, [comment(day + 1, "wicked")])
        await score_waiting(queue, Scorer(WordModel()), lambda _source: strict)
    async with database.read() as tx:
        assert list((await tx.execute(select(tables.cases.c.state))).scalars()) == ["decided", "decided"]


async def test_a_rejection_reaches_its_source_and_is_confirmed(database: Database) -> None:
    page = Page()
    assert await carried_out(database, {"page": page}) == ("confirmed", "")
    assert page.done == [("reject", "1")]


async def test_what_is_only_watched_is_recorded_and_not_done(database: Database) -> None:
    page = Page()
    state, note = await carried_out(database, {"page": DryRun(page)})
    assert state == "recorded"
    assert "only watched" in note
    assert page.done == []


async def test_a_source_that_is_not_in_the_settings_any_more_needs_a_human(database: Database) -> None:
    state, note = await carried_out(database, {})
    assert state == "human"
    assert "by hand" in note


async def test_a_source_that_does_not_answer_is_tried_again_after_the_pause_it_asks_for(database: Database) -> None:
    effect = await rejected(database)
    before = datetime.now(UTC)
    await resolve(Queue(database), {"page": Page(Result("retry", "busy", 120))}, effect)
    async with database.read() as tx:
        row = (await tx.execute(select(tables.effects).where(tables.effects.c.id == effect.id))).one()
    assert (row.state, row.note) == ("pending", "busy")
    assert row.next_try >= before + timedelta(seconds=120)


async def test_after_the_last_try_a_human_is_asked(database: Database) -> None:
    effect = await rejected(database)
    async with database.write() as tx:
        await tx.execute(update(tables.effects).values(attempts=MOST_TRIES - 1, leased_until=None))
        last = await effects.claim(tx, effect.target, datetime.now(UTC))
    assert last is not None
    await resolve(Queue(database), {"page": Page(Result("retry", "busy"))}, last)
    async with database.read() as tx:
        [case] = await cases.load_all(tx, [effect.case_id or 0], datetime.now(UTC))
    assert (case.effect, case.effect_note) == ("human", f"given up after {MOST_TRIES} tries: busy")


@pytest.mark.parametrize(("attempts", "asked", "seconds"), [(1, 0, 2), (2, 0, 4), (60, 0, 600), (1, 30, 30)])
def test_pauses_double_up_to_ten_minutes_and_heed_the_server(attempts: int, asked: float, seconds: int) -> None:
    assert pause(attempts, asked) == timedelta(seconds=seconds)


async def rejected(database: Database) -> Effect:
    """The effect of a rejected comment, claimed."""
    queue = Queue(database, ACTING)
    await take_in(queue, [comment(1, "vile")])
    [case_id] = (await score_waiting(queue, Scorer(WordModel()), policy)).cases
    await reject(database, case_id)
    async with database.write() as tx:
        effect = await effects.claim(tx, effects.source("page"), datetime.now(UTC))
    assert effect is not None
    return effect


async def carried_out(database: Database, sources: dict[str, Source]) -> tuple[str, str]:
    """How a rejection went, as the case says it."""
    effect = await rejected(database)
    await resolve(Queue(database), sources, effect)
    case = await Queue(database).case(effect.case_id or 0)
    assert case is not None
    return case.effect, case.effect_note


async def reject(database: Database, case_id: int) -> None:
    async with database.write() as tx:
        assert await decisions.decide(tx, case_id, "reject", ANNA, datetime.now(UTC), ACTING.acts, ACTING.undo)


async def let_pauses_pass(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(update(tables.comments).values(next_try=tables.comments.c.received_at))
