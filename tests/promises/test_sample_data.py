"""The sample archive, checked as it lies there: whole, in the import format, invented, with every kind of terms and of recording.

Its tables and transcripts are read here with the csv and json modules alone; how it is imported and what readers then see is tested where
those things live (tests/journeys/test_sample.py).
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import av
import numpy
import pytest

from tests.factories import sample_facts as facts
from tests.factories.sounds import heard

SAMPLE = facts.SAMPLE
COLUMNS = {
    "manifest": "identifier collection title abstract keywords languages date place narrators interviewers narrator_role"
    " transcripts media access access_existence access_description access_identity access_transcript access_audio access_video"
    " access_image access_document opens closes naming pseudonym consent_file consent_note consent_date consent_language publish"
    " restrictions",
    "collections": "identifier names description access sensitive two_person",
    "people": "identifier names born died access note",
    "places": "identifier names latitude longitude within",
    "events": "identifier names date places",
    "sources": "identifier title author publisher date kind language url file access",
    "statements": "identifier source locator event about asserts value_min value_max unit wording says note",
}
TIERS = {"", "public", "registered", "reading-room", "staff", "sealed"}
KINDS = {"verbatim", "corrected", "translation", "summary", "machine"}
CUE = re.compile(r"^(\d\d):(\d\d):(\d\d)[.,](\d\d\d) --> (\d\d):(\d\d):(\d\d)[.,](\d\d\d)$", re.MULTILINE)
REAL_PLACES = "khojaly khodzhaly xocalı hocalı ходжалы хоҹалы խոջալու խոջալի karabakh qarabağ карабах karabağ ղարաբաղ արցախ artsakh agdam ağdam агдам askeran əsgəran аскеран stepanakert xankəndi степанакерт nakhchivanik shusha şuşa шуша sumgait sumqayıt сумгаит maraga maragha kirovabad baku bakı баку malibeyli gushchular garadaghly srebrenica katyn катынь khatyn хатынь oradour lidice distomo halabja sabra shatila bucha буча guernica nanking nanjing auschwitz treblinka vukovar racak mylai rwanda kigali ayotzinapa sharpeville vajont kakhovka каховка banqiao johnstown malpasset teton derna aberfan chernobyl".split()
REAL_PEOPLES = re.compile(
    r"\b(armenian|azerbaijani|azeri|turk|turkish|russian|georgian|kurd|kurdish|arab|jew|jewish|serb|bosniak|hutu|tutsi|"
    r"армян\w*|азербайджан\w*|турк\w*|русск\w*|հայ|հայեր\w*|ադրբեջան\w*|erməni\w*|azərbaycan\w*|türk\w*|rus)s?\b", re.IGNORECASE)


def rows(table: str) -> list[dict[str, str]]:
    with (SAMPLE / f"{table}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, strict=True))


def parts(cell: str) -> list[list[str]]:
    """A list cell as the import format spells it: `;` between items, `|` between parts (the sample escapes neither)."""
    return [item.split("|") for item in cell.split(";")] if cell else []


MANIFEST = {row["identifier"]: row for row in rows("manifest")}
"""The rows of the manifest by identifier."""


RECORDINGS = SAMPLE / "recordings"
MOST_BYTES, MOST_OF_ONE = 1_500_000, 300_000


def data_files() -> list[Path]:
    return sorted(path for path in SAMPLE.rglob("*") if path.is_file() and path.name != "README.md")


def text_files() -> list[Path]:
    return [path for path in data_files() if path.parent != RECORDINGS]


def papers() -> list[Path]:
    """Documents: the words of these stand in them as they are, nothing is packed."""
    return sorted(RECORDINGS.glob("*.pdf"))


def words_of(identifier: str) -> str:
    """The row of a testimony and all its transcripts, as one text."""
    row = MANIFEST[identifier]
    texts = [(SAMPLE / item[0]).read_text(encoding="utf-8") for item in parts(row["transcripts"])]
    return "\n".join([*row.values(), *texts])


def cues(path: Path) -> list[tuple[int, int]]:
    """(start, end) in ms of each cue of a timed transcript."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as handle:
            return [(int(row["start_ms"]), int(row["end_ms"])) for row in csv.DictReader(handle)]
    if path.suffix == ".json":
        segments = json.loads(path.read_text(encoding="utf-8"))["segments"]
        return [(round(1000 * each["start"]), round(1000 * each["end"])) for each in segments]
    numbers = [[int(number) for number in found] for found in CUE.findall(path.read_text(encoding="utf-8"))]
    return [(_ms(*n[:4]), _ms(*n[4:])) for n in numbers]


