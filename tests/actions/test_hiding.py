"""Whom a family asked to hide stays hidden in whatever words come later, by whichever way; what an archivist opened on purpose stays open."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pytest
from sqlalchemy import select

from archive_app.access.desk import Desk
from archive_app.access.kept_readings import Description
from archive_app.access.kept_transcript_readings import Spoken
from archive_app.access.viewer import Viewer
from archive_app.actions import (
    bulk,
    cataloguing,
    consenting,
    drafting,
    hiding,
    linking,
    merging,
    previewing,
    recording,
    restricting,
    reviewing,
    submitting,
    transcribing,
)
from archive_app.actions.change import change, operator
from archive_app.actions.declaring import Proof
from archive_app.actions.family_room import Family
from archive_app.actions.recording import Brought
from archive_app.actions.transcribing import Approval, Given
from archive_app.errors import Invalid, NotFound
from archive_app.exchange.restrictions import RestrictionRow
from archive_app.records import hidden, restrictions, testimonies
from archive_app.records.base import reading
from archive_app.records.hidden import HiddenPerson
from archive_app.records.testimonies import by_public_id
from tests.actions.asking import account, read_by
from tests.factories import families
from tests.factories.archives import Archive, table

OPEN = {**families.ACCOUNT, "transcript": {"audience": "public"}, "audio": {"audience": "public"}, "image": {"audience": "public"}}
PLAIN = "I lived in Low Ombrel.\n\nThe boats were mended there.\n\nWe moved."
NAMING = "I lived in Low Ombrel.\n\nDovan mended the boats.\n\nWe moved."
PROOF = Proof("form", "the form of Hesta, first page", "2020")
READ = "I lived in Low Ombrel. / [withheld] / We moved."


class Told:
    """An account that was accepted and published, whose family asked to hide somebody."""

    def __init__(self, archive: Archive, text: str = PLAIN, people: Sequence[Mapping[str, str]] = ({"name": "Dovan Keth"},)) -> None:
        self.archive, self.room = archive, families.room_over(archive)
        self.begun, family = families.sent(self.room, {**OPEN, "account": {"text": text, "language": "en"}, "people": {"people": list(people)}})
        self.id = reviewing.accept(self.room, families.archivist(), family.id, "valley")
        archive.publish(self.id)

    @property
    def family(self) -> Family:
        return families.again(self.room, self.begun)

    def read(self, n: int = 1, who: str | Viewer = "anonymous") -> str:
        return read_by(self.archive, self.id, who, n)

    def given(self, text: str, name: str = "account.txt") -> Given:
        return Given(name, text.encode(), lambda data: self.archive.vault.keep(io.BytesIO(data)))

    def replace(self, text: str, seen: int, n: int = 1) -> transcribing.Made:
        return transcribing.replace_words(self.archive.engine, operator(), self.id, n, self.given(text), Approval(), seen)

    def add(self, text: str, name: str = "other.txt") -> transcribing.Made:
        made = transcribing.add(self.archive.engine, operator(), self.id, self.given(text, name), "en", Approval())
        self.archive.publish(self.id)
        return made

    def in_force(self) -> list[int]:
        with reading(self.archive.engine) as session:
            row = by_public_id(session, self.id)
            assert row is not None
            return [each.id for each in restrictions.in_force(session, row.id)]

    def lift(self) -> None:
        for key in self.in_force():
            restricting.lift(self.archive.engine, operator(), self.id, key, Proof("form", "she was asked, and agrees", "2020"))

    def names(self) -> list[hidden.Name]:
        with reading(self.archive.engine) as session:
            row = by_public_id(session, self.id)
            assert row is not None
            return hidden.names(session, row.id)


@pytest.fixture
def told(archive: Archive) -> Told:
    return Told(archive)


def finished(told: Told, text: str) -> transcribing.Made:
    engine, who, lines = told.archive.engine, operator(), text.split("\n\n")
    saved = drafting.save(engine, who, told.id, 1, 1, 0, 0, drafting.Splice(0, None, tuple(Spoken(None, None, "", each) for each in lines)))
    return drafting.finish(engine, who, told.id, 1, saved.key, saved.serial, 1, Approval())


def restored(told: Told, text: str) -> transcribing.Made:
    told.replace(text, 1)
    told.replace(PLAIN, 2)
    told.lift()
    assert "[withheld]" not in told.read()
    return transcribing.restore(told.archive.engine, operator(), told.id, 1, 2, 3)


def imported(told: Told, text: str) -> transcribing.Made:
    """By a table that says nothing of consent."""
    told.archive.write("account.txt", text)
    told.archive.write("manifest.csv", table([{"identifier": told.id, "collection": "valley", "title": "With Dovan", "languages": "en",
                                               "transcripts": "account.txt|en|verbatim"}]))
    report = told.archive.bring()
    return transcribing.Made(1, 2, tuple(each.message for each in report.rows if each.identifier == told.id))


WAYS: dict[str, Callable[[Told, str], transcribing.Made]] = {
    "replaced": lambda told, text: told.replace(text, 1), "finished": finished, "restored": restored, "imported": imported}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_words_that_come_later_and_name_them_are_withheld_in_the_same_commit(told: Told, way: Callable[[Told, str], transcribing.Made]) -> None:
    assert told.read() == PLAIN.replace("\n\n", " / ") and told.in_force() == []
    made = way(told, NAMING)
    assert hiding.WITHHELD in made.warnings
    assert told.read() == READ and "Dovan mended" in told.read(who="archivist")


def test_words_that_name_nobody_are_not_withheld(told: Told) -> None:
    assert hiding.WITHHELD not in told.replace(PLAIN.replace("moved", "stayed"), 1).warnings
    assert "stayed" in told.read() and told.in_force() == []


def test_another_transcript_that_names_them_is_withheld_whole_and_one_that_does_not_is_read(told: Told) -> None:
    assert hiding.WITHHELD not in told.add("Nobody is named here.\n\nNobody at all.").warnings
    assert told.read(2) == "Nobody is named here. / Nobody at all."
    assert hiding.WITHHELD in told.add("Dovan Keth mended boats.\n\nWe moved.", "third.txt").warnings
    assert told.read(3) == "[withheld]" and "[withheld]" not in told.read(1)


@pytest.mark.parametrize("later", [False, True])
def test_another_transcript_is_looked_through_although_the_first_names_them_too(archive: Archive, later: bool) -> None:
    """With times, what is withheld in the first withholds the same time in the second, and no more. `later`: the name comes after both."""
    told = Told(archive, people=()) if later else Told(archive)
    lines = "WEBVTT\n\n00:01.000 --> 00:02.000\n{}\n\n00:02.000 --> 00:04.000\n{}\n\n00:04.000 --> 00:06.000\n{}\n"
    one = told.given(lines.format("Dovan came", "to the boats", "and went"), "a.vtt")
    transcribing.replace_words(archive.engine, operator(), told.id, 1, one, Approval(), 1)
    told.add(lines.format("He came", "to the boats", "and Dovan went"), "b.vtt")
    if later:
        submitting.save(told.room, told.family, "people", {"people": [{"name": "Dovan Keth"}]})
    assert told.read() == "[withheld] / to the boats / and went" and told.read(2) == "[withheld]"


def test_a_note_that_names_them_withholds_what_it_is_about(told: Told) -> None:
    work_words = [Spoken(None, None, "", each) for each in PLAIN.split("\n\n")]
    with change(told.archive.engine, operator(), "transcribe", told.id) as work:
        row, unit, transcript = transcribing.open_transcript(work, told.id, 1)
        note: dict[str, object] = {"text": "It was Dovan Keth.", "links": [], "places": [[2, 0, 3]]}
        version, _ = transcribing.put(work, unit, transcript, work_words, [note], Approval())
        transcribing._done(work, row, unit, transcript, version, ())
    assert told.read() == READ
    with told.archive.room() as reader:
        assert "Dovan" not in repr(reader.transcript(told.id, 1))


@pytest.mark.parametrize(("name", "title", "words"), [
    ("the boatman Dovan", "The house of the N. N.", "[withheld]"), ("my brother, Dovan", "The house of the boatman", "[withheld]"),
    ("The Anh", "N. N. house of the boatman", "It was Dovan."), ("the", "N. N. house of N. N. boatman", "It was Dovan.")])
def test_small_words_with_which_somebody_is_told_of_close_nothing(archive: Archive, name: str, title: str, words: str) -> None:
    """Written with a capital, or alone, they are names."""
    told = Told(archive, "It was Dovan.", [{"name": name}])
    before = describing(told)
    cataloguing.describe(archive.engine, operator(), told.id, replace(before, title="The house of the boatman"), before.digest)
    assert (describing(told).title, told.read()) == (title, words)


def test_a_cue_that_is_called_by_their_name_is_withheld(told: Told) -> None:
    lines = "WEBVTT\n\nDovan Keth 1\n00:01.000 --> 00:02.000\nHe came\n\nb\n00:02.000 --> 00:04.000\nto the boats\n"
    made = transcribing.replace_words(told.archive.engine, operator(), told.id, 1, told.given(lines, "a.vtt"), Approval(), 1)
    assert hiding.WITHHELD in made.warnings and told.read() == "[withheld] / to the boats"
    with told.archive.room() as reader:
        assert "Dovan" not in repr(reader.transcript(told.id, 1))


@pytest.mark.parametrize("line", ["dovan mended the boats.", "It was dovan keth.", "dovan: he was there"])
def test_a_name_that_was_typed_small_is_withheld(archive: Archive, line: str) -> None:
    assert Told(archive, NAMING.replace("Dovan mended the boats.", line)).read() == READ


def test_a_note_that_leads_to_a_page_called_by_them_withholds_what_it_is_about(told: Told) -> None:
    words = [Spoken(None, None, "", each) for each in PLAIN.split("\n\n")]
    for seen, link in enumerate(("https://page.example/People/dovan", "https://page.example/%44ovan_%4Beth"), 1):
        with change(told.archive.engine, operator(), "transcribe", told.id) as work:
            row, unit, transcript = transcribing.open_transcript(work, told.id, 1)
            note: dict[str, object] = {"text": "More.", "links": [link], "places": [[2, 0, 3]]}
            version, _ = transcribing.put(work, unit, transcript, words, [note], Approval())
            transcribing._done(work, row, unit, transcript, version, ())
        assert told.read() == READ
        told.lift()
        told.replace(PLAIN + "\n\nAnd stayed." * seen, 2 * seen)


def test_a_stretch_that_readers_with_an_account_may_read_does_not_stand_in_for_hiding(told: Told) -> None:
    restricting.restrict(told.archive.engine, operator(), told.id, RestrictionRow(
        None, None, 2, 2, frozenset({"words"}), "registered", "only who signs in"))
    told.replace(NAMING, 1)
    assert told.read(who="registered") == READ


def test_what_was_opened_on_purpose_stays_open_for_the_same_words_and_for_no_others(archive: Archive) -> None:
    told = Told(archive, NAMING)
    assert told.read() == READ
    told.lift()
    assert told.read() == NAMING.replace("\n\n", " / ")
    told.replace(f"{NAMING}\n\nAnd stayed.", 1)
    assert told.read() == f"{NAMING}\n\nAnd stayed.".replace("\n\n", " / "), "the same words, decided upon"
    restricting.restrict(archive.engine, operator(), told.id, RestrictionRow(None, None, 4, 4, frozenset({"words"}), "staff", "asked"))
    assert told.read() == f"{NAMING}\n\n[withheld]".replace("\n\n", " / "), "nor by anything else that is done"
    told.replace(f"{NAMING}\n\nAnd stayed.\n\nDovan too.", 2)
    assert told.read() == f"{NAMING}\n\n[withheld]".replace("\n\n", " / "), "other words that name them"
    told.replace(f"{NAMING}\n\nAnd stayed.\n\nDovan too.".replace("the boats", "our boats"), 3)
    assert told.read() == "I lived in Low Ombrel. / [withheld] / We moved. / [withheld]", "the words were changed: somebody has to look again"


def test_one_of_two_equal_lines_that_was_opened_does_not_open_a_third(archive: Archive) -> None:
    told = Told(archive, "Dovan.\n\nNobody.")
    told.lift()
    told.replace("Dovan.\n\nNobody.\n\nDovan.", 1)
    assert told.read() == "Dovan. / Nobody. / [withheld]"


def test_what_an_archivist_opened_in_another_transcript_stays_open(told: Told) -> None:
    told.add("Dovan mended boats.\n\nWe moved.")
    told.lift()
    assert told.read(2) == "Dovan mended boats. / We moved."
    told.replace("Dovan mended boats.\n\nWe moved away.", 1, n=2)
    assert told.read(2) == "Dovan mended boats. / We moved away."


def test_a_name_that_is_added_later_is_looked_for_everywhere_and_the_others_only_in_what_is_new(archive: Archive) -> None:
    told = Told(archive, NAMING)
    told.lift()
    submitting.save(told.room, told.family, "people", {"people": [{"name": "Dovan Keth"}, {"name": "Ombrel"}]})
    assert told.read() == "[withheld] / Dovan mended the boats. / We moved."
    reviewing.carry(told.room, families.archivist(), told.family.id)
    assert told.read() == "[withheld] / Dovan mended the boats. / We moved."
    told.replace("Low Ombrel.\n\nDovan mended the boats.\n\nWe moved.\n\nOmbrel was far.", 1)
    assert told.read() == "[withheld] / Dovan mended the boats. / We moved. / [withheld]"


def test_nothing_opens_by_itself_when_a_name_is_taken_off_the_list(archive: Archive) -> None:
    told = Told(archive, NAMING)
    submitting.save(told.room, told.family, "people", {})
    assert told.read() == READ and told.names() == [("Dovan Keth", "")], "what would let more be read waits for an archivist"
    finished(told, f"{NAMING}\n\nDovan!")
    assert told.read().endswith("/ [withheld]") and told.read().count("[withheld]") == 2
    reviewing.carry(told.room, families.archivist(), told.family.id)
    assert told.read().count("[withheld]") == 2 and told.names() == []
    told.replace(f"{NAMING}\n\nDovan!\n\nDovan again.", 2)
    assert told.read().count("[withheld]") == 2 and told.read().endswith("Dovan again."), "nobody asks to hide him any more"


def test_what_was_withheld_stays_so_in_words_that_are_carried_over_by_the_family_that_takes_the_name_off(archive: Archive) -> None:
    told = Told(archive, NAMING)
    submitting.save(told.room, told.family, "people", {})
    submitting.save(told.room, told.family, "account", {"text": f"{NAMING}\n\nThe end.", "language": "en"})
    reviewing.carry(told.room, families.archivist(), told.family.id)
    assert told.read() == f"{READ} / The end." and told.names() == []


def test_new_files_and_words_that_the_family_adds_are_looked_through_when_they_are_carried_over(told: Told) -> None:
    submitting.attach(told.room, told.family, io.BytesIO(b"A letter to Dovan.\n\nThe end.\n"), "letter.txt")
    reviewing.carry(told.room, families.archivist(), told.family.id)
    told.archive.publish(told.id)
    assert told.read(2) == "[withheld]"


def test_a_change_in_which_nobody_looked_is_not_committed(told: Told) -> None:
    with pytest.raises(RuntimeError, match="nobody looked"), change(told.archive.engine, operator(), "transcribe", told.id) as work:
        row, unit, transcript = transcribing.open_transcript(work, told.id, 1)
        transcribing.put(work, unit, transcript, [Spoken(None, None, "", "Dovan")], None, Approval())
    assert told.read() == PLAIN.replace("\n\n", " / ")


def describing(told: Told) -> Description:
    with reading(told.archive.engine) as session:
        return Desk(session, operator()).testimony(told.id).description


def test_what_is_written_at_the_desk_loses_the_name_and_says_so(told: Told) -> None:
    said = Description("With Dovan Keth", "Dovan\u0301 Keth mended boats; so did Keth.", ("boats", "Dovan Keth"), ("en",))
    assert cataloguing.describe(told.archive.engine, operator(), told.id, said, describing(told).digest) == [hiding.TAKEN_OUT]
    now = describing(told)
    assert (now.title, now.keywords) == ("With N. N.", ("boats", "N. N.")) and "Keth" not in now.abstract
    plain = Description("The boats", "Bo\u0301ats", (), ("en",))
    assert cataloguing.describe(told.archive.engine, operator(), told.id, plain, now.digest) == [] and describing(told) == plain, "to the letter"


def test_keywords_and_what_the_index_holds_lose_names_that_are_written_small(told: Told) -> None:
    point = {"start_ms": 0, "end_ms": None, "title": "at keth's", "synopsis": "", "excerpt": "", "language": "", "keywords": ["keth, dovan"],
             "subjects": ["Boats of dovan"], "places": [[1.5, 2.0, "house of dovan keth", 3], [3.0, 4.0, "Keth", 3]],
             "links": [["https://page.example/dovan-keth", "a page"], ["https://page.example/boats", "Boats"]]}
    with change(told.archive.engine, operator(), "describe", told.id) as work:
        row, unit = consenting.kept(work, told.id)
        row.keywords = ["boats", "dovan keth"]
        testimonies.put_index_points(work.session, row.id, [point])
        assert consenting.follow_up(work, row, unit) == [hiding.TAKEN_OUT]
    with told.archive.room() as reader:
        found = reader.testimony(told.id)
    assert found.keywords == ("boats", "N. N.") and "eth" not in repr(found.index_points).replace("https", "")
    assert [(each.latitude, each.text) for each in found.index_points[0].places] == [(3.0, "N. N.")], "nor where their house is"
    with reading(told.archive.engine) as session:
        assert testimonies.index_points(session, row.id)[0].links == [["", "a page"], ["https://page.example/boats", "Boats"]]


def test_what_stands_for_another_name_names_nobody_who_is_hidden(archive: Archive) -> None:
    room = families.room_over(archive)
    _, family = families.sent(room, {**OPEN, "name": {"name": "Hesta Vellan", "pseudonym": "The sister of Dovan Keth"}})
    seen = previewing.preview(room, family).views["anonymous"].testimony
    assert seen is not None and [each.shown for each in seen.card.people] == ["The sister of N. N."]


@pytest.mark.parametrize(("place", "shown"), [("The house of Dovan Keth", []), ("house of dovan keth", []), ("Keth, by the river", ["Keth, by the river"])])
def test_a_place_that_is_called_by_their_whole_name_is_none_of_the_testimony(archive: Archive, place: str, shown: list[str]) -> None:
    room = families.room_over(archive)
    _, family = families.sent(room, {**OPEN, "told": {"title": "By the river", "place": place}})
    public_id = reviewing.accept(room, families.archivist(), family.id, "valley")
    archive.publish(public_id)
    with archive.room("anonymous") as reader:
        assert [name.text for each in reader.testimony(public_id).card.places for name in each.names] == shown
        assert [name.text for each in reader.places().items for name in each.names] == shown, "nor is it known by itself"


PERSON = {"identifier": "dovan", "names": "Keth, Dovan|en|;Довано-Кет|ru|", "access": "public"}
OTHER = {"identifier": "hesta", "names": "Vellan, Hesta|en|", "access": "public"}


def people_of(told: Told) -> list[str]:
    with told.archive.room("archivist") as reader:
        return [each.shown for each in reader.testimony(told.id).card.people]


def test_whoever_bears_a_name_that_is_hidden_is_linked_as_nobody(told: Told) -> None:
    told.archive.bring(people=[PERSON, OTHER], places=[{"identifier": "house", "names": "House of Dovan Keth|en|", "access": "public"}])
    engine, before = told.archive.engine, people_of(told)
    for role in ("interviewer", "mentioned"):
        linking.link_person(engine, operator(), told.id, "dovan", role)
    linking.link_person(engine, operator(), told.id, "hesta", "mentioned")
    linking.link_place(engine, operator(), told.id, "house")
    assert sorted(people_of(told)) == sorted([*before, "N. N.", "N. N.", "Hesta Vellan"])
    with told.archive.room("archivist") as reader:
        assert [each.names[0].text for each in reader.testimony(told.id).card.places] == ["Low Ombrel"] and told.id not in str(reader.person("dovan"))
    with reading(engine) as session:
        links = {each.id: each.hidden for each in Desk(session, operator()).links(told.id)}
    assert (links["dovan"], links["hesta"], links["house"]) == (True, False, True)


def test_a_place_that_lies_in_one_called_by_them_does_not_lead_there(told: Told) -> None:
    """Whether it lay there when it was linked, or came to lie there, or the place that it lies in was named so later."""
    places = [{"identifier": each, "names": f"{each}|en|"} for each in ("stable", "barn", "shed", "farm", "house")]
    told.archive.bring(places=[*places[:-2], {**places[-2], "names": "House of Dovan Keth|en|"}, places[-1]])
    told.archive.bring(places=[{**places[0], "within": "farm"}, {**places[2], "within": "house"}])
    for each in ("stable", "barn", "shed"):
        linking.link_place(told.archive.engine, operator(), told.id, each)

    def shown() -> list[str]:
        with told.archive.room("archivist") as reader:
            return sorted(name.text for each in reader.places().items for name in each.names)

    assert shown() == ["Low Ombrel", "barn", "house", "shed"]
    told.archive.bring(places=[{**places[1], "within": "farm"}])
    assert shown() == ["Low Ombrel", "house", "shed"]
    told.archive.bring(places=[{**places[-1], "names": "Keth, Dovan: house|en|"}])
    assert shown() == ["Low Ombrel"]


def hidden_places(told: Told) -> list[str]:
    with reading(told.archive.engine) as session:
        return [each.id for each in Desk(session, operator()).links(told.id) if each.kind == "places" and each.hidden]


def test_a_hidden_place_is_taken_away_with_evidence(told: Told) -> None:
    told.archive.bring(places=[{"identifier": "house", "names": "House of Dovan Keth|en|", "access": "public"}])
    engine = told.archive.engine
    linking.link_place(engine, operator(), told.id, "house")
    with pytest.raises(Invalid) as refused:
        linking.unlink_place(engine, operator(), told.id, 2, "house")
    assert refused.value.field == "note"
    with reading(engine) as session:
        line = Desk(session, operator()).lines([told.id])
    for words in ((), ("High Ombrel",)):
        id, _ = bulk.carry_out(engine, account(engine, f"many{len(words)}@archive.example", "custodian"), [told.id], line,
                               bulk.Asked("set place", words))
        assert id and hidden_places(told) == ["house"], "nor among many"
    told.archive.bring({"identifier": told.id, "title": "By the river", "place": "Far Ombrel"})
    assert hidden_places(told) == ["house"], "nor by a table"
    linking.unlink_place(engine, operator(), told.id, 2, "house", PROOF)
    linking.unlink_place(engine, operator(), told.id, 1)  # nobody asked to hide that one


def test_who_was_linked_before_they_were_to_be_hidden_is_hidden_in_every_spelling(archive: Archive) -> None:
    told = Told(archive, text="I lived here.\n\nДовано-Кет mended the boats.\n\nWe moved.", people=())
    archive.bring(people=[PERSON])
    linking.link_person(archive.engine, operator(), told.id, "dovan", "mentioned")
    archive.publish(told.id)
    assert "Dovan Keth" in people_of(told) and "Довано-Кет" in told.read(who="archivist")
    submitting.save(told.room, told.family, "people", {"people": [{"name": "Dovan Keth"}]})
    assert "Dovan Keth" not in people_of(told) and told.read(who="archivist") == "I lived here. / N. N. mended the boats. / We moved."


def test_who_is_given_a_hidden_name_later_or_made_one_with_its_bearer_is_hidden_too(told: Told) -> None:
    told.archive.bring(people=[OTHER, {**PERSON, "names": "Somebody, Else|en|"}, {"identifier": "third", "names": "Keth, Dovan|en|"}])
    engine = told.archive.engine
    linking.link_person(engine, operator(), told.id, "hesta", "mentioned")
    linking.link_person(engine, operator(), told.id, "dovan", "witness")
    assert {"Hesta Vellan", "Else Somebody"} <= set(people_of(told))
    told.archive.bring(people=[{**PERSON, "names": "Somebody, Else|en|;Keth, Dovan|en|"}])
    assert people_of(told).count("N. N.") == 1 and "Else Somebody" not in people_of(told)
    with reading(engine) as session:
        seen = Desk(session, operator()).merging("people", "hesta", "third").digest
    merging.merge(engine, operator(), "people", "hesta", "third", seen, PROOF)
    assert people_of(told).count("N. N.") == 2


def test_an_import_names_no_interviewer_who_is_hidden(told: Told) -> None:
    told.archive.write("manifest.csv", table([{"identifier": told.id, "collection": "valley", "title": "By the river",
                                               "interviewers": "Keth, Dovan;Vellan, Hesta"}]))
    report = told.archive.bring()
    assert hiding.TAKEN_OUT in [each.message for each in report.rows]
    assert people_of(told)[1:] == ["N. N.", "Hesta Vellan"]


def test_an_import_takes_nobody_away_who_is_hidden(archive: Archive) -> None:
    """Else their other spellings, which the family did not write, would be read again."""
    told = Told(archive, text="I lived here.\n\nДовано-Кет mended the boats.\n\nWe moved.")
    archive.bring(people=[PERSON, OTHER])
    linking.link_person(archive.engine, operator(), told.id, "dovan", "interviewer")
    row = {"identifier": told.id, "collection": "valley", "title": "By the river"}
    for interviewers, shown in (("Vellan, Hesta", ["N. N.", "Hesta Vellan"]), ("Ombrel, Ana;Keth, Dovan", ["N. N.", "Hesta Vellan", "Ana Ombrel"])):
        archive.write("manifest.csv", table([{**row, "interviewers": interviewers}]))
        archive.bring()
        assert told.read(who="archivist") == "I lived here. / N. N. mended the boats. / We moved."
        assert people_of(told)[1:] == shown


def test_captions_and_what_is_written_for_many_lose_the_name(told: Told) -> None:
    said = Brought("boat.jpg", "Dovan in the boat")
    hid = recording.add(told.archive.engine, told.archive.vault, operator(), told.id, said, families.photograph())
    told.archive.publish(told.id)
    assert hid == [hiding.TAKEN_OUT]
    who = account(told.archive.engine, "tends@valley.example", "archivist")
    asked = bulk.Asked("add keywords", ("Dovan Keth", "boats"))
    with reading(told.archive.engine) as session:
        lines = [Desk(session, who).testimony(told.id).line]
    made, _ = bulk.carry_out(told.archive.engine, who, [told.id], lines, asked)
    assert bulk.made(told.archive.engine, who, made).lines[0].after == ("1961", "N. N.", "boats"), "nor is it kept to be put back"
    with told.archive.room() as reader:
        found = reader.testimony(told.id)
        assert [each.label for each in found.recordings] == ["N. N. in the boat"]
    assert describing(told).keywords == ("1961", "N. N.", "boats")


def test_it_is_not_published_among_many(told: Told) -> None:
    """Where it is published by itself, is said what nothing hides by itself."""
    other = Told(told.archive, people=())
    with reading(told.archive.engine) as session:
        lines = [replace(Desk(session, operator()).testimony(each.id).line, state="consented") for each in (told, other)]
    found = bulk.foresee(told.archive.engine, operator(), [told.id, other.id], lines, bulk.Asked("publish"))
    assert [each.problem for each in found] == [bulk.HIDES, ""]


def test_an_import_says_what_it_hid_and_brings_no_name_back(told: Told) -> None:
    assert {hiding.WITHHELD, hiding.TAKEN_OUT} <= {*imported(told, NAMING).warnings}
    assert describing(told).title == "With N. N."


def test_words_that_turn_out_to_be_in_another_language_are_looked_through_again(archive: Archive) -> None:
    """English names have no endings; a family that sees English pages may write in Azerbaijani."""
    text = "Biz burada yaşadıq.\n\nDovanın qayığı vardı.\n\nGetdik."
    told = Told(archive, text=text)
    assert told.read() == text.replace("\n\n", " / ")
    row = {"identifier": told.id, "collection": "valley", "title": "By the river", "languages": "az", "transcripts": "account.txt|az|verbatim"}
    archive.write("account.txt", text)
    archive.write("manifest.csv", table([row]))
    assert hiding.WITHHELD in [each.message for each in archive.bring().rows]
    assert told.read() == "Biz burada yaşadıq. / [withheld] / Getdik."


def test_erased_leaves_no_name(told: Told) -> None:
    assert told.names()
    told.archive.erase(told.id)
    with reading(told.archive.engine) as session:
        assert list(session.scalars(select(HiddenPerson))) == []


def test_those_who_tend_it_read_whom_to_hide_and_nobody_else(told: Told) -> None:
    told.archive.bring(collections=[{"identifier": "hills", "names": "Hills", "access": "public"}])
    here, there = (account(told.archive.engine, f"{place}@archive.example", "archivist", place) for place in ("valley", "hills"))
    with reading(told.archive.engine) as session:
        assert Desk(session, here).testimony(told.id).hidden == (("Dovan Keth", ""),)
        with pytest.raises(NotFound):
            Desk(session, there).testimony(told.id)


@pytest.mark.parametrize("odd", ["", " ", "\x00", "\ud800", "x" * 200, "a", "'; --"])
def test_odd_names_are_kept_or_left_out_and_hurt_nothing(archive: Archive, odd: str) -> None:
    told = Told(archive, people=[{"name": odd}, {"name": odd}])
    assert len(told.names()) <= 1
    told.replace(NAMING, 1)
    assert "We moved." in told.read()


def test_the_list_is_nobodys_whose_account_named_nobody(archive: Archive) -> None:
    told = Told(archive, people=())
    assert told.names() == []
    told.replace(NAMING, 1)
    assert told.read() == NAMING.replace("\n\n", " / ")


