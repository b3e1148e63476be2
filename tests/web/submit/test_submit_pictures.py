"""Where a family's photograph was taken: kept for archivists, and in nothing that a reader is given."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from archive_app.web.submit import door
from tests.factories.archives import Archive
from tests.factories.metadata_files import found, metadata_files
from tests.factories.signed_in import browser, send
from tests.web.submit.conftest import CHEAP
from tests.web.submit.test_submit_pages import begin, tell


@pytest.mark.slow
def test_no_copy_of_a_photograph_says_where_it_was_taken(sqlite_archive: Archive, tmp_path: Path) -> None:
    marked = next(each for each in metadata_files(tmp_path / "marked") if each.name == "exif-gps.jpg")
    sqlite_archive.bring(collections=[{"identifier": "valley", "names": "The valley", "access": "public"}])
    app = sqlite_archive.app(LANGUAGES="en")
    app.extensions[door.NAME] = replace(door.room_of(app), cost=CHEAP)
    daughter, tender, stranger = app.test_client(), browser(sqlite_archive, app, "archivist"), app.test_client()
    begin(daughter)
    with marked.path.open("rb") as photograph:
        assert tell(daughter, "/submit/files", file=(photograph, "spring.jpg")).status_code == 303
    for layer in ("existence", "description", "image"):
        tell(daughter, f"/submit/questions/{layer}", audience="public")
    tell(daughter, "/submit/summary")

    listed = re.search(r'href="(/desk/submissions/[^"]+)"', tender.get("/desk/submissions").text)
    assert listed is not None
    given = re.search(r'href="(/desk/submissions/[^"]+)" download', tender.get(listed[1]).text)
    assert given is not None and tender.get(given[1]).data == marked.path.read_bytes(), "what was entrusted is kept as it is"
    kept = send(tender, listed[1], act="accept", collection="valley", title="The spring").location
    testimony = kept.split("/")[-1]
    send(tender, f"{kept}/publish")
    assert sqlite_archive.derive()
    for who, page in ((stranger, f"/testimonies/{testimony}"), (tender, f"/testimonies/{testimony}")):
        shown = who.get(page)
        copies = set(re.findall(r'(?:href|src)="(/media/[^"]+)"', shown.text))
        assert copies and not found(marked, shown.data)
        for copy in copies:
            answer = who.get(copy)
            assert answer.status_code == 200 and answer.data and not found(marked, answer.data)
            assert b"Exif" not in answer.data and b"GPS" not in answer.data
    assert found(marked, marked.path.read_bytes()), "else nothing was looked for"
