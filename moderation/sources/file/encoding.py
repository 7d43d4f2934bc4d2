"""How a file's bytes spell text: UTF-8, UTF-16 or Windows-1252, found by looking at them."""

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Iterator
from typing import BinaryIO

from moderation.errors import UnreadableFile

CHUNK = 1 << 16
SIGNATURES = {
    b"%PDF": "It is a PDF. Copy its text into a text file.",
    b"PK\x03\x04": "It is an archive or an office document. Unpack it, or save it as CSV or plain text.",
    b"\x1f\x8b": "It is compressed. Unpack it first (gunzip).",
}
CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b"))


def detect(file: BinaryIO) -> str:
    """Name of the codec that reads this file, from its start to its end; the file is left at its start.

    Raises UnreadableFile when it is empty, or not text.
    """
    head = file.read(CHUNK)
    if not head:
        raise UnreadableFile("It is empty.")
    codec = _marked(head) or _utf16(head)
    if not codec:
        _refuse_binary(head)
        file.seek(0)
        codec = _utf8_or_cp1252(file)
    file.seek(0)
    return codec


def _marked(head: bytes) -> str:
    if head.startswith(BOM_UTF8):
        return "utf-8-sig"
    return "utf-16" if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else ""


def _utf16(head: bytes) -> str:
    """UTF-16 without a mark: in Western text nearly every second byte is zero."""
    half = max(len(head) // 2, 1)
    if head[1::2].count(0) > 0.7 * half and head[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if head[::2].count(0) > 0.7 * half and head[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return ""


def _refuse_binary(head: bytes) -> None:
    for signature, advice in SIGNATURES.items():
        if head.startswith(signature):
            raise UnreadableFile(advice)
    controls = len(head) - len(head.translate(None, CONTROLS))
    if controls > 0.05 * len(head):
        raise UnreadableFile("It is not text. Save it as text, HTML, CSV or JSON Lines in UTF-8.")


def _utf8_or_cp1252(file: BinaryIO) -> str:
    """UTF-8, unless most of what is not ASCII does not decode as such: one broken row must not garble all others."""
    broken = sound = 0
    decoder = getincrementaldecoder("utf-8")(errors="replace")
    for chunk in _chunks(file):
        text = decoder.decode(chunk)
        if not text.isascii():
            foreign = len(text) - len(text.encode("ascii", "ignore"))
            bad = text.count("\ufffd")
            broken += bad
            sound += foreign - bad
    return "cp1252" if broken > sound else "utf-8"


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk
