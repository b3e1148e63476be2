"""The work list of the desk: how far each testimony has come, asked of what is recorded, never stored.

What may not live here: one testimony as a whole (kept_testimony), who may tend it (gate).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, Select, Text, and_, case, cast, func, literal, not_, or_, select

from archive_app.access import kept_requests, references
from archive_app.access.entry import Entry
from archive_app.access.kept_readings import KINDS, STATES, KeptLine, Wanted, WorkList
from archive_app.access.names import appearing
from archive_app.errors import Invalid
from archive_app.language.words import sort_key
from archive_app.records import submissions
from archive_app.records.consent import UNASKED, AudienceRow, Evidence, Party, Release, Statement
from archive_app.records.recordings import Recording
from archive_app.records.registry import NameRow
from archive_app.records.testimonies import Appearance, PlaceLink, has
from archive_app.records.testimonies import Collection as House
from archive_app.records.testimonies import Testimony as Row
from archive_app.records.transcripts import Transcript

PER_PAGE = 20
AHEAD_MS = 30 * 86_400_000
"""How far the list looks for terms that change soon."""
DUE = "due"


def work_list(entry: Entry, wanted: Wanted, page: int = 1) -> WorkList:
    """The testimonies that whoever asks may tend, newest first. Raises Invalid."""
    if not 1 <= page <= 1_000_000:
        raise Invalid("page", "pages are numbered from 1")
    mine, state = _mine(entry, wanted), wanted.state
    counts = {name: count for name, count in entry.session.execute(
        select(_state(entry).label("state"), func.count()).select_from(Row).where(mine).group_by("state"))}
    due = entry.session.scalar(select(func.count()).select_from(Row).where(mine, _due(entry))) or 0
    total = due if state == DUE else counts.get(state, 0) if state else sum(counts.values())
    rows = list(entry.session.scalars(_rows(entry, wanted).offset((page - 1) * PER_PAGE).limit(PER_PAGE)))
    return WorkList({name: counts.get(name, 0) for name in STATES}, due, total, page, max(1, -(-total // PER_PAGE)),
                    tuple(lines(entry, rows).values()), kept_requests.waiting(entry))


def rows(entry: Entry, wanted: Wanted, most: int) -> list[Row]:
    """All of them, in the order of the list, up to `most`. Raises Invalid."""
    return list(entry.session.scalars(_rows(entry, wanted).limit(most)))


def named(entry: Entry, public_ids: Collection[str]) -> list[Row]:
    """Those of these testimonies that whoever asks may tend."""
    return list(entry.session.scalars(select(Row).where(entry.gate.opens("keep", Row.id), Row.public_id.in_(public_ids))))


def _mine(entry: Entry, wanted: Wanted) -> ColumnElement[bool]:
    """What may be tended, narrowed by all but the state, which is counted. Raises Invalid."""
    if wanted.state not in ("", DUE, *STATES):
        raise Invalid("state", f"“{wanted.state[:20]}” is no state of the work list")
    if wanted.kind not in ("", *KINDS):
        raise Invalid("kind", f"“{wanted.kind[:20]}” is none of {', '.join(KINDS)}")
    house = select(House.id).where(House.public_id == wanted.collection)
    held = Transcript if wanted.kind == "transcript" else Recording
    kind = [has(select(held).where(held.testimony_id == Row.id, *([Recording.kind == wanted.kind] if held is Recording else [])))]
    return and_(entry.gate.opens("keep", Row.id), *_saying(wanted.words), *([Row.collection_id.in_(house)] if wanted.collection else []),
                *(kind if wanted.kind else []))


def _rows(entry: Entry, wanted: Wanted) -> Select[Row]:
    mine, state = _mine(entry, wanted), wanted.state
    if state:
        mine = and_(mine, _due(entry) if state == DUE else _state(entry) == state)
    return select(Row).where(mine).order_by(Row.created_at.desc(), Row.public_id)


def lines(entry: Entry, rows: Iterable[Row]) -> dict[int, KeptLine]:
    """Key -> the line of each of these testimonies."""
    by_key = {row.id: row for row in rows}
    keys = list(by_key)
    states = dict(entry.session.execute(select(Row.id, _state(entry)).where(Row.id.in_(keys))).all())
    houses = references.collections(entry, select(House).where(House.id.in_({row.collection_id for row in by_key.values()})))
    dues: dict[int, int] = dict(entry.session.execute(_changes(entry).where(Release.unit_id.in_(keys)).group_by(Release.unit_id)).all())
    told, kinds, families = appearing(entry, keys), _kinds(entry, keys), submissions.became(entry.session, keys)
    narrators = {key: tuple(each.names[0].text for each in told.get(key, ()) if each.role == "narrator" and each.names) for key in keys}
    return {key: KeptLine(row.public_id, row.title, houses[row.collection_id].names, tuple(row.languages), row.date, narrators[key],
                          kinds.get(key, ()), states[key], dues.get(key), families.get(key, ("", False))[1]) for key, row in by_key.items()}


def _saying(words: str) -> list[ColumnElement[bool]]:
    folded = sort_key(words)
    if not folded:
        return []
    name = NameRow.sort_name.contains(folded, autoescape=True)
    called = has(select(Appearance).join(NameRow, NameRow.unit_id == Appearance.person_id)
                    .where(Appearance.testimony_id == Row.id, name))
    placed = has(select(PlaceLink).join(NameRow, NameRow.unit_id == PlaceLink.place_id)
                    .where(PlaceLink.testimony_id == Row.id, name))
    plain = words.strip()
    ways = {plain, plain.lower(), plain.upper(), plain.capitalize(), plain.title()}  # SQLite tells capitals apart outside of a to z
    texts = (Row.title, Row.public_id, Row.accession)
    veiled = has(select(Appearance).where(Appearance.testimony_id == Row.id, or_(
        *(Appearance.pseudonym.contains(way, autoescape=True) for way in sorted(ways)))))
    return [or_(*(text.contains(way, autoescape=True) for text in texts for way in sorted(ways)), *(_keyword(way) for way in sorted(ways)),
                called, placed, veiled)]


def _keyword(word: str) -> ColumnElement[bool]:
    """As the database keeps lists: JSON, in which letters beyond ASCII are numbers."""
    return cast(Row.keywords, Text).contains(json.dumps(word)[1:-1], autoescape=True)


def _state(entry: Entry) -> ColumnElement[str]:
    """The step that was reached before the first that is missing. A testimony without sound or film needs no transcript."""
    existence = (select(AudienceRow.formula).join(Release, Release.audience_id == AudienceRow.id).where(
        Release.unit_id == Row.id, Release.layer == "existence", Release.starts <= entry.now, Release.ends > entry.now)
        .correlate(Row).scalar_subquery())
    spoken = has(select(Recording).where(Recording.testimony_id == Row.id, Recording.kind.in_(("audio", "video"))))
    shown = has(select(Recording).where(Recording.testimony_id == Row.id, Recording.kind.in_(("image", "document"))))
    written = has(select(Transcript).where(Transcript.testimony_id == Row.id))
    read_over = has(select(Transcript).where(Transcript.testimony_id == Row.id, Transcript.kind != "machine"))
    wordless = and_(not_(spoken), shown, not_(written))
    permitted = has(select(Statement).join(Party, Party.id == Statement.party_id)
                       .outerjoin(Evidence, Evidence.id == Statement.evidence_id)
                       .where(Statement.unit_id == Row.id, Statement.effect == "permit", Party.capacity != "archive",
                              func.coalesce(Evidence.kind, "") != UNASKED))
    return case(
        (and_(existence == "!", has(select(Statement).where(Statement.unit_id == Row.id, Statement.effect == "withdraw"))), "withdrawn"),
        (existence == "!", "held"),
        (not_(existence.contains("desk")), "published"),
        (or_(Row.title == "", and_(Row.abstract == "", not_(written))), "received"),
        (and_(not_(written), not_(wordless)), "described"),
        (and_(not_(read_over), not_(wordless)), "transcribed"),
        (not_(permitted), "checked"),
        else_="consented")


def _changes(entry: Entry) -> Select[int, int]:
    """(testimony, when its terms change next) of those that change at all, however far from now."""
    return select(Release.unit_id, func.min(Release.starts)).where(Release.starts > entry.now)


def _due(entry: Entry) -> ColumnElement[bool]:
    return has(select(Release).where(Release.unit_id == Row.id, Release.starts > entry.now, Release.starts <= entry.now + AHEAD_MS))


def _kinds(entry: Entry, keys: list[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    given = select(Recording.testimony_id, Recording.kind).where(Recording.testimony_id.in_(keys)).distinct()
    written = select(Transcript.testimony_id, literal("transcript")).where(Transcript.testimony_id.in_(keys)).distinct()
    for key, kind in [*entry.session.execute(given.order_by(Recording.testimony_id, Recording.kind)), *entry.session.execute(written)]:
        found[key] = (*found.get(key, ()), kind)
    return found
