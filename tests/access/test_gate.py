"""The gate's SQL clause is the pure decision: `Terms.at(now)` and `Viewer.satisfies`, in many random worlds, for one row and for many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

import pytest
from sqlalchemy import Engine, delete, exists, insert, literal, select
from sqlalchemy.orm import Session, aliased

from archive_app.access.gate import Gate, gate, open_layers
from archive_app.access.terms import (
    DELIVERIES,
    EVERYBODY,
    FOREVER,
    NAMINGS,
    NOBODY,
    TIERS,
    Audience,
    Rule,
    Terms,
    audience_text,
    minimal,
    terms,
)
from archive_app.access.viewer import Viewer, anonymous, standing_for
from archive_app.records.base import reading, writing
from archive_app.records.consent import AudienceRow, Release, Unit, audience_ids, intern

TOKENS = ("registered", "onsite", "grant", "staff", "custodian", "community:hill")
LAYERS = ("existence", "transcript", "audio")
AUDIENCES = (*TIERS.values(), NOBODY, minimal([{"desk"}]), minimal([{"registered"}, {"community:hill"}]),
             minimal([{"grant", "staff"}, {"registered"}]), minimal([{"staff"}, {"custodian"}]), minimal([{"community:hill"}]))
NO_TOKENS: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Place:
    """A unit, and where tokens count for it (None = nowhere but everywhere)."""

    key: int
    testimony: int | None
    collection: int | None


@dataclass(frozen=True)
class World:
    """`kept`: (unit, layer) -> Terms; what is missing has no release."""

    places: tuple[Place, ...]
    kept: dict[tuple[int, str], Terms]


def some(random: Random, least: int = 0) -> frozenset[str]:
    return frozenset(random.sample(TOKENS, random.randint(least, 3)))


def make_terms(random: Random) -> Terms:
    def rule() -> Rule:
        return Rule(random.choice(AUDIENCES), random.choice(NAMINGS), random.choice(DELIVERIES))

    return terms([(0, rule()), *((random.randint(1, 30), rule()) for _ in range(random.choice((0, 0, 1, 2))))])


def make_world(random: Random) -> World:
    """Two collections (1, 2) of testimonies with parts, and units that stand outside any."""
    places = [Place(1, None, 1), Place(2, None, 2), Place(3, None, None)]
    for testimony in range(10, 10 + random.randint(1, 4)):
        collection = random.choice((1, 2))
        places.append(Place(testimony, testimony, collection))
        places += [Place(testimony * 10 + part, testimony, collection) for part in range(random.randint(0, 2))]
    kept = {(place.key, layer): make_terms(random) for place in places for layer in LAYERS if random.random() < 0.8}
    return World(tuple(places), kept)


def make_viewer(random: Random, world: World) -> Viewer:
    """What `signed_in` makes: tokens in a testimony include those of its collection."""
    steps = [start for value in world.kept.values() for start, _ in value.steps]
    now = random.choice((random.choice(steps), random.choice(steps) + 1, max(random.choice(steps) - 1, 0), random.randint(0, 40)))
    testimonies = {place.testimony: place.collection for place in world.places if place.testimony is not None}
    if random.random() < 0.2:
        return standing_for(random.choice(AUDIENCES), now)
    in_collection = {key: some(random, 1) for key in (1, 2) if random.random() < 0.4}
    in_testimony = {key: some(random, 1) | in_collection.get(collection or 0, NO_TOKENS)
                    for key, collection in testimonies.items() if random.random() < 0.3}
    barred = frozenset(key for key in testimonies if random.random() < 0.2)
    everywhere = some(random) if random.random() < 0.7 else NO_TOKENS
    return Viewer(now, "somebody", "researcher", everywhere, in_collection, in_testimony, barred)


def decide(world: World, viewer: Viewer, place: Place, layer: str) -> bool:
    """The decision as the design words it, without SQL."""
    value = world.kept.get((place.key, layer))
    if value is None:
        return False
    audience = value.at(viewer.now).audience
    if place.testimony is not None and place.testimony in viewer.barred:
        return audience == EVERYBODY
    here = viewer.in_testimony.get(place.testimony or 0, NO_TOKENS) | viewer.in_collection.get(place.collection or 0, NO_TOKENS)
    return viewer.satisfies(audience, here)


def put(session: Session, world: World, known: dict[str, int]) -> None:
    """Put the world in the place of the one before; a unit's kind is the name of a layer, for clauses that read it from a column."""
    session.execute(delete(Release))
    session.execute(delete(Unit))
    session.execute(insert(Unit), [
        {"id": place.key, "kind": LAYERS[place.key % 3], "parent_id": None, "testimony_id": place.testimony,
         "collection_id": place.collection} for place in world.places])
    rows = []
    for place in world.places:
        for layer in LAYERS:
            value = world.kept.get((place.key, layer))
            if value is not None:
                rows += releases_of(place, layer, value, known)
    if rows:
        session.execute(insert(Release), rows)


