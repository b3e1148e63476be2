"""What a page reads, where that is more than one call of the room."""

from __future__ import annotations

from archive_app.access.readings import IndexPoint
from archive_app.web.reads import points_in


def test_an_index_in_two_languages_is_shown_in_that_of_the_words() -> None:
    points = (IndexPoint(0, "The bell", language="en"), IndexPoint(0, "Колокол", language="ru"), IndexPoint(9, "The rope", language="en-GB"))
    assert [point.title for point in points_in(points, "en")] == ["The bell", "The rope"]
    assert [point.title for point in points_in(points, "ru")] == ["Колокол"]
    assert points_in(points, "hy") == points_in(points, "") == points
    assert points_in((), "en") == ()
