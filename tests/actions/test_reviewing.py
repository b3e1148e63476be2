"""What archivists do: nobody reads a draft, accepting carries everything over exactly as chosen, and nothing is public by it."""

from __future__ import annotations

import io
import wave
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select
from time_machine import TimeMachineFixture

from archive_app.access.desk import Desk
from archive_app.access.terms import LAYERS, TIERS, USES, from_json
from archive_app.access.viewer import Viewer
from archive_app.actions import (
    by_hand,
    consenting,
    declaring,
    family_keys,
    family_room,
    incoming,
    previewing,
    recording,
    reviewing,
    submitting,
    transcribing,
)
from archive_app.actions.change import operator
from archive_app.actions.declaring import Declaration
from archive_app.actions.family_readings import saved
from archive_app.actions.family_room import Family, FamilyRoom
from archive_app.actions.transcribing import Approval, Given
from archive_app.errors import Conflict, Invalid, NotAllowed, NotFound
from archive_app.records import audit, submissions
from archive_app.records.base import reading, writing
from archive_app.records.consent import Evidence, Party, Statement
from archive_app.records.recordings import Recording
from archive_app.records.registry import NameRow
from archive_app.records.testimonies import Collection, Tape, appearances, by_public_id
from archive_app.records.testimonies import Testimony as ToldRow
from archive_app.records.transcripts import Transcript, TranscriptVersion
from archive_app.storage.sealed import seal
from tests.actions.asking import read_by
from tests.factories import families
from tests.factories.archives import Archive, viewer

OTHERS = [Viewer(0), viewer("registered"), Viewer(0, "a", "admin"),
          Viewer(0, "b", "archivist", frozenset({"registered"}), {1: frozenset({"staff"})})]
"""Nobody, a reader, an administrator, an archivist of one collection."""


@pytest.fixture
def room(archive: Archive) -> FamilyRoom:
    return families.room_over(archive)


def test_a_voice_with_a_long_caption_is_taken_in(room: FamilyRoom) -> None:
    """A family may write 4,000 letters; the label of a tape has room for 200."""
    voice, caption = io.BytesIO(), "How we came over the mountain. " * 120
    with wave.open(voice, "wb") as file:
        file.setparams((1, 2, 8000, 8000, "NONE", ""))
        file.writeframes(bytes(16000))
    voice.seek(0)
    _, family = families.begun(room)
    families.tell(room, family)
    made = submitting.attach(room, family, voice, "voice.wav")
    submitting.describe(room, family, made.id, caption)
    submitting.send(room, family)
    reviewing.accept(room, families.archivist(), family.id, "valley")
    with reading(room.engine) as session:
        assert session.scalar(select(Recording.label)) == caption
        assert session.scalar(select(Tape.label)) == caption[:200]


def test_an_account_with_hours_or_zero_bytes_in_it_is_taken_in(archive: Archive, room: FamilyRoom) -> None:
    """Hours that go back are no clock; a file that says its times wrongly is read without them. A family cannot mend either."""
    text = "[12:30] We ate.\n[08:15] The next day they came.\0\n\nWe left."
    times = "WEBVTT\n\n00:09.000 --> 00:10.000\nShe came.\n\n00:01.000 --> 00:02.000\nShe left.\n"
    _, family = families.begun(room)
    families.tell(room, family, {**families.ACCOUNT, "account": {"text": text, "language": "en"}, "transcript": {"audience": "public"}})
    submitting.attach(room, family, io.BytesIO(times.encode()), "told.vtt")
    assert previewing.preview(room, family).views["anonymous"].transcripts
    submitting.send(room, family)
    public_id = reviewing.accept(room, families.archivist(), family.id, "valley")
    archive.publish(public_id)
    assert read_by(archive, public_id) == "[12:30] We ate. [08:15] The next day they came. / We left."
    assert read_by(archive, public_id, n=2) == "She came. / She left."


def test_a_draft_is_in_no_list_and_cannot_be_read(room: FamilyRoom) -> None:
    _, family = families.begun(room)
    families.tell(room, family)
    for act in (incoming.read, reviewing.preview):
        with pytest.raises(NotFound):
            act(room, families.archivist(), family.id)
    with pytest.raises(NotFound):
        reviewing.accept(room, families.archivist(), family.id, "valley", "x")
    assert incoming.waiting(room, families.archivist()).items == ()


