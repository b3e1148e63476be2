"""The pages of a PDF as pictures, each with its text: what a reader sees instead of the file. Runs in the child only.

Neither the information of the document nor its attachments, links or scripts go into either. What may not live here: other documents.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]

from archive_app.errors import Invalid
from archive_app.storage.cuts import Cuts
from archive_app.storage.letters import shown_text
from archive_app.storage.pictures import write_jpeg
from archive_app.storage.signatures import Signature, claimed

MOST_PAGES = 2_000
WIDTH, MOST_HEIGHT = 1_400, 4_200
"""Pixels of a page's picture: A4 at about 170 dots an inch."""
SMALLEST_POINTS, LARGEST_POINTS = 3, 100_000
"""A point is 1/72 inch: from a millimetre to 35 metres."""


def make_pages(source: Path, folder: Path, cuts: Cuts) -> list[dict[str, Any]]:
    """`page-0001.jpg` and so on, each with the text of its page among its facts. `cuts` are of time and touch none. Raises Invalid."""
    with document(source) as opened:
        return [_page(opened, number, folder) for number in range(len(opened))]


def examine_document(source: Path, claim: Signature) -> dict[str, Any]:
    """How many pages a PDF has, the first of them drawn. Raises Invalid."""
    with document(source) as found:
        with drawn(found, 0):
            return {"kind": "document", "media_type": claim.media_type, "pages": len(found)}


@contextmanager
def document(source: Path) -> Iterator[Any]:
    """An opened PDF of 1 to 2,000 pages. Raises Invalid, also for what breaks inside the block."""
    if claimed(source).reader != "pdf":
        raise Invalid("", "holds no document")
    try:
        with pypdfium2.PdfDocument(source) as opened:
            if not len(opened):
                raise Invalid("", "has no page")
            if len(opened) > MOST_PAGES:
                raise Invalid("", f"has {len(opened)} pages; {MOST_PAGES} is the most that is taken: split it")
            yield opened
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise Invalid("", "is locked with a password" if locked else "holds no page that can be shown: it is broken") from error


@contextmanager
def drawn(opened: Any, number: int) -> Iterator[tuple[Any, Any]]:
    """A page (from 0) and its picture, with what was drawn over it. Raises Invalid."""
    page = opened[number]
    try:
        width, height = page.get_size()
        if min(width, height) < SMALLEST_POINTS or max(width, height) > LARGEST_POINTS:
            raise Invalid("", f"has a page that is too small or too large to be shown (page {number + 1})")
        bitmap = page.render(scale=min(WIDTH / width, MOST_HEIGHT / height), rev_byteorder=True, limit_image_cache=True)
        try:
            yield page, bitmap
        finally:
            bitmap.close()
    finally:
        page.close()


def _page(opened: Any, number: int, folder: Path) -> dict[str, Any]:
    name = f"page-{number + 1:04}.jpg"
    with drawn(opened, number) as (page, bitmap):
        width, height = write_jpeg(_grey_where_grey(bitmap.to_pil().convert("RGB")), folder / name)
        return {"file": name, "facts": {"width": width, "height": height, "text": shown_text(page, bitmap)}}


def _grey_where_grey(image: Any) -> Any:
    """A page of black ink as a picture of one channel: half the bytes."""
    red, green, blue = image.split()
    return red if red.tobytes() == green.tobytes() == blue.tobytes() else image
