"""From statements to terms: silence, supersession, holds, publishing, parts, collections, restrictions, the registry and `keep`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive_app.access.deciding import DESK, Heard, Said, live, of_part, of_registry, of_restriction, of_testimony
from archive_app.access.terms import CLOSED, EVERYBODY, LAYERS, OPEN, SEALED, STAFF, TIERS, Terms, always, join, terms, to_json

COLLECTION, TESTIMONY, PART, ELSEWHERE = 1, 2, 3, 9
ARCHIVE, NARRATOR, SECOND, COMMUNITY, KIN, GUARDIAN = 10, 11, 12, 13, 14, 15
CAPACITIES = {ARCHIVE: "archive", NARRATOR: "narrator", SECOND: "narrator", COMMUNITY: "community", KIN: "next_of_kin",
              GUARDIAN: "guardian"}
REGISTERED = always(TIERS["registered"])
PUBLIC = always(EVERYBODY)

_party = {ARCHIVE: Heard(ARCHIVE, "archive", False), NARRATOR: Heard(NARRATOR, "narrator", True)}


def parties(*more: Heard) -> list[Heard]:
    return [*_party.values(), *more]


def says(key: int, party: int, effect: str = "permit", value: Terms | dict[str, Terms] = OPEN, unit: int = TESTIMONY,
         supersedes: Iterable[int] = ()) -> Said:
    """A statement; `value` for every layer, or layer by layer. A hold or withdrawal names no layer unless `value` is a dict."""
    by_layer = value if isinstance(value, dict) else dict.fromkeys(LAYERS, value) if effect == "permit" else {}
    return Said(key, unit, party, CAPACITIES[party], effect, {layer: to_json(each) for layer, each in by_layer.items()},
                frozenset(supersedes))


def decided(*said: Said, heard: Iterable[Heard] | None = None) -> dict[str, Terms]:
    return of_testimony(TESTIMONY, [COLLECTION], said, parties() if heard is None else heard)


NARRATOR_PERMITS = says(1, NARRATOR, value=PUBLIC)
PUBLISHED = says(2, ARCHIVE)
BOTH = (NARRATOR_PERMITS, PUBLISHED)


# Silence


def test_with_both_voices_the_narrators_terms_hold() -> None:
    found = decided(says(1, NARRATOR, value=REGISTERED), PUBLISHED)
    assert set(found) == {*LAYERS, "keep"}
    assert all(found[layer].at(0).audience == TIERS["registered"] for layer in LAYERS)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_silent_narrator_seals(layer: str) -> None:
    assert decided(PUBLISHED)[layer] == SEALED
    others = {each: PUBLIC for each in LAYERS if each != layer}
    found = decided(says(1, NARRATOR, value=others), PUBLISHED)
    assert found[layer] >= SEALED


@pytest.mark.parametrize("layer", LAYERS)
def test_a_silent_archive_leaves_it_at_the_desk(layer: str) -> None:
    assert decided(NARRATOR_PERMITS)[layer] == PUBLIC | DESK
    others = {each: OPEN for each in LAYERS if each != layer}
    found = decided(NARRATOR_PERMITS, says(2, ARCHIVE, value=others))
    assert found[layer] >= DESK
    assert layer == "existence" or found["existence"] == PUBLIC


def test_without_a_narrator_it_is_sealed() -> None:
    assert decided(PUBLISHED, heard=[_party[ARCHIVE]])["existence"] == SEALED
    assert decided(PUBLISHED, heard=[])["transcript"] == SEALED


@pytest.mark.parametrize("other", [SECOND, COMMUNITY, GUARDIAN])
def test_every_required_party_must_be_heard(other: int) -> None:
    heard = parties(Heard(other, CAPACITIES[other], True))
    assert decided(*BOTH, heard=heard)["transcript"] == PUBLIC | SEALED
    assert decided(*BOTH, says(3, other, value=REGISTERED), heard=heard)["transcript"] == PUBLIC | REGISTERED


def test_a_party_that_need_not_be_heard_seals_nothing() -> None:
    assert decided(*BOTH, heard=parties(Heard(COMMUNITY, "community", False)))["transcript"] == PUBLIC


def test_who_stands_for_the_narrator_is_heard_in_their_place() -> None:
    heard = parties(Heard(KIN, "next_of_kin", False, stands_for=NARRATOR))
    assert decided(PUBLISHED, says(1, KIN, value=REGISTERED), heard=heard)["audio"] == REGISTERED
    stranger = parties(Heard(KIN, "next_of_kin", False))
    assert decided(PUBLISHED, says(1, KIN, value=REGISTERED), heard=stranger)["audio"] >= SEALED


def test_a_permit_on_another_unit_breaks_no_silence() -> None:
    for unit in (COLLECTION, PART, ELSEWHERE):
        assert decided(says(1, NARRATOR, value=PUBLIC, unit=unit), PUBLISHED)["audio"] == SEALED
        assert decided(NARRATOR_PERMITS, says(2, ARCHIVE, unit=unit))["audio"] == PUBLIC | DESK


def test_no_layer_is_wider_than_existence() -> None:
    found = decided(says(1, NARRATOR, value={**dict.fromkeys(LAYERS, PUBLIC), "existence": STAFF}), PUBLISHED)
    assert all(found["existence"] <= found[layer] for layer in LAYERS)
    assert found["transcript"].at(0).audience == TIERS["staff"]


def test_an_embargo_passes_through_as_two_steps() -> None:
    embargo = terms([(0, STAFF.at(0)), (1_000, PUBLIC.at(0))])
    found = decided(says(1, NARRATOR, value=embargo), PUBLISHED)["transcript"]
    assert found == embargo


# Supersession


def test_a_superseded_statement_no_longer_counts() -> None:
    found = decided(says(1, NARRATOR, value=STAFF), PUBLISHED, says(3, NARRATOR, value=PUBLIC, supersedes=[1]))
    assert found["transcript"] == PUBLIC


def test_the_order_of_arrival_does_not_matter() -> None:
    said = [says(1, NARRATOR, value=STAFF), PUBLISHED, says(3, NARRATOR, value=PUBLIC, supersedes=[1])]
    assert decided(*said) == decided(*reversed(said))


def test_an_old_form_typed_in_late_revives_nothing() -> None:
    narrow = says(3, NARRATOR, value=STAFF)
    late = says(4, NARRATOR, value=PUBLIC)  # says what was true before 3, but supersedes nothing
    assert decided(NARRATOR_PERMITS, PUBLISHED, narrow, late)["audio"] == STAFF


def test_nobody_ends_a_statement_of_another_party() -> None:
    heard = parties(Heard(SECOND, "narrator", True))
    for other in (SECOND, ARCHIVE, COMMUNITY):
        found = decided(says(1, NARRATOR, value=STAFF), PUBLISHED, says(3, other, value=PUBLIC, supersedes=[1]),
                        says(4, SECOND, value=PUBLIC), heard=heard)
        assert found["transcript"] >= STAFF


def test_who_stands_in_its_place_ends_it_but_not_the_other_way_round() -> None:
    heard = parties(Heard(KIN, "next_of_kin", False, stands_for=NARRATOR))
    ended = decided(says(1, NARRATOR, value=PUBLIC), PUBLISHED, says(3, KIN, value=STAFF, supersedes=[1]), heard=heard)
    assert ended["audio"] == STAFF
    kept = decided(says(1, KIN, value=STAFF), PUBLISHED, says(3, NARRATOR, value=PUBLIC, supersedes=[1]), heard=heard)
    assert kept["audio"] >= STAFF


def test_no_statement_ends_a_later_one_or_itself() -> None:
    heard = {each.key: each for each in parties()}
    forward, later, own = says(1, NARRATOR, supersedes=[2]), says(2, NARRATOR), says(3, NARRATOR, supersedes=[3])
    assert live([forward, later, own], heard) == [forward, later, own]


def test_a_chain_of_corrections_leaves_the_last() -> None:
    heard = {each.key: each for each in parties()}
    chain = [says(key, NARRATOR, supersedes=[key - 1] if key > 1 else []) for key in range(1, 6)]
    assert [each.key for each in live(chain, heard)] == [5]


# Hold, withdraw


@pytest.mark.parametrize("effect", ["hold", "withdraw"])
@pytest.mark.parametrize("who", [NARRATOR, SECOND, COMMUNITY, KIN, GUARDIAN])
def test_a_hold_closes_every_layer_whoever_speaks(effect: str, who: int) -> None:
    heard = parties(*(Heard(key, CAPACITIES[key], False) for key in (SECOND, COMMUNITY, KIN, GUARDIAN)))
    found = decided(*BOTH, says(3, who, effect), heard=heard)
    assert all(found[layer] >= CLOSED for layer in LAYERS)


def test_a_hold_ends_only_by_a_statement_that_names_it() -> None:
    held = (*BOTH, says(3, NARRATOR, "hold"))
    assert decided(*held, says(4, NARRATOR, value=PUBLIC))["transcript"] >= CLOSED
    assert decided(*held, says(4, NARRATOR, value=PUBLIC, supersedes=[1]))["transcript"] >= CLOSED
    assert decided(*held, says(4, NARRATOR, value=PUBLIC, supersedes=[3]))["transcript"] == PUBLIC


def test_a_hold_may_name_its_layers() -> None:
    found = decided(*BOTH, says(3, NARRATOR, "hold", {"audio": CLOSED}))
    assert found["audio"] == CLOSED and found["transcript"] == PUBLIC
    assert decided(*BOTH, says(3, NARRATOR, "hold", {"existence": CLOSED}))["transcript"] == CLOSED


def test_what_is_said_about_another_unit_is_not_said_about_this_one() -> None:
    assert decided(*BOTH, says(3, NARRATOR, "withdraw", unit=ELSEWHERE))["transcript"] == PUBLIC


# Publish, unpublish


def test_unpublishing_takes_it_back_to_the_desk_and_leaves_the_rest() -> None:
    found = decided(*BOTH, says(3, ARCHIVE, "hold", supersedes=[2]))
    assert found["transcript"] == PUBLIC | DESK
    assert decided(*BOTH, says(3, ARCHIVE, "hold", supersedes=[2]), says(4, ARCHIVE))["transcript"] == PUBLIC


def test_the_archive_never_widens_the_narrators_terms() -> None:
    assert decided(says(1, NARRATOR, value=STAFF), says(2, ARCHIVE, value=PUBLIC))["transcript"].at(0).audience == TIERS["staff"]


# Collections


def test_a_collection_only_narrows() -> None:
    assert decided(*BOTH, says(3, ARCHIVE, value={"existence": REGISTERED}, unit=COLLECTION))["audio"].at(0).audience \
        == TIERS["registered"]
    narrow = (says(1, NARRATOR, value=STAFF), PUBLISHED)
    assert decided(*narrow, says(3, ARCHIVE, value={"existence": PUBLIC}, unit=COLLECTION)) == decided(*narrow)


def test_a_community_may_close_a_whole_collection() -> None:
    heard = parties(Heard(COMMUNITY, "community", False))
    assert decided(*BOTH, says(3, COMMUNITY, "hold", unit=COLLECTION), heard=heard)["existence"] == CLOSED


# Parts


def part(*said: Said, layer: str = "audio", above: dict[str, Terms] | None = None) -> dict[str, Terms]:
    return of_part(layer, above or decided(*BOTH), PART, said, {each.key: each for each in parties()})


def test_a_part_added_later_stays_at_the_desk_until_it_is_published() -> None:
    assert part()["audio"] == PUBLIC | DESK
    assert part()["existence"] == PUBLIC | DESK
    assert part(says(5, ARCHIVE, unit=PART))["audio"] == PUBLIC


def test_a_part_is_never_wider_than_its_testimony() -> None:
    above = decided(says(1, NARRATOR, value={**dict.fromkeys(LAYERS, PUBLIC), "audio": STAFF}), PUBLISHED)
    found = part(says(5, ARCHIVE, unit=PART), says(6, NARRATOR, value=PUBLIC, unit=PART), above=above)
    assert found["audio"] == above["audio"] and found["existence"] == above["existence"] and found["keep"] == above["keep"]


def test_a_statement_on_a_part_narrows_that_part() -> None:
    found = part(says(5, ARCHIVE, unit=PART), says(6, NARRATOR, value={"audio": STAFF}, unit=PART))
    assert found["audio"].at(0).audience == TIERS["staff"]
    assert part(says(5, ARCHIVE, unit=PART), says(6, NARRATOR, "hold", unit=PART))["audio"] >= CLOSED


def test_another_parts_statement_changes_nothing() -> None:
    assert part(says(5, ARCHIVE, unit=PART), says(6, NARRATOR, "withdraw", unit=ELSEWHERE))["audio"] == PUBLIC


def test_existence_of_a_part_narrows_the_part() -> None:
    found = part(says(5, ARCHIVE, unit=PART), says(6, NARRATOR, value={"existence": STAFF}, unit=PART))
    assert found["audio"] >= STAFF and found["existence"] >= STAFF


# Restrictions


@pytest.mark.parametrize("tier", list(TIERS))
def test_withheld_words_ask_for_their_own_terms_and_the_transcripts(tier: str) -> None:
    above = decided(says(1, NARRATOR, value=REGISTERED), PUBLISHED)
    found = of_restriction(above, always(TIERS[tier]))
    assert found == {"words": REGISTERED | always(TIERS[tier])}
    assert above["transcript"] <= found["words"]


# The registry


def test_what_stands_by_itself_is_closed_until_access_is_written_for_it() -> None:
    assert of_registry(ELSEWHERE, [])["existence"] == CLOSED
    assert of_registry(ELSEWHERE, [says(1, ARCHIVE, value={"existence": PUBLIC}, unit=COLLECTION)])["existence"] == CLOSED
    assert of_registry(ELSEWHERE, [says(1, ARCHIVE, value={"existence": REGISTERED}, unit=ELSEWHERE)])["existence"] == REGISTERED
    assert of_registry(ELSEWHERE, [says(1, ARCHIVE, value={"description": PUBLIC}, unit=ELSEWHERE)])["existence"] == CLOSED


def test_a_sourced_statement_is_never_wider_than_its_source() -> None:
    own = [says(1, ARCHIVE, value={"existence": PUBLIC}, unit=ELSEWHERE)]
    assert of_registry(ELSEWHERE, own, STAFF)["existence"] == PUBLIC | STAFF


def test_a_later_access_replaces_the_one_it_names() -> None:
    said = [says(1, ARCHIVE, value={"existence": PUBLIC}, unit=ELSEWHERE),
            says(2, ARCHIVE, value={"existence": STAFF}, unit=ELSEWHERE, supersedes=[1])]
    assert of_registry(ELSEWHERE, said)["existence"] == STAFF


@pytest.mark.parametrize("who", [NARRATOR, COMMUNITY, KIN])
def test_a_hold_closes_what_stands_by_itself(who: int) -> None:
    said = [says(1, ARCHIVE, value={"existence": PUBLIC}, unit=ELSEWHERE), says(2, who, "hold", unit=ELSEWHERE)]
    assert of_registry(ELSEWHERE, said)["existence"] >= CLOSED


# Keep


@pytest.mark.parametrize(("said", "custodians_only"), [
    (BOTH, False),
    ((NARRATOR_PERMITS,), False),
    ((says(1, NARRATOR, value=STAFF),), False),
    ((PUBLISHED,), True),
    ((), True),
    ((says(1, NARRATOR, value=SEALED), PUBLISHED), True),
    ((*BOTH, says(3, NARRATOR, "hold")), True),
    ((*BOTH, says(3, NARRATOR, "withdraw")), True),
    ((*BOTH, says(3, NARRATOR, "withdraw"), says(4, NARRATOR, supersedes=[3])), False),
    ((*BOTH, says(3, ARCHIVE, "hold", supersedes=[2])), False),
    ((*BOTH, says(3, NARRATOR, "hold", unit=COLLECTION)), True),
    ((*BOTH, says(3, NARRATOR, "hold", unit=ELSEWHERE)), False),
])
def test_held_withdrawn_and_sealed_is_kept_by_custodians(said: tuple[Said, ...], custodians_only: bool) -> None:
    assert decided(*said)["keep"] == (STAFF | SEALED if custodians_only else STAFF)


def test_keep_holds_through_an_embargo_and_closes_for_a_sealed_step() -> None:
    embargo = terms([(0, STAFF.at(0)), (1_000, PUBLIC.at(0))])
    assert decided(says(1, NARRATOR, value=embargo))["keep"] == STAFF
    sealed_later = terms([(0, PUBLIC.at(0)), (1_000, SEALED.at(0))])
    assert decided(says(1, NARRATOR, value=sealed_later))["keep"] >= SEALED


def test_consent_in_the_narrators_place_lets_staff_tend_it() -> None:
    heard = parties(Heard(KIN, "next_of_kin", False, stands_for=NARRATOR))
    assert decided(PUBLISHED, says(1, KIN, value=PUBLIC), heard=heard)["keep"] == STAFF


# Any history

tiers = st.sampled_from([PUBLIC, REGISTERED, STAFF, SEALED, terms([(0, STAFF.at(0)), (1_000, PUBLIC.at(0))]),
                         always(TIERS["registered"], "anonymous", "stream")])
layers_said = st.dictionaries(st.sampled_from(LAYERS), tiers, max_size=4)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Said], Said, list[Heard]]:
    """(what was said, one statement more that supersedes nothing and breaks no silence, the parties)"""
    said = []
    for key in range(1, draw(st.integers(1, 8))):
        effect = draw(st.sampled_from(["permit", "permit", "permit", "hold", "withdraw"]))
        value = draw(st.one_of(tiers, layers_said)) if effect == "permit" else draw(st.one_of(st.just({}), layers_said))
        said.append(says(key, draw(st.sampled_from(list(CAPACITIES))), effect, value, draw(st.sampled_from([1, 2, 2, 2, 3])),
                         draw(st.sets(st.integers(1, 8), max_size=2))))
    more = says(99, draw(st.sampled_from([NARRATOR, SECOND, COMMUNITY, KIN, ARCHIVE])), draw(st.sampled_from(["permit", "hold"])),
                draw(st.one_of(tiers, layers_said)), draw(st.sampled_from([1, 2])))
    heard = [Heard(key, CAPACITIES[key], draw(st.booleans()), draw(st.sampled_from([None, None, NARRATOR])) if key != NARRATOR else None)
             for key in draw(st.sets(st.sampled_from(list(CAPACITIES)))) | {NARRATOR}]
    return said, more, heard


def silent(said: list[Said], more: Said, heard: list[Heard]) -> bool:
    """Whether `more` is the first word of a party whose silence closes: that may open what the silence closed, and nothing else."""
    by_key = {each.key: each for each in heard}
    alive = live(said, by_key)
    spoken = {layer for layer in LAYERS if all(
        any(s.unit == TESTIMONY and s.effect == "permit" and layer in s.terms and s.party == each for s in alive)
        for each in ([more.party, by_key[more.party].stands_for] if more.party in by_key else [more.party]) if each is not None)}
    return more.effect == "permit" and more.unit == TESTIMONY and not set(more.terms) <= spoken


def never_widens(case: tuple[list[Said], Said, list[Heard]]) -> None:
    said, more, heard = case
    before = of_testimony(TESTIMONY, [COLLECTION], said, heard)
    after = of_testimony(TESTIMONY, [COLLECTION], [*said, more], heard)
    if silent(said, more, heard):  # then it opens at most to what was said: the join of every live statement
        for layer in LAYERS:
            wishes = join(_wish(each, layer) for each in live([*said, more], {h.key: h for h in heard}) if each.unit in (1, 2))
            assert wishes <= after[layer]
    else:
        assert all(before[layer] <= after[layer] for layer in LAYERS)
        assert more.effect == "permit" or before["keep"] <= after["keep"]
    shuffled = of_testimony(TESTIMONY, [COLLECTION], [more, *reversed(said)], heard)
    assert shuffled == after


def _wish(said: Said, layer: str) -> Terms:
    from archive_app.access.terms import from_json

    if said.effect != "permit":
        return CLOSED if said.capacity != "archive" and (not said.terms or layer in said.terms) else OPEN
    return from_json(said.terms[layer]) if layer in said.terms else OPEN


@settings(max_examples=150, deadline=None)
@given(histories())
def test_one_more_statement_never_widens(case: tuple[list[Said], Said, list[Heard]]) -> None:
    never_widens(case)


@pytest.mark.slow
@settings(max_examples=20_000, deadline=None)
@given(histories())
def test_one_more_statement_never_widens_in_any_history(case: tuple[list[Said], Said, list[Heard]]) -> None:
    never_widens(case)


@settings(max_examples=100, deadline=None)
@given(histories(), st.sampled_from([COMMUNITY, SECOND]))
def test_one_more_required_party_never_widens(case: tuple[list[Said], Said, list[Heard]], key: int) -> None:
    said, _, heard = case
    without = [each for each in heard if each.key != key]
    before = of_testimony(TESTIMONY, [COLLECTION], said, without)
    after = of_testimony(TESTIMONY, [COLLECTION], said, [*without, Heard(key, CAPACITIES[key], True)])
    assert all(before[layer] <= after[layer] for layer in LAYERS)


@settings(max_examples=100, deadline=None)
@given(histories())
def test_parts_are_never_wider_than_the_whole_in_any_history(case: tuple[list[Said], Said, list[Heard]]) -> None:
    said, more, heard = case
    whole = of_testimony(TESTIMONY, [COLLECTION], said, heard)
    found = of_part("audio", whole, PART, [*said, replace(more, unit=PART)], {each.key: each for each in heard})
    assert whole["audio"] <= found["audio"] and whole["existence"] <= found["existence"]
