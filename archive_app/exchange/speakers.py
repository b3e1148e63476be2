"""Who speaks, where a text says so only by `Name:` at the start of a paragraph.

Conservative: a name wrongly taken from the words is worse than a turn without a name. `Interviewer: Miss Robertson` in a heading,
`Age: 73`, `NOTE:` and footnotes stay words. What may not live here: times, formats.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_NAME = r"[^\W\d_][^\n:：;,!?\"“”„«»\[\]<>|=/*]{0,38}?"
_LABEL = re.compile(rf"(?:\*\*({_NAME})(?:\*\*\s?[:：]|[:：]\*\*)|([QA])([.:])|({_NAME})\s?[:：])(?:\s+|\Z)")
_LONGEST_NAME_WORDS = 5
_RETURNS = 2
"""Names are turns of a talk when at least so often one of them comes back right after another's turn (A, B, A)."""


def labels(paragraphs: Sequence[str]) -> frozenset[str]:
    """The names that are speakers in this text, of those that stand with a colon at the start of a paragraph.

    Taken are: names in bold that occur twice; Q and A that answer each other; names that occur at least twice and alternate; and,
    where all of those are in capitals, names in capitals behind the first turn.
    """
    found = [label for paragraph in paragraphs if (label := _label(paragraph))]
    names = [name for name, _ in found]
    taken = _alternating(names) | _questions(found)
    if taken and all(_capitals(name) for name in taken):
        first = min(names.index(name) for name in taken)
        taken |= {name for name in names[first:] if _capitals(name)}
    bold = [name for name, style in found if style == "bold"]
    return taken | frozenset(bold if len(bold) > 1 else ())


def split_label(paragraph: str, taken: frozenset[str]) -> tuple[str, str]:
    """(speaker, words) of one paragraph; the speaker is '' where it begins with none of the names taken."""
    label = _label(paragraph)
    found = _LABEL.match(paragraph)
    if label is None or found is None or label[0] not in taken:
        return "", paragraph
    return label[0], paragraph[found.end() :].strip()


def _label(paragraph: str) -> tuple[str, str] | None:
    """The name at the start of a paragraph with the way it is set: bold, `.` or `:` (of Q and A), plain."""
    found = _LABEL.match(paragraph)
    if found is None:
        return None
    bold, letter, point, plain = found.groups()
    name = str(bold or letter or plain).strip()
    if name[0].islower() or len(name.split()) > _LONGEST_NAME_WORDS:
        return None
    return name, "bold" if bold else point or "plain"


def _alternating(names: Sequence[str]) -> frozenset[str]:
    often = {name for name, count in Counter(names).items() if count > 1}
    turns = [name for name in names if name in often]
    returns = [(a, b) for a, b, c in zip(turns, turns[1:], turns[2:], strict=False) if a == c != b]
    return frozenset(name for pair in returns for name in pair) if len(returns) >= _RETURNS else frozenset()


def _questions(found: Sequence[tuple[str, str]]) -> frozenset[str]:
    """Q and A, where a question is followed by its answer: once with colons, twice with points (`A. Arden` may be a name)."""
    answers = [style for (name, _), (after, style) in zip(found, found[1:], strict=False) if (name, after) == ("Q", "A")]
    return frozenset("QA") if ":" in answers or len(answers) > 1 else frozenset()


def _capitals(name: str) -> bool:
    return name.isupper() and sum(letter.isalpha() for letter in name) > 1 or name in ("Q", "A")
