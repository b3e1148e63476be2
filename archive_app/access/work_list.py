"""The work list of the desk: how far each testimony has come, asked of what is recorded, never stored.

What may not live here: one testimony as a whole (kept_testimony), who may tend it (gate).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, not_, or_, select

from archive_app.access import kept_requests
from archive_app.access.entry import Entry
from archive_app.access.kept_readings import STATES, KeptLine, WorkList
from archive_app.access.names import appearing, names_of
from archive_app.errors import Invalid
from archive_app.language.words import sort_key
from archive_app.records.consent import AudienceRow, Party, Release, Statement
from archive_app.records.recordings import Recording
from archive_app.records.registry import NameRow
from archive_app.records.testimonies import Appearance
from archive_app.records.testimonies import Testimony as Row
from archive_app.records.transcripts import Transcript

PER_PAGE = 20
AHEAD_MS = 30 * 86_400_000
"""How far the list looks for terms that change."""
DUE = "due"


def work_list(entry: Entry, state: str = "", words: str = "", page: int = 1) -> WorkList:
    """The testimonies that whoever asks may tend, newest first. `state`: one of STATES, `due` or '' for all; `words`: letters of a
    title, an id or a narrator's name. Raises Invalid."""
    if state not in ("", DUE, *STATES):
        raise Invalid("state", f"“{state[:20]}” is no state of the work list")
    if not 1 <= page <= 1_000_000:
        raise Invalid("page", "pages are numbered from 1")
    mine = and_(entry.gate.opens("keep", Row.id), *_saying(words))
    counts = {name: count for name, count in entry.session.execute(
        select(_state(entry).label("state"), func.count()).select_from(Row).where(mine).group_by("state"))}
    due = entry.session.scalar(select(func.count()).select_from(Row).where(mine, _due(entry))) or 0
    total = due if state == DUE else counts.get(state, 0) if state else sum(counts.values())
    wanted = mine if not state else and_(mine, _due(entry) if state == DUE else _state(entry) == state)
    query = select(Row).where(wanted).order_by(Row.created_at.desc(), Row.public_id).offset((page - 1) * PER_PAGE).limit(PER_PAGE)
    rows = list(entry.session.scalars(query))
    return WorkList({name: counts.get(name, 0) for name in STATES}, due, total, page, max(1, -(-total // PER_PAGE)),
                    tuple(lines(entry, rows).values()), kept_requests.waiting(entry))


def lines(entry: Entry, rows: Iterable[Row]) -> dict[int, KeptLine]:
    """Key -> the line of each of these testimonies."""
    by_key = {row.id: row for row in rows}
    keys = list(by_key)
    states = dict(entry.session.execute(select(Row.id, _state(entry)).where(Row.id.in_(keys))).all())
    houses = names_of(entry, {row.collection_id for row in by_key.values()})
    dues: dict[int, int] = dict(entry.session.execute(_changes(entry).where(Release.unit_id.in_(keys)).group_by(Release.unit_id)).all())
    told, kinds = appearing(entry, keys), _kinds(entry, keys)
    narrators = {key: tuple(each.names[0].text for each in told.get(key, ()) if each.role == "narrator" and each.names) for key in keys}
    return {key: KeptLine(row.public_id, row.title, houses.get(row.collection_id, ()), tuple(row.languages), row.date, narrators[key],
                          kinds.get(key, ()), states[key], dues.get(key)) for key, row in by_key.items()}


def _saying(words: str) -> list[ColumnElement[bool]]:
    folded = sort_key(words)
    if not folded:
        return []
    called = exists(select(literal(1)).select_from(Appearance).join(NameRow, NameRow.unit_id == Appearance.person_id).where(
        Appearance.testimony_id == Row.id, NameRow.sort_name.contains(folded, autoescape=True)).correlate(Row))
    plain = words.strip().lower()
    return [or_(func.lower(Row.title).contains(plain, autoescape=True), Row.public_id.contains(plain, autoescape=True), called)]


def _state(entry: Entry) -> ColumnElement[str]:
    """The step that was reached before the first that is missing. A testimony without sound or film needs no transcript."""
    existence = (select(AudienceRow.formula).join(Release, Release.audience_id == AudienceRow.id).where(
        Release.unit_id == Row.id, Release.layer == "existence", Release.starts <= entry.now, Release.ends > entry.now)
        .correlate(Row).scalar_subquery())
    spoken = _there(select(Recording).where(Recording.testimony_id == Row.id, Recording.kind.in_(("audio", "video"))))
    shown = _there(select(Recording).where(Recording.testimony_id == Row.id, Recording.kind.in_(("image", "document"))))
    written = _there(select(Transcript).where(Transcript.testimony_id == Row.id))
    read_over = _there(select(Transcript).where(Transcript.testimony_id == Row.id, Transcript.kind != "machine"))
    wordless = and_(not_(spoken), shown, not_(written))
    permitted = _there(select(Statement).join(Party, Party.id == Statement.party_id).where(
        Statement.unit_id == Row.id, Statement.effect == "permit", Party.capacity != "archive"))
    return case(
        (and_(existence == "!", _there(select(Statement).where(Statement.unit_id == Row.id, Statement.effect == "withdraw"))), "withdrawn"),
        (existence == "!", "held"),
        (not_(existence.contains("desk")), "published"),
        (or_(Row.title == "", and_(Row.abstract == "", not_(written))), "received"),
        (and_(not_(written), not_(wordless)), "described"),
        (and_(not_(read_over), not_(wordless)), "transcribed"),
        (not_(permitted), "checked"),
        else_="consented")


def _there(query: Select[Any]) -> ColumnElement[bool]:
    return exists(query.with_only_columns(literal(1)).correlate(Row))


def _changes(entry: Entry) -> Select[int, int]:
    """(testimony, when its terms change next) of those that change within AHEAD_MS."""
    ahead = Release.starts > entry.now, Release.starts <= entry.now + AHEAD_MS
    return select(Release.unit_id, func.min(Release.starts)).where(*ahead)


def _due(entry: Entry) -> ColumnElement[bool]:
    return _there(select(Release).where(Release.unit_id == Row.id, Release.starts > entry.now, Release.starts <= entry.now + AHEAD_MS))


def _kinds(entry: Entry, keys: list[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    given = select(Recording.testimony_id, Recording.kind).where(Recording.testimony_id.in_(keys)).distinct()
    written = select(Transcript.testimony_id, literal("transcript")).where(Transcript.testimony_id.in_(keys)).distinct()
    for key, kind in [*entry.session.execute(given.order_by(Recording.testimony_id, Recording.kind)), *entry.session.execute(written)]:
        found[key] = (*found.get(key, ()), kind)
    return found
