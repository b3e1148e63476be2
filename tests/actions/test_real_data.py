"""The shared real data, taken in and read back: who knows of what, and that nothing which was closed reaches an anonymous reader."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from archive_app.access.reading_room import Narrowing
from archive_app.access.readings import Segment
from archive_app.exchange.formats import offered
from archive_app.language.words import sort_key
from archive_app.records.base import open_engine
from archive_app.search.find import suggest
from tests.actions.asking import counts, told
from tests.factories.archives import Archive
from tests.factories.restricted import Secret, runs, secrets_in, words
from tests.factories.shared import data_folder

FORMATS = offered()
Get = Callable[..., str]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Callable[[str], Archive]]:
    """A function that takes one folder of the shared data in, once a module."""
    made: dict[str, Archive] = {}

    def take(name: str) -> Archive:
        if name not in made:
            folder = tmp_path_factory.mktemp(name)
            shutil.copy(empty_database, folder / "archive.sqlite3")
            made[name] = Archive(open_engine(f"sqlite:///{folder / 'archive.sqlite3'}"), folder)
            made[name].reports = [made[name].bring_folder(data_folder() / name)]  # type: ignore[attr-defined]
        return made[name]

    yield take
    for archive in made.values():
        archive.engine.dispose()


def getter(archive: Archive) -> Get:
    """GET as an anonymous visitor; answers the body, whatever its status."""
    client = archive.app().test_client()

    def get(path: str, **query: str) -> str:
        answer = client.get(path, query_string=query)
        assert answer.status_code in (200, 404), (path, query, answer.status_code)
        return answer.get_data().decode("utf-8", "replace") + "\n" + "\n".join(f"{name}: {value}" for name, value in answer.headers)

    return get


def known_and_read(archive: Archive, who: str = "anonymous") -> tuple[set[str], set[str]]:
    """(testimonies this viewer knows of, those of which they read a transcript with nothing withheld)."""
    known: set[str] = set()
    whole: set[str] = set()
    with archive.room(who) as room:
        for page in range(1, room.testimonies(Narrowing()).pages + 1):
            known.update(card.id for card in room.testimonies(Narrowing(), page=page).items)
        for key in known:
            read = [room.transcript(key, head.n) for head in room.testimony(key).transcripts]
            if any(all(isinstance(block, Segment) for block in each.blocks) for each in read):
                whole.add(key)
    return known, whole


def test_columns_end_as_expected(fresh: Callable[[str], Archive]) -> None:
    archive = fresh("columns")
    expected = json.loads((data_folder() / "columns" / "expected.json").read_text())
    (report,) = archive.reports  # type: ignore[attr-defined]
    assert report.count("created") == expected["created"]
    named = {f"{row.identifier}{' (second)' if row.identifier == 'col-plain' else ''}" for row in report.rows if row.result == "refused"}
    assert named == set(expected["refused"])
    for identifier, column in expected["refused"].items():
        assert column in {row.column for row in report.rows if row.result == "refused" and row.identifier == identifier.split(" (")[0]}
    assert dict(told(report, "warning")) == expected["warnings"]
    known, read = known_and_read(archive)
    assert sorted(known) == expected["anonymous_knows_of"] and sorted(read) == expected["anonymous_reads_transcript_of"]


def test_statements_stand_side_by_side(fresh: Callable[[str], Archive]) -> None:
    archive = fresh("statements")
    (report,) = archive.reports  # type: ignore[attr-defined]
    assert counts(report) == {"created": 18}
    with archive.room() as room:
        assert (room.events().total, room.places().total) == (1, 2)
        event = room.event(room.events().items[0].id)
        assert len(event.statements) == 14 and {each.source.id for each in event.statements} == {"src-newsaz-khojaly"}
        assert len(room.source("src-newsaz-khojaly").statements) == 14
        spelt = {place.id: [name.text for name in room.place(place.id).ref.names] for place in room.places().items}
        assert {key: len(names) for key, names in spelt.items()} == {"place-khojaly": 6, "place-karabakh": 5}
        assert room.place("place-khojaly").within == room.place("place-karabakh").ref
        for name in spelt["place-khojaly"]:
            assert [place.id for place in room.find_places(name).items] == ["place-khojaly"], name
    assert counts(archive.bring_folder(data_folder() / "statements")) == {"unchanged": 18}


@pytest.mark.slow
def test_timed_and_mixed_have_no_refused_row(fresh: Callable[[str], Archive]) -> None:
    for name, rows in (("timed", 60), ("mixed", 4)):
        (report,) = fresh(name).reports  # type: ignore[attr-defined]
        assert report.count("created") == rows and not report.refused, name


def pages_of(get: Get, testimony: str) -> Iterator[str]:
    """Everything that is served of one testimony."""
    for path in ("", ".json", "/cite", "/cite.json", "/cite.bib", "/cite.ris", "/cite.csl.json"):
        yield get(f"/testimonies/{testimony}{path}")
    for moment in ("0", "61", "75", "130"):
        yield get(f"/testimonies/{testimony}", t=moment)
        yield get(f"/testimonies/{testimony}/cite", t=moment)
    for n in range(1, 5):
        for ending in FORMATS:
            yield get(f"/testimonies/{testimony}/transcripts/{n}.{ending}")


@pytest.mark.parametrize(("name", "share"), [("timed", 12), ("mixed", 1), pytest.param("timed", 1, marks=pytest.mark.slow)])
def test_restricted_minutes_reach_no_anonymous_reader(fresh: Callable[[str], Archive], name: str, share: int) -> None:
    archive = fresh(name)
    get = getter(archive)
    found = secrets_in(data_folder() / name)
    assert len(found) == {"timed": 10, "mixed": 1}[name] and all(len(secret.runs) > 20 for secret in found)
    for secret in found[::share]:
        for page in pages_of(get, secret.testimony):
            met = words(page)
            assert not secret.runs & set(runs(met)), secret.testimony
        reread = archive_words(archive, secret.testimony, "archivist")
        assert secret.runs & set(runs(reread)), "staff read them: the test looks for what is there"


def archive_words(archive: Archive, testimony: str, who: str) -> list[str]:
    with archive.room(who) as room:
        heads = room.testimony(testimony).transcripts
        blocks = [block for head in heads for block in room.transcript(testimony, head.n).blocks]
    return words(" ".join(getattr(block, "text", "\n") for block in blocks))


@pytest.mark.parametrize(("name", "share"), [
    ("timed", 20), ("mixed", 20), pytest.param("timed", 1, marks=pytest.mark.slow), pytest.param("mixed", 1, marks=pytest.mark.slow)])
def test_restricted_words_are_not_found(fresh: Callable[[str], Archive], name: str, share: int) -> None:
    archive = fresh(name)
    get = getter(archive)
    for secret in secrets_in(data_folder() / name):
        for q in asked(secret, share):
            for path in ("/search.json", f"/testimonies/{secret.testimony}/search.json"):
                assert_silent(secret, json.loads(get(path, q=q).split("\n")[0]), q)
            assert not secret.runs & (set(runs(words(get("/search", q=q)))) - set(runs(words(q) * 2)))
        with archive.room() as room:
            for word in sorted(secret.words)[::share]:
                for length in (2, 3, len(word)):
                    assert word not in suggest(room, archive.index, word[:length])


def asked(secret: Secret, share: int) -> Iterator[str]:
    """Phrases of restricted words, and single words that stand nowhere else: one in `share` of them."""
    yield from (f'"{" ".join(run)}"' for run in sorted(secret.runs)[::3 * share])
    yield from sorted(secret.words)[::share]


def assert_silent(secret: Secret, answer: dict[str, Any], q: str) -> None:
    """What is found is found for other words (of the same stem): never with a restricted run or a word of those minutes alone."""
    shown = [words(f"{hit['before']} {hit['match']} {hit['after']}") for hit in answer["hits"]]
    assert not any(secret.runs & set(runs(each)) or secret.words & set(each) for each in shown), q
    assert not secret.words & {word for text in answer.get("corrections", []) for word in words(text)} - set(words(q)), q


def named_rows(folder: Path, *namings: str) -> list[dict[str, str]]:
    with (folder / "manifest.csv").open(encoding="utf-8-sig", newline="") as stream:
        return [row for row in csv.DictReader(stream) if row["naming"] in namings]


def standing_names(text: str, name: str) -> list[str]:
    """Parts of a recorded name of three letters or more that stand in a text, capitalised, as words."""
    parts = [part for part in re.split(r"[,.\s\"“”()]+", name) if len(part) > 2]
    return [part for part in parts if re.search(rf"(?<![\w’'])(?:{re.escape(part)}|{re.escape(part.upper())})(?!\w)", text)]


@pytest.mark.parametrize("share", [3, pytest.param(1, marks=pytest.mark.slow)])
def test_pseudonyms_hold_everywhere(fresh: Callable[[str], Archive], share: int) -> None:
    archive = fresh("timed")
    get = getter(archive)
    rows = named_rows(data_folder() / "timed", "pseudonym")
    assert len(rows) == 6
    for row in rows[::share]:
        assert_named(archive, get, row, row["pseudonym"])


def assert_named(archive: Archive, get: Get, row: dict[str, str], shown: str) -> None:
    """Everything served of a testimony shows the face; the name is in none of it, nor found as a person or by its sort order."""
    key, name = row["identifier"], row["narrators"]
    for page in pages_of(get, key):
        assert not standing_names(page.replace(row["interviewers"], ""), name), key
    with archive.room() as room:
        card = room.testimony(key).card
        assert [(person.shown, person.person) for person in card.people if person.role == "narrator"] == [(shown, None)]
        for person in room.find_people(name.split(",")[0]).items:  # the same name stands openly in another testimony, perhaps
            assert key not in {told_in.id for _, told_in in room.person(str(person.person)).testimonies}
    with archive.room("archivist") as room:
        whole = " ".join([room.testimony(key).card.title, *(person.shown for person in room.testimony(key).card.people)])
        assert standing_names(whole, name), "staff read the name: the test looks for what is there"


def test_lists_are_sorted_by_what_the_face_shows(fresh: Callable[[str], Archive]) -> None:
    with fresh("timed").room() as room:
        titles = [card.title for page in range(1, 4) for card in room.testimonies(Narrowing(), page=page).items]
    assert titles == sorted(titles, key=sort_key)