def _ms(hours: int, minutes: int, seconds: int, rest: int) -> int:
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest


def referenced() -> Iterator[str]:
    for row in MANIFEST.values():
        yield from (item[0] for column in ("transcripts", "media") for item in parts(row[column]))
        if row["consent_file"]:
            yield row["consent_file"]


LONG = SAMPLE / "bell-rope-on-the-quay.xml"


@pytest.mark.parametrize("table", COLUMNS)
def test_columns_are_the_contracts(table: str) -> None:
    with (SAMPLE / f"{table}.csv").open(encoding="utf-8", newline="") as handle:
        lines = list(csv.reader(handle, strict=True))
    assert set(lines[0]) <= set(COLUMNS[table].split())
    assert len(set(lines[0])) == len(lines[0])
    assert {len(line) for line in lines} == {len(lines[0])}


def test_every_file_is_referenced_and_every_reference_is_a_file() -> None:
    found = {path.relative_to(SAMPLE).as_posix() for path in data_files()}
    sent = {"family/account.json", "family/concern.json"}
    assert found == set(referenced()) | {f"{table}.csv" for table in COLUMNS} | sent


def test_identifiers() -> None:
    seen = [row["identifier"] for table in COLUMNS for row in rows(table)]
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]{2,63}", identifier) for identifier in seen)
    assert len(set(seen)) == len(seen)
    assert not [identifier for identifier in seen if re.search(r"\d", identifier)], "a serial number tells of gaps"


def test_values_are_of_the_format() -> None:
    for row in MANIFEST.values():
        assert all(row[column] in TIERS for column in row if column.startswith("access")), row["identifier"]
        assert row["access"] and row["publish"] in {"yes", "no"}
        assert row["collection"] in facts.COLLECTIONS
        assert row["naming"] in {"", "initial", "pseudonym", "anonymous"}
        assert bool(row["pseudonym"]) == (row["naming"] == "pseudonym")
        assert row["narrator_role"] in {"survivor", "witness", "relative", "descendant", "responder", "other"}
        for file, language, kind in parts(row["transcripts"]):
            assert kind in KINDS and language in row["languages"].split(";"), file


def test_links_between_tables() -> None:
    ids = {table: {row["identifier"] for row in rows(table)} for table in COLUMNS}
    place_names = {name[0] for row in rows("places") for name in parts(row["names"])}
    assert ids["collections"] == facts.COLLECTIONS
    assert {row["place"] for row in MANIFEST.values()} <= place_names
    assert {row["within"] for row in rows("places")} <= ids["places"] | {""}
    assert {place for row in rows("events") for place in row["places"].split(";")} <= ids["places"]
    for row in rows("statements"):
        assert row["source"] in ids["sources"] and row["event"] in ids["events"]
        assert row["asserts"] in {"count", "status", "date", "place", "identity", "other"}
    for table in ("collections", "people", "places", "events"):
        assert all(len(name) == 3 and name[0] and name[1] for row in rows(table) for name in parts(row["names"])), table


def test_times_are_monotone() -> None:
    timed = [*(path for path in (SAMPLE / "transcripts").iterdir() if path.suffix != ".txt"), LONG]
    assert len(timed) >= 15
    for path in timed:
        times = cues(path)
        assert 8 <= len(times) <= 40, path.name
        assert all(start < end for start, end in times), path.name
        assert all(end <= start for (_, end), (start, _) in pairwise(times)), path.name