def releases_of(place: Place, layer: str, value: Terms, known: dict[str, int]) -> list[dict[str, object]]:
    ends = [start for start, _ in value.steps[1:]] + [FOREVER]
    return [{"unit_id": place.key, "layer": layer, "starts": start, "ends": end, "audience_id": known[audience_text(rule.audience)],
             "naming": rule.naming, "delivery": rule.delivery, "refused": "", "testimony_id": place.testimony,
             "collection_id": place.collection} for (start, rule), end in zip(value.steps, ends, strict=True)]


def compare(session: Session, world: World, viewer: Viewer, random: Random) -> int:
    """Ask the gate in each of its ways and compare; the number of decisions compared."""
    at = gate(session, viewer)
    expected = {(place.key, layer) for place in world.places for layer in LAYERS if decide(world, viewer, place, layer)}
    for layer in LAYERS:
        many = set(session.scalars(select(Unit.id).where(at.opens(layer, Unit.id))))
        assert many == {key for key, name in expected if name == layer}
        hidden = set(session.scalars(select(Unit.id).where(~at.opens(layer, Unit.id))))
        assert hidden == {place.key for place in world.places} - many
    one = random.choice(world.places)
    layer = random.choice(LAYERS)
    alone = session.scalar(select(literal(1)).where(at.opens(layer, literal(one.key))))
    assert (alone == 1) == ((one.key, layer) in expected)
    in_column = set(session.scalars(select(Unit.id).where(at.opens_named(Unit.kind, Unit.id))))
    assert in_column == {place.key for place in world.places if (place.key, LAYERS[place.key % 3]) in expected}
    layered = open_layers(session, at, [place.key for place in world.places])
    assert {(key, name) for key, found in layered.items() for name in found} == expected
    compare_sweeps(session, world, at, expected)
    return len(world.places) * len(LAYERS)


def compare_sweeps(session: Session, world: World, at: Gate, expected: set[tuple[int, str]]) -> None:
    """The sweep over a layer is the clause asked of every unit, each once; and both may stand in one statement, beside and inside."""
    for layer in LAYERS:
        there = [place for place in world.places if (place.key, layer) in expected]
        for testimonies_only in (False, True):
            each = at.units(layer, testimonies_only).c
            rows = session.execute(select(each.id, each.collection_id)).all()
            found = {(place.key, place.collection) for place in there if place.key == place.testimony or not testimonies_only}
            assert {(key, collection) for key, collection in rows} == found and len(rows) == len(found)
    swept, other = at.units("existence").c, aliased(Unit)
    beside = exists(select(literal(1)).where(other.testimony_id == Unit.testimony_id, at.opens("transcript", other.id)).correlate(Unit))
    asked = select(Unit.id).where(Unit.id == swept.id, at.opens("audio", swept.id), beside)
    told = {place.testimony for place in world.places if (place.key, "transcript") in expected} - {None}
    assert set(session.scalars(asked)) == {place.key for place in world.places if place.testimony in told
                                           and {(place.key, "existence"), (place.key, "audio")} <= expected}


