"""What bytes are, learnt by decoding them: at least one frame of sound or picture, one page, one pixel.

What may not live here: access copies, metadata of the original.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive_app.errors import Invalid

PDF_MARK = b"%PDF-"


@dataclass(frozen=True)
class Probed:
    """`kind`: audio, video, image, document. `duration_ms`: None where there is no duration."""

    kind: str
    duration_ms: int | None


def probe(path: Path, column: str = "media") -> Probed:
    """Kind and length of a file. Raises Invalid(column) for what holds nothing that can be heard, seen or read."""
    if path.stat().st_size == 0:
        raise Invalid(column, f"{path.name} is empty: it has no bytes")
    with path.open("rb") as stream:
        if stream.read(5) == PDF_MARK:
            return Probed("document", None)
    if _is_picture(path):
        return Probed("image", None)
    return _sound_or_film(path, column)


def _is_picture(path: Path) -> bool:
    import warnings

    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as picture:
                picture.load()
        return True
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombWarning, Image.DecompressionBombError):
        return False


def _sound_or_film(path: Path, column: str) -> Probed:
    import av

    try:
        with av.open(str(path)) as container:
            films: list[Any] = [s for s in container.streams.video if not s.disposition & av.stream.Disposition.attached_pic]
            stream = (films or list(container.streams.audio))[0]
            next(iter(container.decode(stream)))
            length = container.duration if container.duration is not None else None
            duration = round(length / 1000) if length is not None else _decoded_length(container, stream)
            return Probed("video" if films else "audio", duration)
    except (av.FFmpegError, IndexError, StopIteration, ValueError):
        raise Invalid(column, f"{path.name} holds no sound or picture that can be decoded") from None


def _decoded_length(container: object, stream: object) -> int | None:
    last = 0.0
    for frame in container.decode(stream):  # type: ignore[attr-defined]
        last = max(last, float(frame.time or 0))
    return round(last * 1000)