@pytest.mark.parametrize("who", OTHERS, ids=lambda each: each.role or "nobody")
def test_nobody_else_does_any_of_it(room: FamilyRoom, who: Viewer) -> None:
    _, family = families.sent(room, notes="one\n\ntwo\n")
    (file,) = submitting.attachments(room, family)
    acts = [lambda: incoming.waiting(room, who), lambda: incoming.read(room, who, family.id),
            lambda: incoming.bytes_of(room, who, family.id, file.id), lambda: reviewing.answer(room, who, family.id, "x"),
            lambda: reviewing.decline(room, who, family.id, "x"), lambda: reviewing.settle(room, who, family.id, "x"),
            lambda: reviewing.accept(room, who, family.id, "valley", "x"), lambda: reviewing.carry(room, who, family.id), lambda: reviewing.deal(room, who, family.id, ""),
            lambda: reviewing.preview(room, who, family.id)]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()


def test_what_waits_is_listed_and_read(room: FamilyRoom, archive: Archive) -> None:
    _, family = families.sent(room, notes="one\n\ntwo\n")
    families.begun(room)
    submitting.write(room, family, "Hello.")
    waiting = incoming.waiting(room, families.archivist())
    assert waiting.counts == {"sent": 1} and [(each.unread, each.attachments, each.kind) for each in waiting.items] == [(1, 1, "account")]
    found = incoming.read(room, families.archivist(), family.id)
    assert found.answers == families.ACCOUNT and [each.words for each in found.messages] == ["Hello."] and found.testimony == ""
    with incoming.bytes_of(room, families.archivist(), family.id, found.attachments[0].id) as stream:
        assert stream.read() == b"one\n\ntwo\n"
    assert incoming.waiting(room, families.archivist()).items[0].unread == 0
    with reading(archive.engine) as session:
        assert audit.broken_links(session) == []
        assert [(row.verb, row.subject) for row in session.query(audit.AuditEntry)] == [("read submission", f"submission:{family.id}")]


def test_a_declined_account_is_answered_changed_and_sent_again(room: FamilyRoom) -> None:
    _, family = families.sent(room)
    with pytest.raises(Invalid):
        reviewing.decline(room, families.archivist(), family.id, " ")
    reviewing.decline(room, families.archivist(), family.id, "We keep accounts of the river only. Is there more?")
    assert submitting.status(room, family).state == "declined" and submitting.status(room, family).unread == 1
    submitting.save(room, family, "note", {"words": "There is."})
    submitting.send(room, family)
    assert incoming.read(room, families.archivist(), family.id).answers["note"] == {"words": "There is."}
    with pytest.raises(Conflict):
        submitting.send(room, family)


@pytest.fixture
def accepted(room: FamilyRoom, archive: Archive) -> str:
    _, family = families.begun(room)
    families.tell(room, family)
    picture = submitting.attach(room, family, families.photograph(), "river.jpg")
    submitting.describe(room, family, picture.id, "Dovan Keth and a boat", "staff")
    submitting.attach(room, family, io.BytesIO(b"A list of boats.\n\nThe ferry.\n"), "boats.txt")
    submitting.send(room, family, "the summary", "en")
    return reviewing.accept(room, families.archivist(), family.id, "valley")


def test_what_is_refused_leaves_nothing_in_the_clear(room: FamilyRoom, archive: Archive, accepted: str) -> None:
    _, family = families.sent(room, {**families.ACCOUNT, "told": {}}, notes="A list of boats at the ferry.\n")
    before = archive.vault.loose(lambda digest: False)
    for collection, title in (("vally", "By the river"), ("valley", "")):
        with pytest.raises(Invalid):
            reviewing.accept(room, families.archivist(), family.id, collection, title)
    assert archive.vault.loose(lambda digest: False) == before


