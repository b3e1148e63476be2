"""What is withheld of a recording, as time: where the withheld words are spoken, and nothing that shows more than that."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from archive_app.access import cuts
from archive_app.access.cuts import EVERYTHING, Timed, time_of
from archive_app.access.entry import enter
from archive_app.actions import preparing
from archive_app.actions.change import change, operator
from archive_app.records import recordings
from archive_app.records.base import open_engine, reading
from archive_app.records.consent import unit_of
from archive_app.records.restrictions import Restriction
from archive_app.records.testimonies import by_public_id
from archive_app.storage.cuts import Cuts, Span, joined
from archive_app.storage.probe import Probed
from tests.factories.archives import Archive, viewer

END = EVERYTHING[1]


# Pure: when segments are spoken

@pytest.mark.parametrize(("lines", "first", "last", "spoken"), [
    ([(1, 0, 9), (2, 10, 19), (3, 20, 29)], 2, 2, (10, 19)),
    ([(1, 0, 9), (2, 10, 19), (3, 20, 29)], 1, 3, (0, 29)),
    ([(1, 0, 9), (2, 10, 25), (3, 20, 22)], 2, 3, (10, 25)),  # people speak over each other
    ([(1, 0, 9), (2, 10, 10), (3, 20, 29)], 2, 2, (10, 11)),  # of no length
    ([(1, 0, 9), (2, 10, None), (3, 20, 29)], 2, 2, (10, 20)),  # until somebody else speaks
    ([(1, 0, 9), (2, 10, None)], 2, 2, (10, END)),
    ([(1, 0, 9), (3, 20, 29)], 2, 2, (0, 20)),  # without a time: from where the one before begins, to where the next does
    ([(1, 0, 9), (4, 20, 29)], 2, 3, (0, 20)),
    ([(1, 0, 20), (3, 20, 29)], 2, 2, (0, 20)),  # the end of the one before is only the beginning of the one behind
    ([(2, 10, 19), (3, 20, 29)], 1, 1, (0, 10)),
    ([(2, 10, 19), (3, 20, 29)], 1, 2, (0, 19)),
    ([(1, 0, 9), (2, 10, 19)], 3, 3, (10, END)),
    ([(1, 0, 9), (2, 10, 19)], 2, 3, (10, END)),
    ([(1, 0, 9), (2, 10, 19), (4, 30, 39)], 2, 3, (10, 30)),
    ([(1, 0, 9), (2, 500, 900), (4, 400, 1000), (5, 1200, 1300)], 2, 3, (500, 1200)),  # the clock stepped back a little
    ([(1, 0, 9), (2, 500, 900), (3, 400, 1000)], 2, 3, (400, 1000)),
    ([(1, 0, 9), (2, 500, 900), (3, 1500, 1900), (5, 1400, 1600), (6, 2500, 2600)], 2, 4, (500, 2500)),
])
def test_when_segments_are_spoken(lines: list[Timed], first: int, last: int, spoken: Span) -> None:
    assert time_of(lines, first, last) == spoken


some_lines = st.lists(st.tuples(st.booleans(), st.integers(0, 900), st.integers(1, 900), st.sampled_from(("said", "taken", "open"))),
                      min_size=1, max_size=8)


@given(some_lines, st.data())
def test_no_segment_of_a_run_is_spoken_outside_its_time(made: list[tuple[bool, int, int, str]], data: st.DataObject) -> None:
    """`made`: whether its time is written down, how long nothing is said before it, how long it is, and what is known of its end."""
    truth, lines, at = [], list[Timed](), 0
    for ordinal, (timed, pause, length, end) in enumerate(made, 1):
        begin, at = at + pause, at + pause + length
        truth.append((begin, at))
        if timed:
            lines.append((ordinal, begin, {"said": at, "open": None, "taken": -1}[end]))
    later = [*(start for _, start, _ in lines[1:]), None]
    lines = [(ordinal, start, behind if end == -1 else end) for (ordinal, start, end), behind in zip(lines, later, strict=False)]
    first = data.draw(st.integers(1, len(made)))
    last = data.draw(st.integers(first, len(made)))
    start, end = time_of(lines, first, last)
    for begin, until in truth[first - 1:last]:
        assert start <= begin and until <= end


# Archives

MINUTE = 60_000
CUES = [(at * 4000, at * 4000 + 3500) for at in range(12)]
FILMS = frozenset({"film.mp4"})


@pytest.fixture(autouse=True)
def lengths(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Recordings are as long as this says, whatever is in the files."""
    known: dict[str, int] = {}
    monkeypatch.setattr(preparing, "probe", lambda path, column="media": Probed(
        "video" if path.name in FILMS else "audio", known.get(path.name, MINUTE)))
    return known


