"""Images for reading: upright, small, and nothing but pixels."""

from __future__ import annotations

from pathlib import Path

import numpy
import pytest
from PIL import Image, ImageCms

from archive_app.errors import Invalid
from archive_app.storage.cuts import Cuts
from archive_app.storage.pictures import make_preview
from tests.factories.plain_files import PICTURES, plain_files
from tests.storage.making import copied, left_and_right

SLOPE = left_and_right(60, 40, 30, 220).astype("uint8")


def preview(image: Image.Image, tmp_path: Path, ending: str = "png", **how: object) -> Image.Image:
    source = tmp_path / f"image.{ending}"
    image.save(source, **how)
    with Image.open(copied(make_preview, source, tmp_path)[0]) as made:
        made.load()
        return made


@pytest.mark.parametrize("ending", PICTURES)
def test_every_kind_has_a_preview(tmp_path: Path, ending: str) -> None:
    source = tmp_path / f"plain.{ending}"
    source.write_bytes(plain_files()[ending])
    copy, facts = copied(make_preview, source, tmp_path)
    with Image.open(copy) as made, Image.open(source) as original:
        assert made.format == "JPEG" and facts == {"width": 48, "height": 48}
        assert numpy.abs(numpy.asarray(made.convert("RGB"), int) - numpy.asarray(original.convert("RGB"), int)).mean() < 6


@pytest.mark.parametrize(("orientation", "turn"), [
    (1, lambda a: a), (2, numpy.fliplr), (3, lambda a: numpy.rot90(a, 2)), (4, numpy.flipud), (5, lambda a: numpy.rot90(numpy.fliplr(a))),
    (6, lambda a: numpy.rot90(a, 3)), (7, lambda a: numpy.rot90(numpy.fliplr(a), 3)), (8, numpy.rot90)], ids=range(1, 9))
def test_an_image_is_set_upright(tmp_path: Path, orientation: int, turn: object) -> None:
    pixels = SLOPE.copy()
    pixels[:20, :30] = 250
    exif = Image.Exif()
    exif[274] = orientation
    made = preview(Image.fromarray(pixels), tmp_path, "jpg", quality=95, exif=exif)
    expected = turn(pixels)  # type: ignore[operator]
    assert made.size == expected.shape[1::-1]
    assert numpy.abs(numpy.asarray(made, int) - expected).mean() < 8


def test_the_longer_side_has_at_most_so_many_pixels(tmp_path: Path) -> None:
    assert preview(Image.new("L", (5000, 1000), 90), tmp_path).size == (2000, 400)
    assert preview(Image.new("RGB", (300, 3000), 90), tmp_path, "jpg").size == (200, 2000)
    assert preview(Image.new("RGB", (300, 200), 90), tmp_path).size == (300, 200), "nothing is made larger"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F"])
def test_every_form_of_pixels_can_be_seen(tmp_path: Path, mode: str) -> None:
    grey = numpy.asarray(Image.fromarray(SLOPE).convert("L"))
    if mode == "I;16":
        image = Image.fromarray(grey.astype("uint16") * 200)
    elif mode == "I":
        image = Image.fromarray(grey.astype("int32") * 5000)
    else:
        image = Image.fromarray(SLOPE).convert(mode)
    made = numpy.asarray(preview(image, tmp_path, "tiff" if mode in ("CMYK", "I", "F") else "png").convert("L"), int)
    assert made[:, :28].mean() < 60 and made[:, 32:].mean() > 190


def test_what_is_seen_through_is_white(tmp_path: Path) -> None:
    see_through = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    assert numpy.asarray(preview(see_through, tmp_path)).min() >= 250
    palette = Image.new("P", (40, 40), 1)
    palette.putpalette([0, 0, 0, 10, 10, 10])
    assert numpy.asarray(preview(palette, tmp_path, "gif", transparency=1)).min() >= 250


def test_colours_are_as_their_profile_means_them(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    plain = Image.new("RGB", (40, 40), (200, 40, 40))
    assert numpy.abs(numpy.asarray(preview(plain, tmp_path, "png", icc_profile=profile.tobytes()), int) - (200, 40, 40)).max() <= 3, \
        "a profile of another kind is passed over"
    same = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    assert numpy.abs(numpy.asarray(preview(plain, tmp_path, "png", icc_profile=same.tobytes()), int) - (200, 40, 40)).max() <= 3


def test_equal_images_have_equal_previews(tmp_path: Path) -> None:
    source = tmp_path / "plain.png"
    source.write_bytes(plain_files()["png"])
    assert copied(make_preview, source, tmp_path)[0].read_bytes() == copied(make_preview, source, tmp_path)[0].read_bytes()


def test_what_is_no_image_has_no_preview(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(plain_files()["wav"])
    (tmp_path / "a.png").write_bytes(plain_files()["png"][:100])
    for name in ("a.wav", "a.png"):
        with pytest.raises(Invalid, match="holds no"):
            make_preview(tmp_path / name, tmp_path, Cuts())
