"""Segments as forms and scripts send them: fields of a page of fifty, or a list in JSON. Pure but for the request that is read.

What may not live here: what becomes of them (actions.spoken_lines checks and keeps).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from flask import request

from archive_app.access.kept_transcript_readings import Spoken
from archive_app.actions.spoken_lines import cut, retext
from archive_app.errors import Invalid
from archive_app.exchange.times import clock, read_clock
from archive_app.web.translate import gettext

PARTED = re.compile(r"\n\s*\n")
MOST = 200
"""Segments of one page, as a form may send them."""


@dataclass(frozen=True)
class Typed:
    """A segment as it stands in the fields of a form."""

    text: str
    speaker: str
    start: str
    end: str
    language: str = ""


@dataclass(frozen=True)
class Page:
    """Which page of how many, both from 1."""

    page: int
    pages: int


def typed(said: Spoken) -> Typed:
    """A segment as its form shows it."""
    return Typed(said.text, said.speaker, _time(said.start_ms), _time(said.end_ms), said.language)


def _time(ms: int | None) -> str:
    return "" if ms is None else clock(ms)


def sent() -> list[Typed]:
    """What was typed into a page of segments, in order."""
    found = []
    for place in range(MOST):
        if f"text-{place}" not in request.form:
            break
        values = [request.form.get(f"{name}-{place}", "") for name in ("text", "speaker", "start", "end")]
        found.append(Typed(values[0].replace("\r\n", "\n"), *(value.strip() for value in values[1:])))
    return found


def read(typed_in: Sequence[Typed], before: Sequence[Spoken]) -> tuple[Spoken, ...]:
    """The segments that were meant: an empty line cuts one in two, one without words is dropped. `before`: the same as they were, whose
    word times stay where the words did. Raises Invalid naming the field."""
    found: list[Spoken] = []
    for place, (each, old) in enumerate(zip_longest(typed_in, before[:len(typed_in)], fillvalue=Spoken(None, None, "", ""))):
        assert isinstance(each, Typed) and isinstance(old, Spoken)  # there are as many of those typed, or more
        parts = [" ".join(part.split()) if part.strip() != old.text else old.text for part in PARTED.split(each.text) if part.strip()]
        if not parts:
            continue
        start, end = _read_time(each.start, old.start_ms, f"start-{place}"), _read_time(each.end, old.end_ms, f"end-{place}")
        moved = 0 if start is None or old.start_ms is None else start - old.start_ms
        rest = retext(replace(old, start_ms=start, end_ms=end, speaker=each.speaker, words=tuple((at, ms + moved) for at, ms in old.words)),
                      " ".join(parts))
        for part in parts[:-1]:
            done, rest = cut(rest, len(part) + 1)
            found.append(done)
        found.append(rest)
    return tuple(found)


def _read_time(text: str, old: int | None, field: str) -> int | None:
    if text == _time(old):
        return old
    if not text:
        return None
    ms = read_clock(text)
    if ms is None:
        raise Invalid(field, gettext("write a time as 12:34 or 1:02:03.500"))
    return ms


def as_json(said: Spoken) -> list[Any]:
    """A segment as the editor has it: [start, end, speaker, text, cue, language, words]."""
    return [said.start_ms, said.end_ms, said.speaker, said.text, said.cue, said.language, [list(word) for word in said.words]]


def from_json(text: str) -> tuple[Spoken, ...]:
    """A list of such segments. Raises Invalid for anything else."""
    try:
        rows = json.loads(text)
        if isinstance(rows, list):
            return tuple(_spoken(row) for row in rows)
    except (ValueError, TypeError, RecursionError):
        pass
    raise Invalid("segments", gettext("this page was changed on its way; open it again"))


def _spoken(row: Any) -> Spoken:
    start, end, speaker, said, cue, language, words = row
    times = [start, end, *(value for at, ms in words for value in (at, ms))]
    if not all(isinstance(each, str) for each in (speaker, said, cue, language)):
        raise ValueError
    if not all(type(each) is int for each in times[2:]) or not all(each is None or type(each) is int for each in times[:2]):
        raise ValueError
    return Spoken(start, end, speaker, said, cue, language, tuple((at, ms) for at, ms in words))
