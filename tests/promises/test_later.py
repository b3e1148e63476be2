"""What comes later opens nothing: corrections, new names, collections closed afterwards, days that pass, grants that end.

Each of these was a leak once, or is where one would be.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping

import pytest
import time_machine

from archive_app.records.accounts import Account, Holding
from archive_app.records.base import writing
from archive_app.records.testimonies import by_public_id
from tests.factories.archives import Archive
from tests.promises import crawl, worlds
from tests.promises.conftest import Making
from tests.promises.oracle import Who

NOW = worlds.NOW
ANYBODY = worlds.VIEWERS["anonymous"]
CANARY = worlds.secret("later")
Row = Mapping[str, str]


@pytest.fixture
def archive(making: Making) -> Iterator[Archive]:
    yield making.archive()


def shown(archive: Archive, ids: Iterable[str]) -> list[str]:
    """Each of several testimonies to a visitor of whom nothing is known: its reading, a file of its words, its citation."""
    door = crawl.visitor(archive, crawl.web(archive), ANYBODY)
    return ["\n".join(door.ask(crawl.Ask("", "GET", f"/testimonies/{id}{rest}")).body.decode()
                      for rest in (".json", "/transcripts/1.txt", "/cite.ris", "/search.json?q=river")) for id in ids]


def everything(archive: Archive, who: Who = ANYBODY, id: str = "one-told") -> str:
    """All that a class meets on the pages of one testimony and in lists, as one text."""
    door = crawl.visitor(archive, crawl.web(archive), who)
    paths = ["/testimonies.json", "/people.json", "/sitemap.xml", "/search.json?q=river+OR+bread+OR+title:the"]
    paths += [f"/testimonies/{id}{rest}" for rest in (".json", "?q=river", "/cite.json", "/transcripts/1.txt", "/transcripts/1.vtt",
                                                           "/transcripts/2.txt", "/search.json?q=river+OR+bread+OR+the")]
    return "\n".join(door.ask(crawl.Ask("", "GET", path)).body.decode() for path in paths)


def found_by(archive: Archive, word: str, who: Who = ANYBODY) -> int:
    door = crawl.visitor(archive, crawl.web(archive), who)
    body = door.ask(crawl.Ask("", "GET", f"/search.json?q={word}")).body.decode()
    return int(body.split('"total":')[1].split(",")[0])


def told(**more: str) -> dict[str, str]:
    return {"identifier": "one-told", "title": "The one", "languages": "en", "transcripts": "t.txt|en|verbatim", **more}


PLAIN = ["the river rose in the morning", "we carried bread over the bridge", f"then the {CANARY} was said aloud", "and the winter came"]


def text(lines: list[str]) -> str:
    return "\n\n".join(lines) + "\n"


def captions(lines: list[str], shift: int = 0) -> str:
    cues = [f"00:00:{at * 4 + shift:02}.000 --> 00:00:{at * 4 + shift + 3:02}.500\n{line}" for at, line in enumerate(lines)]
    return "WEBVTT\n\n" + "\n\n".join(cues) + "\n"


CORRECTIONS = {
    "a line before it": ["a line that was missing", *PLAIN],
    "three lines before it": ["a line", "another line", "a third line", *PLAIN],
    "the line before it gone": PLAIN[1:],
    "lines joined": [f"{PLAIN[0]} {PLAIN[1]} {PLAIN[2]} {PLAIN[3]}"],
    "said in other words": [PLAIN[0], PLAIN[1], f"so then the {CANARY} was spoken out loud by them", PLAIN[3]],
    "cut in two": [PLAIN[0], PLAIN[1], "then", f"the {CANARY} was said aloud", PLAIN[3]],
    "moved to the end": [PLAIN[0], PLAIN[1], PLAIN[3], PLAIN[2]],
}


@pytest.mark.parametrize(("kind", "shift"), [("txt", 0), ("vtt", 0), ("vtt", 9)])
def test_what_is_corrected_keeps_withheld_what_was_withheld(archive: Archive, kind: str, shift: int) -> None:
    """A text of paragraphs, captions whose times stay, captions whose times move."""
    where = "seg 3" if kind == "txt" else "8000-11500"
    rows = []
    for number in range(len(CORRECTIONS)):
        archive.write(f"{number}.{kind}", text(PLAIN) if kind == "txt" else captions(PLAIN))
        rows.append(told(identifier=f"told-{number}", transcripts=f"{number}.{kind}|en|verbatim", restrictions=f"{where}|words|staff|x"))
    archive.bring(*rows)
    ids = [row["identifier"] for row in rows]
    assert all(CANARY not in met and "river rose" in met for met in shown(archive, ids))
    for number, lines in enumerate(CORRECTIONS.values()):
        archive.write(f"{number}.{kind}", text(lines) if kind == "txt" else captions(lines, shift))
    archive.bring(*rows)
    assert not [how for how, met in zip(CORRECTIONS, shown(archive, ids), strict=True) if CANARY in met]
    assert not found_by(archive, CANARY)


@pytest.mark.parametrize("kind", ["txt", "vtt"])
def test_a_translation_that_comes_later_withholds_it_too(archive: Archive, kind: str) -> None:
    archive.write("t.txt", text(PLAIN))
    row = told(restrictions="seg 3|words|staff|asked")
    archive.bring(row)
    archive.write(f"u.{kind}", text(PLAIN) if kind == "txt" else captions(PLAIN))
    archive.bring({**row, "transcripts": f"t.txt|en|verbatim;u.{kind}|en|translation"})
    archive.publish("one-told")
    archive.settle()
    assert CANARY not in everything(archive)
    assert not found_by(archive, CANARY)


def test_a_collection_that_is_closed_later_closes_what_is_in_it(archive: Archive) -> None:
    archive.write("t.txt", text(PLAIN))
    archive.bring(told())
    assert CANARY in everything(archive)
    archive.bring(collections=[{"identifier": "valley", "names": "Valley|en|", "access": "staff"}], settled=False)
    assert CANARY not in everything(archive) and "one-told" not in everything(archive)
    archive.settle()
    assert not found_by(archive, CANARY)


NAMES = (("Zqold, Marlo", "Zqmid, Marli", "Zqnew, Marla"), ("Zqold, Marlo", "Zqnew, Marla", ""), ("Zqold, Marlo", "", "Zqnew, Marla"))


def test_a_name_that_was_ever_recorded_stays_hidden(archive: Archive) -> None:
    archive.write("t.txt", text([*PLAIN, "they called me Marlo Zqold, then Marli Zqmid, then Marla Zqnew by the river"]))
    namings = [(naming, names) for naming in ("anonymous", "initial", "pseudonym") for names in NAMES]
    for step in range(3):
        archive.bring(*(told(identifier=f"told-{number}", narrators=names[step], naming=naming,
                             pseudonym="Reader Ray" if naming == "pseudonym" else "") for number, (naming, names) in enumerate(namings)))
        for (naming, names), met in zip(namings, shown(archive, [f"told-{number}" for number in range(len(namings))]), strict=True):
            recorded = [name.partition(",")[0] for name in names[:step + 1] if name]
            assert not [former for former in recorded if former in met], (naming, names, step)
    assert not found_by(archive, "Zqold")


@pytest.mark.parametrize("later", ["Zqold, Marlo|en|;Zqother, Ruta|en|", "Zqother, Ruta|en|"], ids=["added", "replaced"])
def test_a_name_added_to_the_registry_hides_at_once_and_is_not_found(archive: Archive, later: str) -> None:
    archive.write("t.txt", text([*PLAIN, "Marlo Zqold is my name and Ruta Zqother my other name by the river"]))
    archive.bring(told(narrators="Zqold, Marlo", naming="pseudonym", pseudonym="Reader Ray"),
                  people=[{"identifier": "known-one", "names": "Zqold, Marlo|en|"}])
    archive.bring(people=[{"identifier": "known-one", "names": later}], settled=False)
    for _ in ("the index has not followed", "it has"):
        assert "Zqother" not in everything(archive) and "Zqold" not in everything(archive)
        assert not found_by(archive, "Zqother") and not found_by(archive, "zqold") and not found_by(archive, "zqoth*")
        archive.settle()


@pytest.mark.parametrize("asked", ["person=quiet-one", "place=quiet-place", "collection=quiet-house"])
def test_a_filter_by_what_is_hidden_is_not_named(archive: Archive, asked: str) -> None:
    archive.bring(told(transcripts="", collection="quiet-house", access="staff", narrators="Zqone, Ada", place="Zqplace"),
                  people=[{"identifier": "quiet-one", "names": "Zqone, Ada|en|"}],
                  places=[{"identifier": "quiet-place", "names": "Zqplace|en|"}],
                  collections=[{"identifier": "quiet-house", "names": "Zqhouse|en|"}])
    door = crawl.visitor(archive, crawl.web(archive), ANYBODY)
    for path in (f"/search?{asked}", f"/search?q=river&{asked}", f"/testimonies?{asked}", f"/search.json?q=river&{asked}"):
        assert b"zq" not in door.ask(crawl.Ask("", "GET", path)).body.lower(), path


AFTER = NOW + datetime.timedelta(days=3)


@pytest.mark.parametrize("who", ["anonymous", "grants"])
def test_a_day_that_closes_needs_no_job(archive: Archive, who: str) -> None:
    """Neither the stored index nor what is kept in memory for a holder of grants outlives the day."""
    archive.write("t.txt", text(PLAIN))
    archive.bring({**told(access="public" if who == "anonymous" else "reading-room", closes="2026-03-12"), "identifier": "told-b"})
    door = crawl.visitor(archive, crawl.web(archive), worlds.VIEWERS[who])
    ask = crawl.Ask("", "GET", f"/search.json?q={CANARY}")
    assert b'"total":1' in door.ask(ask).body
    with time_machine.travel(AFTER, tick=False):
        assert b'"total":0' in door.ask(ask).body
        archive.settle()
        assert b'"total":0' in door.ask(ask).body


def test_a_grant_that_ends_ends_the_finding_too(archive: Archive) -> None:
    archive.write("t.txt", text(PLAIN))
    archive.bring(told(access="reading-room"))
    door = crawl.visitor(archive, crawl.web(archive), worlds.VIEWERS["grants"])
    with writing(archive.engine) as session:
        account, row = session.query(Account).one(), by_public_id(session, "one-told")
        assert row is not None
        session.add(Holding(account_id=account.id, token="grant", testimony_id=row.id, until=crawl.MS + 3_600_000))
        session.commit()
    ask = crawl.Ask("", "GET", f"/search.json?q={CANARY}")
    assert b'"total":1' in door.ask(ask).body
    with time_machine.travel(NOW + datetime.timedelta(hours=2), tick=False):
        assert b'"total":0' in door.ask(ask).body
        assert door.ask(crawl.Ask("", "GET", "/testimonies/one-told")).status == 404


def test_who_interviews_has_one_page_whatever_came_first(making: Making) -> None:
    """Ids follow from what they stand for: a hidden interview by the same person, taken in earlier, changes none."""
    seen = [{"identifier": "told-seen", "title": "Seen", "interviewers": "Asker, Ida"}]
    unseen = [{"identifier": "told-unseen", "title": "Unseen", "interviewers": "Asker, Ida", "access": "staff"}]
    ways = []
    for rows in (seen, unseen + seen):
        made = making.archive()
        made.bring(*rows)
        ways.append(crawl.visitor(made, crawl.web(made), ANYBODY).ask(crawl.Ask("", "GET", "/testimonies/told-seen.json")).body)
    assert ways[0] == ways[1]


def test_a_place_is_the_same_place_whichever_table_came_first(making: Making) -> None:
    """A hidden testimony that named the place before its table arrived leaves no trace."""
    places = [{"identifier": "known-place", "names": "Ansel|en|"}]
    ways = []
    for first in (False, True):
        made = making.archive()
        if first:
            made.bring({"identifier": "told-unseen", "title": "Unseen", "place": "Ansel", "access": "staff"})
        made.bring({"identifier": "told-seen", "title": "Seen", "place": "Ansel"}, places=places)
        ways.append(crawl.visitor(made, crawl.web(made), ANYBODY).ask(crawl.Ask("", "GET", "/testimonies/told-seen.json")).body)
    assert ways[0] == ways[1]
