"""What a newcomer meets in the sample archive: right from the first minute, when no copy is made yet, and with everything later on.

The real thing from the import to the page. What may not live here: what lies in the folder (promises/test_sample_data).
"""

from __future__ import annotations

import io
import json
import re
from contextlib import suppress
from pathlib import Path

import av
import numpy
import pytest
from flask.testing import FlaskClient

from archive_app.access.viewer import Viewer
from archive_app.actions import family_room, incoming
from archive_app.actions.change import operator
from archive_app.actions.importing import import_path
from archive_app.actions.preparing import Options
from archive_app.cli import sample as command
from archive_app.errors import NotFound
from tests.actions.asking import read_by
from tests.factories import families
from tests.factories import sample_facts as facts
from tests.factories.archives import Archive, viewer

WAITING = ("It is being prepared and cannot be played yet.", "It is being prepared and cannot be shown yet.")
PLAYED, LOOKED_AT = (".ogg", ".mp3", ".webm"), (".png", ".jpg", ".pdf")
EDGE_MS = 150
"""So much is silent on both sides of what is withheld."""
SILENT = 0.0001
"""-80 dBFS."""


def page(client: FlaskClient, identifier: str) -> str:
    answer = client.get(f"/testimonies/{identifier}")
    assert answer.status_code == 200, identifier
    return answer.text


def copies(client: FlaskClient, identifier: str, recipe: str) -> list[str]:
    """The addresses of copies that a reader is given, in order."""
    recordings = client.get(f"/testimonies/{identifier}.json").json["recordings"]
    return [copy["url"] for each in recordings for copy in each["copies"] if copy["is"] == recipe]


def hearing(archive: Archive, who: str) -> set[str]:
    """Testimonies of which somebody is told that there is a sound or a film."""
    found = set[str]()
    with archive.room(who) as room:
        for identifier in facts.RECORDINGS:
            with suppress(NotFound):
                found |= {identifier for each in room.testimony(identifier).recordings if each.kind in ("audio", "video")}
    return found


def test_the_second_import_changes_nothing_and_neither_warns(sample: Archive) -> None:
    report = import_path(sample.engine, sample.vault, operator(), facts.SAMPLE, Options())
    assert {row.result for row in report.rows} == {"unchanged"}


def test_before_copies_are_made_the_page_says_so(sample: Archive) -> None:
    client = sample.app().test_client()
    for identifier in facts.RECORDINGS.keys() & facts.ANONYMOUS_KNOWS_OF - {"cold-stove"}:
        text = page(client, identifier)
        expected = [sum(Path(name).suffix in kinds for name in facts.RECORDINGS[identifier]) for kinds in (PLAYED, LOOKED_AT)]
        assert [text.count(sentence) for sentence in WAITING] == expected, identifier
        assert "/media/" not in text


def test_what_families_sent_waits_at_the_desk_and_nowhere_else(sample: Archive) -> None:
    room, custodian = families.room_over(sample), viewer("custodian")
    sent = {name: json.loads((facts.SAMPLE / "family" / f"{name}.json").read_text(encoding="utf-8")) for name in ("account", "concern")}
    begun = command.send_account(room, sent["account"])
    command.send_concern(room, sent["concern"])
    received = [incoming.read(room, custodian, each.id) for each in incoming.waiting(room, custodian).items]
    account = next(each for each in received if each.item.kind == "account")
    assert {step: dict(account.answers[step]) for step in sent["account"]["answers"]}.keys() == sent["account"]["answers"].keys()
    assert account.answers["account"]["text"] == sent["account"]["answers"]["account"]["text"]
    assert [each.label for each in account.attachments] == ["The eleven buttons"]
    assert [each.item.state for each in received] == ["sent", "sent"] and family_room.enter(room, " ".join(begun.receipt))
    client = sample.app().test_client()
    assert client.get("/search.json?q=envelope").json["total"] == 0 and "button tin" not in client.get("/testimonies").text


def test_who_hears_what(sample: Archive) -> None:
    heard_by = {"anonymous": facts.ANONYMOUS_HEARS, "registered": facts.REGISTERED_HEARS, "onsite": facts.READING_ROOM_HEARS}
    assert {who: hearing(sample, who) for who in heard_by} == heard_by


