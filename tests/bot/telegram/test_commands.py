"""Commands answer moderators where they were asked, and nobody else."""

from functools import partial
from pathlib import Path

import structlog

from tests.bot.newsroom import ANNA, BEN, DESK, OLGA, READERS, STAN, Message, Newsroom, open_newsroom, text_of

FORUM = -1001000000005


async def test_each_command_answers(newsroom: Newsroom) -> None:
    newsroom.write("A vile text")
    await newsroom.card("A vile text")
    wanted = {
        "/queue": "1 case is waiting",
        "/stats": "1 received, 1 flagged",
        "/status": "Model: words 1",
        "/id": f"This chat: {ANNA}\nYou: {ANNA}",
        "/help": "/review – ",
        "/start": "Hello Anna",
        "/QUEUE": "1 case is waiting",
        "/queue@flagdesk_sandbox_bot": "1 case is waiting",
        "/bananas": "I do not know this command",
        "hello?": "I do not know this command",
    }
    for command, words in wanted.items():
        asked = newsroom.write(command, ANNA, ANNA)
        reply = await newsroom.sandbox.wait_for(partial(_after, newsroom, asked))
        assert words in text_of(reply), command
    newsroom.check_manners()


def _after(newsroom: Newsroom, asked: int) -> Message:
    """What was said after this message, if anything was."""
    last = newsroom.sandbox.messages(ANNA)[-1]
    return last if last["message_id"] > asked else {}


async def test_the_status_names_the_model_the_thresholds_and_the_sources(newsroom: Newsroom) -> None:
    newsroom.write("/status", ANNA, DESK)
    status = text_of(await newsroom.message("Status", DESK))
    for words in ("Model: words 1", "toxic 35%", "Everything is scored.", "readers (telegram): acting"):
        assert words in status


async def test_a_command_for_another_bot_and_mere_talk_are_left_alone_in_the_group(newsroom: Newsroom) -> None:
    newsroom.write("/queue@another_bot", ANNA, DESK)
    newsroom.write("what a day", ANNA, DESK)
    newsroom.write("/id", ANNA, DESK)
    reply = await newsroom.message(f"This chat: {DESK}", DESK)
    said = [seen for seen in newsroom.sandbox.messages(DESK) if seen["from"]["is_bot"]]
    assert said == [reply]
    assert text_of(reply["reply_to_message"]) == "/id"


async def test_outsiders_get_one_polite_no_an_hour_and_are_logged_by_id(newsroom: Newsroom) -> None:
    with structlog.testing.capture_logs() as logs:
        for command in ("/queue", "/status", "/start", "let me in"):
            newsroom.write(command, STAN, STAN)
        newsroom.write("/queue", ANNA, ANNA)
        await newsroom.message("Nothing is waiting", ANNA)
        await newsroom.sandbox.wait_for(
            lambda: len([line for line in logs if line["event"] == "outsider_refused"]) == 4
        )
        await newsroom.message("give the operator this number: 2001", STAN)
    assert len([seen for seen in newsroom.sandbox.messages(STAN) if seen["from"]["is_bot"]]) == 1
    assert {line["person"] for line in logs if line["event"] == "outsider_refused"} == {STAN}


async def test_strangers_in_a_strange_group_are_not_answered(newsroom: Newsroom) -> None:
    newsroom.sandbox.add_group(FORUM, "Elsewhere")
    newsroom.sandbox.join(STAN, FORUM)
    newsroom.sandbox.join(ANNA, FORUM)
    newsroom.write("/queue", STAN, FORUM)
    newsroom.write("/id", ANNA, FORUM)
    await newsroom.message(f"This chat: {FORUM}", FORUM)
    assert len([seen for seen in newsroom.sandbox.messages(FORUM) if seen.get("from", {}).get("is_bot")]) == 1


async def test_the_menu_is_there_for_those_who_can_use_it(newsroom: Newsroom) -> None:
    await newsroom.sandbox.wait_for(lambda: newsroom.sandbox.commands(ANNA, DESK))
    menu = [entry["command"] for entry in newsroom.sandbox.commands(ANNA, DESK)]
    assert menu == ["review", "queue", "stats", "status", "digest", "id", "help"]
    assert [entry["command"] for entry in newsroom.sandbox.commands(ANNA, ANNA)] == menu
    assert newsroom.sandbox.commands(ANNA, READERS) == []


async def test_in_a_forum_cards_go_to_their_topic_and_replies_to_the_topic_asked_in(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/flagdesk.db"
    async with open_newsroom(url, start=False, chat_id=FORUM) as newsroom:
        sandbox = newsroom.sandbox
        sandbox.add_group(FORUM, "Moderators' forum", forum=True)
        for person in (OLGA, ANNA, BEN):
            sandbox.join(person, FORUM)
        cards, talk = sandbox.add_topic(FORUM, "Cards"), sandbox.add_topic(FORUM, "Talk")
        newsroom.settings = newsroom.settings.model_copy(update={"topic_id": cards})
        await newsroom.start()
        newsroom.write("A vile text")
        card = await newsroom.card("A vile text", chat=FORUM)
        newsroom.write("/queue", ANNA, FORUM, thread=talk)
        reply = await newsroom.message("1 case is waiting", FORUM)
        newsroom.write("/digest", ANNA, FORUM, thread=talk)
        digest = await newsroom.message("1 comment received", FORUM)
        newsroom.write("/id", ANNA, FORUM)
        general = await newsroom.message(f"This chat: {FORUM}", FORUM)
        threads = [seen.get("message_thread_id") for seen in (card, reply, digest, general)]
        assert threads == [cards, talk, talk, None]
        newsroom.check_manners()


async def test_the_bot_speaks_german_where_the_settings_say_so(tmp_path: Path) -> None:
    async with open_newsroom(f"sqlite:///{tmp_path}/flagdesk.db", language="de") as newsroom:
        newsroom.write("A vile text")
        card = await newsroom.card("A vile text")
        await newsroom.tap(ANNA, card, "Ablehnen")
        await newsroom.shows(card, "Zurücknehmen", "Anna")
        newsroom.write("/queue", ANNA, ANNA)
        await newsroom.message("wartet", ANNA)
