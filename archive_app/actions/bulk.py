"""One change to many testimonies: shown first, then carried out one testimony at a time by the verbs that there are.

What the catalogue says (keywords, languages, place) can be undone where nobody changed it since; what was said on consent or by the archive
is a statement, and is taken back by another. What may not live here: what a verb does (consenting, declaring, cataloguing, people).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from archive_app import ids
from archive_app.access import kept_testimony
from archive_app.access.gate import gate, open_layers
from archive_app.access.kept_readings import KeptLine
from archive_app.access.viewer import Viewer
from archive_app.actions import cataloguing, consenting, declaring, people
from archive_app.actions.change import Change, change
from archive_app.errors import ArchiveError, Conflict, Invalid, NotFound
from archive_app.language import tags
from archive_app.records import desk_work, hidden
from archive_app.records.accounts import account_by_email
from archive_app.records.base import reading
from archive_app.records.desk_work import BulkChange, BulkLine
from archive_app.records.registry import Place, by_public_id, names_of
from archive_app.records.testimonies import Testimony

MOST = 500
"""Testimonies at once."""
Words = tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """What is to be done. `words`: keywords, language tags, the name of a place; `reason`: why something is closed."""

    act: str
    words: Words = ()
    reason: str = ""


@dataclass(frozen=True)
class Outcome:
    """For one testimony: what it was and what it becomes, or why it stays as it is. `title` '' = not theirs to know."""

    id: str
    title: str = ""
    before: Words = ()
    after: Words = ()
    problem: str = ""


@dataclass(frozen=True)
class Made:
    """A change that was made. `undone`: whether it was taken back."""

    id: str
    field: str
    undone: bool
    lines: tuple[Outcome, ...]


@dataclass(frozen=True)
class Past:
    """A change in the list of those that one has made; `count`: in how many testimonies."""

    id: str
    field: str
    made_utc_ms: int
    count: int
    undone: bool


GONE = "it is not there, or not yours to tend"
SAME = "nothing would change"
SINCE = "it was changed since: look at it by itself"
FIELDS = {"add keywords": "keywords", "remove keywords": "keywords", "set languages": "languages", "set place": "place"}
STATES = {"publish": ("published",), "unpublish": ("received", "described", "transcribed", "checked", "consented"), "hold": ()}
"""Verbs, and the states in which there is nothing for them to do."""
ACTS = (*FIELDS, *STATES)
STOPPED = "it is held or withdrawn"
UNREADY = "its consent is not complete: look at it by itself"
CHANGED = "the family changed something since: look at it by itself"
HIDES = "the family asked to hide somebody: publish it by itself, where is said what to look at"


def check(asked: Asked) -> Asked:
    """What is asked, in the spelling in which it is kept. Raises Invalid."""
    if asked.act not in ACTS:
        raise Invalid("act", f"choose one of {', '.join(ACTS)}")
    if asked.act == "hold" and not asked.reason.strip():
        raise Invalid("reason", "say why this is closed, and who asked for it")
    if asked.act in ("add keywords", "remove keywords", "set languages") and not asked.words:
        raise Invalid("words", "write at least one")
    if asked.act == "set place" and len(asked.words) > 1:
        raise Invalid("words", "write one place, or none")
    if asked.act != "set languages":
        return asked
    try:
        return replace(asked, words=tuple(dict.fromkeys(tags.tag(word) for word in asked.words)))
    except ValueError as error:
        raise Invalid("words", str(error)) from error


def foresee(engine: Engine, actor: Viewer, chosen: Sequence[str], lines: Sequence[KeptLine], asked: Asked) -> tuple[Outcome, ...]:
    """What would change in each of the chosen ones. `lines`: those of them that whoever asks may tend. Raises Invalid."""
    asked, known = check(asked), {line.id: line for line in lines}
    with reading(engine) as session:
        hiding = hidden.asked(session, known) if asked.act == "publish" else set()
    found = []
    for id in _once(chosen):
        line = known.get(id)
        if line is None:
            found.append(Outcome(id, problem=GONE))
        elif asked.act in FIELDS:
            found.append(_try(partial(_describe, engine, actor, id, asked, None), id, line.title))
        else:
            found.append(Outcome(id, line.title, (line.state,), problem=_hinders(asked.act, line) or (HIDES if id in hiding else "")))
    return tuple(found)


def _hinders(act: str, line: KeptLine) -> str:
    """Why a verb has nothing to do for a testimony in its state, or should not be done among many."""
    if line.state in ("held", "withdrawn"):
        return STOPPED
    if line.state in STATES[act]:
        return SAME
    waits = CHANGED if line.changed else UNREADY if line.state != "consented" else ""
    return waits if act == "publish" else ""


def carry_out(engine: Engine, actor: Viewer, chosen: Sequence[str], lines: Sequence[KeptLine],
              asked: Asked) -> tuple[str, tuple[Outcome, ...]]:
    """Do it, each testimony by itself; what cannot be changed stays. ('' or the id to undo it by, what came of each). Raises Invalid."""
    asked = check(asked)
    made = _Undo(engine, actor, FIELDS[asked.act]) if asked.act in FIELDS else None
    outcomes = []
    for each in foresee(engine, actor, chosen, lines, asked):
        if each.problem:
            outcomes.append(each)
        elif made is not None:
            outcomes.append(_try(partial(_describe, engine, actor, each.id, asked, made), each.id, each.title))
        else:
            outcomes.append(_try(partial(_say, engine, actor, each, asked), each.id, each.title))
    return made.id if made is not None and made.lines else "", tuple(outcomes)


def _once(chosen: Sequence[str]) -> list[str]:
    ids_of = list(dict.fromkeys(chosen))
    if not ids_of:
        raise Invalid("id", "choose at least one testimony")
    if len(ids_of) > MOST:
        raise Invalid("id", f"at most {MOST} testimonies at once")
    return ids_of


def _try(do: Callable[[], Outcome], id: str, title: str) -> Outcome:
    try:
        return replace(do(), title=title)
    except NotFound:
        return Outcome(id, problem=GONE)
    except ArchiveError as refused:
        return Outcome(id, title, problem=refused.reason if isinstance(refused, (Invalid, Conflict)) else str(refused))


def _say(engine: Engine, actor: Viewer, line: Outcome, asked: Asked) -> Outcome:
    if asked.act == "hold":
        declaring.hold(engine, actor, line.id, asked.reason)
    else:
        (partial(declaring.publish, told=False) if asked.act == "publish" else consenting.unpublish)(engine, actor, line.id)
    return line


class _Undo:
    """What is written down so that a change can be undone: in the transaction of each testimony, the first with the change itself."""

    def __init__(self, engine: Engine, actor: Viewer, field: str) -> None:
        with reading(engine) as session:
            row = account_by_email(session, actor.account)
        if row is None:
            raise NotFound()
        self.account, self.field, self.lines = row.id, field, 0
        self.id = ids.public("bulk", f"{actor.account}/{actor.now}/{field}")

    def note(self, work: Change, row: Testimony, before: Words, after: Words) -> None:
        made = desk_work.bulk_by_public_id(work.session, self.id)
        if made is None:
            made = BulkChange(public_id=self.id, account_id=self.account, field=self.field, made_at=work.now)
            work.session.add(made)
            work.session.flush()
        work.session.add(BulkLine(bulk_id=made.id, testimony_id=row.id, before=list(before), after=list(after)))


def _describe(engine: Engine, actor: Viewer, id: str, asked: Asked, undo: _Undo | None) -> Outcome:
    """Change one field of one testimony; without `undo` only see what that comes to."""
    field = FIELDS[asked.act]
    with change(engine, actor, "describe", id) as work:
        row, unit = consenting.kept(work, id)
        before = _read(work.session, field, _stored(work, row, field))
        after = _after(asked, before)
        if before == after:
            return Outcome(id, before=before, after=before, problem=SAME)
        _refuse(row, field, after)
        if undo is not None:
            was = _stored(work, row, field)
            _put(work, row, field, after)
            consenting.follow_up(work, row, unit)  # before it is noted: what is hidden is not kept to be put back
            undo.note(work, row, was, _stored(work, row, field))
    if undo is not None:
        undo.lines += 1
    return Outcome(id, before=before, after=after)


def _stored(work: Change, row: Testimony, field: str) -> Words:
    """A field as it is written down to be undone: places by their ids, since several may bear one name."""
    return people.places_of(work, row) if field == "place" else tuple(getattr(row, field))


def _read(session: Session, field: str, stored: Words) -> Words:
    """A field as people read it."""
    places = [by_public_id(session, Place, each) for each in stored] if field == "place" else []
    return tuple(next((name.text for name in names_of(session, place.id)), "") for place in places if place) if places else stored


def _after(asked: Asked, before: Words) -> Words:
    if asked.act == "add keywords":
        return tuple(dict.fromkeys((*before, *asked.words)))
    if asked.act == "remove keywords":
        return tuple(word for word in before if word not in asked.words)
    return asked.words


def _refuse(row: Testimony, field: str, after: Words) -> None:
    """Raises Invalid where the description may not be so."""
    if field != "place" and row.title:
        now = kept_testimony.description(row)
        cataloguing.check(replace(now, keywords=after) if field == "keywords" else replace(now, languages=after))


def _put(work: Change, row: Testimony, field: str, words: Words) -> None:
    if field == "place":
        people.put_place(work, row, words[0] if words else "")
    else:
        setattr(row, field, list(words))


def made(engine: Engine, actor: Viewer, id: str) -> Made:
    """A change that whoever asks has made, in what is theirs to tend now. Raises NotFound for somebody else's as for what never was."""
    with reading(engine) as session:
        row = _own(session, actor, id)
        lines = desk_work.lines_of(session, row.id)
        kept = open_layers(session, gate(session, actor), [line.testimony_id for line, _ in lines])
        return Made(id, row.field, row.undone_at is not None, tuple(
            Outcome(key, before=_read(session, row.field, tuple(line.before)), after=_read(session, row.field, tuple(line.after)))
            for line, key in lines if "keep" in kept.get(line.testimony_id, ())))