def reads(archive: Archive, who: str | Viewer) -> set[str]:
    """Testimonies whose first transcript somebody reads."""
    found = set[str]()
    for identifier in facts.CUSTODIAN_KNOWS_OF:
        with suppress(NotFound):
            read_by(archive, identifier, who)
            found.add(identifier)
    return found


def test_who_reads_what(sample: Archive) -> None:
    read_by_whom = {"anonymous": facts.ANONYMOUS_READS_TRANSCRIPT_OF, "registered": facts.REGISTERED_READS_TRANSCRIPT_OF,
                    "onsite": facts.READING_ROOM_READS_TRANSCRIPT_OF}
    assert {who: reads(sample, who) for who in read_by_whom} == read_by_whom
    assert reads(sample, viewer("archivist")) == facts.ARCHIVIST_READS_TRANSCRIPT_OF


def test_the_face_stands_for_the_name(sample: Archive) -> None:
    assert facts.PSEUDONYM in page(sample.app().test_client(), "net-drying-poles")


def test_index_places_and_notes_stand_on_the_page(sample: Archive) -> None:
    client = sample.app().test_client()
    told = page(client, facts.TERMS["index and notes"])
    contents = told[told.index('id="contents"'):]
    assert len(re.findall(r'<h2 id="c\d+"', told)) == 10
    assert 'class="map"' in contents and all(name in contents for name in ("Low Ombrel", "High Ombrel", "Pellin Dam", "Tessen"))
    printed = client.get(f"/testimonies/{facts.TERMS['index and notes']}/transcripts/1").text
    assert len(re.findall(r'<li id="note-\d"', printed)) == 5


@pytest.fixture(scope="module")
def made(sample: Archive) -> Archive:
    """The same with every copy that the worker makes."""
    sample.derive()
    return sample


@pytest.mark.slow
def test_every_recording_has_its_copies(made: Archive) -> None:
    client = made.app().test_client()
    tapes = facts.TERMS["several tapes"]
    assert [len(copies(client, tapes, recipe)) for recipe in ("sound", "peaks", "preview", "page")] == [3, 3, 2, 2]
    assert "data-words=" in page(client, facts.TERMS["times of words"])
    assert [len(copies(client, facts.TERMS["film"], recipe)) for recipe in ("film", "poster", "peaks")] == [1, 1, 1]
    for identifier in facts.RECORDINGS.keys() & facts.ANONYMOUS_KNOWS_OF:
        text = page(client, identifier)
        assert not any(sentence in text for sentence in WAITING), identifier
        for address in set(re.findall(r"/media/[\w-]+", text)):
            assert client.get(address).status_code in (200, 206)


@pytest.mark.slow
def test_the_sound_of_withheld_words_is_silence(made: Archive) -> None:
    [address] = copies(made.app().test_client(), facts.TERMS["restricted by time"], "sound")
    loud = loudness(made.app().test_client().get(address).data)
    start, end = ((each + way * EDGE_MS) // 10 for each, way in zip(facts.CUT_MS, (-1, 1), strict=True))
    assert loud[start + 1:end - 1].max() < SILENT
    assert loud[facts.CUT_MS[0] // 10 - 200:start - 10].max() > 0.01 and loud[end + 10:end + 400].max() > 0.01
    with made.room("archivist") as room:
        whole = next(each for each in room.testimony(facts.TERMS["restricted by time"]).recordings if each.kind == "audio")
        media = room.media(next(copy.id for copy in whole.copies if copy.recipe == "sound"))
    with made.vault.open(media.digest) as stream:
        assert loudness(stream.read())[start + 40:end - 40].max() > 0.01


def loudness(data: bytes) -> numpy.ndarray:
    """The loudest sample of each hundredth of a second of a copy, from 0 to 1."""
    with av.open(io.BytesIO(data)) as opened:
        each = opened.streams.audio[0].rate // 100
        sound = numpy.abs(numpy.concatenate([frame.to_ndarray()[0] for frame in opened.decode(audio=0)]))
    return sound[:len(sound) // each * each].reshape(-1, each).max(axis=1)
