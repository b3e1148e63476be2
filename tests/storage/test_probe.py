"""What a file is, learnt by decoding it; and everything that is refused at the door."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import numpy
import pytest

from archive_app.errors import Invalid
from archive_app.storage import fence
from archive_app.storage.fence import MIB
from archive_app.storage.probe import LIMITS, Probed, probe
from archive_app.storage.streams import opened
from tests.factories.hostile_files import Hostile, hostile_files
from tests.factories.plain_files import plain_files
from tests.factories.shared import data_folder
from tests.storage.making import made_once, sound_file, without_packets

SOUND = {"rate_hz": 48_000, "channels": 1}
FILM = {**SOUND, "width": 64, "height": 48, "frames_per_second": 20.0}
PICTURE = {"width": 48, "height": 48, "pages": 1}
PLAIN = {
    "wav": ("audio", {**SOUND, "media_type": "audio/wav", "sound_codec": "pcm_s16le"}),
    "flac": ("audio", {**SOUND, "media_type": "audio/flac", "sound_codec": "flac"}),
    "mp3": ("audio", {**SOUND, "media_type": "audio/mpeg", "sound_codec": "mp3"}),
    "m4a": ("audio", {**SOUND, "media_type": "audio/mp4", "sound_codec": "aac"}),
    "ogg": ("audio", {**SOUND, "channels": 2, "media_type": "audio/ogg", "sound_codec": "vorbis"}),
    "mp4": ("video", {**FILM, "media_type": "video/mp4", "sound_codec": "aac", "picture_codec": "h264"}),
    "webm": ("video", {**FILM, "channels": 2, "media_type": "video/webm", "sound_codec": "vorbis", "picture_codec": "vp8"}),
    "mkv": ("video", {**FILM, "media_type": "video/x-matroska", "sound_codec": "aac", "picture_codec": "h264"}),
    "jpg": ("image", {**PICTURE, "media_type": "image/jpeg"}), "png": ("image", {**PICTURE, "media_type": "image/png"}),
    "gif": ("image", {**PICTURE, "media_type": "image/gif"}), "webp": ("image", {**PICTURE, "media_type": "image/webp"}),
    "tiff": ("image", {**PICTURE, "media_type": "image/tiff"}), "heic": ("image", {**PICTURE, "media_type": "image/heic"}),
    "bmp": ("image", {**PICTURE, "media_type": "image/bmp"}),
    "pdf": ("document", {"media_type": "application/pdf", "pages": 1}),
}
SHARED = {
    "10-minutes-of-silence.mp3": ("audio", 600_000), "5-seconds-of-silence.flac": ("audio", 5_000), "5-seconds-of-silence.m4a": ("audio", 5_000),
    "bear.mp3": ("audio", 6_235), "bear.ogg": ("audio", 6_235), "meow.mp3": ("audio", 1_235), "meow.wav": ("audio", 1_235),
    "rabbit320.mp4": ("video", 7_800), "rabbit320.webm": ("video", 7_800), "test_sample_audio.mp3": ("audio", 11_807),
    "videoshort.mp4": ("video", 6_315), "videoshort_no_audio.mp4": ("video", 6_247),
}


@pytest.mark.parametrize("ending", PLAIN)
def test_a_plain_file_is_what_it_is(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"plain.{ending}"
    path.write_bytes(plain_files()[ending])
    found = probe(path)
    assert (found.kind, found.facts()) == PLAIN[ending]
    assert (found.duration_ms is None) if found.kind in ("image", "document") else abs((found.duration_ms or 0) - 500) <= 60


@pytest.mark.parametrize("name", SHARED)
def test_real_recordings_are_known(name: str) -> None:
    found = probe(data_folder() / "media" / name)
    assert (found.kind, found.duration_ms) == SHARED[name]


def test_every_real_recording_was_asked_for() -> None:
    assert {path.name for path in (data_folder() / "media").iterdir()} == {*SHARED, "zero_bytes.flac"}


def test_a_file_without_bytes_is_refused_by_name() -> None:
    with pytest.raises(Invalid, match="^media: zero_bytes.flac is empty"):
        probe(data_folder() / "media" / "zero_bytes.flac")


def test_a_document_of_a_word_processor_is_no_medium(tmp_path: Path) -> None:
    (tmp_path / "talk.docx").write_bytes(plain_files()["docx"])
    with pytest.raises(Invalid, match="no kind this archive takes"):
        probe(tmp_path / "talk.docx", "media")


def test_a_file_that_stops_early_is_refused_with_the_place(tmp_path: Path) -> None:
    whole = made_once("mp4", ((0, 8000, 440),))
    for ending in ("mp4", "mkv", "wav", "flac"):
        source = whole if ending in ("mp4", "mkv") else made_once(ending, ((0, 8000, 440),))
        path = tmp_path / f"early.{ending}"
        if ending == "mp4":
            source = _index_first(source, tmp_path)
        elif ending == "mkv":
            source = without_packets(source, tmp_path / "whole.mkv", lambda second: False)
        path.write_bytes(source.read_bytes()[:source.stat().st_size // 2])
        with pytest.raises(Invalid, match="breaks off"):
            probe(path)


def _index_first(source: Path, folder: Path) -> Path:
    target = folder / "index-first.mp4"
    with av.open(str(source)) as read, av.open(str(target), "w", options={"movflags": "+faststart"}) as out:
        streams = {stream.index: out.add_stream_from_template(stream) for stream in read.streams}
        for packet in read.demux():
            if packet.size:
                packet.stream = streams[packet.stream_index]
                out.mux(packet)
    return target


def test_the_length_of_bare_frames_is_counted_not_guessed(tmp_path: Path) -> None:
    """Eight seconds of little and two of much: whoever reckons from the first bytes misses the rest."""
    noise = numpy.random.default_rng(1).normal(0, 0.2, 2 * 48_000).astype("float32")
    whole = sound_file(tmp_path / "whole.mp3", [numpy.concatenate([numpy.zeros(8 * 48_000, "float32"), noise])], "libmp3lame", options={"flags": "+qscale", "global_quality": "236"})
    data = whole.read_bytes()
    first = data.index(b"\xff\xfb")
    assert b"Xing" in data[first:first + 200], "the first frame counts the others"
    (tmp_path / "bare.mp3").write_bytes(data[data.index(b"\xff\xfb", first + 4):])
    assert abs((probe(tmp_path / "bare.mp3").duration_ms or 0) - 10_000) <= 150 and abs((probe(whole).duration_ms or 0) - 10_000) <= 100


@pytest.mark.parametrize(("ending", "name"), [("jpg", "a.mp3"), ("wav", "a.pdf"), ("pdf", "a.png"), ("mp3", "a.txt"), ("png", "a.svg")])
def test_a_name_that_lies_is_told_the_truth(tmp_path: Path, ending: str, name: str) -> None:
    (tmp_path / name).write_bytes(plain_files()[ending])
    with pytest.raises(Invalid, match="is in truth"):
        probe(tmp_path / name)


@pytest.mark.parametrize(("ending", "name"), [("jpg", "a.png"), ("mp3", "a.wav"), ("m4a", "a.mp4"), ("wav", "a"), ("wav", "a.part")])
def test_a_name_that_is_nearly_right_is_let_be(tmp_path: Path, ending: str, name: str) -> None:
    (tmp_path / name).write_bytes(plain_files()[ending])
    assert probe(tmp_path / name).media_type == PLAIN[ending][1]["media_type"]


def test_a_reader_reaches_no_other_file(tmp_path: Path) -> None:
    """Even a reader of lists, which none of ours is, is given nothing to reach with."""
    (tmp_path / "neighbour.mp4").write_bytes(plain_files()["mp4"])
    (tmp_path / "list.m3u8").write_text("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:1.0,\nneighbour.mp4\n#EXT-X-ENDLIST\n")
    (tmp_path / "list.txt").write_text("ffconcat version 1.0\nfile neighbour.mp4\n")
    for name, reader in (("list.m3u8", "hls"), ("list.txt", "concat")):
        with pytest.raises(Invalid), opened(tmp_path / name, reader) as container:
            list(container.demux())
            raise AssertionError("it was opened")


def test_the_wrong_reader_reads_nothing(tmp_path: Path) -> None:
    (tmp_path / "talk.wav").write_bytes(plain_files()["wav"])
    with pytest.raises(Invalid), opened(tmp_path / "talk.wav", "flac") as container:
        assert not [packet for packet in container.demux() if packet.size]
        raise Invalid("", "nothing to read")


# What is refused at the door

@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Hostile]:
    return {each.name: each for each in hostile_files(tmp_path_factory.mktemp("hostile") / "files")}


@pytest.mark.parametrize("step", [4, pytest.param(1, marks=pytest.mark.slow)], ids=["some", "all"])
def test_nothing_hostile_is_taken(hostile: dict[str, Hostile], monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """Names are the importer's to refuse: the bytes under them are a good wav. Peaks of memory are of each file."""
    peaks: list[int] = []
    watched = fence._watched
    monkeypatch.setattr(fence, "_watched", lambda *args: _noted(watched(*args), peaks))
    refused = [each for each in hostile.values() if each.expect == "refused" and each.kind != "name"][::step]
    with ThreadPoolExecutor(2) as two:
        results = dict(zip((each.name for each in refused), two.map(_taken, refused), strict=True))
    assert {name for name, taken in results.items() if taken} == set()
    assert len(refused) >= 60 and len(peaks) >= 60
    assert max(peaks) <= LIMITS.memory and LIMITS.memory <= 300 * MIB and LIMITS.seconds <= 30


def _noted(ended: fence._Ended, peaks: list[int]) -> fence._Ended:
    peaks.append(ended.peak)
    return ended


def _taken(file: Hostile) -> Probed | None:
    try:
        return probe(file.path)
    except Invalid as refused:
        assert refused.field == "media" and refused.reason.startswith(file.name) and str(file.path.parent) not in refused.reason
        return None


def test_what_is_no_file_is_not_even_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    (tmp_path / "folder.wav").mkdir()
    (tmp_path / "plain.wav").write_bytes(plain_files()["wav"])
    (tmp_path / "link.wav").symlink_to(tmp_path / "plain.wav")
    for name in ("pipe.wav", "folder.wav", "link.wav", "nowhere.wav"):
        with pytest.raises(Invalid, match="is not a file"):
            probe(tmp_path / name)
