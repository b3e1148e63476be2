"""Facets in the words of the interface: what a value is called, what a group of them is called, decades in order.

What may not live here: counting (search).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from archive_app.web import interface, sentences
from archive_app.web.dates import decade_words
from archive_app.web.numbers import whole
from archive_app.web.translate import gettext, lazy_gettext

if TYPE_CHECKING:
    from archive_app.search.find import FacetValue

TITLES = {
    "language": lazy_gettext("Language"),
    "kind": lazy_gettext("Kind of words"),
    "collection": lazy_gettext("Collection"),
    "place": lazy_gettext("Place"),
    "person": lazy_gettext("Person"),
    "role": lazy_gettext("Role"),
    "has": lazy_gettext("With"),
    "decade": lazy_gettext("Told in"),
    "year_from": lazy_gettext("From year"),
    "year_to": lazy_gettext("To year"),
    "description": lazy_gettext("Description"),
}
FIELDS = tuple(field for field in TITLES if field != "decade")
"""In the order of the page; decades are drawn apart."""


def title(field: str) -> str:
    """What a group of facets is called."""
    return str(TITLES.get(field, field))


def label(field: str, value: str, given: str = "") -> str:
    """A value as people say it; `given`: the name the room found for it."""
    if field == "language":
        return interface.language_name(value)
    if field == "kind":
        return interface.capital(sentences.kind(value))
    if field == "role":
        return interface.capital(sentences.role(value))
    if field == "has":
        return sentences.has(value)
    if field == "decade":
        return interface.capital(decade_words(value))
    if field in {"year_from", "year_to"}:
        return f"{title(field)} {value}"
    return given or value


def decades(facets: Mapping[str, Sequence[FacetValue]]) -> list[tuple[int, int]]:
    """(year it begins, count), oldest first."""
    return sorted((year, each.count) for each in facets.get("decade", ()) if (year := whole(each.value)) is not None)


def decades_sentence(counts: Sequence[tuple[int, int]]) -> str:
    """The histogram in words: where most was told."""
    decade, count = max(counts, key=lambda pair: (pair[1], -pair[0]))
    return gettext("How much was told in each decade; most in %(decade)s: %(count)s.", decade=decade_words(str(decade)),
                   count=interface.number(count))
