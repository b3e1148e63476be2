"""What a family does: answers are kept as typed, files are what they are by decoding, everything can be changed, paused and taken back."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from archive_app.actions import answers, attaching, consenting, family_copy, family_room, incoming, previewing, reviewing, submitting, turns
from archive_app.actions.family_room import Family, FamilyRoom
from archive_app.errors import Busy, Conflict, Invalid, NotFound
from archive_app.records.base import reading
from archive_app.records.consent import Party, Statement
from archive_app.records.testimonies import by_public_id
from archive_app.storage import scanning
from tests.factories import families
from tests.factories.archives import Archive, viewer
from tests.factories.shared import data_folder

ODD = ["", " ", "\x00", "  two  spaces ", "ə ğ İ ı ş", "\u202eright to left", "<script>alert(1)</script>", "'; --", "\ud800", "😀" * 50, "a\r\nb"]


@pytest.fixture
def room(archive: Archive) -> FamilyRoom:
    return families.room_over(archive)


def test_an_answer_is_kept_as_typed_and_forgotten_when_it_is_empty(room: FamilyRoom) -> None:
    _, family = families.begun(room)
    families.tell(room, family)
    assert submitting.answers(room, family) == families.ACCOUNT
    submitting.save(room, family, "account", {"text": "Other words."})
    submitting.save(room, family, "people", {})
    found = submitting.answers(room, family)
    assert found["account"] == {"text": "Other words."} and "people" not in found


@pytest.mark.parametrize("odd", ODD)
def test_odd_words_are_kept_as_typed(room: FamilyRoom, odd: str) -> None:
    _, family = families.begun(room)
    submitting.save(room, family, "account", {"text": odd})
    submitting.save(room, family, "people", {"people": [{"name": odd, "why": odd}]})
    found = submitting.answers(room, family)
    assert found["account"]["text"] == odd and found["people"]["people"] == [{"name": odd, "why": odd}]


@pytest.mark.slow
def test_naughty_strings_through_every_field(room: FamilyRoom) -> None:
    naughty = [each for each in json.loads((data_folder() / "strings" / "naughty.json").read_text(encoding="utf-8")) if len(each) <= 60]
    for odd in naughty:
        _, family = families.begun(room)
        said = {"name": {"name": odd, "pseudonym": odd}, "told": {"title": odd, "date": odd, "place": odd}, "account": {"text": odd},
                "people": {"people": [{"name": odd, "why": odd}]}, "note": {"words": odd}, "existence": {"audience": "public"}}
        families.tell(room, family, said)
        assert submitting.answers(room, family) == said
        submitting.send(room, family)
        reviewing.accept(room, families.archivist(), family.id, "valley", "Told")


@pytest.mark.parametrize(("step", "said"), [
    ("nothing", {}), ("account", {"text": 5}), ("account", {"other": "x"}), ("account", {"text": "x" * 200_001}), ("who", {"role": "king"}),
    ("voice", {}), ("audio", {"audience": "sealed"}), ("audio", {"audience": "everybody"}), ("audio", {"naming": "initial"}),
    ("identity", {"naming": "real"}), ("uses", {"allowed": ["selling"]}), ("uses", {"allowed": "exhibition"}), ("people", {"people": "x"}),
    ("people", {"people": [{"name": "x"}] * 51}), ("people", {"people": [{"nom": "x"}]}), ("name", {"language": "not a tag"})])
def test_what_is_no_answer_is_refused(room: FamilyRoom, step: str, said: dict[str, Any]) -> None:
    _, family = families.begun(room)
    with pytest.raises(Invalid):
        submitting.save(room, family, step, said)
    assert submitting.answers(room, family) == {}


def test_every_default_is_no() -> None:
    assert answers.AUDIENCES == ("staff", "reading-room", "registered", "public")


def test_a_file_is_what_it_is_by_decoding(room: FamilyRoom) -> None:
    _, family = families.begun(room)
    made = submitting.attach(room, family, families.photograph(comment=b"made with a Zenit"), "IMG_1.exe")
    assert (made.kind, made.media_type, made.position, made.name) == ("image", "image/jpeg", 1, "IMG_1.exe")
    assert made.facts["width"] == 40 and made.embedded["picture: comment"] == "made with a Zenit"
    assert submitting.attachments(room, family) == (made,)
    with submitting.bytes_of(room, family, made.id) as stream:
        assert stream.read() == families.photograph(comment=b"made with a Zenit").getvalue()
    assert not list((room.folder / "decoding").glob("*")) if (room.folder / "decoding").exists() else True


@pytest.mark.parametrize(("data", "name"), [(b"", "a.txt"), (b"MZ\x90\x00 program", "photo.jpg"), (b"\x00\x01\x02", "a.txt"), (b"words", "a.odt")])
def test_a_file_of_no_kind_is_refused_and_leaves_nothing(room: FamilyRoom, data: bytes, name: str) -> None:
    _, family = families.begun(room)
    with pytest.raises(Invalid) as refused:
        submitting.attach(room, family, io.BytesIO(data), name)
    assert refused.value.field == "file"
    assert submitting.attachments(room, family) == () and list(room.vault.digests()) == []


def test_a_file_that_is_too_large_is_refused(archive: Archive) -> None:
    small = family_room.FamilyRoom(archive.engine, archive.vault, archive.folder, cost=families.LEAST, upload_most=1000)
    _, family = families.begun(small)
    with pytest.raises(Invalid, match="larger"):
        submitting.attach(small, family, io.BytesIO(b"a" * 1001), "a.txt")
    submitting.attach(small, family, io.BytesIO(b"a" * 1000), "a.txt")


def test_the_scanner_is_asked_where_one_is_set(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, bytes]] = []

    def scan(address: str, source: io.BufferedReader, field: str, name: str) -> None:
        seen.append((address, source.read()))
        raise Invalid(field, f"{name} holds something harmful, and was not taken")

    monkeypatch.setattr("archive_app.actions.attaching.scan", scan)
    room = family_room.FamilyRoom(archive.engine, archive.vault, archive.folder, clamd="/run/clamd", cost=families.LEAST)
    _, family = families.begun(room)
    with pytest.raises(Invalid, match="harmful"):
        submitting.attach(room, family, io.BytesIO(b"one\n\ntwo\n"), "a.txt")
    assert seen == [("/run/clamd", b"one\n\ntwo\n")] and list(room.vault.digests()) == []
    assert scanning.SECONDS > 0


def test_a_file_is_described_and_removed(room: FamilyRoom) -> None:
    _, family = families.begun(room)
    made = submitting.attach(room, family, io.BytesIO(b"one\n\ntwo\n"), "a.txt")
    submitting.describe(room, family, made.id, " As typed ", "public")
    (found,) = submitting.attachments(room, family)
    assert (found.label, found.audience, found.name) == (" As typed ", "public", "a.txt")
    with pytest.raises(Invalid):
        submitting.describe(room, family, made.id, "", "sealed")
    submitting.remove(room, family, made.id)
    assert submitting.attachments(room, family) == () and list(room.vault.digests()) == []
    with pytest.raises(NotFound):
        submitting.remove(room, family, made.id)


def test_a_family_reaches_its_own_and_nothing_else(room: FamilyRoom) -> None:
    _, one = families.begun(room)
    _, other = families.begun(room)
    made = submitting.attach(room, one, io.BytesIO(b"one\n\ntwo\n"), "a.txt")
    for act in (submitting.remove, submitting.bytes_of, submitting.describe):
        with pytest.raises(NotFound):
            act(room, other, made.id)
    forged = Family(one.row, other.id, "account", "draft", "en", other.key)
    with pytest.raises(NotFound):
        submitting.answers(room, forged)


def test_messages_go_both_ways(room: FamilyRoom) -> None:
    _, family = families.begun(room)
    with pytest.raises(Conflict):
        submitting.write(room, family, "Is anybody there?")
    submitting.send(room, family)
    submitting.write(room, family, "Who reads this?")
    reviewing.answer(room, families.archivist(), family.id, "Two people.")
    assert submitting.status(room, family).unread == 1
    assert [(each.by, each.words) for each in submitting.messages(room, family)] == [("family", "Who reads this?"), ("archive", "Two people.")]
    assert submitting.status(room, family).unread == 0
    for nothing in (" ", "x" * 20_001):
        with pytest.raises(Invalid):
            submitting.write(room, family, nothing)


def test_what_waits_is_paused_goes_on_and_is_withdrawn(room: FamilyRoom) -> None:
    made, family = families.sent(room, notes="one\n\ntwo\n")
    submitting.pause(room, family)
    submitting.pause(room, family)
    with pytest.raises(Conflict):
        submitting.save(room, family, "note", {"words": "x"})
    with pytest.raises(Conflict):
        reviewing.accept(room, families.archivist(), family.id, "valley")
    assert submitting.status(room, family).state == "paused"
    submitting.go_on(room, family)
    assert submitting.status(room, family).state == "sent"
    submitting.withdraw(room, family)
    submitting.withdraw(room, family)
    assert submitting.status(room, family).state == "withdrawn"
    assert submitting.answers(room, family) == {} and list(room.vault.digests()) == []
    assert family_room.enter(room, " ".join(made.receipt))
    for act in (lambda: submitting.send(room, family), lambda: submitting.go_on(room, family), lambda: submitting.pause(room, family),
                lambda: submitting.write(room, family, "x")):
        with pytest.raises(Conflict):
            act()
    with pytest.raises(NotFound):
        incoming.read(room, families.archivist(), family.id)


@pytest.fixture
def accepted(room: FamilyRoom, archive: Archive) -> tuple[Family, str]:
    _, family = families.sent(room)
    public_id = reviewing.accept(room, families.archivist(), family.id, "valley")
    archive.publish(public_id)
    archive.settle()
    return family, public_id


def reads(archive: Archive, public_id: str, who: str = "registered") -> bool:
    with archive.room(who) as reader:
        try:
            return bool(reader.testimony(public_id).transcripts)
        except NotFound:
            return False


def test_an_accepted_account_is_paused_at_once_goes_on_and_is_withdrawn(room: FamilyRoom, archive: Archive,
                                                                         accepted: tuple[Family, str]) -> None:
    family, public_id = accepted
    assert reads(archive, public_id) and submitting.status(room, family).testimony == public_id
    submitting.pause(room, family)
    assert not reads(archive, public_id) and submitting.status(room, family).state == "paused"
    submitting.go_on(room, family)
    assert reads(archive, public_id) and submitting.status(room, family).state == "accepted"
    submitting.pause(room, family)
    submitting.withdraw(room, family)
    assert not reads(archive, public_id) and not reads(archive, public_id, "custodian")
    assert submitting.status(room, family).state == "withdrawn"
    with reading(archive.engine) as session:
        effects = [row.effect for row in session.query(Statement).order_by(Statement.id) if row.reason]
    assert effects == ["hold", "hold", "withdraw"]


def meanwhile(monkeypatch: pytest.MonkeyPatch, opens: str, act: Callable[[], object]) -> None:
    """Let this be done after the next has read how it stands, and before it takes the write lock."""
    usual = getattr(submitting, opens)

    def late(*asked: Any) -> Any:
        monkeypatch.setattr(submitting, opens, usual)
        act()
        return usual(*asked)

    monkeypatch.setattr(submitting, opens, late)


def holds(archive: Archive) -> int:
    with reading(archive.engine) as session:
        return session.query(Statement).filter(Statement.effect == "hold").count()


def test_two_pauses_at_once_are_one(room: FamilyRoom, archive: Archive, accepted: tuple[Family, str], monkeypatch: pytest.MonkeyPatch) -> None:
    family, public_id = accepted
    meanwhile(monkeypatch, "change", lambda: submitting.pause(room, family))
    submitting.pause(room, family)
    assert holds(archive) == 1 and not reads(archive, public_id)
    meanwhile(monkeypatch, "change", lambda: submitting.go_on(room, family))
    with pytest.raises(Conflict):
        submitting.go_on(room, family)
    assert reads(archive, public_id)


@pytest.mark.parametrize("late", [submitting.pause, submitting.go_on])
def test_what_is_withdrawn_at_the_same_time_stays_so(room: FamilyRoom, accepted: tuple[Family, str], monkeypatch: pytest.MonkeyPatch,
                                                     late: Callable[[FamilyRoom, Family], None]) -> None:
    family, _ = accepted
    _, waiting = families.sent(room)
    for each, opens in ((family, "change"), (waiting, "at_work")):
        if late is submitting.go_on:
            submitting.pause(room, each)
        meanwhile(monkeypatch, opens, lambda each=each: submitting.withdraw(room, each))  # type: ignore[misc]
        with pytest.raises(Conflict):
            late(room, each)
        assert submitting.status(room, each).state == "withdrawn"


def test_a_choice_made_while_it_is_accepted_is_made_again(room: FamilyRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is narrower counts at once: it must not be kept as if it waited."""
    _, family = families.sent(room)
    meanwhile(monkeypatch, "at_work", lambda: reviewing.accept(room, families.archivist(), family.id, "valley"))
    with pytest.raises(Conflict):
        submitting.save(room, family, "transcript", {"audience": "staff"})