def vtt(times: Sequence[tuple[int, int]], words: Sequence[str] | None = None, shift: int = 0) -> str:
    said = words or [f"word{number}" for number in range(1, len(times) + 1)]
    return "WEBVTT\n\n" + "\n\n".join(f"{_clock(start + shift)} --> {_clock(end + shift)}\n{text}"
                                      for (start, end), text in zip(times, said, strict=True)) + "\n"


def _clock(ms: int) -> str:
    return f"{ms // 3600000:02}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def table(rows: Sequence[tuple[str, str]]) -> str:
    """A transcript in which some lines have a time."""
    return "start,speaker,text\n" + "\n".join(f"{start},Ada,{text}" for start, text in rows) + "\n"


def told(**more: str) -> dict[str, str]:
    return {"identifier": "told", "title": "Told", "languages": "en", "transcripts": "t.vtt|en|verbatim", "media": "tape.wav|Tape", **more}


def bring(archive: Archive, files: Mapping[str, str] | None = None, **row: str) -> None:
    files = {"t.vtt": vtt(CUES), **(files or {})}
    said = told(**row)
    names = {name for name in [*files, *(each.split("|")[0] for each in said["media"].split(";"))] if name}
    for name in names:
        archive.write(name, files.get(name, f"bytes of {name}"))
    report = archive.bring(said, settled=False)
    assert not [each for each in report.rows if each.result == "refused"], report.rows


def cut(archive: Archive, who: str = "anonymous") -> Cuts:
    """What is withheld on the time line of the testimony."""
    with reading(archive.engine) as session:
        row = by_public_id(session, "told")
        assert row is not None
        return cuts.withheld(enter(session, viewer(who)), row.id)


def by_tape(archive: Archive, who: str = "anonymous") -> list[Cuts]:
    """What is withheld of each recording, in order, on its own time line."""
    with reading(archive.engine) as session:
        row = by_public_id(session, "told")
        assert row is not None
        rows = recordings.of_testimony(session, row.id)
        found = cuts.by_recording(enter(session, viewer(who)), row.id, rows)
        return [found[each.id] for each in rows]


def test_nothing_is_withheld_where_nothing_is_restricted(archive: Archive) -> None:
    bring(archive)
    assert cut(archive) == Cuts() and by_tape(archive) == [Cuts()]


def test_a_restriction_by_time_takes_whole_segments(archive: Archive) -> None:
    bring(archive, restrictions="9000-13000|words|staff|x")
    assert cut(archive) == Cuts(((8000, 15500),))
    assert cut(archive, "archivist") == Cuts()


def test_a_restriction_by_segments_takes_their_time(archive: Archive) -> None:
    bring(archive, restrictions="seg 2-3|words|staff|x")
    assert cut(archive) == Cuts(((4000, 11500),))


@pytest.mark.parametrize(("what", "expected"), [
    ("words", Cuts(((4000, 7500),))), ("picture", Cuts((), ((4000, 7000),))), ("words+picture", Cuts(((4000, 7500),), ((4000, 7500),)))])
def test_words_and_picture_are_withheld_apart(archive: Archive, what: str, expected: Cuts) -> None:
    bring(archive, media="film.mp4|Film", restrictions=f"4000-7000|{what}|staff|x")
    assert cut(archive) == expected and by_tape(archive) == [expected]


def test_two_audiences_each_have_their_own(archive: Archive) -> None:
    bring(archive, restrictions="4000-7500|words|registered|x;20000-23500|words|staff|x")
    assert cut(archive) == Cuts(((4000, 7500), (20000, 23500)))
    assert cut(archive, "registered") == Cuts(((20000, 23500),))
    assert cut(archive, "onsite") == Cuts(((20000, 23500),))
    assert cut(archive, "custodian") == Cuts()


def test_where_restrictions_meet_nothing_shows_it(archive: Archive) -> None:
    """Withheld words that follow each other are one block to read, so they are one silence, with the pause between them."""
    bring(archive, restrictions="seg 2-3|words|registered|x;seg 4|words|staff|x")
    assert cut(archive) == Cuts(((4000, 15500),))
    assert cut(archive, "registered") == Cuts(((12000, 15500),))