def test_accepting_carries_everything_over(archive: Archive, accepted: str) -> None:
    with reading(archive.engine) as session:
        row = session.query(ToldRow).one()
        assert (row.public_id, row.title, row.keywords, row.languages, row.narrator_role) == (accepted, "By the river", ["1961"], ["en"], "witness")
        assert [(each.n, each.file_name, each.language) for each in session.query(Transcript).order_by(Transcript.n)] == [
            (1, "account.txt", "en"), (2, "2-boats.txt", "en")]
        (picture,) = session.query(Recording)
        assert (picture.kind, picture.file_name, picture.label, picture.facts["width"]) == ("image", "1-river.jpg", "N. N. and a boat", 40)
        assert {name.text for name in session.query(NameRow)} == {"Hesta Vellan", "Low Ombrel"}
        versions = [each.object_digest for each in session.query(TranscriptVersion).order_by(TranscriptVersion.id)]
    for digest, data in ((picture.object_digest, families.photograph().getvalue()), (versions[0], families.TEXT.encode()),
                         (versions[1], b"A list of boats.\n\nThe ferry.\n")):
        with archive.vault.open(digest or "") as stream:
            assert stream.read() == data
    assert len(list(archive.vault.digests())) == 3  # the sealed ones are gone


@pytest.mark.parametrize("when", ["fevral 1992", "November 1954", "1954-11", "about 1992, Dovan Keth says"])
def test_when_it_happened_is_what_it_is_about_and_the_month_in_which_it_was_sent_when_it_was_told(room: FamilyRoom, archive: Archive, when: str,
                                                                                       time_machine: TimeMachineFixture) -> None:
    """"When was it?" became the day of the interview, and what is no EDTF was dropped without a word."""
    time_machine.move_to("2031-05-06T12:00:00Z", tick=False)
    told = {**families.ACCOUNT, "told": {**families.ACCOUNT["told"], "date": when}}
    _, family = families.sent(room, told)
    time_machine.move_to("2031-06-07T12:00:00Z", tick=False)
    reviewing.decline(room, families.archivist(), family.id, "Please tell more.")
    submitting.send(room, family, "the summary", "en")
    foreseen = previewing.preview(room, family).views["anonymous"].testimony
    public_id = reviewing.accept(room, families.archivist(), family.id, "valley")
    archive.publish(public_id)
    with reading(archive.engine) as session:
        row = by_public_id(session, public_id)
        assert row is not None and (row.date, row.first_year, row.last_year) == ("2031-05", 2031, 2031)
    with archive.room("anonymous") as reader:
        found = reader.testimony(public_id)
    kept = when.replace("Dovan Keth", "N. N.")
    assert found.keywords == (kept,) and foreseen is not None and foreseen.keywords == (kept,)
    assert incoming.read(room, families.archivist(), family.id).by_hand == {}, "it says so, or it was read when it was taken in"


def test_statements_are_layer_by_layer_as_chosen_each_with_its_click(archive: Archive, accepted: str) -> None:
    chosen = {"existence": "public", "description": "public", "identity": "staff", "transcript": "registered", "audio": "reading-room"}
    with reading(archive.engine) as session:
        party = session.query(Party).one()
        rows = session.query(Statement).order_by(Statement.id).all()
        evidence = {row.id: session.get_one(Evidence, row.evidence_id) for row in rows}
    whole = [row for row in rows if len(row.terms) == 1 and row.unit_id == party.unit_id]
    assert [layer for row in whole for layer in row.terms] == list(LAYERS) and {row.party_id for row in rows} == {party.id}
    for row in whole:
        ((layer, text),) = row.terms.items()
        rule = from_json(text).at(0)
        assert rule.audience == TIERS[chosen.get(layer, "staff")] and rule.refused == frozenset(USES) - {"exhibition"}
        assert rule.naming == ("pseudonym" if layer == "identity" else "initial")
        assert rule.delivery == ("stream" if layer == "audio" else "download")
        shown = evidence[row.id]
        assert (shown.kind, shown.language, shown.detail["page"]) == ("click", "en", layer if layer in chosen else "send")
        assert len(str(shown.detail["text shown"])) == 64
    (own,) = [row for row in rows if row not in whole]
    assert list(own.terms) == ["image"] and own.unit_id != party.unit_id


def test_nothing_is_public_by_accepting(archive: Archive, accepted: str) -> None:
    for who in ("anonymous", "onsite", "registered", "archivist", "custodian"):
        with archive.room(who) as reader, pytest.raises(NotFound):
            reader.testimony(accepted)


