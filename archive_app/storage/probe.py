"""What bytes are, learnt by decoding them: at least one frame of sound or picture, one page, one pixel. Done behind the fence.

What may not live here: access copies, metadata of the original.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from archive_app.errors import Invalid
from archive_app.storage.fence import MIB, Limits, run
from archive_app.storage.signatures import HEAD, signature

LIMITS = Limits(seconds=25, memory=300 * MIB)
BYTES_A_SECOND = 50 * MIB
"""A file is read once from end to end: a large one may take longer."""
LARGE_PICTURE, PICTURE_MEMORY = 1 * MIB, 700 * MIB
"""A picture of so many bytes is what a good camera takes, 48 million pixels, and needs this much; what unfolds is smaller."""


@dataclass(frozen=True)
class Probed:
    """`kind`: audio, video, image, document. `duration_ms`: None where there is no duration. Below the media type: what staff are told.
    `width` and `height` in pixels as stored; `pages` of a document, or pictures in one image file."""

    kind: str
    duration_ms: int | None = None
    media_type: str = ""
    sound_codec: str = ""
    channels: int | None = None
    rate_hz: int | None = None
    picture_codec: str = ""
    width: int | None = None
    height: int | None = None
    frames_per_second: float | None = None
    pages: int | None = None

    def facts(self) -> dict[str, object]:
        """The technical facts that are known, for a record of them."""
        return {name: value for name, value in asdict(self).items() if name not in ("kind", "duration_ms") and value not in (None, "")}


def probe(path: Path, column: str = "media", called: str = "") -> Probed:
    """Kind, length and technical facts of a file. Raises Invalid(column) for what holds nothing that can be heard, seen or read, of which
    it speaks as `called` ('' = its name)."""
    if path.is_symlink() or not path.is_file():
        raise Invalid(column, f"{path.name} is not a file")
    return Probed(**run("examine", {"source": str(path.absolute())}, _limits(path), column, called or path.name).found)


def embedded(path: Path, column: str = "media") -> dict[str, str]:
    """What a file says of itself: see `storage.embedded`. Raises Invalid(column)."""
    found: dict[str, str] = run("embedded", {"source": str(path.absolute())}, _limits(path), column, path.name).found
    return found


def _limits(path: Path) -> Limits:
    size = path.stat().st_size
    with path.open("rb") as file:
        claim = signature(file.read(HEAD))
    large = claim is not None and claim.family == "image" and size >= LARGE_PICTURE
    return Limits(LIMITS.seconds + size // BYTES_A_SECOND, PICTURE_MEMORY if large else LIMITS.memory)