def test_a_hold_of_others_stays_when_the_family_goes_on(room: FamilyRoom, archive: Archive, accepted: tuple[Family, str]) -> None:
    from archive_app.actions import declaring
    from archive_app.actions.change import operator

    family, public_id = accepted
    submitting.pause(room, family)
    declaring.hold(archive.engine, operator(), public_id, "a second narrator asks", "community")
    submitting.go_on(room, family)
    assert not reads(archive, public_id)


def test_a_pause_is_ended_by_the_family_alone_and_the_room_says_how_it_is(room: FamilyRoom, archive: Archive,
                                                                          accepted: tuple[Family, str]) -> None:
    """"No one sees it" was said to a family whose pause had been ended at the desk; pausing again did nothing then."""
    from archive_app.actions import declaring

    family, public_id = accepted
    submitting.pause(room, family)
    with reading(archive.engine) as session:
        (held,) = (row.id for row in session.query(Statement) if row.effect == "hold")
    with pytest.raises(Conflict, match="they alone"):
        declaring.release(archive.engine, viewer("custodian"), public_id, held, declaring.Proof(note="a letter"))
    assert not reads(archive, public_id) and submitting.status(room, family).state == "paused"
    submitting.go_on(room, family)
    assert submitting.status(room, family).published
    declaring.hold(archive.engine, viewer("custodian"), public_id, "a second narrator asks", "community")
    assert not submitting.status(room, family).published, "it is not shown as they allowed"


