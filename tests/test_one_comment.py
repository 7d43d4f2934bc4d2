"""The path of one comment, from a reader's message to the digest: the whole of Flagdesk in one page."""

import re

from tests.bot.newsroom import ANNA, DESK, READERS, labels, open_newsroom, text_of


async def test_one_comment_from_the_reader_to_the_digest(database_url: str) -> None:
    async with open_newsroom(database_url) as newsroom:
        # A reader writes in a moderated group. The model flags it, and the moderators' group gets a card.
        harmless = newsroom.write("What a lovely bridge.")
        comment = newsroom.write("What a vile lot you are!")
        card = await newsroom.card("What a vile lot you are!")
        assert "Rita" in text_of(card)
        assert "nothing flagged in 30 days" in text_of(card)
        assert re.fullmatch(r".*Approve \| .*Reject \| .*Later", labels(card))

        # Anna rejects it with one tap, and says why with another.
        answer = await newsroom.tap(ANNA, card, "Reject")
        assert "Rejected" in answer.text
        await newsroom.shows(card, "Rejected by Anna", "Will be removed at", "Insult", "Undo")
        assert comment not in newsroom.sandbox.deleted(READERS)
        await newsroom.tap(ANNA, card, "Insult")

        # When the time to take it back has passed, the message is deleted, and the card says so.
        await newsroom.gone(READERS, comment)
        await newsroom.shows(card, "Rejected by Anna · insult", "Removed.")
        assert harmless not in newsroom.sandbox.deleted(READERS)

        # The digest tells of it.
        newsroom.write("/digest", ANNA, DESK)
        digest = await newsroom.message("2 comments received", DESK)
        assert "1 flagged" in text_of(digest)
        assert "0 approved · ❌ 1 rejected" in text_of(digest)
        assert "photo" in digest
        newsroom.check_manners()
