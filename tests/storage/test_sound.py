"""Sound for reading: silent where it is cut, told by nothing else, in time, without a word of the original's tags."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import av
import numpy
import pytest

from archive_app.errors import Invalid
from archive_app.storage.cuts import Cuts, Span
from archive_app.storage.sound import MOST_BUCKETS, make_peaks, make_sound
from tests.factories.sounds import heard, recording, spliced
from tests.factories.suites import spread
from tests.storage.making import (
    FILMS,
    INAUDIBLE,
    SOUNDS,
    copied,
    loudest,
    made_once,
    onset_ms,
    sound_file,
    sound_spliced,
    tone,
    without_packets,
)

TALK = ((0, 3000, 440),)
CUT = (1000, 2000)


@pytest.mark.parametrize("ending", [*SOUNDS, *FILMS])
def test_inside_a_cut_nothing_is_heard_and_around_it_all_is(tmp_path: Path, ending: str) -> None:
    samples = heard(copied(make_sound, made_once(ending, TALK), tmp_path, [CUT])[0])
    assert loudest(samples, 1000 - 100, 2000 + 100) <= INAUDIBLE
    assert all(loudest(samples, start, end) > 8_000 for start, end in ((100, 750), (2250, 2500), (2600, 2900)))


@pytest.mark.parametrize(("ending", "span"), spread(product([*SOUNDS, *FILMS], [(1000, 2000), (0, 1000), (2000, 3000)]), 10))
def test_what_was_said_inside_a_cut_changes_no_byte(tmp_path: Path, ending: str, span: Span) -> None:
    start, end = span
    other = tuple(tone for tone in ((0, start, 440), (start, start + 500, 900), (end, 3000, 440)) if tone[0] < tone[1])
    one = made_once(ending, TALK)
    two = spliced(one, made_once(ending, other, 3000), *span, tmp_path / f"two.{ending}")
    for recipe in (make_sound, make_peaks):
        hidden = [copied(recipe, file, tmp_path, [span]) for file in (one, two)]
        assert hidden[0][0].read_bytes() == hidden[1][0].read_bytes() and hidden[0][1] == hidden[1][1]
    drawn = [copied(make_peaks, file, tmp_path)[0].read_bytes() for file in (one, two)]
    assert drawn[0] != drawn[1], "the two were never different"


@pytest.mark.parametrize(("ending", "codec", "rate"), [
    ("ogg", "libopus", 48_000), ("mp3", "libmp3lame", 22_050), ("m4a", "alac", 44_100), ("wav", "adpcm_ima_wav", 22_050), ("m4a", "aac", 8_000),
    ("wma", "wmav2", 44_100), ("amr", "amr_nb", 8_000), ("mkv", "ac3", 48_000)], ids=lambda each: str(each))
def test_other_codecs_keep_the_secret_too(tmp_path: Path, ending: str, codec: str, rate: int) -> None:
    """Among them those that keep much from one packet for the next: MP3 with its reservoir, ADPCM, AMR."""
    bit_rate = "12200" if codec == "amr_nb" else "32000" if rate < 30_000 else "96000"
    around, hidden = tone(1.5, rate), [tone(1, rate), tone(1, rate, 1900, 0.7) * numpy.linspace(0, 1, rate, dtype="float32")]
    files = [sound_file(tmp_path / f"{n}.{ending}", [numpy.concatenate([around, each, around])], codec, rate, {"b": bit_rate}) for n, each in enumerate(hidden)]
    files[1] = sound_spliced(*files, tmp_path / f"spliced.{ending}", 1500, 2500)
    for recipe in (make_sound, make_peaks):
        one, two = (copied(recipe, file, tmp_path, [(1450, 2550)])[0] for file in files)
        assert one.read_bytes() == two.read_bytes()
    drawn = [copied(make_peaks, file, tmp_path)[0].read_bytes() for file in files]
    assert drawn[0] != drawn[1], "the two were never different"


def test_a_stream_that_changes_its_rate_on_the_way_is_heard_to_its_end(tmp_path: Path) -> None:
    """Bare frames have no times: a reader counts them all as the first ones were."""
    first = sound_file(tmp_path / "first.aac", [tone(2, 44_100)], "aac", 44_100).read_bytes()
    second = sound_file(tmp_path / "second.aac", [tone(2, 22_050), tone(2, 22_050)], "aac", 22_050).read_bytes()
    (tmp_path / "both.aac").write_bytes(first + second)
    copy, facts = copied(make_sound, tmp_path / "both.aac", tmp_path)
    assert 3_000 <= facts["duration_ms"] <= 4_100
    assert all(loudest(heard(copy), start, end) > 8_000 for start, end in ((500, 1500), (2200, 2900)))


@pytest.mark.parametrize("ending", [*SOUNDS, *FILMS])
def test_the_waveform_is_flat_inside_a_cut(tmp_path: Path, ending: str) -> None:
    copy, facts = copied(make_peaks, made_once(ending, TALK), tmp_path, [CUT])
    drawn = json.loads(copy.read_text())
    assert drawn["length"] * 2 == len(drawn["data"]) and facts == {"buckets": drawn["length"], "bucket_ms": 10}
    assert set(drawn["data"][2 * 86:2 * 214]) == {0}, "the cut with its guard is 850 to 2,150 ms"
    assert min(drawn["data"][:2 * 80]) < -30 and max(drawn["data"][2 * 230:2 * 290]) > 30


def test_a_waveform_has_at_most_so_many_buckets(tmp_path: Path) -> None:
    long = sound_file(tmp_path / "long.wav", [numpy.tile(tone(1, 8000), 60)], rate=8000)
    copy, facts = copied(make_peaks, long, tmp_path)
    drawn = json.loads(copy.read_text())
    assert facts == {"buckets": 1500, "bucket_ms": 40} and drawn["length"] <= MOST_BUCKETS
    assert (drawn["version"], drawn["bits"], drawn["channels"], drawn["sample_rate"], drawn["samples_per_pixel"]) == (2, 8, 1, 48_000, 1920)


@pytest.mark.parametrize("ending", [*SOUNDS, *FILMS])
def test_a_moment_of_the_copy_is_that_moment_of_the_original(tmp_path: Path, ending: str) -> None:
    source = made_once(ending, ((2000, 2500, 440),), 3000)
    whole, facts = copied(make_sound, source, tmp_path)
    assert abs(onset_ms(heard(whole)) - 2000) <= 15 and abs(facts["duration_ms"] - 3000) <= 100
    cut, _ = copied(make_sound, source, tmp_path, [(200, 900)])
    assert abs(onset_ms(heard(cut)) - 2000) <= 15


def test_times_that_jump_are_followed_with_silence(tmp_path: Path) -> None:
    whole = recording(tmp_path / "whole.mp4", [(0, 1000, 440), (5000, 6000, 440)])
    gap = without_packets(whole, tmp_path / "gap.mp4", lambda second: 1.5 < second < 4.5)
    samples = heard(copied(make_sound, gap, tmp_path)[0])
    assert abs(onset_ms(samples[2 * 48_000:]) - 3000) <= 25 and loudest(samples, 1600, 4400) <= INAUDIBLE


def test_a_packet_that_is_lost_moves_nothing(tmp_path: Path) -> None:
    whole = recording(tmp_path / "whole.webm", [(3000, 4000, 440)])
    holes = without_packets(whole, tmp_path / "holes.webm", lambda second: 0.5 < second < 2.5 and int(second * 100) % 2 == 0)
    assert abs(onset_ms(heard(copied(make_sound, holes, tmp_path)[0])) - 3000) <= 60


def test_a_clock_that_begins_again_goes_on(tmp_path: Path) -> None:
    """Two tapes in one file, as they come from a camera."""
    first = sound_file(tmp_path / "first.ts", [numpy.zeros(12 * 48_000, "float32")], "mp2")
    second = sound_file(tmp_path / "second.ts", [numpy.concatenate([numpy.zeros(48_000, "float32"), tone(2)])], "mp2")
    (tmp_path / "both.ts").write_bytes(first.read_bytes() + second.read_bytes())
    copy, facts = copied(make_sound, tmp_path / "both.ts", tmp_path)
    assert abs(facts["duration_ms"] - 15_000) <= 150 and abs(onset_ms(heard(copy)) - 13_000) <= 150


@pytest.mark.parametrize(("channels", "layout"), [(1, "mono"), (2, "stereo"), (6, "stereo")])
def test_one_channel_stays_one_and_many_become_two(tmp_path: Path, channels: int, layout: str) -> None:
    source = sound_file(tmp_path / "talk.wav", [tone(1, hertz=300 + 50 * n) for n in range(channels)])
    copy, _ = copied(make_sound, source, tmp_path)
    with av.open(str(copy)) as opened:
        [stream] = opened.streams
        assert (stream.codec_context.name, stream.codec_context.layout.name, stream.codec_context.sample_rate) == ("aac", layout, 48_000)


@pytest.mark.parametrize("codec", ["pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_f64le", "pcm_alaw", "pcm_mulaw"])
def test_samples_of_every_width_are_as_loud_as_they_are(tmp_path: Path, codec: str) -> None:
    copy, _ = copied(make_sound, sound_file(tmp_path / "talk.wav", [tone(1, 8000, level=0.5)], codec, 8000), tmp_path)
    assert 14_000 < loudest(heard(copy), 200, 800) < 19_000


@pytest.mark.parametrize("rate", [8_000, 11_025, 44_100, 96_000])
def test_every_rate_becomes_one(tmp_path: Path, rate: int) -> None:
    source = sound_file(tmp_path / "talk.wav", [numpy.concatenate([numpy.zeros(rate, "float32"), tone(1, rate)])], rate=rate)
    copy, facts = copied(make_sound, source, tmp_path)
    assert abs(onset_ms(heard(copy)) - 1000) <= 10 and abs(facts["duration_ms"] - 2000) <= 30


def test_loudness_is_of_what_is_left(tmp_path: Path) -> None:
    quiet, loud = tone(3, level=0.05, hertz=997), tone(3, level=0.9, hertz=997)
    source = sound_file(tmp_path / "talk.wav", [numpy.concatenate([quiet, loud, quiet])])
    whole, left = (copied(make_sound, source, tmp_path, cuts)[1]["loudness_lufs"] for cuts in ([], [(2900, 6100)]))
    assert whole > left + 15
    assert left == pytest.approx(20 * numpy.log10(0.05) - 3.01, abs=0.5), "BS.1770: a sine in one channel reads 3 LU below its peak"


def test_silence_has_no_loudness(tmp_path: Path) -> None:
    assert copied(make_sound, made_once("wav", TALK), tmp_path, [(0, 3000)])[1]["loudness_lufs"] is None


def test_all_of_it_may_be_cut(tmp_path: Path) -> None:
    copy, facts = copied(make_sound, made_once("m4a", TALK), tmp_path, [(0, 10**10)])
    assert numpy.abs(heard(copy)).max() <= INAUDIBLE and abs(facts["duration_ms"] - 3000) <= 100


def test_a_copy_begins_with_its_index(tmp_path: Path) -> None:
    data = copied(make_sound, made_once("wav", TALK), tmp_path)[0].read_bytes()
    assert data.index(b"moov") < data.index(b"mdat") and b"Lav" not in data


def test_a_film_without_sound_has_none_to_copy(tmp_path: Path, silent: Path) -> None:
    for recipe in (make_sound, make_peaks):
        with pytest.raises(Invalid, match="no sound"):
            recipe(silent, tmp_path, Cuts())


@pytest.fixture
def silent(tmp_path: Path) -> Path:
    from tests.storage.making import film_file, left_and_right

    return film_file(tmp_path / "silent.mp4", [left_and_right(32, 32, 0, 255)] * 3)
