"""Readings of testimonies for the tests of citations: fictional."""

from __future__ import annotations

from archive_app.access import readings


def told(
    *people: tuple[str, str],
    title: str = "The ferry stopped",
    date: str = "1992-02-26",
    collection: str = "Voices of the North Bank",
    languages: tuple[str, ...] = ("az",),
) -> readings.Testimony:
    """A testimony of people as (shown, role)."""
    card = readings.Card(
        id="ferry-1",
        title=title,
        collection=readings.CollectionRef("north", (readings.Name(collection, "en"),) if collection else ()),
        date=date,
        places=(),
        people=tuple(readings.PersonRef(shown, role, None, f"face-{n}") for n, (shown, role) in enumerate(people)),
        languages=languages,
        kinds=(),
        has=(),
    )
    return readings.Testimony(card, "", (), (), (), (), ())


ADDRESS = "https://archive.example/testimonies/ferry-1"
ARCHIVE = "Fictional Archive"
TALK = told(("Arden, Mira", "witness"), ("Ink, Jo", "interviewer"), ("Mentioned, Person", "mentioned"))
