"""Pictures as numbers: bars, ticks, places."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from flask import Flask

from archive_app.access.readings import MapPoint, Name, PlaceRef
from archive_app.web.charts import HEIGHT, LETTER, MAP_HEIGHT, MAP_WIDTH, WIDTH, Map, histogram, overlap, place_map, ticks
from tests.factories.archives import Archive
from tests.factories.readings import KARSEL, LOW_OMBREL, TESSEN, VALLEY
from tests.web.app import make_app


@pytest.fixture(scope="module")
def app() -> Flask:
    return make_app()


def test_bars_stand_in_order_of_years_with_gaps() -> None:
    bars = histogram([(1990, 8), (1930, 38), (1980, 5)])
    assert len(bars) == 7
    assert [bar.figure for bar in bars] == ["38", "", "", "", "", "5", "8"]
    assert [bar.height > 0 for bar in bars] == [True, False, False, False, False, True, True]
    assert bars[0].height == max(bar.height for bar in bars)
    assert all(0 <= bar.x and bar.x + bar.width <= WIDTH and 0 <= bar.y <= HEIGHT for bar in bars)


def test_bars_of_a_long_span_stay_inside() -> None:
    bars = histogram([(year, 1) for year in range(1500, 2030, 10)])
    assert all(0 <= bar.x and bar.x + bar.width <= WIDTH for bar in bars)
    assert 2 <= len([bar for bar in bars if bar.label]) <= 6
    assert histogram([]) == ()


def test_one_decade_is_one_bar() -> None:
    assert [bar.label for bar in histogram([(1990, 3)])] == ["1990"]


def test_ticks() -> None:
    assert [(tick.x, tick.width) for tick in ticks([(0, 0), (50_000, 60_000)], 100_000)] == [(0.0, 3.0), (500.0, 100.0)]
    assert ticks([(1, 2)], 0) == ()


def test_a_map_keeps_north_up_and_everything_inside(app: Flask) -> None:
    with app.test_request_context("/"):
        drawn = place_map([KARSEL, LOW_OMBREL, VALLEY, TESSEN])
    assert drawn is not None
    at = {point.label: point for point in drawn.points}
    assert at["Tessen"].y < at["Tavrel valley"].y < at["Low Ombrel"].y < at["Karsel"].y
    assert at["Karsel"].x < at["Tavrel valley"].x < at["Tessen"].x
    assert all(0 < point.x < MAP_WIDTH and 0 < point.y < MAP_HEIGHT for point in drawn.points)
    assert any(meridian for _, _, meridian in drawn.lines) and any(not meridian for _, _, meridian in drawn.lines)


def boxes(drawn: Map, letter: float = LETTER) -> list[tuple[float, float, float, float]]:
    """The room that labels take, by our own reckoning."""
    return [(point.x - 12 - letter * len(point.label), point.y - 14, point.x - 12, point.y + 14) if point.before else
            (point.x + 12, point.y - 14, point.x + 12 + letter * len(point.label), point.y + 14) for point in drawn.points if point.label]


def test_places_at_one_point_share_it_and_its_label(app: Flask) -> None:
    beside = replace(TESSEN, id="beside-it", names=(Name("Quay", "en"),))
    with app.test_request_context("/"):
        drawn = place_map([TESSEN, beside, replace(TESSEN, id="the-same-name"), KARSEL])
    assert drawn is not None and [point.label for point in drawn.points] == ["Tessen, Quay", "Karsel"]
    assert [place.id for place in drawn.places] == ["tessen", "beside-it", "the-same-name", "karsel"]


def test_of_many_places_at_one_point_the_first_is_written(app: Flask) -> None:
    many = [replace(TESSEN, id=f"part-{n}", names=(Name(f"Part number {n}", "en"),)) for n in range(9)]
    with app.test_request_context("/"):
        drawn = place_map([*many, KARSEL])
    assert drawn is not None and [point.label for point in drawn.points] == ["Part number 0", "Karsel"]


@pytest.mark.parametrize("letter", [LETTER, 17])
def test_labels_do_not_lie_on_each_other_or_outside(letter: float, app: Flask) -> None:
    draw = random.Random(5)
    many = [replace(TESSEN, id=f"place-{n}", names=(Name("x" * draw.randrange(3, 25)),), latitude=draw.uniform(-1, 1), longitude=draw.uniform(-2, 2))
            for n in range(60)]
    with app.test_request_context("/"):
        drawn = place_map(many, letter)
    assert drawn is not None and len(drawn.points) == 60
    taken = boxes(drawn, letter)
    assert len(taken) > 5
    assert not [(one, other) for at, one in enumerate(taken) for other in taken[at + 1:] if overlap(one, other)]
    assert all(0 <= left and right <= MAP_WIDTH for left, _, right, _ in taken)
    parallels = [(MAP_WIDTH - letter * len(text), y - 24, float(MAP_WIDTH), y) for y, text, meridian in drawn.lines if not meridian]
    assert parallels and not [one for one in taken for other in parallels if overlap(one, other)]


def test_a_map_speaks_the_language_of_the_interface(app: Flask) -> None:
    with app.test_request_context("/?ui=ru"):
        drawn = place_map([TESSEN, KARSEL])
    assert drawn is not None and [(point.label, point.language) for point in drawn.points] == [("Тессен", "ru"), ("Карсель", "ru")]


def test_points_of_the_index_have_no_page(app: Flask) -> None:
    with app.test_request_context("/"):
        drawn = place_map([MapPoint(10.0, 20.0, "The old gate"), MapPoint(11.0, None), MapPoint(12.0, 21.0)])
    assert drawn is not None
    assert [(place.id, place.name.text) for place in drawn.places] == [("", "The old gate"), ("", "")]
    assert sorted(point.label for point in drawn.points) == ["", "The old gate"]


def test_places_without_coordinates_make_no_map(app: Flask) -> None:
    with app.test_request_context("/"):
        assert place_map([replace(TESSEN, latitude=None)]) is None
        alone = place_map([TESSEN])
    assert alone is not None and len(alone.points) == 1


def macro(app: Flask, places: Sequence[PlaceRef | MapPoint], small: bool = False) -> str:
    with app.test_request_context("/"):
        return str(vars(app.jinja_env.get_template("_map.html").module)["map_of"](places, small)).strip()


def test_one_point_is_no_picture(app: Flask) -> None:
    assert macro(app, [TESSEN]) == macro(app, [TESSEN, replace(TESSEN, id="beside-it")]) == macro(app, []) == ""
    assert "<svg" in macro(app, [TESSEN, KARSEL])


def test_the_table_says_what_the_picture_does(app: Flask) -> None:
    text = macro(app, [TESSEN, KARSEL, MapPoint(-48.5, -123.0, "The old gate")], small=True)
    assert text.count("<circle") == text.count("<tr>") - 1 == 3
    assert 'href="/places/karsel"' in text and "48.90° S, 123.45° W" in text and "The old gate" in text
    assert 'class="picture beside"' in text


def test_hidden_places_have_no_pin_anywhere(sqlite_archive: Archive) -> None:
    sqlite_archive.bring(
        *({"identifier": f"told-in-{name}", "title": name, "place": f"{name.capitalize()} town", **access} for name, access in (
            ("first", {}), ("second", {}), ("quiet", {"access_description": "staff"}), ("sealed", {"access": "sealed"}))),
        places=tuple({"identifier": f"{name}-town", "names": f"{name.capitalize()} town|en|", "latitude": f"{at}.25", "longitude": f"{at}.5"}
                     for at, name in enumerate(("first", "second", "quiet", "sealed"), 10)))

    def pins(who: str) -> list[int]:
        client = make_app(open_room=lambda facts: sqlite_archive.room(who)).test_client()
        pages = [client.get(address) for address in ("/collections/valley", "/places")]
        assert all(page.status_code == 200 for page in pages)
        told = client.get("/collections/valley.json").text
        assert [name for name in ("quiet", "sealed") if f"{name}-town" in told + pages[0].text] == (["quiet"] if who == "archivist" else [])
        return [page.text.count("<circle") for page in pages]

    assert (pins("anonymous"), pins("archivist")) == ([2, 2], [3, 3])
