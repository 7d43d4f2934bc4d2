import pytest

from bot.sandbox import Sandbox, SandboxError
from tests.bot.sandbox.conftest import ANNA, BASIC, BEN, CARLA, CHANNEL, MODERATORS, READERS, Caller


async def test_a_posts_copy_in_the_discussion_group_is_an_automatic_forward(sandbox: Sandbox) -> None:
    post = sandbox.post(CHANNEL, "Election results")
    copy = sandbox.messages(READERS)[-1]
    assert copy["is_automatic_forward"]
    assert (copy["from"]["id"], copy["sender_chat"]["id"], copy["text"]) == (777000, CHANNEL, "Election results")
    assert copy["forward_origin"]["message_id"] == post["message_id"]


async def test_comments_under_a_post_share_its_thread(sandbox: Sandbox) -> None:
    sandbox.post(CHANNEL, "News")
    copy = sandbox.messages(READERS)[-1]["message_id"]
    comment = sandbox.send(BEN, READERS, "first!", reply_to=copy)
    answer = sandbox.send(ANNA, READERS, "second", reply_to=comment["message_id"])
    aside = sandbox.send(ANNA, READERS, "also here", thread=copy)
    assert [message["message_thread_id"] for message in (comment, answer, aside)] == [copy] * 3
    assert not [message for message in (comment, answer, aside) if "is_topic_message" in message]
    assert "reply_to_message" not in answer["reply_to_message"]


async def test_topics_carry_their_thread_and_the_general_one_none(sandbox: Sandbox, call: Caller) -> None:
    topic = sandbox.add_topic(MODERATORS, "Cards")
    inside = sandbox.send(ANNA, MODERATORS, "a", thread=topic)
    general = sandbox.send(ANNA, MODERATORS, "b")
    assert (inside["message_thread_id"], inside["is_topic_message"]) == (topic, True)
    assert "message_thread_id" not in general
    sent = (await call("sendMessage", chat_id=MODERATORS, text="x", message_thread_id=topic)).result
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (topic, True)
    for wrong in (1, 4242):
        reply = await call("sendMessage", chat_id=MODERATORS, text="x", message_thread_id=wrong)
        assert reply.error == "Bad Request: message thread not found"


async def test_the_bot_makes_and_closes_topics_where_it_may(sandbox: Sandbox, call: Caller) -> None:
    topic = (await call("createForumTopic", chat_id=MODERATORS, name="Cards")).result["message_thread_id"]
    inside = sandbox.send(ANNA, MODERATORS, "a", thread=topic)["message_id"]
    assert (await call("deleteForumTopic", chat_id=MODERATORS, message_thread_id=topic)).result is True
    assert sandbox.deleted(MODERATORS) == {topic, inside}
    assert (await call("createForumTopic", chat_id=READERS, name="x")).error == "Bad Request: the chat is not a forum"
    sandbox.set_rights(MODERATORS, can_manage_topics=False)
    assert "not enough rights" in (await call("createForumTopic", chat_id=MODERATORS, name="x")).error


async def test_a_caption_is_edited_where_the_text_would_be(sandbox: Sandbox) -> None:
    photo = sandbox.send(BEN, READERS, "", photo_caption="look", album="a")
    edited = sandbox.edit(BEN, READERS, photo["message_id"], "look!")
    assert (edited["caption"], edited["media_group_id"], "text" in edited) == ("look!", "a", False)
    assert sandbox.history(READERS, photo["message_id"]) == ["look", "look!"]


async def test_an_edited_post_edits_its_copy(sandbox: Sandbox) -> None:
    post = sandbox.post(CHANNEL, "Nwes")
    sandbox.edit_post(CHANNEL, post["message_id"], "News")
    assert sandbox.messages(READERS)[-1]["text"] == "News"


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda sandbox: sandbox.send(CARLA, READERS, "x"), "join first"),
        (lambda sandbox: sandbox.send(ANNA, BEN, "x"), "somebody else's private chat"),
        (lambda sandbox: sandbox.send(ANNA, CHANNEL, "x"), "use post"),
        (lambda sandbox: sandbox.send(ANNA, READERS, "x", reply_to=4242), "no message 4242"),
        (lambda sandbox: sandbox.send(ANNA, READERS, ""), "no empty text"),
        (lambda sandbox: sandbox.send(ANNA, READERS, "x" * 4097), "at most 4096"),
        (lambda sandbox: sandbox.send(BEN, READERS, "x", anonymous=True), "no administrator"),
        (lambda sandbox: sandbox.send(ANNA, MODERATORS, "x", thread=4242), "no topic 4242"),
        (lambda sandbox: sandbox.send(7, 7, "x"), "no person 7"),
        (lambda sandbox: sandbox.join(ANNA, -7), "no chat -7"),
        (lambda sandbox: sandbox.add_group(5, "x"), "id is negative"),
        (lambda sandbox: sandbox.add_group(-5, "x", forum=True), "can be a forum"),
        (lambda sandbox: sandbox.add_group(READERS, "x"), "already"),
        (lambda sandbox: sandbox.add_channel(-5, "x"), "-100"),
        (lambda sandbox: sandbox.add_topic(READERS, "x"), "no forum"),
        (lambda sandbox: sandbox.set_rights(READERS, can_fly=True), "can_fly"),
        (lambda sandbox: sandbox.migrate(READERS), "no basic group"),
        (lambda sandbox: sandbox.message(READERS, 4242), "no message 4242"),
        (lambda sandbox: sandbox.history(READERS, 4242), "never was"),
    ],
)
async def test_what_people_cannot_do_is_said(sandbox: Sandbox, act: object, error: str) -> None:
    assert callable(act)
    with pytest.raises(SandboxError, match=error):
        act(sandbox)


async def test_nobody_edits_what_others_wrote(sandbox: Sandbox) -> None:
    message = sandbox.send(ANNA, BASIC, "mine")
    with pytest.raises(SandboxError, match="Ben did not write"):
        sandbox.edit(BEN, BASIC, message["message_id"], "yours")


async def test_erasing_tells_the_bot_nothing(sandbox: Sandbox, call: Caller) -> None:
    message = sandbox.send(ANNA, BASIC, "oops")["message_id"]
    known = (await call("getUpdates")).result
    sandbox.erase(BASIC, message)
    assert (await call("getUpdates")).result == known
    assert sandbox.deleted(BASIC) == {message}
