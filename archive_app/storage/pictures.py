"""Pictures made from pixels: a preview of an image, and the one way a JPEG is written here. Runs in the child only.

The new picture is built from the pixels alone: whatever else the file carried (EXIF, XMP, IPTC, comments, profiles, thumbnails) stays
behind. What may not live here: pages (pages), frames (film).
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageOps

from archive_app.errors import Invalid
from archive_app.storage.cuts import Cuts
from archive_app.storage.signatures import Signature, claimed

MOST_PIXELS, MOST_BLACK_OR_WHITE = 50_000_000, 150_000_000
"""60 x 45 cm at 300 dots an inch; a sheet of 60 x 42 cm at 600 in black and white alone. In memory at most 200 MB."""
LONGEST_SIDE, QUALITY = 2_000, 85
BROKEN = (OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, ArithmeticError, RuntimeError)
"""What readers of pictures raise on a broken one."""


def make_preview(source: Path, folder: Path, cuts: Cuts) -> list[dict[str, Any]]:
    """`preview.jpg`: the image upright, its longer side at most 2,000 pixels. `cuts` are of time and do not touch it. Raises Invalid."""
    with picture(source) as opened:
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = _in_eight_bits(ImageOps.exif_transpose(opened))
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
        size = write_jpeg(_in_plain_colours(upright), folder / "preview.jpg")
    return [{"file": "preview.jpg", "facts": {"width": size[0], "height": size[1]}}]


def examine_picture(source: Path, claim: Signature) -> dict[str, Any]:
    """Pixels of an image, every one decoded, and how many pictures its file holds. Raises Invalid."""
    with picture(source) as found:
        pages = getattr(found, "n_frames", 1)
        found.load()
        return {"kind": "image", "media_type": claim.media_type, "width": found.width, "height": found.height, "pages": pages}


@contextmanager
def picture(source: Path) -> Iterator[Any]:
    """An image opened by the one reader its first bytes name; not yet decoded. Raises Invalid, also for what breaks inside the block."""
    claim = claimed(source)
    if claim.family != "image":
        raise Invalid("", "holds no image")
    Image.MAX_IMAGE_PIXELS = MOST_BLACK_OR_WHITE
    if claim.reader == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(source, formats=[claim.reader]) as opened:
                if opened.mode != "1" and opened.width * opened.height > MOST_PIXELS:
                    raise Image.DecompressionBombError
                yield opened
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise Invalid("", f"has more than {MOST_PIXELS // 1_000_000} million pixels: too many to be decoded here") from error
        except BROKEN as error:
            raise Invalid("", "holds no picture that can be decoded: it is broken, or it breaks off") from error


def write_jpeg(image: Any, target: Path) -> tuple[int, int]:
    """Write the pixels of an image, on white where it is see-through, and nothing else of it. Returns width and height."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(ground, image)
    mode = "L" if image.mode in ("1", "L") else "RGB"
    image = image.convert(mode)
    plain = Image.frombytes(mode, image.size, image.tobytes())
    plain.save(target, "JPEG", quality=QUALITY, optimize=True)
    return plain.size


def _in_eight_bits(image: Any) -> Any:
    """One byte a channel: palettes looked up; of scans with more bits the darkest point black and the lightest white."""
    if image.mode in ("P", "PA"):
        return image.convert("RGBA" if "transparency" in image.info or image.mode == "PA" else "RGB")
    if not image.mode.startswith(("I", "F")):
        return image
    low, high = image.getextrema()
    scale = 255 / max(high - low, 1e-9)
    offset = -low * scale
    return image.convert("F").point(lambda value: value * scale + offset).convert("L")


def _in_plain_colours(image: Any) -> Any:
    """The colours as its profile means them, in sRGB; as they are where the profile cannot be used."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "CMYK", "L"):
        return image
    try:
        meant = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, meant, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