def test_narrower_counts_at_once_and_wider_waits(room: FamilyRoom, archive: Archive, accepted: tuple[Family, str]) -> None:
    family, public_id = accepted
    submitting.save(room, family, "transcript", {"audience": "public"}, "page", "en")
    assert not reads(archive, public_id, "anonymous") and submitting.status(room, family).changes_wait
    submitting.save(room, family, "transcript", {"audience": "staff"}, "page", "en")
    assert not reads(archive, public_id) and reads(archive, public_id, "archivist")
    reviewing.carry(room, families.archivist(), family.id)
    assert not submitting.status(room, family).changes_wait
    submitting.save(room, family, "transcript", {"audience": "registered"}, "page", "en")
    assert not reads(archive, public_id)
    reviewing.carry(room, families.archivist(), family.id)
    assert reads(archive, public_id) and not reads(archive, public_id, "anonymous")


def test_a_family_that_speaks_for_the_narrator_is_written_down_as_that(room: FamilyRoom, archive: Archive) -> None:
    _, family = families.sent(room, {**families.ACCOUNT, "who": {"relation": "next_of_kin", "role": "survivor"}})
    public_id = reviewing.accept(room, families.archivist(), family.id, "valley")
    archive.publish(public_id)
    assert reads(archive, public_id)
    with reading(archive.engine) as session:
        kin = session.query(Party).filter(Party.capacity == "next_of_kin").one()
        narrator = session.query(Party).filter(Party.capacity == "narrator").one()
        assert kin.stands_for_id == narrator.id
        assert {row.party_id for row in session.query(Statement) if row.evidence_id} == {kin.id}
    submitting.pause(room, family)
    assert not reads(archive, public_id)
    submitting.withdraw(room, family)
    assert not reads(archive, public_id)