@pytest.fixture
def interned(engine: Engine) -> Iterator[tuple[Session, dict[str, int]]]:
    """A session with every audience of these worlds interned; nothing of it stays."""
    with writing(engine) as session:
        for audience in AUDIENCES:
            intern(session, audience_text(audience))
        yield session, audience_ids(session)


def worlds(session: Session, known: dict[str, int], seed: int, count: int, viewers: int) -> int:
    compared = 0
    for number in range(count):
        random = Random(f"{seed}/{number}")
        world = make_world(random)
        put(session, world, known)
        for _ in range(viewers):
            compared += compare(session, world, make_viewer(random, world), random)
    return compared


def test_sql_and_the_pure_decision_agree(interned: tuple[Session, dict[str, int]]) -> None:
    session, known = interned
    assert worlds(session, known, seed=1, count=150, viewers=4) > 10_000


@pytest.mark.slow
def test_sql_and_the_pure_decision_agree_in_five_thousand_worlds(interned: tuple[Session, dict[str, int]]) -> None:
    session, known = interned
    assert worlds(session, known, seed=2, count=5_000, viewers=6) > 500_000


def test_the_random_worlds_hold_every_kind_of_answer() -> None:
    """The comparison says nothing of what never occurs in it: open and closed, in place, barred, and before and after a step."""
    seen: set[str] = set()
    for number in range(150):
        random = Random(f"1/{number}")
        world = make_world(random)
        for _ in range(4):
            viewer = make_viewer(random, world)
            for place in world.places:
                seen |= {f"{layer} {decide(world, viewer, place, layer)}" for layer in LAYERS}
                if place.testimony in viewer.barred and decide(world, replace(viewer, barred=frozenset()), place, "audio") \
                        and not decide(world, viewer, place, "audio"):
                    seen.add("barred closes")
                if decide(world, viewer, place, "audio") and viewer.exactly is None and not decide(
                        world, replace(viewer, in_testimony={}, in_collection={}), place, "audio"):
                    seen.add("held in place opens")
                if viewer.exactly is not None and decide(world, viewer, place, "audio"):
                    seen.add("stand-in opens")
    assert seen == {*(f"{layer} {answer}" for layer in LAYERS for answer in (True, False)), "barred closes", "held in place opens",
                    "stand-in opens"}


# By hand

HERE = Place(10, 10, 1)


def one_row(session: Session, known: dict[str, int], audience: Audience, place: Place = HERE, starts: int = 0, ends: int = FOREVER) -> None:
    put(session, World((Place(1, None, 1), place), {}), known)
    rule = Rule(audience)
    session.execute(insert(Release), [{**releases_of(place, "audio", terms([(0, rule)]), known)[0], "starts": starts, "ends": ends}])


def opens(session: Session, viewer: Viewer, place: Place = HERE) -> bool:
    return session.scalar(select(Unit.id).where(Unit.id == place.key, gate(session, viewer).opens("audio", Unit.id))) is not None


def test_a_missing_release_is_closed(interned: tuple[Session, dict[str, int]]) -> None:
    session, known = interned
    put(session, World((HERE,), {}), known)
    everything = Viewer(5, everywhere=frozenset(TOKENS) | {"desk"})
    assert not opens(session, everything)
    assert not opens(session, standing_for(EVERYBODY, 5))


def test_a_release_opens_at_its_start_and_closes_at_its_end(interned: tuple[Session, dict[str, int]]) -> None:
    session, known = interned
    one_row(session, known, EVERYBODY, starts=10, ends=20)
    assert [opens(session, anonymous(now)) for now in (9, 10, 19, 20)] == [False, True, True, False]


