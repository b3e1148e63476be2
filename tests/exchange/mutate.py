"""Damaged files: each made from a good one by a few seeded changes, the same ones on every run."""

from __future__ import annotations

import random
from collections.abc import Iterator

SPLINTERS = (
    b"-->",
    b"\n\n",
    b"\r",
    b"\0",
    b"\xff",
    b"\xc3",
    b"<",
    b">",
    b"&",
    b"</v>",
    b"<v ",
    b"<rt>",
    b"<ruby>",
    b"</ruby>",
    b"&#x110000;",
    b"&#xD800;",
    b"99999999999999999999",
    b"00:00:00.000 --> 00:00:00.000",
    b"WEBVTT",
    b"NOTE",
    b"\xe2\x80\xa8",
    b"\xef\xbb\xbf",
    b'"',
    b",",
    b";",
    b"|",
    b":",
    b"[00:01:02]",
)


def mutations(seeds: list[bytes], count: int, seed: int) -> Iterator[bytes]:
    """`count` damaged copies of `seeds`: bytes flipped, cut, doubled, moved, splinters of formats put in. Three in four
    are valid UTF-8, so that the damage reaches the parsers behind the decoder."""
    chance = random.Random(seed)
    for number in range(count):
        data = bytearray(seeds[number % len(seeds)])
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(data) + 1)
            width = chance.randint(1, 40)
            change = chance.randrange(5)
            if change == 0 and at < len(data):
                data[at] = chance.randrange(256)
            elif change == 1:
                del data[at : at + width]
            elif change == 2:
                data[at:at] = data[at : at + width]
            elif change == 3:
                data[at:at] = chance.choice(SPLINTERS)
            else:
                piece = bytes(data[at : at + width])
                del data[at : at + width]
                to = chance.randrange(len(data) + 1)
                data[to:to] = piece
        yield bytes(data).decode("utf-8", "replace").encode() if number % 4 else bytes(data)
