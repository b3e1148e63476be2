"""Pictures as numbers: bars, ticks, places."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from archive_app.web.charts import HEIGHT, MAP_HEIGHT, MAP_WIDTH, WIDTH, histogram, place_map, ticks
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


def test_labels_do_not_lie_on_each_other(app: Flask) -> None:
    with app.test_request_context("/"):
        drawn = place_map([TESSEN, replace(TESSEN, id="beside-it"), KARSEL])
    assert drawn is not None and [point.label for point in drawn.points] == ["Tessen", "", "Karsel"]


def test_places_without_coordinates_make_no_map(app: Flask) -> None:
    with app.test_request_context("/"):
        assert place_map([replace(TESSEN, latitude=None)]) is None
        alone = place_map([TESSEN])
    assert alone is not None and len(alone.points) == 1
