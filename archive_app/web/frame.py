"""What every template may use: addresses, sentences, names, dates, numbers, charts. Readings come from the page itself.

What may not live here: anything that reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask, current_app, g, request

from archive_app.access.readings import PlaceRef
from archive_app.access.registry_readings import Statement
from archive_app.exchange import blocks
from archive_app.web import about, charts, dates, facets, interface, lines, links, names, passages, sentences, visit
from archive_app.web.numbers import whole
from archive_app.web.translate import gettext

SECTIONS = ("/search", "/testimonies", "/people", "/places", "/events", "/collections")


def start(app: Flask) -> None:
    """Give the templates of `app` their words."""
    environment = app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.globals.update(
        say=sentences, to=links.to, here=links.here, toggled=links.toggled, asked_here=links.asked_here,
        in_language=links.in_language, twin_address=twin_address, hit_address=passages.hit_address,
        facet_address=passages.facet_address, about_pages=about.titles)
    environment.globals.update(
        ui=interface.chosen, first_ui=interface.first, languages=interface.choices, direction=interface.direction,
        capital=interface.capital, number=interface.number, listed=interface.listed)
    environment.globals.update(
        first_name=names.first, other_names=names.others, display_name=names.display, date=dates.date_words, years=years,
        moment_words=dates.moment_words, decade_words=dates.decade_words, time_code=lines.time_code, in_seconds=lines.in_seconds,
        coordinates=coordinates, length_of=blocks.length, grouped=grouped, figure=figure, shows_unit=shows_unit,
        style_name=STYLE_NAMES.__getitem__)
    environment.globals.update(
        facet_label=facets.label, facet_title=facets.title, facet_fields=facets.FIELDS, decade_counts=facets.decades,
        decades_sentence=facets.decades_sentence, histogram=charts.histogram, place_map=charts.place_map,
        field_name=field_name)
    environment.filters.update(language=interface.language_name, language_word=interface.language_word,
                               languages=interface.languages, has=sentences.has, stop=stop)
    app.context_processor(_of_this_page)


def _of_this_page() -> dict[str, Any]:
    """What differs from page to page; on an error page nothing that was asked."""
    section = next((path for path in SECTIONS if request.path.startswith(path)), "") if "keeps" in g else ""
    return {"section": section, "at_section": request.path == section, "signed_in": visit.seems_signed_in(),
            "at_desk": "keeps" in g and g.get("tends", False),
            "has_accounts": "account" in current_app.blueprints, "has_families": "submit" in current_app.blueprints}


def twin_address() -> str:
    """The JSON twin of this page."""
    path, mark, asked = links.here().partition("?")
    return ("/index.json" if path == "/" else f"{path}.json") + mark + asked


def stop(text: str) -> str:
    """The text as a sentence of its own: `1991 г.` has its full stop already."""
    return text if text.endswith((".", "։")) else f"{text}."


def years(span: tuple[int, int]) -> str:
    """`1991`, `1936 to 1938`."""
    if span[0] == span[1]:
        return str(span[0])
    return gettext("%(first)s to %(last)s", first=str(span[0]), last=str(span[1]))


def coordinates(place: PlaceRef) -> str:
    """Degrees to two places, about a kilometre: more would say more than testimony does."""
    latitude, longitude = place.latitude or 0.0, place.longitude or 0.0
    return f"{abs(latitude):.2f}° {'N' if latitude >= 0 else 'S'}, {abs(longitude):.2f}° {'E' if longitude >= 0 else 'W'}"


def grouped(statements: Sequence[Statement]) -> list[tuple[str, list[Statement]]]:
    """Statements by what they assert, in the order they came in; never by size."""
    known = [code for code in sentences.ASSERTS if any(each.asserts == code for each in statements)]
    known += sorted({each.asserts for each in statements} - set(known))
    spoken_of = list(dict.fromkeys(_about(each) for each in statements))
    return [(code, sorted((each for each in statements if each.asserts == code), key=lambda each: spoken_of.index(_about(each))))
            for code in known]


def _about(statement: Statement) -> str:
    """What a statement is about: those about one thing stand side by side."""
    place, person = statement.about_place, statement.about_person
    return place.id if place else person.person or person.face if person else statement.about


def figure(statement: Statement) -> str:
    """The value as stated: one, a range, open to one side; '' where none is given and none was to be expected."""
    first, last = _value(statement, statement.value_min), _value(statement, statement.value_max)
    if not first and not last:
        return gettext("no figure given") if statement.asserts == "count" else ""
    if first == last or not ((first and last) or _is_measured(statement)):
        return first or last
    if not last:
        return gettext("at least %(figure)s", figure=first)
    if not first:
        return gettext("at most %(figure)s", figure=last)
    return gettext("%(first)s to %(last)s", first=first, last=last)


def _is_measured(statement: Statement) -> bool:
    """Whether its value is on a scale, which can be open to one side: a number or a day, not "unknown"."""
    kinds = statement.asserts in ("count", "date") or statement.unit == "date"
    return kinds or whole(statement.value_min or statement.value_max, 18) is not None


def shows_unit(statement: Statement) -> bool:
    """Whether a statement's unit says more than that it is a date."""
    return bool(statement.unit) and statement.unit != statement.asserts


def _value(statement: Statement, text: str) -> str:
    if statement.asserts == "date" or statement.unit == "date":
        return dates.date_words(text) if text else ""
    found = whole(text, 18)
    return text if found is None else interface.number(found)


def field_name(field: str) -> str:
    """What was written wrongly, as a heading."""
    return gettext("Please check: %(field)s", field=field)


STYLE_NAMES = {"chicago": "Chicago", "mla": "MLA", "apa": "APA"}
