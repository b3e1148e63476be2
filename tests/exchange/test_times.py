from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_app.exchange.times import clock, clock_seconds, read_clock, read_seconds


@given(st.integers(0, 10**10))
def test_what_is_written_is_read_back_to_the_millisecond(time_ms: int) -> None:
    assert read_clock(clock(time_ms)) == read_clock(clock(time_ms, ",")) == time_ms
    assert read_clock(clock_seconds(time_ms)) == time_ms // 1000 * 1000


@pytest.mark.parametrize(
    ("text", "time_ms"),
    [("0:00", 0), ("1:02:03.004", 3_723_004), ("02:03,5", 123_500), ("100:00:00", 360_000_000), ("00:00:01.99999", 1999),
     (" 1:00 ", 60_000),
     ("00:60", None), ("00:60:00", None), ("1:2:3", None), ("12", None), ("1:00:00:00", None), ("-1:00", None),
     ("", None), ("٠:٠٠", None)],
)  # fmt: skip
def test_clocks(text: str, time_ms: int | None) -> None:
    assert read_clock(text) == time_ms


@pytest.mark.parametrize(
    ("text", "time_ms"), [("0", 0), ("12.5", 12_500), ("12,0625", 12_062), ("1e3", None), ("-1", None), ("12.", None), ("", None)]
)
def test_seconds(text: str, time_ms: int | None) -> None:
    assert read_seconds(text) == time_ms
