"""Coming and going: a receipt opens one submission and is nowhere kept, right and wrong take one path, a visit ends when it ends."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import event

from archive_app import ids
from archive_app.actions import family_keys, family_room, submitting
from archive_app.actions.family_keys import LEAST, Cost
from archive_app.actions.family_room import FamilyRoom, open_room
from archive_app.config import prepare
from archive_app.errors import Conflict, NotFound
from archive_app.language import receipts
from archive_app.records import submissions
from archive_app.records.base import reading
from tests.factories import families
from tests.factories.archives import Archive

WORDS = "Everything that was ever told here stays between us."


@pytest.fixture
def room(archive: Archive) -> Iterator[FamilyRoom]:
    ids.use_key(None)  # under the key of the tests an id would follow from the words
    yield families.room_over(archive)


@pytest.mark.parametrize("language", receipts.LISTS)
def test_a_receipt_opens_what_was_begun_with_it(room: FamilyRoom, language: str) -> None:
    made = family_room.begin(room, language)
    assert len(made.receipt) == 9 and set(made.receipt) <= set(receipts.words(language))
    visit = family_room.enter(room, "-".join(made.receipt).title())
    assert visit and visit != made.visit
    first, second = family_room.visiting(room, made.visit), family_room.visiting(room, visit)
    assert first and first == second and first.language == language and first.state == "draft"


def test_other_words_open_nothing(room: FamilyRoom) -> None:
    made = family_room.begin(room, "en")
    other = family_room.begin(room, "en")
    for text in ("", " ".join(made.receipt[:8]), " ".join([*made.receipt[:8], other.receipt[8]]), " ".join(reversed(made.receipt)), "x" * 500):
        assert family_room.enter(room, text) is None or text == " ".join(made.receipt)


def test_right_wrong_and_unreadable_take_the_same_path(room: FamilyRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    made, other = family_room.begin(room, "en"), family_keys.new_words("en")
    done: list[Any] = []
    real = family_keys.hash_secret_raw
    monkeypatch.setattr(family_keys, "hash_secret_raw", lambda *given: done.append(("argon2id", len(given[1]), *given[2:])) or real(*given))

    def asked(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        done.append(statement)

    event.listen(room.engine, "before_cursor_execute", asked)
    paths = []
    for text in (" ".join(made.receipt), " ".join(other), "no receipt at all"):
        done.clear()
        entered = family_room.enter(room, text)
        until = next(at for at, each in enumerate(done) if each[0] == "argon2id") + 1
        paths.append((done[:until], sum(each[0] == "argon2id" for each in done)))
        assert (entered is not None) == (text == " ".join(made.receipt))
        assert entered or len(done) == until
    event.remove(room.engine, "before_cursor_execute", asked)
    assert paths[0] == paths[1] == paths[2] and paths[0][1] == 1


def test_the_doubtful_word_is_told_without_asking_anything(room: FamilyRoom) -> None:
    assert family_room.doubtful("acorn acorn qqqq") == (3,)


def everything_at_rest(archive: Archive) -> bytes:
    """Every byte of every file below the archive's folder; of PostgreSQL, every row."""
    found = b"".join(path.read_bytes() for path in sorted(archive.folder.rglob("*")) if path.is_file())
    with archive.engine.connect() as connection:
        for table in submissions.Base.metadata.sorted_tables:
            for row in connection.execute(table.select()):
                found += repr(tuple(row)).encode()
    return found


def test_nothing_of_a_draft_is_at_rest_in_the_clear(archive: Archive, room: FamilyRoom, caplog: pytest.LogCaptureFixture) -> None:
    made, family = families.begun(room, "hy")  # words that stand nowhere else
    submitting.save(room, family, "account", {"text": WORDS})
    submitting.save(room, family, "name", {"name": "Hesta Vellan"})
    file = submitting.attach(room, family, io.BytesIO(f"{WORDS} In a file.".encode()), "secretname.txt")
    submitting.describe(room, family, file.id, "Captioned so")
    rest = everything_at_rest(archive)
    for told in (WORDS, "Vellan", "In a file", "secretname", "Captioned", "account.text", '"step"', made.visit, *made.receipt, "text/plain"):
        assert told.encode() not in rest, told
    assert family.key not in rest and family.key.hex().encode() not in rest
    assert not caplog.records and family.key.hex() not in repr(family) and not any(word in repr(made) for word in made.receipt)


def test_the_archive_cannot_read_a_draft(archive: Archive, room: FamilyRoom) -> None:
    _, family = families.begun(room)
    submitting.save(room, family, "account", {"text": WORDS})
    with reading(archive.engine) as session:
        row = submissions.by_public_id(session, family.id)
        assert row is not None and row.archive_key is None
        for sealed in submissions.steps(session, row.id):
            with pytest.raises(NotFound):
                family_keys.taken_out(sealed, room.key, submitting.ANSWERED)


