"""The recordings made for tests are what they say: their tones, their shades, and two that differ only inside a span."""

from __future__ import annotations

import hashlib
import wave
from pathlib import Path
from typing import Any

import av
import numpy
import pytest

from tests.factories import sounds
from tests.factories.sounds import CONTAINERS, FAR_REACHING, RATE, heard, large_wav, recording, seen, shade, spliced
from tests.factories.suites import spread

ONE = [(0, 800, 300), (800, 1600, 500), (1600, 2400, 700)]
OTHER = [(100, 1200, 350), (1200, 2000, 900), (2000, 2400, 1150)]
SPAN = (700, 1700)
NOISE = [(0, 2400, -1)], [(0, 2400, -2)]
FILMS = [ending for ending, kind in CONTAINERS.items() if kind.picture]


def packets(path: Path, kind: str) -> list[tuple[int, bytes]]:
    """(microseconds, bytes) of every packet of one stream."""
    with av.open(str(path)) as opened:
        found: list[Any] = [packet for packet in opened.demux(**{kind: 0}) if packet.size]
        return [(int(packet.pts * packet.time_base * 1_000_000), bytes(packet)) for packet in found]


def differing(one: Any, other: Any) -> tuple[float, float]:
    """The first and the last millisecond in which two sounds of the same length differ."""
    assert len(one) == len(other)
    places = numpy.nonzero(one != other)[0]
    return places[0] * 1000 / RATE, (places[-1] + 1) * 1000 / RATE


