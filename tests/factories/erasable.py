"""A testimony with everything that one can have, beside one that shares some of it: what is erased, and what has to stay.

Everything that is the first one's own is told here, to be looked for afterwards (residue). What may not live here: erasing, looking.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive_app.records.base import open_engine
from tests.factories.archives import Archive, table
from tests.factories.backups import with_ledger
from tests.factories.interviews import Interview, row
from tests.promises.sounds import HEADER, LENGTH_MS, PAGE, quick_copies

PHRASE = "and every spring the lower street of Ombrel stood under quellwater while we carried the clocks upstairs"
NOTED = "the clocks were those of her grandfather who had mended them for half of the valley before the war"
OLD = "in the first version it was said otherwise and nobody who was there would ever have put it so"
BESIDE = "an abstract that tells of the lower street and of the clocks and of who carried them up the stairs"
PAGED = "a letter in which the mayor of Ombrel asks everybody to leave the lower street before the thaw comes"
CAPTION = "the clocks on the landing in the year of the high water with the youngest of the four sisters"
NAME = "Irmgard Zwetlana Karvellin"
CANARIES = ("Karvellin", "quellwater", "ZQ-1987-44", "told-in-ombrel", "tape-of-karvellin", "Zqplace")
"""A name, a word, a number of the house it came from, two file names, a place."""
TEXTS = (PHRASE, NOTED, OLD, BESIDE, PAGED, CAPTION)


def noise(seed: int, size: int) -> bytes:
    """Bytes that stand nowhere else."""
    return random.Random(seed).randbytes(size)


TOLD = Interview(name=NAME, secret=PHRASE, outside=NOTED)
OHMS = TOLD.file.replace(b"<title>", b"<accession>ZQ-1987-44</accession><title>", 1)
SHARED = noise(3, 6000)
FILES = {"tape-of-karvellin.wav": noise(1, HEADER + LENGTH_MS), "landing.jpg": noise(2, 6000), "letter.pdf": PAGE.ljust(HEADER) + PAGED.encode() * 40,
         "told-in-ombrel.xml": OHMS, "told-in-ombrel.txt": f"{OLD}\n\n{PHRASE}\n".encode()}
"""The testimony's own."""
OTHERS = {"both.jpg": SHARED, "stays.txt": b"It was another street.\n"}


def build(folder: Path, empty: Path) -> None:
    """An archive in `folder/data` (what was imported lies beside it) with `told`, everything of it, and `stays`."""
    data, given = folder / "data", folder / "given"
    (data / "instance").mkdir(parents=True)
    given.mkdir()
    shutil.copy(empty, data / "instance" / "archive.sqlite3")
    for name, content in (FILES | OTHERS).items():
        (given / name).write_bytes(content)
    media = f"tape-of-karvellin.wav|{CAPTION};landing.jpg|{CAPTION};both.jpg|both;letter.pdf|a letter"
    everybody = {"collection": "valley", "access": "public", "publish": "yes", "interviewers": "Asker, Ida"}
    rows = [{**row(TOLD, "told-in-ombrel.xml"), **everybody, "abstract": BESIDE, "keywords": "quellwater;clocks", "place": "Zqplace", "media": media,
             "transcripts": "told-in-ombrel.xml|en|verbatim;told-in-ombrel.txt|en|corrected", "consent_note": "asked for, and given"},
            {**everybody, "identifier": "stays", "title": "What stays", "media": "both.jpg|both", "place": "Low Tessen",
             "transcripts": "stays.txt|en|verbatim"}]
    (given / "manifest.csv").write_bytes(table(rows))
    with opened(folder) as archive, quick_copies():
        bring_again(archive)
        (given / "told-in-ombrel.txt").write_text(f"{PHRASE}\n", encoding="utf-8")  # an older version with other words is kept
        bring_again(archive)
        archive.derive()


def bring_again(archive: Archive) -> None:
    """Import what lies beside the archive, as often as one likes."""
    with quick_copies():
        report = archive.bring_folder(archive.folder.parent / "given")
    assert not report.refused, report.rows


@contextmanager
def opened(folder: Path) -> Iterator[Archive]:
    """The archive in `folder/data`, with its ledger."""
    engine = open_engine(f"sqlite:///{folder / 'data' / 'instance' / 'archive.sqlite3'}")
    try:
        yield with_ledger(Archive(engine, folder / "data"))
    finally:
        engine.dispose()
