"""Leaks in recordings, their copies, captions, files and what is told around them, and how each is planted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import has_request_context, request
from sqlalchemy import literal, select
from sqlalchemy.orm import Session, object_session
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from archive_app import ids
from archive_app.access import cards, catalogue, copies, coverage, cuts, reading_room, redaction, words
from archive_app.access.audiences import good_until
from archive_app.access.entry import enter
from archive_app.access.readings import Media
from archive_app.access.terms import FOREVER
from archive_app.access.viewer import signed_in
from archive_app.actions import copying, parts
from archive_app.errors import NotFound
from archive_app.records.accounts import account_by_email
from archive_app.records.copies import AccessCopy
from archive_app.records.recordings import Recording, StoredObject
from archive_app.records.registry import NameRow
from archive_app.records.testimonies import Appearance, Testimony
from archive_app.storage.cuts import Cuts
from archive_app.web import media, structured, visit
from tests.promises import sounds
from tests.promises.leak_plants import Patch, as_everything, plants

Found = tuple[AccessCopy, Recording, int]


def _there(session: Session, public_id: str) -> Found:
    """A copy, its recording and its size, whoever may have it."""
    asked = (select(AccessCopy, Recording, StoredObject.size).join(Recording, Recording.id == AccessCopy.recording_id)
             .join(StoredObject, StoredObject.digest == AccessCopy.object_digest))
    found = session.execute(asked.where(AccessCopy.public_id == public_id)).first()
    if found is None:
        raise NotFound()
    return found[0], found[1], found[2]


def _ungated(public_id: str) -> Media:
    with visit.public_room() as room:
        copy, _, size = _there(room._entry.session, public_id)
        return Media(public_id, copy.media_type, size, copy.object_digest)


# Who is given which copy

@plants("media without the gate")
def _(patch: Patch) -> None:
    patch.setattr(reading_room.ReadingRoom, "media", lambda self, public_id: _ungated(public_id))


@plants("whole copy")
def _(patch: Patch) -> None:
    patch.setattr(cuts, "withheld", lambda entry, testimony: Cuts())


@plants("key without cuts")
def _(patch: Patch) -> None:
    real = copies.key
    patch.setattr(copies, "key", lambda original, recipe, *spans: real(original, recipe))


@plants("cuts of an earlier visit")
def _(patch: Patch) -> None:
    real = cuts.withheld

    def withheld(entry: Any, testimony: int) -> Cuts:
        account = account_by_email(entry.session, entry.viewer.account)
        held = signed_in(entry.session, account, 1).in_testimony if account else entry.viewer.in_testimony
        return real(enter(entry.session, replace(entry.viewer, in_testimony=held)), testimony)

    patch.setattr(cuts, "withheld", withheld)


@plants("copies of the next step")
def _(patch: Patch) -> None:
    real = copies._wanted

    def wanted(entry: Any, testimony: int, rows: Any) -> Iterator[Any]:
        yield from real(entry, testimony, rows)
        ends = good_until(entry.session, testimony, entry.now)
        if ends < FOREVER:
            yield from real(enter(entry.session, replace(entry.viewer, now=ends)), testimony, rows)

    patch.setattr(copies, "_wanted", wanted)


@plants("kept after withdrawal")
def _(patch: Patch) -> None:
    real, given = reading_room.ReadingRoom.media, dict[str, Media]()

    def remembered(self: Any, public_id: str) -> Media:
        if public_id not in given:
            given[public_id] = real(self, public_id)
        return given[public_id]

    patch.setattr(reading_room.ReadingRoom, "media", remembered)


@plants("replaced recording")
def _(patch: Patch) -> None:
    patch.setattr(copies, "_wanted", lambda entry, testimony, rows: (
        wanted for each in copies._standings(entry, testimony, rows) for wanted in each.wanted))


@plants("waiting recording")
def _(patch: Patch) -> None:
    real = cards._recordings

    def recordings(entry: Any, testimonies: list[int]) -> Any:
        replaced = set(entry.session.scalars(select(Recording.replaces_id)))
        return {key: tuple(each for each in several if each[0].id not in replaced) for key, several in real(entry, testimonies).items()}

    patch.setattr(cards, "_recordings", recordings)


# How it is served

@plants("later ranges")
def _(patch: Patch) -> None:
    real = media._asked

    def asked(id: str) -> Media:
        later = request.range is not None and request.range.ranges[0][0] > 0
        return _ungated(id) if later else real(id)

    patch.setattr(media, "_asked", asked)


@plants("later blocks")
def _(patch: Patch) -> None:
    real = media._blocks

    def blocks(found: Media, *rest: Any) -> Iterator[bytes]:
        asked, media._asked = media._asked, lambda id: found
        try:
            yield from real(found, *rest)
        finally:
            media._asked = asked

    patch.setattr(media, "_blocks", blocks)


@plants("size in a 416")
def _(patch: Patch) -> None:
    real = media.media

    def told(id: str) -> Any:
        size = _ungated(id).size
        if request.range is not None and (request.range.ranges[0][0] or 0) >= size:
            raise RequestedRangeNotSatisfiable(size)
        return real(id)

    patch.setattr(media, "media", told)


def _header(patch: Patch, name: str, value: Callable[[Session, AccessCopy, Recording], str]) -> None:
    """What is served says more of where it comes from."""
    real = media.media

    def told(id: str) -> Any:
        response = real(id)
        with visit.public_room() as room:
            copy, recording, _ = _there(room._entry.session, id)
            said = value(room._entry.session, copy, recording)
        if said:
            response.headers[name] = said
        return response

    patch.setattr(media, "media", told)


@plants("etag of the original")
def _(patch: Patch) -> None:
    _header(patch, "ETag", lambda session, copy, recording: f'"{recording.object_digest[:16]}"')


@plants("etag of the key")
def _(patch: Patch) -> None:
    _header(patch, "ETag", lambda session, copy, recording: f'"{copy.key[:16]}"')


@plants("name in a disposition")
def _(patch: Patch) -> None:
    _header(patch, "Content-Disposition", lambda session, copy, recording: f'inline; filename="{Path(recording.file_name).stem}.m4a"')


@plants("length of the original")
def _(patch: Patch) -> None:
    _header(patch, "Content-Length", lambda session, copy, recording: str(
        session.scalar(select(StoredObject.size).where(StoredObject.digest == recording.object_digest))) if request.method == "HEAD" else "")


def _whole_where(patch: Patch, asked: Callable[[], bool]) -> None:
    """Nothing is withheld from the words of one kind of answer."""
    real = words.withheld
    patch.setattr(words, "withheld", lambda entry, versions: {} if has_request_context() and asked() else real(entry, versions))


@plants("captions")
def _(patch: Patch) -> None:
    _whole_where(patch, lambda: "recording" in request.args)


@plants("OHMS file")
def _(patch: Patch) -> None:
    _whole_where(patch, lambda: request.endpoint == "ohms_file")


@plants("Word file")
def _(patch: Patch) -> None:
    _whole_where(patch, lambda: request.path.endswith(".docx"))


@plants("page to print")
def _(patch: Patch) -> None:
    _whole_where(patch, lambda: request.endpoint == "transcript")


@plants("times of words")
def _(patch: Patch) -> None:
    real = redaction.segment
    for module in (redaction, words):
        patch.setattr(module, "segment", lambda n, line, *rest: replace(real(n, line, *rest), words=line.words))


# How it is made

@plants("waveform of the whole")
def _(patch: Patch) -> None:
    patch.setitem(sounds.MAKERS, "peaks", lambda whole, spans: sounds.measured(sounds.heard(whole, spans), sum(whole[:sounds.LENGTH_MS]) // 1000))


@plants("poster from a cut")
def _(patch: Patch) -> None:
    patch.setitem(sounds.MAKERS, "poster", lambda whole, spans: sounds.poster(sounds.seen(whole, Cuts())))


def _of_a_film(patch: Patch, more: Callable[[Any, frozenset[str], Cuts], Iterator[Any]]) -> None:
    real = copies._of

    def of(row: Any, layers: frozenset[str], closed: Cuts) -> Iterator[Any]:
        film = row.kind == "video" and "video" in layers
        yield from more(row, layers | {"audio"}, closed) if film else real(row, layers, closed)

    patch.setattr(copies, "_of", of)


def _of_a_closed(patch: Patch, kind: str) -> None:
    real = copies._of
    patch.setattr(copies, "_of", lambda row, layers, closed: real(row, layers | {kind} if row.kind == kind else layers, closed))


@plants("picture of a closed layer")
def _(patch: Patch) -> None:
    _of_a_closed(patch, "image")


@plants("page of a closed layer")
def _(patch: Patch) -> None:
    _of_a_closed(patch, "document")


@plants("sound of a film")
def _(patch: Patch) -> None:
    _of_a_film(patch, copies._of)


@plants("waveform of a closed sound")
def _(patch: Patch) -> None:
    real = copies._of
    _of_a_film(patch, lambda row, layers, closed: iter([
        *real(row, frozenset({"video"}), closed), *(each for each in real(row, layers, closed) if each.recipe == "peaks")]))


@plants("recording by digest")
def _(patch: Patch) -> None:
    patch.setattr(parts, "Recording", lambda **given: Recording(**{**given, "public_id": ids.public("recording", given["object_digest"])}))


@plants("copy by key")
def _(patch: Patch) -> None:
    patch.setattr(copying, "AccessCopy", lambda **given: AccessCopy(**{**given, "public_id": ids.public("copy", given["key"])}))


# What is told of it

@plants("fuller copies")
def _(patch: Patch) -> None:
    real = copies.of_testimony

    def of_testimony(entry: Any, whole: Any) -> Any:
        rows = {row.public_id: row.id for row, _ in whole.recordings}
        every = copies.copies.of_recordings(entry.session, set(rows.values()))
        return tuple(replace(each, copies=tuple(copies._copy(copy, whole, "") for copy in every if copy.recording_id == rows[each.id]))
                     for each in real(entry, whole))

    patch.setattr(copies, "of_testimony", of_testimony)


@plants("inner borders")
def _(patch: Patch) -> None:
    real = cuts._Spoken.spans
    patch.setattr(cuts._Spoken, "spans", lambda self, several: [span for each in several for span in real(self, [each])])


@plants("spans of a closed sound")
def _(patch: Patch) -> None:
    patch.setattr(copies.Standing, "withheld", property(lambda self: self.closed.sound))


@plants("recorded hours")
def _(patch: Patch) -> None:
    real = catalogue.recording_open
    patch.setattr(catalogue, "recording_open", lambda entry, kind="": real(entry, kind) if kind else literal(True))


@plants("has as a filter")
def _(patch: Patch) -> None:
    real = catalogue.recording_open
    patch.setattr(catalogue, "recording_open", lambda entry, kind="": Recording.kind == kind if kind else real(entry))


@plants("has on a card")
def _(patch: Patch) -> None:
    real = cards._card

    def card(row: Any, *rest: Any) -> Any:
        found, session = real(row, *rest), object_session(row)
        assert session is not None
        kinds = session.scalars(select(Recording.kind).where(Recording.testimony_id == row.id))
        return replace(found, has=tuple(sorted({*found.has, *kinds})))

    patch.setattr(cards, "_card", card)


@plants("name of a page")
def _(patch: Patch) -> None:
    real = copies._copy
    patch.setattr(copies, "_copy", lambda row, *rest: replace(real(row, *rest), text=str(row.facts.get("text") or "")))


@plants("checksum for machines")
def _(patch: Patch) -> None:
    real = structured._medium

    def medium(recording: Any) -> Any:
        with visit.public_room() as room:
            digest = room._entry.session.scalar(select(Recording.object_digest).where(Recording.public_id == recording.id))
        return {**real(recording), "sha256": digest}

    patch.setattr(structured, "_medium", medium)


def _covered(patch: Patch, *names: str) -> None:
    """A collection covers what everything in it covers."""
    real = coverage.coverage

    def covered(entry: Any, collection: str) -> Any:
        whole = real(as_everything(entry), collection)
        return replace(real(entry, collection), **{name: getattr(whole, name) for name in names})

    patch.setattr(coverage, "coverage", covered)


@plants("pin on a map")
def _(patch: Patch) -> None:
    _covered(patch, "places")


@plants("bar on a time line")
def _(patch: Patch) -> None:
    _covered(patch, "told")


@plants("event on a time line")
def _(patch: Patch) -> None:
    _covered(patch, "events")


@plants("tags for Zotero")
def _(patch: Patch) -> None:
    real = structured._page_tags

    def tags(title: str, *path: str) -> Any:
        with visit.public_room() as room:
            told = room._entry.session.scalar(select(Testimony.id).where(Testimony.public_id == path[-1]))
            name = room._entry.session.scalar(select(NameRow.text).join(Appearance, Appearance.person_id == NameRow.unit_id)
                                              .where(Appearance.testimony_id == told, Appearance.role == "narrator").limit(1))
        return [*real(title, *path), ("z:interviewees", name or "")]

    patch.setattr(structured, "_page_tags", tags)


@plants("name for machines")
def _(patch: Patch) -> None:
    real = structured._person

    def person(ref: Any) -> Any:
        with visit.public_room() as room:
            name = room._entry.session.scalar(select(NameRow.text).join(Appearance, Appearance.person_id == NameRow.unit_id)
                                              .where(Appearance.face_id == ref.face).limit(1))
        return {**real(ref), "alternateName": name}

    patch.setattr(structured, "_person", person)
