"""Word documents (.docx) as transcripts: time-codes at the start of a line or alone on one, speakers with a colon or in bold;
everything else as plain text has it (plain.py).

    package (word_package) -> body (word_body, word_styles) -> lines (word_lines) -> cues          reading -> bytes (word_writer)

What may not live here: XML; which lines a document has.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from archive_app.errors import Invalid
from archive_app.exchange.columns import read_time
from archive_app.exchange.cues import FIELD, Parsed
from archive_app.exchange.plain import Line, cues_of
from archive_app.exchange.speakers import labels
from archive_app.exchange.word_body import read_body
from archive_app.exchange.word_lines import Draft, drafts
from archive_app.exchange.word_package import open_package

_LONG = r"[0-9]{1,3}[:;][0-9]{2}[:;][0-9]{2}(?:[.,][0-9]{1,3}|[:;][0-9]{2,3})?"
_SHORT = r"[0-9]{1,2}:[0-9]{2}"
_UNTIL = rf"(?:\s*(?:-{{1,2}}>?|\u2013|\u2014|to)\s*(?:{_LONG}|{_SHORT}))?\s*"
_ANY = rf"\s*({_LONG}|{_SHORT}){_UNTIL}"
_CODE = re.compile(rf"(?:\[{_ANY}\]|\({_ANY}\)|({_LONG}){_UNTIL}(?:(?<=\s)|\Z)|({_SHORT}){_UNTIL}\Z)\s*", re.ASCII)


def parse(data: bytes) -> Parsed:
    """The words of a document that people see, in order; tracked changes count as accepted.

    Paragraphs are segments, rows of a table that says times or speakers are. Time-codes are `[00:12:34]`, `(12:34)`, `00:12:34` or
    `00:12:34:24` (frames are cut off) with which at least two lines begin; `12:34` alone on a line is one too. Raises
    Invalid("transcripts", ...) for what is no document or holds no words. What is no words is left out, and counted in a warning.
    """
    body = read_body(open_package(data))
    strange: list[str] = []
    cues = cues_of(_as_lines(list(drafts(body.blocks, strange))), read_code)
    if not cues:
        raise Invalid(FIELD, "This Word document holds no words.")
    told = [f"Columns of tables that mean nothing here were left out: {', '.join(strange)}."] if strange else []
    return Parsed(cues, (*_warnings(body.left_out), *told))


def read_code(line: str) -> tuple[int, str] | None:
    """(ms, the words behind it) of the time-code with which a line begins."""
    found = _CODE.match(line)
    time_ms = read_time(next(filter(None, found.groups()))) if found else None
    return None if found is None or time_ms is None else (time_ms, line[found.end() :])


@dataclass(frozen=True)
class _Name:
    """The bold words with which a line begins behind its time-code: `code` ahead of the name, `rest` behind it. `colon`: a colon
    parts them; `apart`: a tab or the end of the line does."""

    code: str
    name: str
    rest: str
    colon: bool
    apart: bool


def _as_lines(lines: Sequence[Draft]) -> tuple[Line, ...]:
    """The lines with their names. In bold with a colon are names those that come twice (a heading has each once); without one,
    those that alternate as names with a colon must."""
    names = [_bold_name(line) for line in lines]
    often = Counter(name.name for name in names if name and name.colon)
    turns = labels([f"{name.name}: -" for name in names if name and name.apart])
    return tuple(_as_line(draft, name, often, turns) for draft, name in zip(lines, names, strict=True) if draft.words)


def _as_line(draft: Draft, name: _Name | None, often: Mapping[str, int], turns: frozenset[str]) -> Line:
    line = Line(_spaced(draft.words), draft.begins, "", draft.start_ms, draft.end_ms, draft.speaker)
    if name and name.colon and often[name.name] > 1:
        return line._replace(marked=_spaced(f"{name.code}**{name.name}:** {name.rest}"))
    if name and name.apart and name.name in turns:
        return line._replace(words=_spaced(name.code + name.rest), speaker=name.name)
    return line


def _bold_name(draft: Draft) -> _Name | None:
    text = "".join(words for words, _ in draft.pieces)
    bold = [each for words, each in draft.pieces for _ in words]
    first = len(text) - len(text.lstrip())
    coded = read_code(text[first:])
    first = len(text) - len(coded[1]) if coded else first
    behind = next((at for at in range(first, len(text)) if not (bold[at] or text[at].isspace())), len(text))
    name, rest = text[first:behind], text[behind:]
    bare = name.strip().rstrip(":\uff1a").strip()
    if not bare:
        return None
    colon = name.strip() != bare or rest.startswith((":", "\uff1a"))
    return _Name(text[:first], bare, rest.lstrip(":\uff1a \t"), colon, not colon and ("\t" in name[len(name.rstrip()) :] or not rest))


def _spaced(words: str) -> str:
    """A tab is a blank: it is there for the eye."""
    return " ".join(part for each in words.split("\t") if (part := each.strip()))


_COUNTED = {"deletion": "tracked deletion", "comment": "comment", "note": "note"}


def _warnings(left_out: Mapping[str, int]) -> Iterable[str]:
    """What an archivist must know of what was left out, and of what was not."""
    parts = [f"{left_out[key]} {name}{'' if left_out[key] == 1 else 's'}" for key, name in _COUNTED.items() if left_out.get(key)]
    parts += [name for key, name in (("hidden", "hidden text"), ("text box", "text boxes")) if left_out.get(key)]
    if parts:
        yield f"Left out, because they are no words of the transcript: {', '.join(parts)}."
    if left_out.get("struck"):
        yield "Words that are struck through were taken in as words: delete them in the document if they are to be none."
    if left_out.get("black"):
        yield "Words covered in black were taken in as words: black hides them from the eye alone. Withhold them, or delete them there."