def test_parallel_transcripts_share_their_times() -> None:
    row = MANIFEST[facts.TERMS["parallel"]]
    assert [item[1:] for item in parts(row["transcripts"])] == [
        ["az", "verbatim"], ["ru", "translation"], ["en", "translation"], ["hy", "translation"]]
    assert len({tuple(cues(SAMPLE / item[0])) for item in parts(row["transcripts"])}) == 1


def test_restriction_by_time_is_exactly_one_cue_everywhere() -> None:
    row = MANIFEST[facts.TERMS["restricted by time"]]
    start, end = (int(number) for number in parts(row["restrictions"])[0][0].split("-"))
    withheld = facts.WITHHELD_WORDS[row["identifier"]]
    for file, *_ in parts(row["transcripts"]):
        assert [cue for cue in cues(SAMPLE / file) if cue[0] < end and start < cue[1]] == [(start, end)]
        assert any(secret in (SAMPLE / file).read_text(encoding="utf-8") for secret in withheld)


def test_restriction_by_segment_holds_all_its_secrets() -> None:
    row = MANIFEST[facts.TERMS["restricted by segment"]]
    assert row["restrictions"].startswith("seg 5-6|words|sealed|")
    [(file, _, _)] = parts(row["transcripts"])
    paragraphs = (SAMPLE / file).read_text(encoding="utf-8").strip().split("\n\n")
    for secret in facts.WITHHELD_WORDS[row["identifier"]]:
        assert {n for n, text in enumerate(paragraphs, 1) if secret in text} <= {5, 6}
        assert any(secret in text for text in paragraphs)


def test_every_kind_of_terms_is_there() -> None:
    def is_so(kind: str, **cells: str) -> bool:
        row = MANIFEST[facts.TERMS[kind]]
        return all(row[column] == value for column, value in cells.items())

    for tier in ("public", "registered", "reading-room", "staff", "sealed"):
        assert is_so(tier, access=tier, publish="yes", opens="", closes="")
    assert is_so("draft", access="public", publish="no")
    assert is_so("embargo", access="public", publish="yes", opens="2090-01-01")
    assert is_so("closed", access="public", publish="yes", closes="2001-01-01")
    assert is_so("layered", access="public", publish="yes", access_transcript="registered")
    for naming in ("pseudonym", "initial", "anonymous"):
        assert is_so(naming, access="public", publish="yes", naming=naming)
    assert is_so("identity staff", access_description="public", access_identity="staff")
    assert len(parts(MANIFEST[facts.TERMS["two narrators"]]["narrators"])) == 2
    assert is_so("no words", transcripts="", publish="yes")
    for kind in ("machine", "summary"):
        assert kind in {item[2] for item in parts(MANIFEST[facts.TERMS[kind]]["transcripts"])}
    assert "ar" in MANIFEST[facts.TERMS["right to left"]]["languages"].split(";")


def test_facts_follow_from_the_manifest() -> None:
    """Who knows of what, once more, straight from the rows (opens 2090 and closes 2001 both mean staff today)."""
    def known(*tiers: str) -> set[str]:
        return {identifier for identifier, row in MANIFEST.items()
                if row["access"] in tiers and row["publish"] == "yes" and not row["opens"] and not row["closes"]}

    assert known("public") == facts.ANONYMOUS_KNOWS_OF
    assert known("public", "registered") == facts.REGISTERED_KNOWS_OF
    assert known("public", "registered", "reading-room") == facts.READING_ROOM_KNOWS_OF
    assert {identifier for identifier, row in MANIFEST.items() if row["access"] != "sealed"} == facts.ARCHIVIST_KNOWS_OF
    assert set(MANIFEST) == facts.CUSTODIAN_KNOWS_OF
    assert set(facts.TERMS.values()) <= set(MANIFEST)


def test_names_behind_faces_are_spoken_in_the_words() -> None:
    for identifier in ("net-drying-poles", "cold-stove", "paper-boats"):
        family, given = MANIFEST[identifier]["narrators"].split(" [")[0].split(", ")
        assert {family, given} <= set(facts.NAMES_BEHIND_FACES[identifier])
        [(file, _, _)] = parts(MANIFEST[identifier]["transcripts"])
        spoken = re.sub(r"<[^>]*>", "", (SAMPLE / file).read_text(encoding="utf-8"))
        assert re.search(rf"\b{family}\b", spoken) and re.search(rf"\b{given}\b", spoken)
        for name in (family, given):
            assert not re.search(rf"\b{name}\w|\w{name}\b", spoken), f"{name} in a form the archive has not recorded"


