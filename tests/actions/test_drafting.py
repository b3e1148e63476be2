"""A draft is saved often, read by nobody but those who tend the testimony, and made a version whole; two people lose nothing."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from archive_app.access.desk import Desk
from archive_app.access.kept_transcript_readings import Spoken
from archive_app.access.viewer import Viewer
from archive_app.actions import drafting, transcribing
from archive_app.actions.change import operator
from archive_app.actions.drafting import Overtaken, Saved, Splice
from archive_app.actions.transcribing import Approval, Newer
from archive_app.errors import Invalid, NotAllowed, NotFound
from archive_app.records.audit import AuditEntry
from archive_app.records.base import reading
from archive_app.records.jobs import Job
from tests.actions.asking import account, another_address, read_by
from tests.actions.test_transcribing import bell, given, kept, sound  # noqa: F401
from tests.factories.archives import Archive
from tests.factories.ohms import captioned

NEW = Spoken(1000, 2000, "", "A bell")


def save(archive: Archive, *segments: Spoken, at: int = 0, remove: int | None = None, to: Saved | None = None, who: Viewer | None = None,
         base: int = 1) -> Saved:
    splice = Splice(at, len(segments) if remove is None else remove, segments)
    return drafting.save(archive.engine, who or operator(), "the-bell", 1, base, to.key if to else 0, to.serial if to else 0, splice)


def finish(archive: Archive, saved: Saved, seen: int = 1, **more: Any) -> transcribing.Made:
    return drafting.finish(archive.engine, operator(), "the-bell", 1, saved.key, saved.serial, seen, Approval(**more))


def words(archive: Archive, key: int, who: Viewer | None = None) -> list[str]:
    with reading(archive.engine) as session:
        return [each.text for each in Desk(session, who or operator()).draft("the-bell", 1, key)]


def written(archive: Archive) -> list[int | None]:
    with reading(archive.engine) as session:
        return [session.scalar(select(func.count()).select_from(table)) for table in (AuditEntry, Job)]


def test_a_draft_is_kept_and_read_by_nobody(bell: Archive) -> None:  # noqa: F811
    before, open_words = written(bell), read_by(bell, "the-bell")
    first = save(bell, NEW)
    second = save(bell, Spoken(4000, 6000, "Ida", "and that was the end"), at=2, to=first)
    assert (first.serial, second.serial, second.key, second.base, second.current) == (1, 2, first.key, 1, 1)
    assert words(bell, first.key) == ["A bell", "quellwater was spoken of", "and that was the end"]
    assert read_by(bell, "the-bell", "custodian") == open_words and written(bell) == before and sound(bell) == []
    assert [(each.key, each.base, each.serial) for each in kept(bell).drafts] == [(first.key, 1, 2)]


def test_a_draft_stays_whose_it_is_under_another_address(bell: Archive, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    first = account(bell.engine, "first@example.org", "archivist")
    saved = save(bell, NEW, who=first)

    def whose(who: Viewer) -> list[tuple[int, bool]]:
        with reading(bell.engine) as session:
            return [(each.key, each.mine) for each in Desk(session, who).transcripts("the-bell")[0].drafts]

    again = another_address(bell.engine, "first@example.org", "other@example.org", monkeypatch)
    newcomer = account(bell.engine, "first@example.org", "archivist")
    assert whose(again) == [(saved.key, True)] and whose(newcomer) == [(saved.key, False)]


def test_it_becomes_a_version_whole(bell: Archive) -> None:  # noqa: F811
    saved = save(bell, NEW)
    made = finish(bell, saved, kind="corrected")
    assert made.number == 2 and read_by(bell, "the-bell").startswith("A bell / quellwater")
    assert kept(bell).drafts == () and kept(bell).kind == "corrected" and sound(bell) == []
    with pytest.raises(NotFound):
        finish(bell, saved, 2)


def test_who_saves_over_what_they_have_not_seen_is_told_so(bell: Archive) -> None:  # noqa: F811
    first = save(bell, NEW)
    save(bell, Spoken(1000, 2000, "", "My bell"), to=first)
    for late in (lambda: save(bell, Spoken(1000, 2000, "", "Your bell"), to=first), lambda: finish(bell, first),
                 lambda: drafting.set_aside(bell.engine, operator(), "the-bell", 1, first.key, first.serial)):
        with pytest.raises(Overtaken) as told:
            late()
        assert (told.value.key, told.value.serial) == (first.key, 2)
    own = save(bell, Spoken(1000, 2000, "", "Your bell"))
    assert own.key != first.key and words(bell, first.key)[0] == "My bell" and words(bell, own.key)[0] == "Your bell"


def test_who_else_has_begun_is_known_by_saving(bell: Archive) -> None:  # noqa: F811
    one, two = (account(bell.engine, f"{name}@example.org", "archivist") for name in ("one", "two"))
    first = save(bell, NEW, who=one)
    second = save(bell, NEW, who=two)
    assert (first.others, second.others) == ((), (first.key,))
    own = save(bell, NEW, who=one)
    assert own.others == (second.key,) == save(bell, NEW, who=one, to=first).others, "one's own are nobody else's"
    assert save(bell, NEW, who=two, to=own).others == (), "who writes into another's draft was told whose it is"


def test_two_versions_at_once_lose_nothing(bell: Archive) -> None:  # noqa: F811
    mine, theirs = save(bell, NEW), save(bell, Spoken(4000, 6000, "", "the very end"), at=2)
    finish(bell, theirs)
    with pytest.raises(Newer) as told:
        finish(bell, mine)
    assert told.value.number == 2
    both = drafting.put_together(bell.engine, operator(), "the-bell", 1, mine.key)
    assert (both.base, both.serial) == (2, mine.serial + 1)
    finish(bell, both, 2)
    assert read_by(bell, "the-bell") == "A bell / quellwater was spoken of / the very end" and sound(bell) == []


def test_what_both_changed_is_not_mixed(bell: Archive) -> None:  # noqa: F811
    mine, theirs = save(bell, NEW), save(bell, Spoken(1000, 2000, "", "Their bell"))
    finish(bell, theirs)
    with pytest.raises(Invalid):
        drafting.put_together(bell.engine, operator(), "the-bell", 1, mine.key)
    assert words(bell, mine.key)[0] == "A bell"
    finish(bell, mine, 2)
    assert [each.number for each in kept(bell).versions] == [3, 2, 1] and read_by(bell, "the-bell").startswith("A bell")


@pytest.mark.parametrize("splice", [Splice(-1, 0, ()), Splice(0, 9, ()), Splice(4, 0, (NEW,)), Splice(0, -1, ())])
def test_a_splice_that_fits_nowhere_changes_nothing(bell: Archive, splice: Splice) -> None:  # noqa: F811
    with pytest.raises(Overtaken):
        drafting.save(bell.engine, operator(), "the-bell", 1, 1, 0, 0, splice)
    with pytest.raises(Invalid):
        drafting.save(bell.engine, operator(), "the-bell", 1, 1, 0, 0, Splice(0, 3, ()))
    with pytest.raises(NotFound):
        drafting.save(bell.engine, operator(), "the-bell", 1, 7, 0, 0, Splice(0, 1, (NEW,)))
    assert kept(bell).drafts == ()


def test_no_more_drafts_than_people_can_see(bell: Archive) -> None:  # noqa: F811
    for _ in range(drafting.MOST_DRAFTS):
        save(bell, NEW)
    with pytest.raises(Invalid):
        save(bell, NEW)


def test_only_those_who_tend_it_have_its_drafts(bell: Archive) -> None:  # noqa: F811
    bell.bring(collections=[{"identifier": "hills", "names": "Hills", "access": "public"}])
    saved, other = save(bell, NEW), account(bell.engine, "a@example.org", "archivist", "hills")
    for act in (lambda: words(bell, saved.key, other), lambda: save(bell, NEW, to=saved, who=other),
                lambda: drafting.set_aside(bell.engine, other, "the-bell", 1, saved.key, saved.serial)):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(NotAllowed):
        save(bell, NEW, who=account(bell.engine, "r@example.org", "researcher"))
    bell.withdraw("the-bell")
    with pytest.raises(NotFound):
        words(bell, saved.key, account(bell.engine, "v@example.org", "archivist"))


def test_a_draft_of_another_transcript_is_not_there(bell: Archive) -> None:  # noqa: F811
    saved = save(bell, NEW)
    transcribing.add(bell.engine, operator(), "the-bell", given(bell, "other words", "other.txt"), "en", Approval())
    for act in (lambda: drafting.set_aside(bell.engine, operator(), "the-bell", 2, saved.key, saved.serial),
                lambda: drafting.save(bell.engine, operator(), "the-bell", 2, 1, saved.key, saved.serial, Splice(0, 1, (NEW,)))):
        with pytest.raises(NotFound):
            act()


def test_set_aside(bell: Archive) -> None:  # noqa: F811
    one, two = save(bell, NEW), save(bell, NEW)
    drafting.set_aside(bell.engine, operator(), "the-bell", 1, one.key, one.serial)
    assert [each.key for each in kept(bell).drafts] == [two.key]


def test_a_footnote_stays_with_its_words(archive: Archive) -> None:
    archive.write("seen.xml", captioned("WEBVTT\n\n00:00.000 --> 00:08.000\nA meadow, <c.1>and what is seen</c> there.\n\nNOTE\nANNOTATIONS BEGIN\n\nNOTE\n"
                              "<annotation ref=\"1\">An invented meadow.</annotation>\n\nNOTE\nANNOTATIONS END\n"))
    archive.bring({"identifier": "the-bell", "title": "The bell", "transcripts": "seen.xml|en|verbatim"})
    with archive.room() as room:
        old = room.transcript("the-bell", 1).notes[0].places
    saved = save(archive, Spoken(0, 8000, "", "A green meadow, and what is seen there."))
    finish(archive, saved)
    with archive.room() as room:
        reading_of = room.transcript("the-bell", 1)
    (_, start, end), = reading_of.notes[0].places
    assert reading_of.blocks[0].text[start:end] == "and what is seen" and old != reading_of.notes[0].places  # type: ignore[union-attr]
    assert sound(archive) == []


def test_a_window_of_a_draft_that_is_gone_never_saves_into_another(bell: Archive) -> None:  # noqa: F811
    stale = save(bell, NEW)
    drafting.set_aside(bell.engine, operator(), "the-bell", 1, stale.key, stale.serial)
    other = save(bell, Spoken(1000, 2000, "", "Another bell"))
    with pytest.raises((NotFound, Overtaken)):
        save(bell, Spoken(1000, 2000, "", "My bell"), to=stale)
    assert words(bell, other.key)[0] == "Another bell"
