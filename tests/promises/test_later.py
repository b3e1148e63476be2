"""What comes later opens nothing: corrections, new names, collections closed afterwards, days that pass, grants that end.

Each of these was a leak once, or is where one would be.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping

import pytest
import time_machine

from archive_app.records.accounts import Account, Barred, Holding
from archive_app.records.base import writing
from archive_app.records.testimonies import by_public_id
from tests.factories.archives import Archive
from tests.factories.suites import spread
from tests.promises import crawl, sounds, worlds
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


@pytest.mark.parametrize(("kind", "shift"), spread([("txt", 0), ("vtt", 0), ("vtt", 9)][::-1], 1))
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


# Recordings

SPOKEN = range(8000, 11500)
"""When the third line of PLAIN is said."""


@pytest.fixture
def heard(archive: Archive) -> Iterator[Archive]:
    """An archive with a tape on which the canary is said, whose copies are made at once."""
    with sounds.quick_copies():
        yield archive


def tape(before: bytes = b"a voice ") -> bytes:
    samples = bytearray((before * sounds.LENGTH_MS)[:sounds.LENGTH_MS])
    samples[SPOKEN.start:SPOKEN.stop] = (CANARY.encode() * len(SPOKEN))[:len(SPOKEN)]
    return b"RIFF".ljust(sounds.HEADER) + bytes(samples)


def bring(archive: Archive, shift: int = 0, tables: Mapping[str, list[dict[str, str]]] | None = None, **row: str) -> None:
    archive.write("t.vtt", captions(PLAIN, shift))
    if not (archive.incoming / "tape.wav").exists():
        archive.write("tape.wav", tape())
    archive.bring(told(transcripts="t.vtt|en|verbatim", media="tape.wav|Tape", **row), settled=False, **(tables or {}))


def addresses(archive: Archive, who: Who = ANYBODY) -> list[str]:
    """The copies that are listed for somebody."""
    body = crawl.visitor(archive, crawl.web(archive), who).ask(crawl.Ask("", "GET", "/testimonies/one-told.json")).body.decode()
    return re.findall(r'"(/media/[a-z0-9]+)"', body)


def given(archive: Archive, paths: Iterable[str], who: Who = ANYBODY, door: crawl.Visitor | None = None) -> bytes:
    """Everything that these addresses give: whole, from the beginning, from the middle, and in a word."""
    door = door or crawl.visitor(archive, crawl.web(archive), who)
    answers = [door.ask(crawl.Ask("media", method, path, asked)) for path in dict.fromkeys(paths)
               for method, asked in (("GET", ""), ("GET", "bytes=0-"), ("GET", "bytes=200-"), ("HEAD", ""))]
    assert {answer.status for answer in answers} <= {200, 206} or {answer.status for answer in answers} == {404}
    return b"".join(answer.body for answer in answers if answer.status != 404)


def closed_by(archive: Archive, how: str) -> None:
    if how == "withdrawn":
        archive.withdraw("one-told")
    elif how == "taken back":
        archive.unpublish("one-told")
    elif how == "restricted":
        bring(archive, restrictions="8000-11500|words|staff|asked")
    elif how == "its sound narrowed":
        bring(archive, access_audio="staff")
    else:
        archive.bring(collections=[{"identifier": "valley", "names": "Valley|en|", "access": "staff"}], settled=False)


@pytest.mark.parametrize("how", spread(["withdrawn", "taken back", "restricted", "its sound narrowed", "its collection closed"], 2))
def test_what_is_closed_later_is_not_heard_from_that_moment_on(heard: Archive, how: str) -> None:
    """Who has the address and has begun to listen is given no more of it; a job only makes another copy, and drops this one."""
    bring(heard)
    heard.derive()
    before, door = addresses(heard), crawl.visitor(heard, crawl.web(heard), ANYBODY)
    assert CANARY.encode() in given(heard, before, door=door)
    closed_by(heard, how)
    for _ in ("before the job", "after it"):
        assert given(heard, before, door=door) == b""
        assert CANARY.encode() not in given(heard, addresses(heard), door=door)
        heard.derive()
    assert bool(addresses(heard)) == (how == "restricted")


@pytest.mark.parametrize("shift", spread([9, 0, 30], 1))
def test_new_times_let_nothing_be_heard_that_was_withheld(heard: Archive, shift: int) -> None:
    bring(heard, restrictions="8000-11500|words|staff|asked")
    heard.derive()
    before = addresses(heard)
    bring(heard, shift, restrictions="8000-11500|words|staff|asked")
    for _ in ("before the job", "after it"):
        now = addresses(heard)
        assert CANARY.encode() not in given(heard, before) + given(heard, now)
        assert (now == before) == (shift == 0)
        heard.derive()
    sound = next(body for path in addresses(heard) if len(body := given(heard, [path])[:sounds.LENGTH_MS]) == sounds.LENGTH_MS)
    for start in {SPOKEN.start, SPOKEN.start + shift * 1000}:
        assert not any(sound[start:start + len(SPOKEN)])


def test_a_file_that_comes_in_the_place_of_another_takes_it_away_when_it_is_published(heard: Archive) -> None:
    bring(heard)
    heard.derive()
    before = addresses(heard)
    heard.write("tape.wav", tape(b"other voice ").replace(CANARY.encode(), b"." * len(CANARY)))
    bring(heard)
    heard.derive()
    assert addresses(heard) == before and CANARY.encode() in given(heard, before), "it waits, and readers have what they had"
    heard.publish("one-told")
    for _ in ("before the job", "after it"):
        assert given(heard, before) == b""
        heard.derive()
    assert b"other voice" in given(heard, addresses(heard))


@pytest.mark.parametrize("how", ["ended", "barred"])
def test_whose_grant_ends_and_who_is_barred_hears_no_more(heard: Archive, how: str) -> None:
    bring(heard, access="reading-room")
    heard.derive()
    who = Who("grants", frozenset({"registered"}), granted=frozenset({"one-told"}))
    door = crawl.visitor(heard, crawl.web(heard), who)
    before = addresses(heard, who)
    assert CANARY.encode() in given(heard, before, door=door)
    with writing(heard.engine) as session:
        held = session.query(Holding).filter_by(token="grant").one()
        if how == "ended":
            held.until = crawl.MS + 3_600_000
        else:
            session.add(Barred(account_id=held.account_id, testimony_id=held.testimony_id or 0))
        session.commit()
    assert (given(heard, before, door=door) == b"") == (how == "barred")
    with time_machine.travel(NOW + datetime.timedelta(hours=2), tick=False):
        assert given(heard, before, door=door) == b""


def test_a_day_that_closes_ends_the_hearing_without_a_job(heard: Archive) -> None:
    bring(heard, closes="2026-03-12")
    heard.derive()
    before, door = addresses(heard), crawl.visitor(heard, crawl.web(heard), ANYBODY)
    assert CANARY.encode() in given(heard, before, door=door)
    with time_machine.travel(AFTER, tick=False):
        assert given(heard, before, door=door) == b""


def test_a_name_added_to_the_registry_hides_on_pages_and_labels_at_once(heard: Archive) -> None:
    heard.write("letter.pdf", b"PAGE".ljust(sounds.HEADER) + b"from Marlo Zqold, who is Ruta Zqother too")
    row = told(transcripts="", media="letter.pdf|Letter of Ruta Zqother", narrators="Zqold, Marlo", naming="pseudonym", pseudonym="Reader Ray")
    heard.bring(row, people=[{"identifier": "known-one", "names": "Zqold, Marlo|en|"}], settled=False)
    heard.derive()
    door = crawl.visitor(heard, crawl.web(heard), ANYBODY)

    def page() -> str:
        return "\n".join(door.ask(crawl.Ask("", "GET", f"/testimonies/one-told{ending}")).body.decode() for ending in ("", ".json"))

    assert "Zqold" not in page() and "Reader Ray" in page() and "Zqother" in page()
    heard.bring(people=[{"identifier": "known-one", "names": "Zqold, Marlo|en|;Zqother, Ruta|en|"}], settled=False)
    assert "Zqold" not in page() and "Zqother" not in page()