@pytest.mark.parametrize("ending", CONTAINERS)
def test_tones_are_heard_where_they_were_put(ending: str, tmp_path: Path) -> None:
    samples = heard(recording(tmp_path / f"a.{ending}", [*ONE, (2600, 3000, 1000)]))
    assert 3000 <= len(samples) * 1000 / RATE <= 3030
    for start, end, hertz in [*ONE, (2600, 3000, 1000)]:
        part = samples[(start + 60) * RATE // 1000:(end - 60) * RATE // 1000]
        strongest = numpy.argmax(numpy.abs(numpy.fft.rfft(part * numpy.hanning(len(part))))) * RATE / len(part)
        assert abs(strongest - hertz) < 5, f"{start}-{end}: {strongest} Hz"
    assert numpy.abs(samples[2460 * RATE // 1000:2540 * RATE // 1000]).max() < 300, "silence is not silent"


@pytest.mark.parametrize("ending", FILMS)
def test_shades_are_seen_where_tones_are_heard(ending: str, tmp_path: Path) -> None:
    pictures = seen(recording(tmp_path / f"a.{ending}", ONE))
    assert len(pictures) == 48
    for at, grey in pictures:
        hertz = next(hertz for start, end, hertz in ONE if start <= at < end)
        assert abs(int(grey.mean()) - round((shade(hertz) - 16) * 255 / 219)) <= 6, f"{at} ms"


@pytest.mark.parametrize("ending", CONTAINERS)
def test_the_same_arguments_give_the_same_bytes(ending: str, tmp_path: Path) -> None:
    first, again = recording(tmp_path / f"a.{ending}", ONE), recording(tmp_path / f"b.{ending}", ONE)
    assert first.read_bytes() == again.read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {first.name, again.name}, "something else was left lying"


@pytest.mark.parametrize("ending", spread(CONTAINERS, 3))
def test_spliced_differs_only_inside(ending: str, tmp_path: Path) -> None:
    a, b = recording(tmp_path / f"a.{ending}", ONE), recording(tmp_path / f"b.{ending}", OTHER)
    made = spliced(a, b, *SPAN)
    first, last = differing(heard(a), heard(made))
    assert SPAN[0] <= first and last <= SPAN[1], "it differs outside"
    assert first <= SPAN[0] + 150 and last >= SPAN[1] - 150, "much of the inside was kept"
    if CONTAINERS[ending].picture:
        changed = [at for (at, one), (_, other) in zip(seen(a), seen(made), strict=True) if (one != other).any()]
        assert changed and SPAN[0] <= min(changed) and max(changed) + 50 <= SPAN[1]
        assert not {at for at, _ in seen(made)} ^ {at for at, _ in seen(a)}, "the times changed"


@pytest.mark.parametrize(("ending", "kind"), [(ending, "audio") for ending in CONTAINERS] + [(ending, "video") for ending in FILMS])
def test_packets_are_those_of_one_outside_and_of_the_other_inside(ending: str, kind: str, tmp_path: Path) -> None:
    a, b = recording(tmp_path / f"a.{ending}", ONE), recording(tmp_path / f"b.{ending}", OTHER)
    made, one, other = packets(spliced(a, b, *SPAN), kind), packets(a, kind), packets(b, kind)
    assert [at for at, _ in made] == [at for at, _ in one], "the times changed"
    for (at, data), (_, ours), (_, theirs) in zip(made, one, other, strict=True):
        if not SPAN[0] * 1000 <= at < SPAN[1] * 1000:
            assert data == ours or ending == "wav", f"a packet outside, at {at / 1000} ms, was changed"
        elif SPAN[0] * 1000 + 260_000 <= at < SPAN[1] * 1000 - 300_000:
            assert data == theirs, f"a packet inside, at {at / 1000} ms, was kept"


@pytest.mark.parametrize("ending", CONTAINERS)
def test_spliced_with_itself_is_itself(ending: str, tmp_path: Path) -> None:
    a = recording(tmp_path / f"a.{ending}", ONE)
    assert spliced(a, a, *SPAN).read_bytes() == a.read_bytes()


def test_a_spliced_flac_is_signed_for_what_it_holds(tmp_path: Path) -> None:
    a, b = recording(tmp_path / "a.flac", ONE), recording(tmp_path / "b.flac", OTHER)
    for path in (a, spliced(a, b, *SPAN)):
        assert path.read_bytes()[26:42] == hashlib.md5(heard(path).tobytes(), usedforsecurity=False).digest()


@pytest.mark.parametrize("ending", FAR_REACHING)
def test_far_reaching_sound_is_heard_behind_the_span(ending: str, tmp_path: Path) -> None:
    """Why a decoder may not go on after a cut: what it passed inside changes what it gives outside."""
    a, b = (recording(tmp_path / f"{name}.{ending}", tones, far_reaching=True) for name, tones in zip("ab", NOISE, strict=True))
    made = spliced(a, b, *SPAN)
    assert differing(heard(a), heard(made))[1] > SPAN[1] + 100
    outside = [(at, data) for at, data in packets(made, "audio") if not SPAN[0] * 1000 <= at < SPAN[1] * 1000]
    assert outside == [(at, data) for at, data in packets(a, "audio") if not SPAN[0] * 1000 <= at < SPAN[1] * 1000]


def test_a_span_without_a_packet_is_refused(tmp_path: Path) -> None:
    a = recording(tmp_path / "a.m4a", ONE)
    with pytest.raises(ValueError, match="too short"):
        spliced(a, a, 700, 800)


def test_recordings_of_different_length_are_refused(tmp_path: Path) -> None:
    a, b = recording(tmp_path / "a.flac", ONE), recording(tmp_path / "b.flac", ONE, duration_ms=5000)
    with pytest.raises(ValueError, match="same times"):
        spliced(a, b, *SPAN)


@pytest.mark.parametrize("size", [46, 100_044, 20_000_000])
def test_a_large_wav_is_valid_and_as_large_as_asked(size: int, tmp_path: Path) -> None:
    path = large_wav(tmp_path / "a.wav", size)
    assert path.stat().st_size == size
    with wave.open(str(path)) as opened:
        assert opened.getnframes() == (size - 44) // 2 and opened.getframerate() == RATE
        opened.setpos(opened.getnframes() // RATE * RATE)
        again = opened.readframes(1000)
    assert again == sounds._samples([(0, 1000, 440)], 1000).tobytes()[:len(again)], "the tone does not go on"


def test_a_wav_of_odd_size_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="even"):
        large_wav(tmp_path / "a.wav", 101)
