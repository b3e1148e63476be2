"""Why a layer is open or closed: every ground is named, and none that does not bear on it."""

from __future__ import annotations

import pytest

from archive_app.access.deciding import Heard, Said
from archive_app.access.explaining import Ground, grounds
from archive_app.access.terms import OPEN, STAFF, TIERS, always, terms, to_json

T, ABOVE, NARRATOR, ARCHIVE, KIN = 1, 2, 10, 11, 12
PARTIES = (Heard(NARRATOR, "narrator", True), Heard(ARCHIVE, "archive", False), Heard(KIN, "next_of_kin", False))
REGISTERED = to_json(always(TIERS["registered"]))
EVERY = to_json(always(TIERS["public"]))


def said(key: int, party: int, effect: str = "permit", ends: tuple[int, ...] = (), unit: int = T, **layers: str) -> Said:
    capacity = {NARRATOR: "narrator", ARCHIVE: "archive", KIN: "next_of_kin"}[party]
    return Said(key, unit, party, capacity, effect, layers, frozenset(ends))


ALLOWED = said(1, NARRATOR, existence=EVERY, transcript=REGISTERED)
PUBLISHED = said(2, ARCHIVE, existence=to_json(OPEN), transcript=to_json(OPEN))


def found(*everything: Said, layer: str = "transcript", now: int = 5, parties: tuple[Heard, ...] = PARTIES) -> list[tuple[str, str, str]]:
    return [(each.kind, each.capacity, each.audience) for each in grounds(T, [ABOVE], everything, parties, layer, now)]


def test_what_is_permitted_and_published() -> None:
    assert found(ALLOWED, PUBLISHED) == [("permits", "narrator", "onsite|registered|staff"), ("permits", "archive", "")]


@pytest.mark.parametrize(("more", "expected"), [
    (said(3, KIN, "hold"), ("holds", "next_of_kin", "!")),
    (said(3, NARRATOR, "withdraw"), ("withdraws", "narrator", "!")),
    (said(3, KIN, transcript=to_json(STAFF)), ("permits", "next_of_kin", "staff")),
    (said(3, KIN, unit=ABOVE, transcript=to_json(STAFF)), ("permits", "next_of_kin", "staff")),
])
def test_whoever_narrows_is_named(more: Said, expected: tuple[str, str, str]) -> None:
    assert expected in found(ALLOWED, PUBLISHED, more)


def test_what_was_ended_is_not() -> None:
    held, ended = said(3, KIN, "hold"), said(4, KIN, ends=(3,))
    assert found(ALLOWED, PUBLISHED, held, ended) == found(ALLOWED, PUBLISHED)


def test_what_another_layer_says_is_not() -> None:
    assert found(ALLOWED, PUBLISHED, said(3, KIN, "hold", audio=EVERY)) == found(ALLOWED, PUBLISHED)


def test_silence_is_named() -> None:
    assert found(PUBLISHED) == [("permits", "archive", ""), ("silent", "narrator", "")]
    assert found(ALLOWED) == [("permits", "narrator", "onsite|registered|staff"), ("desk", "archive", "")]
    assert ("unheard", "narrator", "") in found(PUBLISHED, parties=PARTIES[1:])


def test_a_step_to_come_is_told() -> None:
    stepped = said(1, NARRATOR, existence=EVERY, transcript=to_json(terms([(0, STAFF.at(0)), (100, always(TIERS["public"]).at(0))])))
    first = grounds(T, [ABOVE], [stepped, PUBLISHED], PARTIES, "transcript", 50)[0]
    assert first == Ground("permits", "narrator", 1, "staff", 100)
    assert grounds(T, [ABOVE], [stepped, PUBLISHED], PARTIES, "transcript", 100)[0].next_utc_ms is None
    closes = said(1, NARRATOR, existence=EVERY, transcript=to_json(terms([
        (0, always(TIERS["public"]).at(0)), (100, always(TIERS["public"], "anonymous").at(0)), (200, STAFF.at(0))])))
    assert grounds(T, [ABOVE], [closes, PUBLISHED], PARTIES, "transcript", 50)[0] == Ground("permits", "narrator", 1, "", 200, "staff"), \
        "another name for the narrator lets in nobody else"


def test_existence_closes_what_is_open_by_itself() -> None:
    quiet = said(1, NARRATOR, existence=to_json(STAFF), transcript=EVERY)
    assert found(quiet, PUBLISHED)[-1] == ("existence", "", "")
    assert found(said(1, NARRATOR, existence=EVERY, transcript=EVERY), PUBLISHED)[-1] == ("permits", "archive", "")
    staff_only = said(1, NARRATOR, existence=REGISTERED, transcript=to_json(STAFF))
    assert found(staff_only, PUBLISHED) == [("permits", "narrator", "staff"), ("permits", "archive", "")], "whoever reads it may know of it as well"
