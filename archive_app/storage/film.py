"""What is made from film: a copy that browsers play (H.264 and AAC in MP4), and one frame to stand for it. Runs in the child only.

What may not live here: decoding (seeing, hearing).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.video.frame import PictureType

from archive_app.errors import Invalid
from archive_app.storage.cuts import Curtain, Cuts
from archive_app.storage.hearing import listen
from archive_app.storage.pictures import write_jpeg
from archive_app.storage.seeing import Shown, Size, watch
from archive_app.storage.signatures import claimed
from archive_app.storage.sound import Meter, encoded, fresh, sound_track
from archive_app.storage.streams import film_stream, opened, sound_stream

CLOCK = 90_000
"""Ticks a second in the copy."""
KEY_EVERY_US = 2_000_000
ENCODER = {"preset": "veryfast", "crf": "24", "forced-idr": "1", "a53cc": "0",
           "x264-params": "threads=2:lookahead-threads=1:sliced-threads=0:mbtree=0"}
"""Equal frames, equal bytes: threads are counted here and not by the machine, and the macroblock tree, which reads memory that nobody
wrote, is off. No captions of the original."""
POSTER_SECONDS = 30


def make_film(source: Path, folder: Path, cuts: Cuts) -> list[dict[str, Any]]:
    """`film.mp4`: picture and sound of a film, each without its own cuts. Raises Invalid where there is no moving picture."""
    target, reader, meter = folder / "film.mp4", claimed(source).reader, Meter()
    with opened(source, reader) as to_see, opened(source, reader) as to_hear, fresh(target) as out:
        size, shown = watch(to_see, _film_of(to_see), Curtain(cuts.picture))
        tracks = [_pictures(shown, _picture_track(out, size))]
        if (stream := sound_stream(to_hear)) is not None:
            sound = listen(to_hear, stream, Curtain(cuts.sound))
            tracks.append(encoded(sound, sound_track(out, sound), meter))
        last = 0
        for packet in heapq.merge(*tracks, key=_time):
            last = max(last, round((packet.pts + (packet.duration or 0)) * packet.time_base * 1000))
            out.mux_one(packet)
    facts = {"width": size.width, "height": size.height, "duration_ms": last}
    return [{"file": target.name, "facts": {**meter.facts(), **facts}}]


def make_poster(source: Path, folder: Path, cuts: Cuts) -> list[dict[str, Any]]:
    """`poster.jpg`: of one frame a second in the first seconds that may be seen, the one with most to see. Raises Invalid."""
    with opened(source, claimed(source).reader) as container:
        size, shown = watch(container, _film_of(container), Curtain(cuts.picture))
        best, most, wanted = None, -2.0, 0
        for time, frame in shown:
            if time < wanted:
                continue
            contrast = float(frame.to_ndarray()[:size.height].std())
            if contrast > most + 1:
                best, most = frame, contrast
            wanted = time + 1_000_000
            if wanted > POSTER_SECONDS * 1_000_000 and most > 1:
                break
        if best is None:
            raise Invalid("", "holds no picture that can be decoded")
        write_jpeg(best.to_image(), folder / "poster.jpg")
    return [{"file": "poster.jpg", "facts": {"width": size.width, "height": size.height}}]


def _film_of(container: Any) -> Any:
    stream = film_stream(container)
    if stream is None:
        raise Invalid("", "holds no moving picture")
    return stream


def _picture_track(out: Any, size: Size) -> Any:
    track = out.add_stream("libx264", rate=30, options=ENCODER)
    track.width, track.height, track.pix_fmt = size.width, size.height, "yuv420p"
    context = track.codec_context
    context.time_base = Fraction(1, CLOCK)
    context.gop_size = 300
    context.flags |= int(av.codec.context.Flags.bitexact)
    context.colorspace = context.color_primaries = context.color_trc = 1  # BT.709
    context.color_range = 1
    return track


def _pictures(shown: Iterator[Shown], track: Any) -> Iterator[Any]:
    """Packets of a picture track, a key frame every two seconds, without what names the encoder."""
    strip = av.bitstream.BitStreamFilterContext("filter_units=remove_types=6", track)
    next_key = 0
    for time, frame in shown:
        frame.pts, frame.time_base = time * CLOCK // 1_000_000, Fraction(1, CLOCK)
        frame.pict_type = PictureType.I if time >= next_key else PictureType.NONE
        next_key = time // KEY_EVERY_US * KEY_EVERY_US + KEY_EVERY_US if time >= next_key else next_key
        yield from (stripped for packet in track.encode(frame) for stripped in strip.filter(packet))
    yield from (stripped for packet in track.encode(None) for stripped in strip.filter(packet))


def _time(packet: Any) -> Fraction:
    return Fraction(packet.dts * packet.time_base)