def test_secrets_are_where_they_belong_and_nowhere_open() -> None:
    """Each secret occurs in the sample; and in nothing that an anonymous reader may read of another subject."""
    everything = "\n".join(f"{path.stem}\n{path.read_text(encoding='utf-8')}" for path in text_files())
    tables = (facts.NAMES_BEHIND_FACES, facts.WITHHELD_WORDS, facts.RESERVED, facts.HIDDEN, facts.SEALED)
    public = [row for row in rows("people") if row["identifier"] in facts.PUBLIC_PEOPLE]
    public += [row for table in ("collections", "places", "events") for row in rows(table)]
    public += [row for row in rows("sources") if row["access"] == "public"]
    public += [row for row in rows("statements") if row["identifier"] in facts.STATEMENTS_FOR_ANYBODY]
    registry = "\n".join(cell for row in public for cell in row.values()) + "".join(path.read_text(encoding="latin-1") for path in papers())
    for subject, secrets in ((subject, secrets) for table in tables for subject, secrets in table.items()):
        open_words = "\n".join(words_of(identifier) for identifier in facts.ANONYMOUS_KNOWS_OF - {subject})
        for secret in secrets:
            assert secret in everything, secret
            assert secret not in registry, secret
            assert secret not in open_words, secret
    assert set(facts.SECRETS_FROM_ARCHIVIST) < set(facts.SECRETS_FROM_REGISTERED) < set(facts.SECRETS_FROM_ANONYMOUS)


def test_statements_differ_and_have_sources() -> None:
    found = {row["identifier"]: row for row in rows("statements")}
    assert set(found) == facts.STATEMENTS_FOR_ANYBODY | facts.STATEMENTS_FOR_STAFF
    staff_sources = {row["identifier"] for row in rows("sources") if row["access"] == "staff"}
    assert {key for key, row in found.items() if row["source"] in staff_sources} == facts.STATEMENTS_FOR_STAFF
    dead = {(row["value_min"], row["value_max"]) for row in found.values() if row["about"] == "people who died"}
    hours = {row["value_min"] for row in found.values() if row["asserts"] == "date"}
    fates = {row["wording"] for row in found.values() if row["about"] == facts.MISSING_PERSON}
    assert (len(dead), len(hours), len(fates)) == (3, 2, 2)
    assert not set(facts.NEVER_SUMMED) & {value for row in found.values() for value in row.values()}


def test_event_names_stand_with_who_says_so() -> None:
    [event] = [row for row in rows("events") if row["identifier"] == facts.EVENT]
    english = {name[0]: name[2] for name in parts(event["names"]) if name[1] == "en"}
    assert english == facts.EVENT_NAMES_SAID_BY


def test_the_missing_boy_has_no_date_of_death() -> None:
    [boy] = [row for row in rows("people") if row["identifier"] == facts.MISSING_PERSON]
    assert boy["access"] == "public" and boy["died"] == "" and "not known" in boy["note"]
    [hidden] = [row for row in rows("people") if row["identifier"] == facts.HIDDEN_PERSON]
    assert hidden["access"] == ""


def test_nothing_real_is_meant() -> None:
    readme = (SAMPLE / "README.md").read_text(encoding="utf-8")
    assert "Everything in this folder is invented" in readme
    for path in [*text_files(), *papers(), SAMPLE / "README.md"]:
        text = path.read_text(encoding="latin-1" if path.suffix == ".pdf" else "utf-8").casefold()
        found = set(re.findall(r"\w+", text)) & {name.casefold() for name in REAL_PLACES}
        assert not found, f"{path.name}: {found}"
        if path.name != "README.md":
            assert not REAL_PEOPLES.search(text), f"{path.name}: {REAL_PEOPLES.search(text)}"
    for row in rows("places"):
        if row["latitude"]:
            assert -50 < float(row["latitude"]) < -47 and -125 < float(row["longitude"]) < -122, "the open South Pacific"