def test_the_copy_holds_everything_and_equal_content_is_equal_bytes(room: FamilyRoom, archive: Archive) -> None:
    made, family = families.sent(room, notes="one\n\ntwo\n")
    picture = submitting.attach(room, family, families.photograph(), "../../a:b.jpg")
    submitting.describe(room, family, picture.id, "by the river")
    submitting.write(room, family, "Thank you.")
    whole = b"".join(family_copy.copy(room, family))
    assert whole == b"".join(submitting.copy(room, families.again(room, made)))
    with zipfile.ZipFile(io.BytesIO(whole)) as found:
        assert found.testzip() is None and {each.date_time for each in found.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        names = found.namelist()
        assert names == ["answers.json", "account.txt", "messages.txt", "files/001-notes.txt", "files/002-_.._a_b.jpg"]
        assert found.read("account.txt").decode() == families.TEXT and found.read("files/001-notes.txt") == b"one\n\ntwo\n"
        assert json.loads(found.read("answers.json"))["answers"]["audio"] == {"audience": "reading-room"}
        assert found.read(names[-1]) == families.photograph().getvalue() and b"Thank you." in found.read("messages.txt")
    reviewing.accept(room, families.archivist(), family.id, "valley")
    with zipfile.ZipFile(io.BytesIO(b"".join(submitting.copy(room, family)))) as found:
        assert found.namelist() == names and found.read(names[-1]) == families.photograph().getvalue()


def test_somebody_who_is_concerned_writes_and_is_answered(room: FamilyRoom) -> None:
    made = submitting.concern(room, "ru", "/testimonies/never-was", "That is my mother.", {"words": "by this page"})
    family = families.again(room, made)
    assert (family.kind, submitting.status(room, family).state) == ("concern", "sent")
    (item,) = incoming.waiting(room, families.archivist()).items
    assert incoming.read(room, families.archivist(), item.id).answers["concern"] == {
        "about": "/testimonies/never-was", "words": "That is my mother."}
    reviewing.settle(room, families.archivist(), item.id, "It is closed.")
    assert [each.words for each in submitting.messages(room, family)] == ["It is closed."]
    with pytest.raises(Conflict):
        reviewing.accept(room, families.archivist(), item.id, "valley", "x")
    with pytest.raises(Invalid):
        submitting.concern(room, "ru", "", " ")


def test_two_drafts_at_once_lose_nothing(room: FamilyRoom) -> None:
    made, one = families.begun(room)
    visit = family_room.enter(room, " ".join(made.receipt))
    other = family_room.visiting(room, visit or "")
    assert other is not None
    submitting.save(room, one, "note", {"words": "one"})
    submitting.save(room, other, "contact", {"words": "other"})
    assert submitting.answers(room, one) == {"contact": {"words": "other"}, "note": {"words": "one"}}


def test_the_testimony_is_not_one_that_an_outsider_can_reach(room: FamilyRoom, archive: Archive, accepted: tuple[Family, str]) -> None:
    """The family's viewer tends its own testimony and none beside it."""
    from archive_app.actions.change import change
    from archive_app.actions.family_consent import viewer_of
    from archive_app.errors import NotAllowed
    from archive_app.records import submissions

    family, _ = accepted
    archive.bring({"identifier": "of-others", "access": "public"}, settled=False)
    with reading(archive.engine) as session:
        row = submissions.by_public_id(session, family.id)
        assert row is not None and by_public_id(session, "of-others") is not None
        actor = viewer_of(row)
    with pytest.raises(NotFound), change(archive.engine, actor, "withdraw", "of-others") as work:
        consenting.kept(work, "of-others")
    with pytest.raises(NotAllowed), change(archive.engine, actor, "publish", "of-others"):
        pass




def test_what_is_narrower_of_one_file_or_hides_somebody_counts_at_once_after_accepting(room: FamilyRoom, archive: Archive) -> None:
    """Twice it was said to the family that nobody sees it, while everybody did."""
    made, family = families.begun(room)
    families.tell(room, family, {**families.ACCOUNT, "image": {"audience": "public"}, "transcript": {"audience": "public"}})
    photo = submitting.attach(room, family, families.photograph(), "boat.jpg")
    submitting.describe(room, family, photo.id, "Orlan Vett in the boat")
    submitting.send(room, family)
    family = families.again(room, made)
    public_id = reviewing.accept(room, families.archivist(), family.id, "valley", "With Orlan Vett")
    archive.publish(public_id)

    def shown() -> tuple[list[str], str]:
        with archive.room() as reader:
            found = reader.testimony(public_id)
            return [each.label for each in found.recordings], found.card.title + repr(reader.transcript(public_id, 1))

    assert shown()[0] == ["Orlan Vett in the boat"] and "Low Ombrel" in shown()[1]
    submitting.save(room, family, "people", {"people": [{"name": "Orlan Vett"}, {"name": "Ombrel"}]}, "page", "en")
    assert shown()[0] == ["N. N. in the boat"] and not any(word in shown()[1] for word in ("Orlan", "Low Ombrel"))
    assert submitting.status(room, family).changes_wait, "an archivist looks at what was hidden"
    submitting.describe(room, family, photo.id, "A boat", "staff")
    assert shown()[0] == [], "who may see one photograph, and nothing waits for that"
    reviewing.carry(room, families.archivist(), family.id)
    assert shown()[0] == [] and not submitting.status(room, family).changes_wait
    submitting.describe(room, family, photo.id, "A boat", "public")
    assert shown()[0] == [] and submitting.status(room, family).changes_wait, "what is wider waits"
    reviewing.carry(room, families.archivist(), family.id)
    assert shown()[0] == ["A boat"], "the caption as it was told last"


def test_the_audience_of_a_file_that_is_not_carried_over_yet_waits_with_it(room: FamilyRoom, accepted: tuple[Family, str]) -> None:
    family, _ = accepted
    added = submitting.attach(room, family, families.photograph(), "more.jpg")
    submitting.describe(room, family, added.id, "More", "staff")
    assert [each.audience for each in submitting.attachments(room, family)] == ["staff"] and submitting.status(room, family).changes_wait
    meanwhile_sent = families.sent(room, notes="one\n\ntwo\n")[1]
    (waits,) = submitting.attachments(room, meanwhile_sent)
    reviewing.accept(room, families.archivist(), meanwhile_sent.id, "valley", "Another")
    submitting.describe(room, meanwhile_sent, waits.id, "", "staff")
    assert not submitting.status(room, meanwhile_sent).changes_wait


def test_texts_of_more_segments_than_can_be_looked_at_are_refused_before_they_are_read(room: FamilyRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two megabytes of one letter a paragraph took a gigabyte and a minute whenever the summary was asked for."""
    _, family = families.begun(room)
    monkeypatch.setattr(attaching, "MOST_SEGMENTS", 10)
    with monkeypatch.context() as reading_nothing:
        reading_nothing.setattr(attaching, "parse_transcript", lambda name, data: pytest.fail("it was read"))
        with pytest.raises(Invalid, match="segments"):
            submitting.attach(room, family, io.BytesIO(b"a\n\n" * 21), "many.txt")
    with pytest.raises(Invalid, match="segments"):
        submitting.attach(room, family, io.BytesIO(b"a\n\n" * 11), "more.txt")
    submitting.attach(room, family, io.BytesIO(b"a\n\n" * 6), "some.txt")
    with pytest.raises(Invalid, match="segments"):
        submitting.attach(room, family, io.BytesIO(b"a\n\n" * 5), "some-more.txt")
    assert len(submitting.attachments(room, family)) == 1 and len(list(room.vault.digests())) == 1


def test_what_others_will_see_is_made_for_one_at_a_time(room: FamilyRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    _, family = families.begun(room)
    families.tell(room, family)
    monkeypatch.setattr(turns, "PATIENCE", 0.0)
    with turns.turn(turns.READING):
        for act in (lambda: previewing.preview(room, family), lambda: submitting.attach(room, family, io.BytesIO(b"Words.\n"), "some.txt")):
            with pytest.raises(Busy):
                act()
    assert submitting.attachments(room, family) == ()
    assert previewing.preview(room, family).views["anonymous"].testimony


def test_two_files_of_families_are_decoded_at_a_time(room: FamilyRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each was a process of hundreds of megabytes, one for every thread of the server."""
    _, family = families.begun(room)
    monkeypatch.setattr(turns, "PATIENCE", 0.0)
    real: Any = vars(attaching)["probe"]
    held: list[bool] = []

    def meanwhile(path: object, column: str) -> Any:
        if not held:
            held.append(True)
            submitting.attach(room, family, families.photograph("navy"), "second.jpg")  # the first is still looked at
            with turns.turn(turns.DECODING), pytest.raises(Busy):
                submitting.attach(room, family, families.photograph("olive"), "third.jpg")
        return real(path, column)

    monkeypatch.setattr(attaching, "probe", meanwhile)
    submitting.attach(room, family, families.photograph("teal"), "first.jpg")
    assert sorted(each.name for each in submitting.attachments(room, family)) == ["first.jpg", "second.jpg"]
    assert len(list(room.vault.digests())) == 2, "nothing of the third rests here"
    submitting.attach(room, family, families.photograph("olive"), "third.jpg")