def test_what_is_lifted_is_heard(archive: Archive) -> None:
    bring(archive, restrictions="4000-7500|words|staff|x;20000-23500|words|staff|x")
    with change(archive.engine, operator(), "restrict", "told") as work:
        row = by_public_id(work.session, "told")
        assert row is not None
        work.session.execute(update(Restriction).where(Restriction.start_ms == 4000).values(lifted_at=work.now))
        work.touch(unit_of(work.session, row.id))
    assert cut(archive) == Cuts(((20000, 23500),))


def test_who_may_not_read_the_words_hears_no_more_for_it(archive: Archive) -> None:
    """The transcript is closed, the sound is not: what words are withheld from staff's readers is silent to everybody."""
    bring(archive, restrictions="seg 2|words|registered|x", access_transcript="staff")
    assert cut(archive) == Cuts(((4000, 7500),)) and cut(archive, "registered") == Cuts(((4000, 7500),))
    assert cut(archive, "archivist") == Cuts()


# Where times are missing

MIXED = table([("0:00:02", "one"), ("0:00:10", "two"), ("", "three"), ("", "four"), ("0:00:40", "five"), ("0:00:50", "six")])


@pytest.mark.parametrize(("segments", "spoken"), [
    ("3", (10_000, 40_000)), ("4", (10_000, 40_000)), ("2-3", (10_000, 40_000)), ("4-5", (10_000, 50_000)), ("5", (40_000, 50_000)),
    ("1", (2_000, 10_000))])
def test_a_segment_without_a_time_lies_between_those_that_have_one(archive: Archive, segments: str, spoken: Span) -> None:
    bring(archive, {"t.csv": MIXED}, transcripts="t.csv|en|verbatim", restrictions=f"seg {segments}|words|staff|x")
    assert cut(archive) == Cuts((spoken,))


def test_at_an_end_without_a_time_it_reaches_to_the_end(archive: Archive) -> None:
    bring(archive, {"t.csv": table([("", "one"), ("0:00:10", "two"), ("", "three")])}, transcripts="t.csv|en|verbatim",
          restrictions="seg 1|words|staff|x;seg 3|words|registered|x")
    assert cut(archive, "registered") == Cuts(((0, 10_000),))
    assert by_tape(archive) == [Cuts(((0, MINUTE),))]


def test_without_any_time_everything_is_withheld(archive: Archive) -> None:
    bring(archive, {"t.txt": "one\n\ntwo\n\nthree\n"}, transcripts="t.txt|en|verbatim", media="film.mp4|Film", restrictions="seg 2|words|staff|x")
    assert cut(archive) == Cuts((EVERYTHING,)) and by_tape(archive) == [Cuts(((0, MINUTE),))]
    assert cut(archive, "archivist") == Cuts()


def test_the_times_of_another_transcript_are_not_taken_for_all_there_is(archive: Archive) -> None:
    """A translation of the first minute has times; the words that are withheld may be spoken in any other."""
    bring(archive, {"t.txt": "one\n\ntwo\n\nthree\n", "u.vtt": vtt([(1000, 5000)])}, transcripts="t.txt|en|verbatim;u.vtt|en|translation",
          restrictions="seg 3|words|staff|x")
    assert cut(archive) == Cuts((EVERYTHING,))


def test_a_transcript_without_times_takes_nothing_from_a_restriction_that_has_one(archive: Archive) -> None:
    bring(archive, {"u.txt": "one\n\ntwo\n"}, transcripts="t.vtt|en|verbatim;u.txt|en|translation", restrictions="4000-7500|words|staff|x")
    assert cut(archive) == Cuts(((4000, 7500),))


def test_the_words_of_every_transcript_are_silent_also_of_closed_ones(archive: Archive) -> None:
    """A translation that waits at the desk has the same words a little later."""
    bring(archive, restrictions="4000-7500|words|staff|x")
    bring(archive, {"u.vtt": vtt(CUES, shift=1000)}, transcripts="t.vtt|en|verbatim;u.vtt|en|translation", restrictions="4000-7500|words|staff|x")
    with archive.room() as room:
        assert [head.n for head in room.testimony("told").transcripts] == [1]
    assert cut(archive) == Cuts(((1000, 8500),)), "both segments that share any of its time, by the later clock"


# Tapes