def test_an_answer_put_into_another_submission_does_not_open(archive: Archive, room: FamilyRoom) -> None:
    _, one = families.begun(room)
    _, other = families.begun(room)
    sealed = family_keys.put_away("words", one.key, "message family")
    assert family_keys.taken_out(sealed, one.key, "message family") == "words"
    for key, about in ((other.key, "message family"), (one.key, "message archive")):
        with pytest.raises(NotFound):
            family_keys.taken_out(sealed, key, about)


def test_only_days_are_kept(archive: Archive, room: FamilyRoom) -> None:
    moment = datetime.datetime(2026, 3, 9, 15, 41, 27, 123_000, tzinfo=datetime.UTC)
    with time_machine.travel(moment, tick=False):
        made, family = families.begun(room)
        submitting.attach(room, family, io.BytesIO(b"one\n\ntwo\n"), "a.txt")
        submitting.send(room, family)
        submitting.write(room, family, "hello")
    rest = everything_at_rest(archive)
    assert b"2026-03-09" in rest and str(int(moment.timestamp() * 1000)).encode() not in rest and b"15:41" not in rest


def test_a_visit_ends(room: FamilyRoom) -> None:
    made = family_room.begin(room, "en")
    family_room.leave(room, made.visit)
    family_room.leave(room, "never was")
    assert family_room.visiting(room, made.visit) is None and family_room.visiting(room, "") is None
    visit = family_room.enter(room, " ".join(made.receipt))
    assert visit and family_room.visiting(room, visit)
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=12), tick=False):
        assert family_room.visiting(room, visit) is None


def test_an_untouched_draft_is_deleted_on_its_day_and_not_before(archive: Archive, room: FamilyRoom) -> None:
    began = datetime.datetime(2026, 1, 10, tzinfo=datetime.UTC)
    with time_machine.travel(began, tick=False):
        made, family = families.begun(room)
        submitting.attach(room, family, io.BytesIO(b"one\n\ntwo\n"), "a.txt")
        kept, _ = families.sent(room)
        assert made.kept_until == "2026-07-09" == submitting.status(room, family).kept_until
    with time_machine.travel(began + datetime.timedelta(days=100), tick=False):
        visit = family_room.enter(room, " ".join(made.receipt))  # coming back counts as touching it
        assert visit
    with time_machine.travel(began + datetime.timedelta(days=280), tick=False):
        assert family_room.forget_expired(room) == 0
    with time_machine.travel(began + datetime.timedelta(days=281), tick=False):
        assert family_room.forget_expired(room) == 1
        assert family_room.enter(room, " ".join(made.receipt)) is None and family_room.enter(room, " ".join(kept.receipt))
        assert list(room.vault.digests()) == []
    with pytest.raises(NotFound):
        submitting.status(room, family)


def test_a_deleted_draft_is_gone(archive: Archive, room: FamilyRoom) -> None:
    made, family = families.begun(room)
    submitting.save(room, family, "account", {"text": WORDS})
    submitting.attach(room, family, io.BytesIO(b"one\n\ntwo\n"), "a.txt")
    submitting.forget(room, family)
    assert family_room.enter(room, " ".join(made.receipt)) is None and family_room.visiting(room, made.visit) is None
    assert list(room.vault.digests()) == []
    with reading(archive.engine) as session:
        for table in (submissions.Submission, *submissions.PARTS):
            assert session.query(table).count() == 0
    _, kept = families.sent(room)
    with pytest.raises(Conflict):
        submitting.forget(room, kept)


def test_the_room_follows_the_settings(archive: Archive, tmp_path: Path) -> None:
    chosen = prepare(archive.settings(DRAFT_DAYS="30", CLAMD="/run/clamd.ctl", UPLOAD_MAX_BYTES="1000"))
    room = open_room(archive.engine, archive.vault, chosen)
    assert (room.draft_days, room.clamd, room.upload_most, room.cost) == (30, "/run/clamd.ctl", 1000, Cost(3, 65536, 4))
    key = tmp_path / "instance" / "submissions.key"
    assert len(room.key) == 32 and room.key == room.key and key.stat().st_mode & 0o777 == 0o600
    assert family_keys.cost_of(LEAST.text()) == LEAST


def test_every_word_and_the_salt_count(room: FamilyRoom) -> None:
    words, salt = family_keys.new_words("en"), family_keys.new_salt()
    others = [(*words[:at], "otherword", *words[at + 1:]) for at in range(len(words))]
    assert len({family_keys.locator(each) for each in (words, *others)}) == 10
    assert len({family_keys.receipt_key(each, salt, LEAST) for each in (words, *others)}) == 10
    assert family_keys.receipt_key(words, family_keys.new_salt(), LEAST) != family_keys.receipt_key(words, salt, LEAST)
    assert family_keys.receipt_key(words, salt, Cost(1, 16, 1)) != family_keys.receipt_key(words, salt, LEAST)


def test_two_receipts_are_never_the_same_words(room: FamilyRoom) -> None:
    assert len({family_keys.new_words("hy") for _ in range(200)}) == 200
