"""From bytes to text: UTF-8 and nothing else, so that no letter of a testimony is guessed.

What may not live here: anything about one format.
"""

from __future__ import annotations

from archive_app.errors import Invalid

UTF_8_MARK = b"\xef\xbb\xbf"
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def decode(data: bytes, field: str, zero_bytes: bool = False) -> str:
    """The text of `data` without its byte order mark, every line end as LF. Raises Invalid(field, ...) for what is not UTF-8 (the
    sentence names the byte offset, from 0) and, unless `zero_bytes` allows them, for zero bytes."""
    if data.startswith(UTF_16_MARKS):
        raise Invalid(field, "This file is in UTF-16 (byte offset 0 says so). Save it as UTF-8 and try again.")
    try:
        text = data.removeprefix(UTF_8_MARK).decode("utf-8")
    except UnicodeDecodeError as problem:
        offset = problem.start + (len(UTF_8_MARK) if data.startswith(UTF_8_MARK) else 0)
        raise Invalid(
            field, f"This file is not UTF-8: byte offset {offset} holds 0x{data[offset]:02X}. Save it as UTF-8 and try again."
        ) from None
    if not zero_bytes and "\0" in text:
        offset = data.index(b"\0")
        raise Invalid(field, f"This file holds a zero byte at byte offset {offset}: it is damaged, or not a text file.")
    return text.replace("\r\n", "\n").replace("\r", "\n")