def test_several_tapes_are_one_line(archive: Archive, lengths: dict[str, int]) -> None:
    lengths.update({"a.wav": 10_000, "b.wav": 20_000, "c.wav": 30_000})
    tapes = "a.wav|Tape 1;b.wav|Tape 2;c.wav|Tape 3"
    bring(archive, media=tapes, restrictions="12000-15500|words|staff|x")
    assert by_tape(archive) == [Cuts(), Cuts(((2000, 5500),)), Cuts()]


def test_a_restriction_across_tapes_is_cut_from_both(archive: Archive, lengths: dict[str, int]) -> None:
    lengths.update({"a.wav": 10_000, "b.wav": 20_000, "film.mp4": 30_000})
    bring(archive, media="a.wav|Tape 1;b.wav|Tape 2;film.mp4|Film", restrictions="9000-31000|words+picture|staff|x")
    both = Cuts.of
    assert by_tape(archive) == [both([(8000, 10_000)], [(8000, 10_000)]), both([(0, 20_000)], [(0, 20_000)]), both([(0, 1500)], [(0, 1500)])]


def test_what_has_no_place_on_the_line_loses_nothing_else(archive: Archive, lengths: dict[str, int]) -> None:
    """Everything is withheld of each tape up to its own end, and a tape is not longer for it."""
    lengths.update({"a.wav": 10_000, "b.wav": 20_000})
    bring(archive, {"t.txt": "one\n\ntwo\n"}, transcripts="t.txt|en|verbatim", media="a.wav|1;b.wav|2", restrictions="seg 1|words|staff|x")
    assert by_tape(archive) == [Cuts(((0, 10_000),)), Cuts(((0, 20_000),))]


# Corrections

def test_after_new_times_the_words_are_silent_at_both(archive: Archive) -> None:
    """The restriction keeps its own time, and what was withheld stays withheld wherever it is said to be now."""
    bring(archive, restrictions="20000-23500|words|staff|x")
    bring(archive, {"t.vtt": vtt(CUES, shift=9000)}, restrictions="20000-23500|words|staff|x")
    found = cut(archive)
    assert any(start <= 20_000 and end >= 23_500 for start, end in found.sound)
    assert any(start <= 29_000 and end >= 32_500 for start, end in found.sound)
    assert found == Cuts(((17_000, 24_500), (29_000, 32_500))), "what shares its time by the new clock too"


def test_a_correction_without_times_takes_the_whole(archive: Archive) -> None:
    bring(archive, {"t.csv": table([("0:00:02", "one"), ("0:00:10", "two"), ("0:00:20", "three")])}, transcripts="t.csv|en|verbatim",
          restrictions="seg 2|words|staff|x")
    assert cut(archive) == Cuts(((10_000, 20_000),))
    bring(archive, {"t.csv": table([("", "one"), ("", "two"), ("", "three")])}, transcripts="t.csv|en|verbatim",
          restrictions="seg 2|words|staff|x")
    assert cut(archive) == Cuts((EVERYTHING,))


# In general

@dataclass(frozen=True)
class Case:
    """A testimony with captions of 1 to 2 transcripts, its restrictions, and the times that its first transcript is given later."""

    texts: tuple[tuple[tuple[int, int], ...], ...]
    restrictions: tuple[str, ...]
    later: tuple[tuple[int, int], ...]


def _cues(rng: random.Random, count: int) -> tuple[tuple[int, int], ...]:
    """Cues in order, some over each other, some with a long pause before them."""
    found, at = [], 0
    for _ in range(count):
        start = max(0, at + rng.choice((0, 0, 300, 700, 6000, -400)))
        at = start + rng.randint(200, 4000)
        found.append((start, at))
    return tuple(found)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    rng = draw(st.randoms(use_true_random=False))
    texts = tuple(_cues(rng, rng.randint(2, 9)) for _ in range(rng.randint(1, 2)))
    said = []
    for _ in range(rng.randint(1, 3)):
        start, first = rng.randint(0, 20_000), rng.randint(1, len(texts[0]))
        where = rng.choice((f"{start}-{start + rng.randint(1, 9000)}", f"seg {first}-{min(len(texts[0]), first + rng.randint(0, 2))}"))
        said.append(f"{where}|{rng.choice(('words', 'words', 'words+picture', 'picture'))}|{rng.choice(('registered', 'staff', 'sealed'))}|x")
    return Case(texts, tuple(dict.fromkeys(said)), _cues(rng, len(texts[0])))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Archive]:
    """One archive for every case: a testimony each."""
    folder = tmp_path_factory.mktemp("cases")
    (folder / "archive.sqlite3").write_bytes(empty_database.read_bytes())
    made = open_engine(f"sqlite:///{folder / 'archive.sqlite3'}")
    yield Archive(made, folder)
    made.dispose()