def past(engine: Engine, actor: Viewer) -> tuple[Past, ...]:
    """The changes that whoever asks has made, newest first."""
    with reading(engine) as session:
        account = account_by_email(session, actor.account)
        rows = desk_work.bulk_of(session, account.id) if account else []
        return tuple(Past(row.public_id, row.field, row.made_at, count, row.undone_at is not None) for row, count in rows)


def _own(session: Session, actor: Viewer, id: str) -> BulkChange:
    row, account = desk_work.bulk_by_public_id(session, id), account_by_email(session, actor.account)
    if row is None or account is None or row.account_id != account.id:
        raise NotFound()
    return row


def undo(engine: Engine, actor: Viewer, id: str) -> tuple[Outcome, ...]:
    """Let each be what it was, where it still is what the change made of it. Raises NotFound, and Conflict where it was undone already."""
    with reading(engine) as session:
        found = _own(session, actor, id)
        stored = [Outcome(key, before=tuple(line.before), after=tuple(line.after)) for line, key in desk_work.lines_of(session, found.id)]
    if found.undone_at is not None:
        raise Conflict("bulk", "this was undone already")
    return tuple(_try(partial(_back, engine, actor, found.field, id, line), line.id, "") for line in stored)


def _back(engine: Engine, actor: Viewer, field: str, bulk: str, line: Outcome) -> Outcome:
    with change(engine, actor, "describe", line.id) as work:
        row, unit = consenting.kept(work, line.id)
        if _stored(work, row, field) != line.after:
            return replace(line, problem=SINCE)
        if field == "place":
            people.put_places(work, row, line.before)
        else:
            setattr(row, field, list(line.before))
        consenting.follow_up(work, row, unit)
        noted = desk_work.bulk_by_public_id(work.session, bulk)
        assert noted is not None
        noted.undone_at = work.now
    return Outcome(line.id, before=line.after, after=line.before)
