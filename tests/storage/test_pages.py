"""The pages of a PDF for reading: pictures and text, in order, bounded."""

from __future__ import annotations

from pathlib import Path

import numpy
import pytest
from PIL import Image

from archive_app.errors import Invalid
from archive_app.storage.cuts import Cuts
from archive_app.storage.pages import MOST_HEIGHT, MOST_PAGES, WIDTH, make_pages
from tests.factories.document_bytes import pdf, pdf_page, pdf_stream


def book(path: Path, lines: list[str], box: str = "0 0 200 100") -> Path:
    """A PDF with a page for each line."""
    objects = dict(pdf_page())
    kids = " ".join(f"{10 + 2 * number} 0 R" for number in range(len(lines)))
    objects[2] = f"<< /Type /Pages /Kids [{kids}] /Count {len(lines)} >>".encode()
    for number, line in enumerate(lines):
        page = objects[3].replace(b"4 0 R", b"%d 0 R" % (11 + 2 * number)).replace(b"0 0 200 100", box.encode())
        objects[10 + 2 * number] = page
        objects[11 + 2 * number] = pdf_stream(f"BT /F1 12 Tf 10 50 Td ({line}) Tj ET\n".encode())
    path.write_bytes(pdf(objects))
    return path


def test_every_page_is_a_picture_with_its_text(tmp_path: Path) -> None:
    made = make_pages(book(tmp_path / "book.pdf", ["The first page", "", "The third page"]), tmp_path, Cuts())
    assert [each["file"] for each in made] == ["page-0001.jpg", "page-0002.jpg", "page-0003.jpg"]
    assert [each["facts"]["text"] for each in made] == ["The first page", "", "The third page"]
    for each, inked in zip(made, (True, False, True), strict=True):
        with Image.open(tmp_path / each["file"]) as picture:
            assert picture.size == (WIDTH, WIDTH // 2) == (each["facts"]["width"], each["facts"]["height"])
            assert (numpy.asarray(picture.convert("L")).min() < 100) == inked


def test_a_page_is_no_larger_than_it_may_be(tmp_path: Path) -> None:
    [made] = make_pages(book(tmp_path / "scroll.pdf", ["A scroll"], "0 0 100 9000"), tmp_path, Cuts())
    assert made["facts"]["height"] == MOST_HEIGHT and made["facts"]["width"] < WIDTH


def test_too_many_pages_are_refused_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="split it"):
        make_pages(book(tmp_path / "book.pdf", ["A page"] * (MOST_PAGES + 1)), tmp_path, Cuts())


def test_a_page_of_no_size_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="page 1"):
        make_pages(book(tmp_path / "book.pdf", ["A page"], "0 0 1 1"), tmp_path, Cuts())


def test_equal_documents_have_equal_pages(tmp_path: Path) -> None:
    source = book(tmp_path / "book.pdf", ["A page"])
    pages = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        [made] = make_pages(source, tmp_path / name, Cuts())
        pages.append((tmp_path / name / made["file"]).read_bytes())
    assert pages[0] == pages[1]


@pytest.mark.parametrize("hiding", [
    "BT /F1 12 Tf 10 20 Td (blacked) Tj ET 0 g 5 12 80 24 re f", "BT /F1 12 Tf 10 20 Td (blacked) Tj ET 1 g 5 12 80 24 re f",
    "1 g BT /F1 12 Tf 10 20 Td (blacked) Tj ET", "BT /F1 12 Tf 400 20 Td (blacked) Tj ET", "BT /F1 12 Tf 3 Tr 10 20 Td (blacked) Tj ET",
    "0.97 g BT /F1 12 Tf 10 20 Td (blacked) Tj ET", "0 g 5 12 80 24 re f BT /F1 12 Tf 10 20 Td (blacked) Tj ET",
], ids=["black bar", "white bar", "white on white", "beside the page", "invisible", "nearly white", "black on black"])
def test_what_nobody_sees_on_the_page_is_not_in_its_text(tmp_path: Path, hiding: str) -> None:
    source = tmp_path / "book.pdf"
    source.write_bytes(pdf(pdf_page(b"open il.,- words", content=hiding.encode())))
    [made] = make_pages(source, tmp_path, Cuts())
    assert made["facts"]["text"] == "open il.,- words"


def test_recognised_text_over_a_scan_is_kept(tmp_path: Path) -> None:
    """A scan is ink without letters; recognition lays letters without ink over it."""
    ink = b"".join(b"%d 18 2 12 re f " % at for at in range(12, 60, 4))
    source = tmp_path / "scan.pdf"
    source.write_bytes(pdf(pdf_page(b"", content=b"0 g " + ink + b"BT /F1 12 Tf 3 Tr 10 20 Td (recognised) Tj ET")))
    [made] = make_pages(source, tmp_path, Cuts())
    assert made["facts"]["text"] == "recognised"


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_read_too(tmp_path: Path, turn: int) -> None:
    source = tmp_path / "turned.pdf"
    source.write_bytes(pdf(pdf_page(b"A turned page", page=b"/Rotate %d" % turn)))
    [made] = make_pages(source, tmp_path, Cuts())
    assert made["facts"]["text"] == "A turned page"
    assert made["facts"]["width"] == WIDTH and made["facts"]["height"] == (WIDTH // 2 if turn == 180 else WIDTH * 2)


def test_lines_stay_lines(tmp_path: Path) -> None:
    source = tmp_path / "lines.pdf"
    source.write_bytes(pdf(pdf_page(b"one", content=b"BT /F1 12 Tf 10 30 Td (two   words) Tj ET")))
    assert make_pages(source, tmp_path, Cuts())[0]["facts"]["text"] == "one\ntwo words"
