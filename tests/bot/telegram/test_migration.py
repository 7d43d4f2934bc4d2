"""A group that becomes a supergroup takes everything along."""

from pathlib import Path

from tests.bot.newsroom import ANNA, BEN, DESK, OLGA, RITA, open_newsroom

OLD_DESK, OLD_READERS = -701, -702
SOURCES = [{"name": "readers", "chat_id": OLD_READERS, "mode": "act"}]


async def test_the_moderators_group_moves_and_what_waits_is_shown_in_the_new_one(tmp_path: Path) -> None:
    async with open_newsroom(f"sqlite:///{tmp_path}/flagdesk.db", start=False, chat_id=OLD_DESK) as newsroom:
        sandbox = newsroom.sandbox
        sandbox.add_group(OLD_DESK, "Old desk")
        for person in (OLGA, ANNA, BEN):
            sandbox.join(person, OLD_DESK)
        await newsroom.start()
        newsroom.write("A vile text")
        await newsroom.card("A vile text", chat=OLD_DESK)
        new = sandbox.migrate(OLD_DESK)
        card = await newsroom.card("A vile text", chat=new)
        await newsroom.tap(ANNA, card, "Approve")
        await newsroom.shows(card, "Approved by Anna")
        await newsroom.stop()
        await newsroom.start()  # the settings still name the old group
        newsroom.write("A nasty text")
        await newsroom.card("A nasty text", chat=new)
        newsroom.write("/queue", ANNA, new)
        await newsroom.message("1 case is waiting", new)
        newsroom.check_manners()


async def test_a_moderated_group_moves_and_its_messages_are_still_moderated(tmp_path: Path) -> None:
    async with open_newsroom(f"sqlite:///{tmp_path}/flagdesk.db", start=False, sources=SOURCES) as newsroom:
        sandbox = newsroom.sandbox
        sandbox.add_group(OLD_READERS, "Old readers")
        sandbox.join(RITA, OLD_READERS)
        await newsroom.start()
        newsroom.write("A vile text", chat=OLD_READERS)
        before = await newsroom.card("A vile text")
        new = sandbox.migrate(OLD_READERS)
        comment = newsroom.write("A nasty text", chat=new)
        after = await newsroom.card("A nasty text")
        await newsroom.tap(ANNA, after, "Reject")
        await newsroom.gone(new, comment)
        await newsroom.tap(ANNA, before, "Reject")
        await newsroom.shows(before, "Rejected by Anna", "The group has moved")
        newsroom.check_manners()


async def test_a_move_that_happened_while_the_service_was_down_is_noticed(tmp_path: Path) -> None:
    async with open_newsroom(f"sqlite:///{tmp_path}/flagdesk.db", start=False, sources=SOURCES) as newsroom:
        sandbox = newsroom.sandbox
        sandbox.add_group(OLD_READERS, "Old readers")
        sandbox.join(RITA, OLD_READERS)
        new = sandbox.migrate(OLD_READERS)
        for number in range(5):
            newsroom.write(f"A vile text {number}", chat=new)
        await newsroom.start()
        for number in range(5):
            await newsroom.card(f"A vile text {number}")
        assert new != DESK
