"""One small valid file of every type that people bring: what is cut short, lied about or marked elsewhere.

What may not live here: anything wrong with them. `archive_app` is not asked what is valid; the ordinary libraries wrote them.
"""

from __future__ import annotations

import io
import tempfile
from functools import cache
from pathlib import Path
from types import MappingProxyType

import av
import numpy
from docx import Document
from PIL import Image
from pillow_heif import from_pillow

from tests.factories.document_bytes import pdf, pdf_page, unzipped, zipped
from tests.factories.sounds import recording

SOUNDS = ("wav", "flac", "mp3", "m4a", "ogg")
FILMS = ("mp4", "webm", "mkv")
PICTURES = ("jpg", "png", "gif", "webp", "tiff", "heic", "bmp")
DOCUMENTS = ("pdf", "docx")
SIDE = 48


@cache
def plain_files() -> MappingProxyType[str, bytes]:
    """The bytes of a valid file by ending: half a second of a tone, a square of 48 pixels, a page of a line. Made once a process."""
    made: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as folder:
        for ending in (*SOUNDS, "mp4", "webm"):
            made[ending] = recording(Path(folder) / f"plain.{ending}", [(0, 500, 440)]).read_bytes()
    made["mkv"] = _as_matroska(made["mp4"])
    for ending in PICTURES:
        made[ending] = picture(ending)
    made["pdf"] = pdf(pdf_page())
    made["docx"] = docx()
    return MappingProxyType(made)


def picture(ending: str, side: int = SIDE, seed: int = 1) -> bytes:
    """A square picture: a slope of greys in one colour, the same for the same seed."""
    slope = numpy.linspace(40, 215, side).astype("uint8")
    red, green, blue = numpy.tile(slope, (side, 1)), numpy.tile(slope[:, None], (1, side)), numpy.full((side, side), 50 * seed % 256)
    square = numpy.stack([red, green, blue], axis=2)
    image = Image.fromarray(square.astype("uint8"), "RGB")
    made = io.BytesIO()
    if ending == "heic":
        from_pillow(image).save(made, quality=80)
    else:
        image.save(made, {"jpg": "JPEG"}.get(ending, ending.upper()))
    return made.getvalue()


def docx() -> bytes:
    """A document of one line, always the same bytes."""
    made = io.BytesIO()
    document = Document()
    document.add_paragraph("A line of plain text.")
    document.save(made)
    return zipped(unzipped(made.getvalue()))


def _as_matroska(mp4: bytes) -> bytes:
    made = io.BytesIO()
    with av.open(io.BytesIO(mp4), "r") as opened, av.open(made, "w", format="matroska", options={"fflags": "bitexact"}) as out:
        streams = {stream.index: out.add_stream_from_template(stream) for stream in opened.streams}
        for packet in opened.demux():
            if packet.size:
                packet.stream = streams[packet.stream_index]
                out.mux(packet)
    return made.getvalue()
