"""What restricted minutes of a folder hold, read from its files with our own few lines: words that no reader without leave may meet.

What may not live here: anything of the archive's own reading of manifests and captions; it is what that is held against.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

RUN = 4
"""So many words in a row that stand nowhere else are a leak."""
_TIMES = re.compile(r"(?:(\d+):)?(\d\d):(\d\d)\.(\d{3}) --> (?:(\d+):)?(\d\d):(\d\d)\.(\d{3})")
_VOICE = re.compile(r"<v[. ]([^>]*)>")
_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")

Sequence4 = tuple[str, ...]


@dataclass(frozen=True)
class Secret:
    """Of one testimony: runs of words that stand only in its restricted minutes, and single words that do."""

    testimony: str
    runs: frozenset[Sequence4]
    words: frozenset[str]


def words(text: str) -> list[str]:
    """The words of a text as they are compared: small letters, without tags and entities."""
    return [word.casefold() for word in _WORD.findall(html.unescape(_TAG.sub(" ", text)))]


def runs(found: list[str]) -> Iterator[Sequence4]:
    return (tuple(found[at:at + RUN]) for at in range(len(found) - RUN + 1))


def secrets_in(folder: Path) -> list[Secret]:
    """What the restricted minutes of a folder hold and nothing else in it does."""
    rows = list(csv.DictReader(io.StringIO((folder / "manifest.csv").read_text(encoding="utf-8-sig"), newline="")))
    inside: dict[str, list[list[str]]] = {}
    outside: list[list[str]] = [words(" ".join(row.values())) for row in rows]
    for row in rows:
        spans = [tuple(map(int, each.split("|")[0].split("-"))) for each in row["restrictions"].split(";") if each]
        for file in (each.split("|")[0] for each in row["transcripts"].split(";")):
            text = (folder / file).read_text(encoding="utf-8-sig")
            if not file.endswith(".vtt"):
                outside.append(words(text))
                continue
            for is_inside, said in _stretches(text, spans):
                inside.setdefault(row["identifier"], []).append(said) if is_inside else outside.append(said)
    open_runs = {run for said in outside for run in runs(said)}
    open_words = Counter(word for said in outside for word in said)
    return [Secret(key, frozenset(run for said in found for run in runs(said)) - open_runs,
                   frozenset(word for said in found for word in said if word not in open_words)) for key, found in inside.items()]


def _stretches(text: str, spans: Iterable[tuple[int, ...]]) -> Iterator[tuple[bool, list[str]]]:
    """(inside a restricted span, its words) for every unbroken stretch of cues."""
    spans = list(spans)
    said: list[str] = []
    was = False
    for block in re.split(r"\n\s*\n", text):
        times = _TIMES.search(block)
        if times is None:
            continue
        start, end = (int(h or 0) * 3_600_000 + int(m) * 60_000 + int(s) * 1000 + int(ms)
                      for h, m, s, ms in (times.groups()[:4], times.groups()[4:]))
        now = any(start < last and end > first for first, last in spans)
        if now != was and said:
            yield was, said
            said = []
        was = now
        said += words(block[times.end():])
        voice = _VOICE.search(block)
        if voice and not now:
            yield False, words(voice[1]) + words(block[times.end():])  # as formats with a column for the speaker run on
    yield was, said
