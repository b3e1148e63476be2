"""OHMS interviews: what is withheld, closed or hidden in words, notes and index reaches no answer; two archives that differ only in it give
the same bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from archive_app import clock, ids
from archive_app.access import index_points, notes
from archive_app.access.redaction import number_shown
from tests.factories.archives import Archive
from tests.factories.interviews import Interview, row
from tests.factories.suites import spread
from tests.promises import crawl, worlds
from tests.promises.conftest import Making
from tests.promises.crawl import Ask

SECRET = worlds.secret("withheld in the interview")
FAMILY = worlds.secret("family of who tells").capitalize()
OPEN = worlds.secret("open in the interview")
ONE = Interview(name=f"Silas {FAMILY}", secret=f"{SECRET} and more", outside=f"the {OPEN} quay")
EXTENSIONS = ("vtt", "srt", "txt", "csv", "docx", "json", "xml")
QUERIES = (SECRET, FAMILY, OPEN, f"{SECRET[:6]}*", f"{FAMILY[:5]}*", f'"{SECRET} and more"', f"person:{FAMILY}", "Silas", "Reader", "quoting", "reaching",
           "comes home", "family", "house", "closed", "about OR told OR quay", "note", "lang:en")


EVERY = pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["most", "every"])
SEARCHES = ("/search", "/testimonies/told/search.json", "/testimonies/told/search")


def asks(every: bool = False) -> Iterator[Ask]:
    """All that may be asked of the interview; each query where its order is plain, and in one place besides or `every` one."""
    for path in ("", ".json", "?t=5", "?t=12", "?t=20", "/ohms.xml", "/cite", "/cite.json", "/cite.bib", "/cite.ris", "/cite.csl.json"):
        yield Ask("testimony", "GET", f"/testimonies/told{path}")
    for extension in EXTENSIONS:
        yield Ask("transcript_file", "GET", f"/testimonies/told/transcripts/1.{extension}")
    for number, query in enumerate(QUERIES):
        for path in ("/search.json", *(SEARCHES if every else SEARCHES[(number + 1) % 3:][:1])):
            yield Ask("search", "GET", f"{path}?q={crawl.urlencode({'q': query})[2:]}")
    for path in ("/", "/index.json", "/testimonies.json", "/people.json", "/people.json?q=Silas", "/collections/valley.json", "/places.json", "/sitemap.xml"):
        yield Ask("list", "GET", path)


@pytest.fixture(scope="module")
def built(making: Making) -> Callable[..., Archive]:
    """built(interview, column=value ...): an archive with the interview, built once a module."""
    made: dict[str, Archive] = {}

    def build(interview: Interview, **more: str) -> Archive:
        key = repr((interview, sorted(more.items())))
        if key not in made:
            ids.use_key(b"tests")
            clock.forget_floor()
            made[key] = making.archive()
            made[key].write("told.xml", interview.file)
            report = made[key].bring(row(interview, **more))
            assert not report.refused, report.rows
        return made[key]

    return build


def bodies(archive: Archive, who: str, every: bool = False) -> dict[str, bytes]:
    """Address -> what this class is answered; what was asked is taken out."""
    door = crawl.visitor(archive, crawl.web(archive), worlds.VIEWERS[who])
    return {ask.path: door.ask(ask).body for ask in asks(every)}


def holding(answers: dict[str, bytes], word: str) -> set[str]:
    """Addresses whose answer holds a word that the address does not."""
    return {path for path, body in answers.items() if word.lower().encode() in body.lower() and word.lower() not in path.lower()}


# Canaries


@EVERY
def test_withheld_words_names_and_addresses_reach_no_answer(built: Callable[..., Archive], every: bool) -> None:
    archive = built(ONE)
    seen, all_of_it = bodies(archive, "anonymous", every), bodies(archive, "archivist", every)
    for canary in (SECRET, FAMILY, "Silas", "people.example", "notes.example"):
        assert not holding(seen, canary), canary
        assert {"/testimonies/told.json", "/testimonies/told/ohms.xml"} <= holding(all_of_it, canary), "staff read it: the test looks for what is there"
    assert {"/testimonies/told.json", "/testimonies/told/ohms.xml", "/testimonies/told/transcripts/1.vtt"} <= holding(seen, OPEN)


def hits(answers: dict[str, bytes], query: str) -> list[tuple[int, int | None]]:
    found = json.loads(answers[f"/search.json?q={crawl.urlencode({'q': query})[2:]}"])
    return [(hit["transcript"], hit["start_ms"]) for hit in found["hits"]]


def test_the_index_is_found_by_its_words_and_leads_to_the_moment(built: Callable[..., Archive]) -> None:
    archive = built(ONE)
    seen, all_of_it = bodies(archive, "anonymous"), bodies(archive, "archivist")
    assert (0, 0) in hits(seen, OPEN) and (0, 20_000) in hits(seen, "comes home")
    assert hits(seen, "reaching") == hits(seen, "closed") == hits(seen, SECRET) == []
    assert hits(all_of_it, "reaching") == [(0, 5000)] and hits(all_of_it, "closed") == [(0, 10_000)]
    assert {at for n, at in hits(all_of_it, SECRET) if n == 0} == {5000, 10_000}
    assert b"/testimonies/told?t=20" in seen["/search?q=comes+home"]


# Twins

SHORT, LONG = f"Bo {FAMILY}", f"Ann Maria Bartholomea {FAMILY}"


@EVERY
@pytest.mark.parametrize(("other", "more"), spread([
    pytest.param(Interview(name=ONE.name, secret="other words, more of them by far", within=3, outside=ONE.outside), {}, id="withheld"),
    pytest.param(Interview(name=LONG, secret=ONE.secret, outside=ONE.outside), {}, id="a longer name"),
    pytest.param(Interview(name=SHORT, secret="none", within=2, outside=ONE.outside), {}, id="a shorter name and what is withheld"),
    pytest.param(Interview(name=ONE.name, secret="nothing at all", within=1, outside="another place"),
                 {"access_transcript": "registered", "access_description": "registered"}, id="words and description closed"),
], 2))
def test_twins_read_the_same(built: Callable[..., Archive], other: Interview, more: dict[str, str], every: bool) -> None:
    one, two = (crawl.visitor(each, crawl.web(each), worlds.VIEWERS["anonymous"]) for each in (built(ONE, **more), built(other, **more)))
    assert list(crawl.differences(one, two, asks(every))) == []


def test_twins_with_an_index_that_quotes_closed_words_read_the_same(built: Callable[..., Archive]) -> None:
    """The words closed, their description open: an excerpt of the index is words, a note is one to words."""
    more = {"access_transcript": "registered", "restrictions": ""}
    plain = Interview(name=ONE.name, secret="the same", outside="the same")
    quoting = QuotingOtherWords(name=ONE.name, secret="the same", outside="the same")
    one, two = (crawl.visitor(each, crawl.web(each), worlds.VIEWERS["anonymous"]) for each in (built(plain, **more), built(quoting, **more)))
    assert list(crawl.differences(one, two, asks())) == []
    assert b"in other words" in bodies(built(quoting, **more), "registered")["/testimonies/told.json"]


# The twins are tested by faults


def _addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (index_points, notes):
        monkeypatch.setattr(module, "address", lambda names, url: url)


def _letters_of_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "_place", lambda place, line, withheld, names: (number_shown(place[0], withheld), place[1], place[2]))


def _notes_to_withheld_words(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = notes.shown
    monkeypatch.setattr(notes, "shown", lambda rows, lines, withheld, names, language: shown(rows, lines, [], names, language))


def _points_in_withheld_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_points, "_withheld", lambda entry, testimony: [])


def _points_that_reach_in(monkeypatch: pytest.MonkeyPatch) -> None:
    point = index_points._point
    monkeypatch.setattr(index_points, "_point", lambda row, whole, withheld: point(row, whole, False))


def _small_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_points, "keyword", lambda names, word, language: names(word, language))


def _excerpts(monkeypatch: pytest.MonkeyPatch) -> None:
    point = index_points._point
    monkeypatch.setattr(index_points, "_point", lambda row, whole, withheld: point(row, replace(whole, layers=whole.layers | {"transcript"}), withheld))


def _where_a_hidden_point_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    """It stands there without its texts, as one does that only reaches in."""
    monkeypatch.setattr(index_points, "_touched", lambda start, until, closed: until > start + 1 and any(
        start < end and until > begin for begin, end in closed))


OTHER = Interview(name=LONG, secret="other words", within=2, outside=ONE.outside)
EXCERPTS = {"access_transcript": "registered", "restrictions": ""}


@pytest.mark.parametrize("leak", spread([_addresses, _letters_of_notes, _notes_to_withheld_words, _points_in_withheld_time,
                                         _points_that_reach_in, _where_a_hidden_point_begins, _small_names, _excerpts], 1), ids=lambda leak: leak.__name__)
def test_a_planted_leak_is_seen(built: Callable[..., Archive], monkeypatch: pytest.MonkeyPatch, leak: Callable[[pytest.MonkeyPatch], None]) -> None:
    same = {"name": ONE.name, "secret": "the same", "outside": "the same"}
    pair = (built(Interview(**same), **EXCERPTS), built(QuotingOtherWords(**same), **EXCERPTS)) if leak is _excerpts else (built(ONE), built(OTHER))
    one, two = (crawl.visitor(each, crawl.web(each), worlds.VIEWERS["anonymous"]) for each in pair)
    told = [ask for ask in asks() if ask.path in ("/testimonies/told.json", "/testimonies/told/ohms.xml")]
    assert list(crawl.differences(one, two, told)) == []
    leak(monkeypatch)
    seen = {ask.path for ask, _ in crawl.differences(one, two, told)}
    assert seen == {ask.path for ask in told} - ({"/testimonies/told/ohms.xml"} if leak is _letters_of_notes else set()), "a file has no place behind a text"


class QuotingOtherWords(Interview):
    @property
    def file(self) -> bytes:
        """With other excerpts and other notes."""
        return super().file.replace(b"quoting", b"in other words").replace(b"At the end", b"At its very end")
