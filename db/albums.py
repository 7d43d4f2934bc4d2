"""Albums: Telegram sends each photo as a message of its own; what belongs together is remembered here."""

import json

from db import marks
from db.engine import Transaction


async def add(tx: Transaction, chat_id: int, album: str, message_id: int) -> None:
    """Remember that this message is part of this album."""
    known = await marks.get(tx, _album(chat_id, album))
    numbers = sorted({message_id, *(json.loads(known) if known else ())})
    await marks.put(tx, _album(chat_id, album), json.dumps(numbers))
    await marks.put(tx, _member(chat_id, message_id), album)


async def of(tx: Transaction, chat_id: int, message_id: int) -> list[int]:
    """All messages of the album that this one is part of; empty where it is part of none."""
    album = await marks.get(tx, _member(chat_id, message_id))
    known = await marks.get(tx, _album(chat_id, album)) if album else None
    return list(json.loads(known)) if known else []


def _album(chat_id: int, album: str) -> str:
    return f"album:{chat_id}/{album}"


def _member(chat_id: int, message_id: int) -> str:
    return f"album of:{chat_id}/{message_id}"
