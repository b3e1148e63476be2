"""Film for reading: black where the picture is cut, silent where the sound is, upright, in time, and with nothing else in it."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from pathlib import Path

import av
import numpy
import pytest

from archive_app.errors import Invalid
from archive_app.storage.cuts import Cuts, Span
from archive_app.storage.film import make_film, make_poster
from tests.factories.sounds import heard, seen, shade, spliced
from tests.factories.suites import spread
from tests.storage.making import FILMS, INAUDIBLE, copied, film_file, left_and_right, loudest, made_once, onset_ms, packets, turned

TALK = ((0, 4000, 900),)
CUT = (1500, 2500)
BLACK = 17


def light(copy: Path, start_ms: int, end_ms: int) -> set[int]:
    """The shades in the middle of the frames of a stretch."""
    return {int(numpy.median(grey)) for time, grey in seen(copy) if start_ms <= time < end_ms}


@pytest.mark.parametrize("ending", spread(FILMS, 1))
def test_inside_a_cut_the_picture_is_black_and_the_sound_stays(tmp_path: Path, ending: str) -> None:
    copy, _ = copied(make_film, made_once(ending, TALK), tmp_path, picture=[CUT])
    inside = [grey for time, grey in seen(copy) if 1500 <= time < 2500]
    assert inside and max(int(grey.max()) for grey in inside) <= BLACK
    assert min(light(copy, 0, 1300)) > 90 and min(light(copy, 2700, 4000)) > 90
    assert loudest(heard(copy), 1600, 2400) > 8_000


@pytest.mark.parametrize("ending", spread(FILMS, 1))
def test_inside_a_cut_the_sound_is_silent_and_the_picture_stays(tmp_path: Path, ending: str) -> None:
    copy, _ = copied(make_film, made_once(ending, TALK), tmp_path, sound=[CUT])
    assert loudest(heard(copy), 1400, 2600) <= INAUDIBLE and loudest(heard(copy), 2800, 3800) > 8_000
    assert all(abs(each - shade(900)) <= 12 for each in light(copy, 0, 4000))


@pytest.mark.parametrize(("ending", "span"), spread(product(FILMS, [CUT, (0, 1000), (3000, 4000)]), 1))
def test_what_was_shown_and_said_inside_a_cut_changes_no_byte(tmp_path: Path, ending: str, span: Span) -> None:
    start, end = span
    other = tuple(tone for tone in ((0, start, 900), (start, end, 1800), (end, 4000, 900)) if tone[0] < tone[1])
    one = made_once(ending, TALK)
    two = spliced(one, made_once(ending, other, 4000), start, end, tmp_path / f"two.{ending}")
    for recipe in (make_film, make_poster):
        hidden = [copied(recipe, file, tmp_path, [span], [span]) for file in (one, two)]
        assert hidden[0][0].read_bytes() == hidden[1][0].read_bytes() and hidden[0][1] == hidden[1][1]
    assert seen(one)[(start + end) // 100][1].tolist() != seen(two)[(start + end) // 100][1].tolist(), "the two were never different"


def test_the_times_of_hidden_frames_are_hidden_too(tmp_path: Path) -> None:
    pictures = [left_and_right(64, 48, 40, 200)] * 80
    source = film_file(tmp_path / "film.mp4", pictures)
    copy, _ = copied(make_film, source, tmp_path, picture=[CUT])
    assert [round(time * 1000) for time, _ in packets(copy, "video") if 1.36 < time < 2.64] in (
        [1500, 2000, 2500], [2000, 1500, 2500], [2500, 1500, 2000], [2500, 2000, 1500])


def test_a_wholly_hidden_picture_is_black_to_the_end(tmp_path: Path) -> None:
    copy, facts = copied(make_film, made_once("mp4", TALK), tmp_path, picture=[(0, 10**10)])
    assert max(int(grey.max()) for _, grey in seen(copy)) <= BLACK
    assert loudest(heard(copy), 100, 3900) > 8_000 and abs(facts["duration_ms"] - 4000) <= 60
    poster, _ = copied(make_poster, made_once("mp4", TALK), tmp_path, picture=[(0, 10**10)])
    with av.open(str(poster)) as opened:
        assert next(opened.decode(video=0)).to_ndarray(format="gray").max() <= BLACK


@pytest.mark.parametrize("ending", spread(FILMS, 1))
def test_a_moment_of_the_copy_is_that_moment_of_the_original(tmp_path: Path, ending: str) -> None:
    copy, facts = copied(make_film, made_once(ending, ((2000, 3000, 900),), 4000), tmp_path)
    assert abs(onset_ms(heard(copy)) - 2000) <= 15
    first_light = min(time for time, grey in seen(copy) if grey.mean() > 60)
    assert abs(first_light - 2000) <= 50 and abs(facts["duration_ms"] - 4000) <= 60


def test_keys_stand_every_two_seconds_and_the_index_at_the_start(tmp_path: Path) -> None:
    rng = numpy.random.default_rng(1)
    source = film_file(tmp_path / "film.mp4", [rng.integers(0, 255, (48, 64, 3)) if n < 2 else left_and_right(64, 48, n, 255 - n) for n in range(200)])
    copy, _ = copied(make_film, source, tmp_path)
    keys = {round(time, 1) for time, is_key in packets(copy, "video") if is_key}
    assert {0.0, 2.0, 4.0, 6.0, 8.0} <= keys
    data = copy.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat") and b"x264" not in data and b"Lav" not in data


def test_a_copy_has_one_picture_and_one_sound_that_browsers_play(tmp_path: Path) -> None:
    with av.open(str(copied(make_film, made_once("webm", TALK), tmp_path)[0])) as opened:
        film, sound = opened.streams
        assert (film.codec_context.name, film.codec_context.pix_fmt, sound.codec_context.name) == ("h264", "yuv420p", "aac")
        assert opened.metadata.keys() <= {"major_brand", "minor_version", "compatible_brands"}


def test_a_film_on_its_side_is_set_upright(tmp_path: Path) -> None:
    source = turned(film_file(tmp_path / "film.mp4", [left_and_right(96, 48, 30, 220)] * 10))
    copy, facts = copied(make_film, source, tmp_path)
    assert (facts["width"], facts["height"]) == (48, 96)
    grey = seen(copy)[0][1]
    assert grey[:40].mean() < 60 < 180 < grey[56:].mean(), "turned clockwise, the left is above"


def test_pixels_become_square_and_a_wide_film_narrower(tmp_path: Path) -> None:
    wide = film_file(tmp_path / "wide.mp4", [left_and_right(1920, 1080, 30, 220)] * 3)
    assert {"width": 1280, "height": 720}.items() <= copied(make_film, wide, tmp_path)[1].items()
    tape = film_file(tmp_path / "tape.mp4", [left_and_right(720, 576, 30, 220)] * 3, aspect=Fraction(64, 45))
    assert {"width": 1024, "height": 576}.items() <= copied(make_film, tape, tmp_path)[1].items()
    odd = film_file(tmp_path / "odd.mkv", [left_and_right(63, 47, 30, 220)] * 3, codec="ffv1", options={})
    assert {"width": 64, "height": 48}.items() <= copied(make_film, odd, tmp_path)[1].items()


def test_fifty_frames_a_second_become_half(tmp_path: Path) -> None:
    source = film_file(tmp_path / "fast.mp4", [left_and_right(64, 48, n, 200) for n in range(100)], rate=50)
    assert len(seen(copied(make_film, source, tmp_path)[0])) == 50


def test_a_late_picture_is_late_and_the_sound_is_not(tmp_path: Path) -> None:
    source = film_file(tmp_path / "late.mkv", [left_and_right(64, 48, 200, 200)] * 20, start=0)
    with av.open(str(source)) as opened, av.open(str(tmp_path / "both.mkv"), "w") as out, av.open(str(made_once("mp4", TALK))) as talk:
        film, sound = out.add_stream_from_template(opened.streams.video[0]), out.add_stream_from_template(talk.streams.audio[0])
        late = [packet for packet in opened.demux(video=0) if packet.size]
        for packet in late:
            packet.pts, packet.dts = packet.pts + 1500, packet.dts + 1500
        for packet in sorted([*late, *(each for each in talk.demux(audio=0) if each.size)], key=lambda each: each.dts * each.time_base):
            packet.stream = film if packet.stream.type == "video" else sound
            out.mux(packet)
    copy, _ = copied(make_film, tmp_path / "both.mkv", tmp_path)
    times = [(time, int(grey.mean())) for time, grey in seen(copy)]
    assert times[0][0] == 0 and times[0][1] <= BLACK and 1450 <= next(time for time, grey in times if grey > 100) <= 1550
    assert onset_ms(heard(copy)) <= 60


def test_a_poster_is_of_what_may_be_seen(tmp_path: Path) -> None:
    pictures = [left_and_right(64, 48, 0, 255)] * 40 + [left_and_right(64, 48, 100, 140)] * 40
    source = film_file(tmp_path / "film.mp4", pictures)
    posters = {cut: copied(make_poster, source, tmp_path, picture=[cut] if cut else [])[0] for cut in ((), (0, 2000))}
    contrast = {}
    for cut, poster in posters.items():
        with av.open(str(poster)) as opened:
            contrast[cut] = next(opened.decode(video=0)).to_ndarray(format="gray").std()
    assert contrast[()] > 100 and 10 < contrast[(0, 2000)] < 30


def test_sound_alone_is_no_film(tmp_path: Path) -> None:
    for recipe in (make_film, make_poster):
        with pytest.raises(Invalid, match="no moving picture"):
            recipe(made_once("m4a", TALK), tmp_path, Cuts())


def test_the_two_moments_of_a_frame_of_tape_are_blended(tmp_path: Path) -> None:
    def woven(number: int) -> object:
        pixels = numpy.zeros((48, 64, 3))
        pixels[0::2, number:number + 10], pixels[1::2, number + 10:number + 20] = 250, 250
        return pixels

    source = film_file(tmp_path / "tape.mpg", [woven(n) for n in range(40)], 25, "mpeg2video", {"flags": "+ildct+ilme", "b": "4000000"})
    with av.open(str(source)) as opened:
        assert next(opened.decode(video=0)).interlaced_frame
    grey = seen(copied(make_film, source, tmp_path)[0])[20][1].astype(int)
    assert numpy.abs(numpy.diff(grey[10:40, 25:38], axis=0)).mean() < 12, "no comb of light and dark lines"
    assert grey[10:40, 25:38].mean() > 80