def brought(archive: Archive, number: int, case: Case, first: Sequence[tuple[int, int]]) -> str:
    """A testimony of this case, its first transcript with these times; its id."""
    id = f"case-{chr(97 + number % 26)}{number}"
    for which, times in enumerate((first, *case.texts[1:])):
        archive.write(f"{id}-{which}.vtt", vtt(times, [f"said{which}x{at} in text {which}" for at in range(1, len(times) + 1)]))
    archive.write(f"{id}.mp4", "film")
    report = archive.bring(told(
        identifier=id, transcripts=";".join(f"{id}-{which}.vtt|en|{kind}" for which, kind in zip(range(len(case.texts)), ("verbatim", "translation"),
                                                                                                strict=False)),
        media=f"{id}.mp4|Film", restrictions=";".join(case.restrictions)), settled=False)
    assert not [each for each in report.rows if each.result == "refused"], report.rows
    return id


def lines(archive: Archive, id: str, who: str) -> list[list[tuple[int, int, bool]]]:
    """Of each transcript its segments: start, end, and whether they are withheld from this class, as it reads them."""
    with archive.room(who) as room, archive.room("custodian") as whole:
        found = []
        for head in whole.testimony(id).transcripts:
            shown = {getattr(block, "text", "") for block in room.transcript(id, head.n).blocks}
            found.append([(block.start_ms or 0, block.end_ms or 0, block.text not in shown)  # type: ignore[union-attr]
                          for block in whole.transcript(id, head.n).blocks])
        return found


def judged(archive: Archive, id: str, who: str, said: Sequence[str]) -> None:
    """Every segment that is withheld is silent from end to end, and nothing is silent that is neither withheld nor restricted."""
    with reading(archive.engine) as session:
        row = by_public_id(session, id)
        assert row is not None
        entry = enter(session, viewer(who))
        sound = cuts.by_recording(entry, row.id, recordings.of_testimony(session, row.id)).popitem()[1].sound
        closed = list(session.scalars(select(Restriction).where(
            Restriction.testimony_id == row.id, Restriction.words, ~entry.gate.opens("words", Restriction.id))))
        allowed = [(each.start_ms, each.end_ms) for each in closed if each.start_ms is not None and each.end_ms is not None]
    for text in lines(archive, id, who):
        for start, end, withheld in text:
            assert not withheld or any(a <= start and end <= b for a, b in sound), (said, text, sound)
        for run in _runs(text):
            allowed.append((min(start for start, _ in run), max(end for _, end in run)))
    spans = joined(allowed)
    assert all(any(a <= start and end <= b for a, b in spans) for start, end in sound), (said, sound, spans)


def _runs(text: Sequence[tuple[int, int, bool]]) -> Iterator[list[tuple[int, int]]]:
    run: list[tuple[int, int]] = []
    for start, end, withheld in [*text, (0, 0, False)]:
        if withheld:
            run.append((start, end))
        elif run:
            yield run
            run = []


def everything_agrees(archive: Archive, case: Case, number: int) -> None:
    id = brought(archive, number, case, case.texts[0])
    for who in ("anonymous", "registered", "archivist"):
        judged(archive, id, who, case.restrictions)
    before = {who: [at for at, (_, _, withheld) in enumerate(lines(archive, id, who)[0]) if withheld] for who in ("anonymous", "registered")}
    brought(archive, number, case, case.later)
    for who, hidden in before.items():
        judged(archive, id, who, case.restrictions)
        after = lines(archive, id, who)[0]
        assert all(after[at][2] for at in hidden), "new times bring no withheld word back"


NUMBERS = iter(range(10**9))


@settings(max_examples=15, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None)
@given(cases())
def test_words_and_silence_agree(shared: Archive, case: Case) -> None:
    everything_agrees(shared, case, next(NUMBERS))


@pytest.mark.slow
@settings(max_examples=400, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None)
@given(cases())
def test_words_and_silence_agree_in_many_cases(shared: Archive, case: Case) -> None:
    everything_agrees(shared, case, next(NUMBERS))
