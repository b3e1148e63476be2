"""What happened against when it was told: one axis, nothing on top of anything, the table says it all."""

from __future__ import annotations

import html
import random
import re
from dataclasses import replace

import pytest
from flask import Flask

from archive_app.access.readings import Coverage, EventRef, Name
from archive_app.web.charts import LETTER
from archive_app.web.time_line import BARS, EDGE, ROW, ROWS, WIDTH, TimeLine, time_line
from tests.factories.readings import FLOOD, MOVE, WATER
from tests.web.app import make_app

TOLD = ((1988, 1988, 1), (1990, 1999, 1), (1991, 1991, 2), (1999, 2001, 1))


@pytest.fixture(scope="module")
def app() -> Flask:
    return make_app()


def drawn(app: Flask, coverage: Coverage) -> TimeLine | None:
    with app.test_request_context("/"):
        return time_line(coverage)


def line(app: Flask, coverage: Coverage) -> TimeLine:
    found = drawn(app, coverage)
    assert found is not None
    return found


def event(n: int, date: str, name: str = "") -> EventRef:
    return EventRef(f"event-{n:03}", (Name(name or f"Event {n}", "en"),), date)


def test_years_run_from_left_to_right_on_one_axis(app: Flask) -> None:
    found = line(app, Coverage(TOLD, (), (MOVE, FLOOD)))
    assert [moment.label for moment in found.moments] == ["Flooding of Low Ombrel", "Resettlement to Tessen"]
    places = [moment.x for moment in found.moments] + [bar.x for bar in found.bars]
    assert places == sorted(places) and EDGE == places[0]
    year = dict((text, x) for x, text in found.years)
    assert year["1960"] < found.bars[0].x < year["1980"] + (year["1980"] - year["1960"]) / 20
    assert found.moments[1].width == pytest.approx(3 * (year["1980"] - year["1960"]) / 20, abs=0.2)  # three years of twenty


def test_a_date_counts_in_each_decade_it_touches(app: Flask) -> None:
    found = line(app, Coverage(TOLD, (), ()))
    assert found.decades == [(1980, 1), (1990, 4), (2000, 1)]
    assert [bar.figure for bar in found.bars] == ["1", "4", "1"]
    assert max(bar.height for bar in found.bars) == found.bars[1].height == BARS - ROW
    assert all(bar.y + bar.height == pytest.approx(found.base) for bar in found.bars)


def test_the_table_is_in_order_of_time(app: Flask) -> None:
    rows = line(app, Coverage(TOLD, (), (MOVE, FLOOD, event(1, "1990")))).rows
    assert [(row.year, row.event.id if row.event else row.told) for row in rows] == [
        (1954, FLOOD.id), (1955, MOVE.id), (1980, 1), (1990, "event-001"), (1990, 4), (2000, 1)]


@pytest.mark.parametrize("coverage", [
    Coverage((), (), ()), Coverage((), (), (FLOOD, MOVE)), Coverage(((1937, 1937, 2000),), (), ()), Coverage(((1800, 1950, 1),), (), (FLOOD,)),
    Coverage(((1937, 1937, 1),), (), (replace(FLOOD, date="nobody knows"),))])
def test_nothing_to_hold_against_each_other_is_no_picture(coverage: Coverage, app: Flask) -> None:
    assert drawn(app, coverage) is None


def test_names_do_not_lie_on_each_other_or_outside(app: Flask) -> None:
    draw = random.Random(7)
    events = tuple(event(n, str(draw.randrange(1900, 2000)), "x" * draw.randrange(1, 30)) for n in range(40))
    found = line(app, Coverage(TOLD, (), events))
    named = [moment for moment in found.moments if moment.label]
    assert len(found.moments) == 40 and len(named) > ROWS
    spans = [(moment.y, moment.x - 8 - LETTER * len(moment.label), moment.x + moment.width) if moment.before else
             (moment.y, moment.x, moment.x + moment.width + 8 + LETTER * len(moment.label)) for moment in named]
    assert all(0 <= start and end <= WIDTH for _, start, end in spans)
    assert not [(one, other) for at, one in enumerate(spans) for other in spans[at + 1:] if one[0] == other[0] and one[1] < other[2] and other[1] < one[2]]
    assert {row.event.id for row in found.rows if row.event} == {each.id for each in events}
    assert max(moment.y for moment in found.moments) < found.base - (BARS - ROW)


@pytest.mark.parametrize("span", [(1930, 1941), (1700, 2020), (1, 2020)])
def test_years_under_it_stay_inside_and_apart(span: tuple[int, int], app: Flask) -> None:
    found = line(app, Coverage(((span[1], span[1], 1),), (), (event(1, f"{span[0]:04}"),)))
    places = [x for x, _ in found.years]
    assert 1 <= len(places) <= 7 and all(EDGE <= x <= WIDTH - EDGE for x in places)
    assert all(after - before > LETTER * 4 for before, after in zip(places, places[1:], strict=False))


def test_the_page_of_a_collection_shows_it_on_its_first_page(app: Flask) -> None:
    client = app.test_client()
    text = client.get(f"/collections/{WATER.id}").text
    table = re.search(r"<tbody>(.*?)</tbody>", text, re.DOTALL)
    assert table and [" ".join(html.unescape(re.sub("<[^>]*>", " ", row)).split()) for row in table[1].split("<tr>")[1:]] == [
        "17 November 1954 to 18 November 1954 Flooding of Low Ombrel", "1955 to 1957 Resettlement to Tessen", "The 1980s 1 testimony was told",
        "The 1990s 2 testimonies were told"]
    assert f'href="/testimonies?collection={WATER.id}&amp;decade=1980"' in text and f'href="/events/{FLOOD.id}"' in text
    assert 'class="timeline"' in text and 'class="map"' in text
    assert client.get(f"/collections/{WATER.id}.json").json["coverage"]["told"][0] == {"first_year": 1988, "last_year": 1988, "testimonies": 1}
    assert "<svg" not in client.get(f"/collections/{WATER.id}?page=2").text
    assert client.get(f"/collections/{WATER.id}.json?page=2").json["coverage"] is None


def test_a_collection_that_covers_nothing_shows_none(app: Flask) -> None:
    assert "<svg" not in app.test_client().get("/collections/streets-of-tessen").text
