"""What families bring is in the clear nowhere: in no file below the archive's folder, in a backup, a temporary file, a log, a letter, a job.

Looked for after a whole course through the pages: written, attached, refused, sent, answered, declined, left. What may not live here: what
other viewers are answered (test_submissions_hidden).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.promises.doors import House
from tests.promises.entrusted import Course, overheard


def run(house: House, folder: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Course:
    course = Course(house, folder / "temporary")
    with overheard(course, caplog, capfd):
        course.goes()
    return course


def test_nothing_that_was_entrusted_is_in_the_clear(house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture,
                                                    capfd: pytest.CaptureFixture[str]) -> None:
    course = run(house, tmp_path, caplog, capfd)
    assert course.in_the_clear() == []
    assert len(course.letters) == 3 and len(course.receipts) == 3
    assert any(path.stat().st_size > 4 << 20 for path in course.temporary.iterdir()), "the large file was spooled, and what was spooled is looked at"
    assert any(path.suffix == ".sqlite3" for path in house.archive.folder.rglob("*")) and (course.temporary / "backup").is_dir()