def test_the_long_interview_is_long_and_ordered() -> None:
    text = LONG.read_text(encoding="utf-8")
    spoken = [re.sub(r"<[^>]*>", "", words) for words in re.findall(r"<v [^>]+>(.*)</v>", text)]
    points = [int(seconds) for seconds in re.findall(r"<time>(\d+)</time><title>[^<]", text)]
    assert 1400 <= sum(len(words.split()) for words in spoken) <= 1700
    assert len(points) == 10 and points == sorted(points)
    assert re.findall(r"<c\.(\d)>", text) == re.findall(r'<annotation ref="(\d)">', text) == list("12345")


def test_places_of_the_index_are_where_the_archive_has_them() -> None:
    where = {name[0]: (float(row["latitude"]), float(row["longitude"])) for row in rows("places") if row["latitude"] for name in parts(row["names"])}
    found = re.findall(r"<gps>(\S+),(\S+)</gps>.*?<gps_text>(.+?)</gps_text>", LONG.read_text(encoding="utf-8"))
    assert len({name for _, _, name in found}) == 4
    for latitude, longitude, name in found:
        assert (float(latitude), float(longitude)) == where[name], name


def test_a_machine_says_when_each_word_begins() -> None:
    [(file, _, _), (corrected, _, _)] = parts(MANIFEST[facts.TERMS["machine"]]["transcripts"])
    for segment in json.loads((SAMPLE / file).read_text(encoding="utf-8"))["segments"]:
        assert "".join(word["word"] for word in segment["words"]) == segment["text"]
        starts = [word["start"] for word in segment["words"]]
        assert starts == sorted(set(starts)) and starts[0] == segment["start"] and starts[-1] < segment["end"]
    assert cues(SAMPLE / file) == cues(SAMPLE / corrected)


def test_every_kind_of_recording_is_there_and_together_they_are_small() -> None:
    files = {identifier: [item[0].removeprefix("recordings/") for item in parts(row["media"])] for identifier, row in MANIFEST.items()}
    assert {identifier: tuple(names) for identifier, names in files.items() if names} == facts.RECORDINGS
    assert {Path(name).suffix for names in files.values() for name in names} == {".ogg", ".mp3", ".webm", ".png", ".jpg", ".pdf"}
    sizes = {path.name: path.stat().st_size for path in RECORDINGS.iterdir()}
    assert sum(sizes.values()) <= MOST_BYTES and max(sizes.values()) <= MOST_OF_ONE


def loudest(file: str) -> tuple[numpy.ndarray, int]:
    """The loudest sample of each hundredth of a second; how many there are."""
    path = RECORDINGS / file
    with av.open(str(path)) as opened:
        each = opened.streams.audio[0].rate // 100
    sound = numpy.abs(heard(path).astype(int))
    whole = sound[:len(sound) // each * each].reshape(-1, each).max(axis=1)
    return whole, len(whole)


@pytest.mark.parametrize(("file", "transcript"), [
    pytest.param(file, transcript, marks=() if file == "lamp-on-the-stair.ogg" else pytest.mark.slow)
    for file, transcript in facts.SOUNDS.items()])
def test_a_sound_is_heard_while_words_are_spoken_and_only_then(file: str, transcript: str) -> None:
    loud, length = loudest(file)
    quiet = numpy.ones(length, dtype=bool)
    for start, end in cues(SAMPLE / transcript):
        assert loud[start // 10:end // 10].max() > 1_000, start
        quiet[max(0, start // 10 - 6):end // 10 + 6] = False  # lossy sound reaches a little beyond its time
    assert loud[quiet].max() < 150


@pytest.mark.slow
def test_tapes_follow_each_other_without_a_gap() -> None:
    loud = numpy.concatenate([loudest(file)[0] for file in facts.RECORDINGS[facts.TERMS["several tapes"]][:3]])
    for start, end in cues(LONG):
        assert loud[start // 10:end // 10].max() > 1_000, start
