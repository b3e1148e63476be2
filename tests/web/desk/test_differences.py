"""What is said to differ is what is marked: the number above the text is that of the marks in it."""

from __future__ import annotations

import pytest

from archive_app.access.kept_transcript_readings import Spoken
from archive_app.web.desk.differences import MOST, differences


def said(*texts: str, speaker: str = "") -> list[Spoken]:
    return [Spoken(at * 1000, at * 1000 + 900, speaker, text) for at, text in enumerate(texts)]


@pytest.mark.parametrize(("one", "other", "marks", "places"), [
    (said("the bell rang"), said("the bell rang"), 0, 0),
    (said("the bell rang"), said("a bell rang"), 1, 1),
    (said("the bell rang twice"), said("a bell rang thrice"), 2, 1),
    (said("the bell rang", "and again"), said("a bell rang out", "and once again"), 3, 1),
    (said("the bell", "rang", "and again"), said("a bell", "rang", "and once"), 2, 2),
    (said("the bell rang"), said("the bell", "rang"), 1, 1),
    (said("the bell"), said("the bell", speaker="Ida"), 1, 1),
    (said("the bell"), said("the  bell"), 1, 1),
    (said("the bell", "rang"), said("the bell"), 1, 1)])
def test_every_mark_is_counted_and_nothing_else(one: list[Spoken], other: list[Spoken], marks: int, places: int) -> None:
    found = differences(one, other)
    assert (found.total, found.shown, len(found.places)) == (marks, marks, places)


def test_of_what_is_not_shown_every_place_counts_once() -> None:
    kept = [f"kept {at}" for at in range(MOST + 10)]
    one, other = ([text for at, each in enumerate(kept) for text in (each, f"{word} {at} {word}")] for word in ("old", "new"))
    found = differences(said(*one), said(*other))
    assert len(found.places) == MOST and (found.shown, found.total) == (2 * MOST, 2 * MOST + 10)
