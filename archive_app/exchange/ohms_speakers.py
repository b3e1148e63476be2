"""Who speaks in an OHMS text: by its convention a line that begins with a name and a colon begins a turn.

The viewer takes every name in capitals, at every line's start (`[A-Z-.' ]+:`); so here, in every script that has capitals. Other names
are taken as in plain text, where they clearly alternate (speakers.py). What may not live here: cutting the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from archive_app.exchange.speakers import labels

_CAPITALS = re.compile(r"([^\W\d_][^\d_:\n]{0,36}[^\W\d_.]?\.?)\s?:(?:\s|\Z)")
_INSIDE = frozenset("-.'’ ")


def speakers(lines: Sequence[str]) -> frozenset[str]:
    """The names that begin turns, of trimmed lines."""
    return labels(lines) | {name for line in lines if (name := _in_capitals(line))}


def _in_capitals(line: str) -> str:
    found = _CAPITALS.match(line)
    name = found.group(1).strip() if found else ""
    letters = [letter for letter in name if letter not in _INSIDE]
    return name if len(letters) > 1 and name.isupper() and all(letter.isalpha() for letter in letters) else ""


def swallowed(texts: Iterable[str], taken: frozenset[str]) -> tuple[str, ...]:
    """A warning where a speaker's name in capitals stands with its colon inside a turn: the words behind it are somebody else's."""
    turns = 0
    for text in texts:
        for ahead in text.split(":")[:-1]:
            words = ahead[-80:].split()
            turns += any((name := " ".join(words[-count:])) in taken and name.isupper() for count in range(1, 4))
    warning = (f"{turns} change(s) of speaker stand inside a line, where nobody looks for them: the words behind them are given to "
               "whoever spoke before. Put each name at the start of a line.")
    return (warning,) if turns else ()