def test_who_is_to_be_hidden_is_withheld(archive: Archive, accepted: str) -> None:
    archive.publish(accepted)
    with archive.room("registered") as reader:
        first = reader.transcript(accepted, 1)
        assert [type(block).__name__ for block in first.blocks] == ["Segment", "Withheld", "Segment"]
        assert "Keth" not in repr(first) and reader.testimony(accepted).card.people[0].shown == "A woman from Ombrel"
    with archive.room("archivist") as reader:
        assert "Dovan Keth" in repr(reader.transcript(accepted, 1))


def test_what_was_changed_meanwhile_is_not_accepted_unseen(room: FamilyRoom, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    _, family = families.sent(room)
    real = reviewing._ready

    @contextmanager
    def slow(*given: str) -> Iterator[object]:
        with real(*given) as ready:  # type: ignore[arg-type]
            submitting.save(room, family, "transcript", {"audience": "staff"})
            yield ready

    monkeypatch.setattr(reviewing, "_ready", slow)
    with pytest.raises(Conflict, match="changed it in the meantime"):
        reviewing.accept(room, families.archivist(), family.id, "valley")
    with reading(archive.engine) as session:
        assert session.query(ToldRow).count() == 0


def test_a_title_and_a_collection_are_asked_for(room: FamilyRoom) -> None:
    _, family = families.sent(room, {"existence": {"audience": "public"}})
    with pytest.raises(Invalid) as refused:
        reviewing.accept(room, families.archivist(), family.id, "valley")
    assert refused.value.field == "title"
    assert reviewing.accept(room, families.archivist(), family.id, "valley", "An account")
    with pytest.raises(Conflict):
        reviewing.accept(room, families.archivist(), family.id, "valley", "Again")


@pytest.mark.parametrize("typed", ["nobodys-valley", "valey", "", "No such"])
def test_a_collection_that_is_not_there_is_not_made_by_a_slip(archive: Archive, room: FamilyRoom, typed: str) -> None:
    archive.bring(collections=[{"identifier": "valley", "names": "Valley", "access": "public"}])
    _, family = families.sent(room)
    with pytest.raises(Invalid) as refused:
        reviewing.accept(room, families.archivist(), family.id, typed)
    assert refused.value.field == "collection"
    with reading(archive.engine) as session:
        assert session.query(Collection).count() == 1 and session.query(ToldRow).count() == 0


def test_what_an_archivist_corrected_stays_where_the_family_changed_something_else(room: FamilyRoom, archive: Archive) -> None:
    _, family = families.sent(room)
    public_id = reviewing.accept(room, families.archivist(), family.id, "valley")
    corrected = Given("account.txt", families.TEXT.replace("mended", "built").encode(), lambda data: archive.vault.keep(io.BytesIO(data)))
    transcribing.replace_words(archive.engine, operator(), public_id, 1, corrected, Approval(kind="corrected"), 1)
    submitting.save(room, family, "uses", {"allowed": []})
    reviewing.carry(room, families.archivist(), family.id)
    with reading(archive.engine) as session:
        desk = Desk(session, viewer("custodian"))
        assert "built boats" in desk.words(public_id, 1)[1].text and len(desk.transcripts(public_id)[0].versions) == 2
    submitting.save(room, family, "account", {"text": families.TEXT + "\n\nThat is all.", "language": "en"})
    reviewing.carry(room, families.archivist(), family.id)
    with reading(archive.engine) as session:
        assert Desk(session, viewer("custodian")).words(public_id, 1)[3].text == "That is all.", "other words are another matter"
    submitting.save(room, family, "account", {"text": families.TEXT, "language": "en"})
    reviewing.carry(room, families.archivist(), family.id)
    with reading(archive.engine) as session:
        assert len(Desk(session, viewer("custodian")).words(public_id, 1)) == 3, "what the family takes back is taken back"


def test_what_is_added_after_accepting_is_carried_over_and_waits_at_the_desk(room: FamilyRoom, archive: Archive) -> None:
    _, family = families.sent(room)
    public_id = reviewing.accept(room, families.archivist(), family.id, "valley")
    archive.publish(public_id)
    submitting.save(room, family, "account", {"text": f"Before that, nothing.\n\n{families.TEXT}\n\nDovan came back.", "language": "en"})
    submitting.attach(room, family, io.BytesIO(b"More words.\n\nAnd more.\n"), "more.txt")
    assert submitting.status(room, family).changes_wait and incoming.waiting(room, families.archivist()).items[0].changes
    reviewing.carry(room, families.archivist(), family.id)
    assert not submitting.status(room, family).changes_wait
    with archive.room("registered") as reader:
        (head,) = reader.testimony(public_id).transcripts
        shown = repr(reader.transcript(public_id, head.n))
        assert "Before that, nothing." in shown and "Dovan" not in shown and "city" in shown
    archive.publish(public_id)
    with archive.room("registered") as reader:
        assert [head.n for head in reader.testimony(public_id).transcripts] == [1, 2]
    with pytest.raises(Conflict):
        submitting.remove(room, family, submitting.attachments(room, family)[0].id)


@pytest.mark.parametrize(("narrowed", "answered", "reads"), [
    ("2026-01-11", "", False), ("2026-01-11", "2026-01-11", False), ("2026-01-11", "2026-01-13", True)])
def test_what_was_recorded_at_the_desk_since_they_answered_stays(
        room: FamilyRoom, archive: Archive, time_machine: TimeMachineFixture, narrowed: str, answered: str, reads: bool) -> None:
    """She telephoned and had the words closed; then a photograph was added, and carrying that over opened the words, as the older answer
    says, and ended all the rest that was recorded with it."""
    time_machine.move_to("2026-01-10")
    _, family = families.sent(room)
    who = families.archivist()
    public_id = reviewing.accept(room, who, family.id, "valley")
    archive.publish(public_id)
    time_machine.move_to(narrowed)
    declaring.declare(archive.engine, who, public_id, Declaration("narrator", {"transcript": "sealed"}, reason="she telephoned"))
    if answered:
        time_machine.move_to(answered)
        submitting.save(room, family, "transcript", {"audience": "public"})
    submitting.attach(room, family, families.photograph(), "river.jpg")
    reviewing.carry(room, who, family.id)
    with archive.room("registered") as reader:
        found = reader.testimony(public_id)
        assert (found.card.title, bool(found.transcripts)) == ("By the river", reads)
    assert not submitting.status(room, family).changes_wait


def test_what_an_archivist_said_of_a_cut_copy_stays_when_its_caption_is_carried_over(room: FamilyRoom, archive: Archive) -> None:
    made, family = families.begun(room)
    families.tell(room, family, {**families.ACCOUNT, "image": {"audience": "public"}})
    given = submitting.attach(room, family, families.photograph(), "river.jpg")
    submitting.send(room, family)
    family, who = families.again(room, made), families.archivist()
    public_id = reviewing.accept(room, who, family.id, "valley")
    with reading(room.engine) as session:
        whole = session.scalars(select(Recording)).one()
    cut = recording.Brought("cut.jpg", access="staff", instead_of=whole.public_id)
    recording.add(archive.engine, archive.vault, who, public_id, cut, families.photograph("white"))
    archive.publish(public_id)

    def pictures() -> list[str]:
        with archive.room("anonymous") as reader:
            return [each.id for each in reader.testimony(public_id).recordings]

    before = pictures()
    submitting.describe(room, family, given.id, "The river in spring")
    reviewing.carry(room, who, family.id)
    assert pictures() == before


def test_what_no_carrying_over_changes_is_said_until_it_is_dealt_with(room: FamilyRoom, archive: Archive) -> None:
    """A family put another title, and another name, and it was said that nothing waits any more."""
    _, family = families.sent(room)
    who = families.archivist()
    public_id = reviewing.accept(room, who, family.id, "valley", "The archivist's own title")

    def waits() -> tuple[dict[str, str], bool]:
        return dict(incoming.read(room, who, family.id).by_hand), submitting.status(room, family).changes_wait

    assert waits() == ({}, False), "what was read when it was accepted is dealt with"
    told = {"title": "At the ferry", "date": "1962", "place": "High Ombrel", "language": "en"}
    submitting.save(room, family, "told", told)
    submitting.save(room, family, "name", {"name": "Hesta Vellan-Orr", "language": "en", "pseudonym": "A woman from the ferry"})
    differs = {"title": "At the ferry", "date": "1962", "place": "High Ombrel", "name": "Hesta Vellan-Orr"}
    assert waits() == (differs, True)
    old = incoming.read(room, who, family.id).seen
    reviewing.carry(room, who, family.id)
    assert waits() == (differs, True), "the family is told so, too"
    with reading(room.engine) as session:
        row = by_public_id(session, public_id)
        assert row is not None and [each.pseudonym for each in appearances(session, row.id)] == ["A woman from the ferry"]
    with writing(room.engine) as session:
        row = by_public_id(session, public_id)
        assert row is not None
        row.title, row.keywords = "At the ferry", ["boats", "1962"]
        session.commit()
    assert waits() == ({"place": "High Ombrel", "name": "Hesta Vellan-Orr"}, True)
    submitting.save(room, family, "told", {**told, "place": "Upper Ombrel"})
    with pytest.raises(Conflict, match="meantime"):
        reviewing.deal(room, who, family.id, old)
    reviewing.deal(room, who, family.id, incoming.read(room, who, family.id).seen)
    assert waits() == ({}, True), "the rest is not carried over yet"
    reviewing.carry(room, who, family.id)
    assert waits() == ({}, False)
    submitting.save(room, family, "told", {})
    assert waits()[0] == {"title": "", "date": "", "place": ""}
    reviewing.carry(room, who, family.id)
    reviewing.deal(room, who, family.id, incoming.read(room, who, family.id).seen)
    assert waits() == ({}, False)
    with reading(room.engine) as session:
        assert len(list(session.scalars(select(audit.AuditEntry).where(audit.AuditEntry.verb == "deal by hand")))) == 2
    with zipfile.ZipFile(io.BytesIO(b"".join(submitting.copy(room, family)))) as copy:
        assert "by hand" not in copy.read("answers.json").decode()


def test_what_others_will_see_is_what_they_see(room: FamilyRoom, archive: Archive) -> None:
    _, family = families.sent(room, notes="A list of boats.\n")
    before = previewing.preview(room, family)
    assert before.layers == reviewing.preview(room, families.archivist(), family.id).layers
    public_id = reviewing.accept(room, families.archivist(), family.id, "valley")
    assert previewing.preview(room, family) == reviewing.preview(room, families.archivist(), family.id) == before, "also once it is accepted"
    archive.publish(public_id)
    assert before.layers == {"existence": "public", "description": "public", "identity": "staff", "transcript": "registered",
                             "audio": "reading-room", "video": "staff", "image": "staff", "document": "staff"}
    for who in ("anonymous", "registered", "onsite"):
        with archive.room(who) as reader:
            found = reader.testimony(public_id)
            view = before.views[who]
            assert view.testimony is not None
            assert [reader.transcript(public_id, head.n).blocks for head in found.transcripts] == [each.blocks for each in view.transcripts]
            assert (found.card.title, found.card.date, found.abstract, found.terms, found.index_points) == (
                view.testimony.card.title, view.testimony.card.date, view.testimony.abstract, view.testimony.terms, view.testimony.index_points)
            assert [each.shown for each in found.card.people] == [each.shown for each in view.testimony.card.people]


def test_of_an_account_of_which_nothing_was_allowed_nobody_sees_anything(room: FamilyRoom, archive: Archive) -> None:
    _, family = families.begun(room)
    submitting.save(room, family, "account", {"text": families.TEXT})
    submitting.save(room, family, "transcript", {"audience": "public"})  # no wider than that it exists
    found = previewing.preview(room, family)
    assert set(found.layers.values()) == {"staff"} and all(view.testimony is None for view in found.views.values())
    with reading(archive.engine) as session:
        assert session.query(ToldRow).count() == 0


def test_what_is_paused_held_or_withdrawn_is_read_by_custodians_alone(room: FamilyRoom, archive: Archive) -> None:
    """As everywhere else: the family is told that no one sees it."""
    _, waiting = families.sent(room, notes="A list of boats.\n")
    _, taken = families.sent(room, notes="A list of boats.\n")
    public_id = reviewing.accept(room, families.archivist(), taken.id, "valley")

    def reads(family: Family, who: str) -> bool:
        tender = viewer(who)
        file = submitting.attachments(room, family)[0].id
        seen = [family.id in [each.id for each in incoming.waiting(room, tender).items]]
        for act in (lambda: incoming.read(room, tender, family.id), lambda: incoming.bytes_of(room, tender, family.id, file).close(),
                    lambda: reviewing.preview(room, tender, family.id)):
            try:
                act()
                seen.append(True)
            except NotFound:
                seen.append(False)
        assert len(set(seen)) == 1, seen
        return seen[0]

    for family in (waiting, taken):
        assert reads(family, "archivist") and reads(family, "custodian")
        submitting.pause(room, family)
        assert not reads(family, "archivist") and reads(family, "custodian")
        submitting.go_on(room, family)
        assert reads(family, "archivist")
    consenting.withdraw(archive.engine, viewer("archivist"), public_id, "she asked at the desk")
    assert not reads(taken, "archivist") and reads(taken, "custodian")


def test_what_a_family_calls_it_is_listed_where_titles_are_asked_for(room: FamilyRoom) -> None:
    families.sent(room)
    families.sent(room, {step: said for step, said in families.ACCOUNT.items() if step != "told"})
    assert {each.title for each in incoming.waiting(room, families.archivist(), titles=True).items} == {"By the river", ""}
    assert {each.title for each in incoming.waiting(room, families.archivist()).items} == {""}


@pytest.mark.parametrize("other", [b"", bytes(90)], ids=["other key", "damaged"])
def test_what_cannot_be_unsealed_takes_nothing_else_out_of_the_list(room: FamilyRoom, archive: Archive, other: bytes) -> None:
    """The archive's key was lost and another made: what is sent from then on is still found, and pages of testimonies open."""
    _, lost = families.sent(room)
    _, family = families.sent(room, {**families.ACCOUNT, "told": {"title": "At the ferry"}})
    with writing(room.engine) as session:
        row = submissions.by_public_id(session, lost.id)
        assert row is not None and row.archive_key is not None
        row.archive_key, row.kind = other or seal(b"k" * 32, b"o" * 32), "concern"
        session.commit()
    found = incoming.waiting(room, families.archivist(), titles=True)
    assert {each.id: each.title for each in found.items} == {lost.id: "", family.id: "At the ferry"}
    assert incoming.concerns(room, families.archivist(), "the-bell") == ()


def test_what_an_earlier_version_noted_of_carrying_over_is_read(room: FamilyRoom) -> None:
    """It kept one digest of everything: what changed since is not known one by one."""
    _, family = families.sent(room)
    reviewing.accept(room, families.archivist(), family.id, "valley")
    submitting.save(room, family, "account", {"text": "Other words.", "language": "en"})
    with writing(room.engine) as session:
        key = family_room.key_of(room, submissions.by_public_id(session, family.id))  # type: ignore[arg-type]
        told = saved(submissions.steps(session, family.row), key)[by_hand.STEP]
        sealed = family_keys.put_away({**told, "carried": 64 * "a"}, key, submissions.SavedStep.__tablename__)
        submissions.put_step(session, family.row, family_keys.slot(key, by_hand.STEP), sealed)
        session.commit()
    assert "account" in incoming.read(room, families.archivist(), family.id).since
    reviewing.carry(room, families.archivist(), family.id)
    assert not submitting.status(room, family).changes_wait


def test_what_is_not_carried_over_is_left_nowhere_in_the_clear(room: FamilyRoom, archive: Archive) -> None:
    """A second person has to agree: what the family added lay unsealed in the vault all the same."""
    _, family = families.sent(room)
    public_id = reviewing.accept(room, families.archivist(), family.id, "valley")
    with writing(room.engine) as session:
        session.scalars(select(Collection)).one().two_person = True
        session.commit()
    submitting.save(room, family, "transcript", {"audience": "public"})
    submitting.attach(room, family, io.BytesIO(b"More words.\n\nAnd more.\n"), "more.txt")
    before = set(archive.vault.digests())
    with pytest.raises(Conflict, match="second person"):
        reviewing.carry(room, families.archivist(), family.id)
    assert set(archive.vault.digests()) == before and not list((archive.vault.root / "incoming").iterdir())
    submitting.save(room, family, "transcript", {"audience": "staff"})
    reviewing.carry(room, families.archivist(), family.id)
    archive.publish(public_id)
    assert "And more." in read_by(archive, public_id, "archivist", n=2)
