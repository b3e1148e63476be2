"""The archive that bench/gate.py measures: 100,000 testimonies, straight into their tables, the same for the same seed.

Terms are drawn as they are in a real archive: four of five public, the rest in the other tiers, some embargoed, some with other terms
for the name and the words, some drafts. One collection holds half of the testimonies, nineteen the rest. Each testimony has releases
of its 8 layers and of `keep`, and a transcript and a sound recording with releases of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from archive_app.access.terms import EVERYBODY, FOREVER, LAYERS, STAFF, TIERS, Audience, always, audience_text, minimal, to_json
from archive_app.access.viewer import Viewer
from archive_app.records.consent import Party, Release, Statement, Unit, audience_ids, intern, new_unit
from archive_app.records.recordings import Recording, StoredObject
from archive_app.records.restrictions import Restriction
from archive_app.records.testimonies import Collection, Testimony
from archive_app.records.transcripts import Transcript

SEED, TESTIMONIES, COLLECTIONS, CHUNK = 7, 100_000, 20, 5_000
NOW, STEP = 1_800_000_000_000, 2_200_000_000_000
DESK = minimal([{"desk"}])
HILL = minimal([*TIERS["registered"], {"community:hill"}])
NARROW = list(TIERS.values())
Row = dict[str, Any]


def fill(session: Session) -> int:
    """The archive; the number of releases."""
    random, count, first = Random(SEED), 0, COLLECTIONS + 1
    for audience in (*NARROW, DESK, HILL):
        intern(session, audience_text(audience))
    known = audience_ids(session)
    session.add(StoredObject(digest="0" * 64, size=1, kept_at=NOW))
    session.flush()
    session.execute(insert(Unit), [{"id": key, "kind": "collection", "collection_id": key} for key in range(1, first)])
    session.execute(insert(Collection), [
        {"id": key, "public_id": f"collection-{key}", "description": "", "sensitive": False, "two_person": False, "row_digest": ""}
        for key in range(1, first)])
    for begin in range(first, first + TESTIMONIES, CHUNK):
        keys = [(key, 1 if random.random() < 0.5 else random.randint(2, COLLECTIONS)) for key in range(begin, begin + CHUNK)]
        count += _chunk(session, random, keys, known)
    return count


def _chunk(session: Session, random: Random, keys: list[tuple[int, int]], known: dict[str, int]) -> int:
    parts = [(_part(key, n), kind, key, collection) for key, collection in keys for n, kind in enumerate(("transcript", "recording"))]
    releases = [row for key, collection in keys for row in _releases(random, key, collection, known)]
    session.execute(insert(Unit), [{"id": key, "kind": "testimony", "parent_id": collection, "testimony_id": key,
                                    "collection_id": collection} for key, collection in keys])
    session.execute(insert(Unit), [{"id": key, "kind": kind, "parent_id": testimony, "testimony_id": testimony,
                                    "collection_id": collection} for key, kind, testimony, collection in parts])
    session.execute(insert(Testimony), [_described(random, key, collection) for key, collection in keys])
    session.execute(insert(Transcript), [
        {"id": key, "testimony_id": testimony, "n": 1, "language": random.choice(("en", "hy", "ru")), "kind": "verbatim", "file_name": ""}
        for key, kind, testimony, _ in parts if kind == "transcript"])
    session.execute(insert(Recording), [
        {"id": key, "public_id": f"recording-{key}", "testimony_id": testimony, "position": 1, "kind": "audio", "label": "",
         "file_name": "", "object_digest": "0" * 64, "duration_ms": 3_600_000, "facts": {}}
        for key, kind, testimony, _ in parts if kind == "recording"])
    session.execute(insert(Release), releases)
    return len(releases)


def _described(random: Random, key: int, collection: int) -> Row:
    return {"id": key, "public_id": f"item-{random.getrandbits(64):016x}", "collection_id": collection, "title": f"Testimony {key}",
            "sort_title": f"{random.random():.12f}" if random.random() < 0.9 else "", "sort_year": 1990 + key % 40 if key % 7 else None,
            "first_year": 1990 + key % 40, "last_year": 1990 + key % 40,
            "created_at": NOW, "abstract": "Told at home. " * 20, "keywords": [], "languages": ["en"], "date": "1990", "narrator_role": "",
            "row_digest": "", "manifest": ""}


def _releases(random: Random, key: int, collection: int, known: dict[str, int]) -> Iterator[Row]:
    own = random.choices(NARROW, (80, 9, 5, 4, 2))[0]
    draft, embargo = random.random() < 0.02, random.random() < 0.1
    for layer in (*LAYERS, "keep"):
        audience = own | TIERS["staff"] if layer in ("identity", "transcript") and random.random() < 0.1 else own
        audience = HILL if random.random() < 0.01 else TIERS["staff"] if layer == "keep" else audience
        steps = [(0, DESK)] if draft else [(0, TIERS["staff"]), (STEP, audience)] if embargo else [(0, audience)]
        units = {"transcript": (key, _part(key, 0)), "audio": (key, _part(key, 1))}.get(layer, (key,))
        for unit in (key, _part(key, 0), _part(key, 1)) if layer in ("existence", "keep") else units:
            yield from _steps(unit, key, collection, layer, steps, known)


def _part(key: int, n: int) -> int:
    return key * 10 + 10_000_000 + n


def _steps(unit: int, testimony: int, collection: int, layer: str, steps: list[tuple[int, Audience]],
           known: dict[str, int]) -> Iterator[Row]:
    ends = [start for start, _ in steps[1:]] + [FOREVER]
    for (start, audience), end in zip(steps, ends, strict=True):
        formula = audience_text(minimal(audience))
        yield {"unit_id": unit, "layer": layer, "starts": start, "ends": end, "audience_id": known.get(formula, known["staff"]),
               "naming": "initial", "delivery": "download", "refused": "", "testimony_id": testimony, "collection_id": collection}


def viewers(session: Session) -> dict[str, Viewer]:
    """One of each class; who is barred is barred from 40 testimonies of the collection whose staff they are."""
    granted = session.scalars(select(Testimony.id).order_by(Testimony.public_id).limit(50)).all()
    inside = select(Testimony.id).where(Testimony.collection_id == 1)
    barred = frozenset(session.scalars(inside.order_by(Testimony.public_id).limit(40)))
    registered, staff = frozenset({"registered"}), {1: frozenset({"registered", "staff"})}
    return {
        "anonymous": Viewer(NOW),
        "registered": Viewer(NOW, everywhere=registered),
        "50 grants": Viewer(NOW, everywhere=registered, in_testimony=dict.fromkeys(granted, frozenset({"grant"}))),
        "staff of one collection": Viewer(NOW, everywhere=registered, in_collection=staff),
        "such staff, barred from 40": Viewer(NOW, everywhere=registered, in_collection=staff, barred=barred),
        "custodian": Viewer(NOW, everywhere=frozenset({"registered", "staff", "custodian"})),
    }


def much_said(session: Session) -> Unit:
    """A testimony about which more was said than about most: 4 parties, 12 statements, 8 parts, an embargo; nothing derived yet."""
    unit = new_unit(session, "testimony", session.get_one(Unit, 1))
    session.add(Testimony(id=unit.id, public_id=f"much-said-{unit.id}", collection_id=1, created_at=NOW))
    parties = [Party(unit_id=unit.id, capacity=capacity) for capacity in ("narrator", "archive", "community", "guardian")]
    session.add_all(parties)
    session.flush()
    open_later = f'[[0,"staff","initial","stream",[]],[{STEP},"","initial","stream",[]]]'
    for n in range(8):
        _say(session, unit.id, parties[n % 4].id, {layer: open_later if n == 2 else to_json(always(EVERYBODY)) for layer in LAYERS})
    for n in range(6):
        part = new_unit(session, "transcript" if n < 3 else "recording", unit)
        session.add(Transcript(id=part.id, testimony_id=unit.id, n=n + 1, language="en", kind="verbatim") if n < 3 else
                    Recording(id=part.id, public_id=f"r-{part.id}", testimony_id=unit.id, position=n, kind="audio", object_digest="0" * 64))
        if n < 4:
            _say(session, part.id, parties[1].id, dict.fromkeys(("existence", "transcript", "audio"), to_json(always(EVERYBODY))))
    for start in (1_000, 9_000):
        part = new_unit(session, "restriction", unit)
        session.add(Restriction(id=part.id, testimony_id=unit.id, start_ms=start, end_ms=start + 500, terms=to_json(STAFF),
                                recorded_at=NOW))
    session.flush()
    return unit


def _say(session: Session, unit: int, party: int, terms: dict[str, str]) -> None:
    session.add(Statement(party_id=party, unit_id=unit, effect="permit", terms=terms, recorded_by="bench", recorded_at=NOW, supersedes=[]))
    session.flush()