def test_an_audience_interned_later_is_closed(engine: Engine) -> None:
    """The gate knows the audiences of its snapshot: a release of one formed later opens to nobody who stood there before."""
    everything = Viewer(5, everywhere=frozenset(TOKENS))
    with writing(engine) as session:
        at = gate(session, everything)
        key = intern(session, "community:hill|registered")
        session.add(Unit(id=10, kind="testimony", testimony_id=10))
        session.flush()
        session.add(Release(unit_id=10, layer="audio", starts=0, ends=FOREVER, audience_id=key, naming="initial", delivery="download",
                            refused="", testimony_id=10))
        session.commit()
    with reading(engine) as session:
        assert session.scalar(select(Unit.id).where(at.opens("audio", Unit.id))) is None
        assert session.scalar(select(Unit.id).where(gate(session, everything).opens("audio", Unit.id))) == 10


def test_the_gate_asks_of_the_row_however_deep_it_stands(interned: tuple[Session, dict[str, int]]) -> None:
    session, known = interned
    one_row(session, known, EVERYBODY)
    at = gate(session, anonymous(5))
    deep = exists(select(literal(1)).select_from(AudienceRow).where(AudienceRow.formula == "staff", at.opens("audio", Unit.id)).correlate(Unit))
    assert set(session.scalars(select(Unit.id).where(deep))) == {HERE.key}


def test_nobody_is_nobody_and_the_desk_is_no_reader(interned: tuple[Session, dict[str, int]]) -> None:
    session, known = interned
    for audience in (NOBODY, minimal([{"desk"}])):
        one_row(session, known, audience)
        assert not opens(session, Viewer(5, everywhere=frozenset(TOKENS)))
        assert not opens(session, standing_for(EVERYBODY, 5))


def test_a_token_counts_only_where_it_is_held(interned: tuple[Session, dict[str, int]]) -> None:
    session, known = interned
    one_row(session, known, TIERS["staff"])
    staff = frozenset({"staff"})
    assert opens(session, Viewer(5, in_collection={1: staff}))
    assert not opens(session, Viewer(5, in_collection={2: staff}))
    assert opens(session, Viewer(5, in_testimony={10: staff}))
    assert not opens(session, Viewer(5, in_testimony={11: staff}))


def test_tokens_of_two_places_add_up(interned: tuple[Session, dict[str, int]]) -> None:
    session, known = interned
    one_row(session, known, minimal([{"registered"}, {"community:hill"}]))
    assert not opens(session, Viewer(5, everywhere=frozenset({"registered"})))
    assert opens(session, Viewer(5, everywhere=frozenset({"registered"}), in_collection={1: frozenset({"community:hill"})}))


def test_who_is_barred_reads_as_an_anonymous_visitor(interned: tuple[Session, dict[str, int]]) -> None:
    session, known = interned
    custodian = Viewer(5, everywhere=frozenset(TOKENS), in_collection={1: frozenset(TOKENS)}, in_testimony={10: frozenset(TOKENS)})
    barred = replace(custodian, barred=frozenset({10}))
    elsewhere = replace(custodian, barred=frozenset({11}))
    for name, audience in TIERS.items():
        one_row(session, known, audience)
        assert opens(session, custodian) and opens(session, elsewhere)
        assert opens(session, barred) == opens(session, anonymous(5)) == (name == "public")


def test_who_is_barred_somewhere_reads_what_stands_outside_testimonies(interned: tuple[Session, dict[str, int]]) -> None:
    session, known = interned
    outside = Place(3, None, None)
    one_row(session, known, TIERS["staff"], outside)
    assert opens(session, Viewer(5, everywhere=frozenset({"staff"}), barred=frozenset({10})), outside)


def test_a_stand_in_opens_what_its_whole_audience_may_read(interned: tuple[Session, dict[str, int]]) -> None:
    session, known = interned
    one_row(session, known, TIERS["registered"])
    assert opens(session, standing_for(TIERS["registered"], 5))
    assert opens(session, standing_for(TIERS["staff"], 5))
    assert not opens(session, standing_for(EVERYBODY, 5))
    assert not opens(session, standing_for(minimal([{"community:hill"}]), 5))
