"""An application over the fake room, for tests of pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from io import BytesIO
from typing import Any, BinaryIO

from flask import Flask

from archive_app import create_app
from archive_app.access.readings import Segment
from archive_app.config import settings
from archive_app.errors import NotFound
from archive_app.search.find import FacetValue, Hit, Inside, Results
from archive_app.search.query import PLAIN_NOTE, Question
from archive_app.web.visit import Doors, Facts
from tests.factories import readings
from tests.factories.readings import FakeRoom, opened

SOUND = bytes(range(256)) * (3 << 12)
"""Three MiB."""
HTML, JSON = "text/html; charset=utf-8", "application/json"


def make_app(room: FakeRoom | None = None, open_room: Callable[[Facts], AbstractContextManager[Any]] | None = None,
             **environ: str) -> Flask:
    """`environ`: settings without their prefix."""
    chosen = settings({"ARCHIVE_SECRET_KEY": "a key for tests that is long enough", "ARCHIVE_BASE_URL": "https://archive.example",
                       **{f"ARCHIVE_{name}": value for name, value in environ.items()}})
    here = room or FakeRoom()
    return create_app(chosen, Doors(open_room or (lambda facts: opened(here)), find, find_in, open_bytes))


def open_bytes(digest: str) -> BinaryIO:
    """The bytes of the one recording that the fake room has."""
    if digest != "sound":
        raise NotFound()
    return BytesIO(SOUND)


def find(room: FakeRoom, question: Question) -> Results:
    """Every segment that holds the first word asked for, as search would answer."""
    hits = _hits(room, question.q) if question.q else _spoken(room, question.language)
    facets: Mapping[str, tuple[FacetValue, ...]] = {
        "decade": (FacetValue("1990", "1990", 8), FacetValue("1980", "1980", 5), FacetValue("1930", "1930", 38)),
        "language": (FacetValue("en", "en", 9), FacetValue("az", "az", 4)),
        "kind": (FacetValue("corrected", "corrected", 9), FacetValue("machine", "machine", 1)),
        "collection": (FacetValue("night-of-the-water", "The Night of the Water", 12),),
        "place": (FacetValue("tessen", "Tessen", 3),), "role": (FacetValue("survivor", "survivor", 7),),
        "has": (FacetValue("audio", "audio", 2),)} if hits else {}
    total = 45 if hits else 0
    return Results(question.q, total, len({hit.testimony for hit in hits}), question.page, 3 if hits else 1, facets,
                   () if hits else ("bell",), tuple(hits), PLAIN_NOTE if '"' in question.q else "")


def find_in(room: FakeRoom, id: str, q: str) -> Inside:
    hits = [hit for hit in _hits(room, q) if hit.testimony == id]
    return Inside(q, len(hits), tuple(hits), "")


def _spoken(room: FakeRoom, languages: tuple[str, ...]) -> list[Hit]:
    """Without words to look for: the opening of every transcript in one of several languages."""
    heads = [(card, each) for card in room.cards for each in readings.TRANSCRIPTS.get(card.id, ())]
    return [Hit(card.id, card.title, each.head.n, each.head.language, each.head.kind, "", 1, None, None, each.blocks[0].text, "", "", 2,
                card.date, "")
            for card, each in heads if each.head.language in languages and isinstance(each.blocks[0], Segment)] if languages[1:] else []


def _hits(room: FakeRoom, q: str) -> list[Hit]:
    word = q.strip('"').split()[0].casefold() if q.strip('"').split() else ""
    found = []
    for card in room.cards:
        for transcript in readings.TRANSCRIPTS.get(card.id, ()):
            for block in transcript.blocks:
                at = block.text.casefold().find(word) if isinstance(block, Segment) else -1
                if isinstance(block, Segment) and word and at >= 0:
                    found.append(Hit(card.id, card.title, transcript.head.n, block.language, transcript.head.kind, block.speaker,
                                     block.n,
                                     block.start_ms, block.end_ms, block.text[:at], block.text[at:at + len(word)],
                                     block.text[at + len(word):], 2, card.date, transcript.head.approved_on))
    return found
