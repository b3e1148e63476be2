"""The laws of the lattice of terms: shown on small random values, and in the slow suite on 20,000 of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain, combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive_app.access.terms import (
    CLOSED,
    DELIVERIES,
    EVERYBODY,
    LAYERS,
    NAMINGS,
    NOBODY,
    OPEN,
    SEALED,
    STAFF,
    TIERS,
    USES,
    Audience,
    Rule,
    Terms,
    always,
    audience_of,
    audience_text,
    from_json,
    join,
    minimal,
    narrower_or_equal,
    terms,
    to_json,
)
from archive_app.errors import Invalid

TOKENS = ("registered", "onsite", "staff", "custodian", "community:hill")
EVERY_HAND = [frozenset(held) for held in chain.from_iterable(combinations(TOKENS, size) for size in range(len(TOKENS) + 1))]
"""Whatever a reader may hold."""

clauses = st.frozensets(st.sampled_from(TOKENS), max_size=4)
formulas = st.frozensets(clauses, max_size=4)
audiences = formulas.map(minimal)
rules = st.builds(Rule, audiences, st.sampled_from(NAMINGS), st.sampled_from(DELIVERIES), st.frozensets(st.sampled_from(USES)))
moments = st.sampled_from((1, 5, 10, 15, 20, 1_000, 2**40))
steps = st.dictionaries(moments, rules, max_size=3)
lattice = st.builds(lambda first, more: terms([(0, first), *more.items()]), rules, steps)

Law = Callable[..., None]


def reads(audience: Audience, held: frozenset[str]) -> bool:
    """What a formula in conjunctive normal form means, said apart from the code under test."""
    return all(any(token in held for token in clause) for clause in audience)


def instants(*several: Terms) -> list[int]:
    """Every moment at which something may change, just before it, and the far ends."""
    starts = {start for each in several for start, _ in each.steps}
    return sorted({0, 2**50, *starts, *(start - 1 for start in starts if start)})


def weaker(a: Rule, b: Rule) -> bool:
    """Whether everybody who reads under b reads under a, and a protects nothing more: the meaning of `<=`, by enumeration."""
    return (
        all(reads(a.audience, held) for held in EVERY_HAND if reads(b.audience, held))
        and NAMINGS.index(a.naming) <= NAMINGS.index(b.naming)
        and DELIVERIES.index(a.delivery) <= DELIVERIES.index(b.delivery)
        and a.refused <= b.refused
    )


def from_truth(formula: Iterable[frozenset[str]]) -> Audience:
    """The clauses of a monotone formula read from its truth table: what each largest group of refused tokens lacks."""
    refused = [held for held in EVERY_HAND if not reads(frozenset(formula), held)]
    largest = [held for held in refused if not any(held < other for other in refused)]
    return frozenset(frozenset(TOKENS) - held for held in largest)


def law_order_does_not_matter(a: Terms, b: Terms, c: Terms) -> None:
    assert a | b == b | a
    assert (a | b) | c == a | (b | c)
    assert join([a, b, c]) == join([c, a, b, a])


def law_once_is_enough(a: Terms) -> None:
    assert a | a == a
    assert a | OPEN == a
    assert (a | CLOSED).at(0).audience == NOBODY


def law_joining_never_widens(a: Terms, b: Terms) -> None:
    joined = a | b
    assert a <= joined and b <= joined
    for moment in instants(a, b):
        now, left, right = joined.at(moment), a.at(moment), b.at(moment)
        for held in EVERY_HAND:
            assert reads(now.audience, held) == (reads(left.audience, held) and reads(right.audience, held))
        assert NAMINGS.index(now.naming) == max(NAMINGS.index(left.naming), NAMINGS.index(right.naming))
        assert DELIVERIES.index(now.delivery) == max(DELIVERIES.index(left.delivery), DELIVERIES.index(right.delivery))
        assert now.refused == left.refused | right.refused


def law_narrower_means_narrower(a: Terms, b: Terms) -> None:
    assert (a <= b) == all(weaker(a.at(moment), b.at(moment)) for moment in instants(a, b))


def law_least_of_what_is_above(a: Terms, b: Terms, c: Terms) -> None:
    above = a | b | c
    assert a | b <= above
    if a <= c and b <= c:
        assert a | b <= c


def law_order_is_an_order(a: Terms, b: Terms, c: Terms) -> None:
    assert a <= a
    assert not (a <= b and b <= a) or a == b
    assert not (a <= b and b <= c) or a <= c


def law_spelling_comes_back(a: Terms) -> None:
    assert from_json(to_json(a)) == a
    for _, rule in a.steps:
        assert audience_of(audience_text(rule.audience)) == rule.audience


def law_steps_merge(first: Rule, more: dict[int, Rule]) -> None:
    made = terms([*more.items(), (0, first)])
    starts = [start for start, _ in made.steps]
    assert starts[0] == 0 and starts == sorted(set(starts))
    assert all(before != after for (_, before), (_, after) in zip(made.steps, made.steps[1:], strict=False))
    for moment in (0, 1, 5, 10, 15, 20, 1_000, 2**50):
        begun = [start for start in more if start <= moment]
        assert made.at(moment) == (more[max(begun)] if begun else first)


def law_since_forgets_the_past(a: Terms, b: Terms, moment: int) -> None:
    later = a.since(moment)
    assert all(start == 0 or start > moment for start, _ in later.steps)
    assert all(later.at(max(each, moment)) == a.at(max(each, moment)) for each in instants(a))
    assert (later <= b.since(moment)) == all(weaker(a.at(each), b.at(each)) for each in instants(a, b) + [moment] if each >= moment)


def law_equal_meaning_is_equal_value(left: Audience, right: Audience) -> None:
    assert minimal(left) == from_truth(left)
    same = all(reads(left, held) == reads(right, held) for held in EVERY_HAND)
    assert (minimal(left) == minimal(right)) == same
    assert (audience_text(minimal(left)) == audience_text(minimal(right))) == same


def law_narrower_audience(wide: Audience, narrow: Audience) -> None:
    assert narrower_or_equal(wide, narrow) == all(reads(wide, held) for held in EVERY_HAND if reads(narrow, held))


LAWS: list[tuple[Law, dict[str, st.SearchStrategy[object]]]] = [
    (law_order_does_not_matter, {"a": lattice, "b": lattice, "c": lattice}),
    (law_once_is_enough, {"a": lattice}),
    (law_joining_never_widens, {"a": lattice, "b": lattice}),
    (law_narrower_means_narrower, {"a": lattice, "b": lattice}),
    (law_least_of_what_is_above, {"a": lattice, "b": lattice, "c": lattice}),
    (law_order_is_an_order, {"a": lattice, "b": lattice, "c": lattice}),
    (law_spelling_comes_back, {"a": lattice}),
    (law_steps_merge, {"first": rules, "more": steps}),
    (law_since_forgets_the_past, {"a": lattice, "b": lattice, "moment": st.integers(0, 2_000)}),
    (law_equal_meaning_is_equal_value, {"left": formulas, "right": formulas}),
    (law_narrower_audience, {"wide": audiences, "narrow": audiences}),
]
NAMED = pytest.mark.parametrize(("law", "values"), LAWS, ids=[law.__name__ for law, _ in LAWS])


def hold(law: Law, values: dict[str, st.SearchStrategy[object]], examples: int) -> None:
    check = settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    check(given(**values)(law))()


@NAMED
def test_the_laws_hold(law: Law, values: dict[str, st.SearchStrategy[object]]) -> None:
    hold(law, values, 60)


@pytest.mark.slow
@NAMED
def test_the_laws_hold_twenty_thousand_times(law: Law, values: dict[str, st.SearchStrategy[object]]) -> None:
    hold(law, values, 20_000)


def test_related_values_are_found_by_the_random_laws() -> None:
    """The order laws say something only where one value lies below another: related pairs, made by hand."""
    public, embargo = always(EVERYBODY), terms([(0, STAFF.at(0)), (10, always(EVERYBODY).at(0))])
    assert public <= embargo <= STAFF
    assert not embargo >= STAFF and not embargo <= public
    assert embargo.since(10) == public and embargo.since(9) == embargo


@pytest.mark.parametrize(("audience", "text"), [
    (EVERYBODY, ""),
    (NOBODY, "!"),
    (TIERS["registered"], "onsite|registered|staff"),
    (TIERS["reading-room"], "grant|onsite|staff & onsite|registered|staff"),
    (TIERS["staff"], "staff"),
    (minimal([{"b", "a"}, {"c"}]), "a|b & c"),
    (minimal([{"community:hill"}, {"staff", "onsite"}]), "community:hill & onsite|staff"),
])
def test_the_one_spelling_of_an_audience(audience: Audience, text: str) -> None:
    assert audience_text(audience) == text
    assert audience_of(text) == audience


@pytest.mark.parametrize("text", ["b|a", "c & a|b", "a|b & a", "a & a"])
def test_other_spellings_are_read_as_the_canonical_one(text: str) -> None:
    assert audience_text(audience_of(text)) in ("a|b", "a|b & c", "a")


def test_a_clause_that_a_stricter_one_asks_for_is_left_out() -> None:
    assert minimal([{"staff"}, {"staff", "onsite"}, {"staff"}]) == TIERS["staff"]
    assert minimal([set(), {"staff"}]) == NOBODY


def test_a_custodian_who_holds_staff_reads_every_tier() -> None:
    custodian = frozenset({"registered", "staff", "custodian"})
    assert all(reads(audience, custodian) for audience in TIERS.values())
    assert [name for name, audience in TIERS.items() if reads(audience, frozenset())] == ["public"]
    assert [name for name, audience in TIERS.items() if reads(audience, frozenset({"registered"}))] == ["public", "registered"]
    assert not reads(TIERS["sealed"], frozenset({"registered", "staff", "onsite", "grant"}))


def test_terms_must_begin_at_the_beginning() -> None:
    for steps_given in ([], [(5, STAFF.at(0))], [(-1, STAFF.at(0)), (3, SEALED.at(0))]):
        with pytest.raises(Invalid):
            terms(steps_given)


def test_before_the_beginning_is_the_first_step() -> None:
    embargo = terms([(0, STAFF.at(0)), (10, OPEN.at(0))])
    assert embargo.at(-5) == embargo.at(0) == embargo.at(9) == STAFF.at(0)
    assert embargo.at(10) == OPEN.at(0)


def test_a_use_nobody_allowed_is_refused() -> None:
    assert Rule(EVERYBODY).refused == frozenset(USES)
    assert always(EVERYBODY).at(0).refused == frozenset(USES)
    assert OPEN.at(0).refused == frozenset()


def test_the_layers_are_those_of_the_design() -> None:
    assert LAYERS == ("existence", "description", "identity", "transcript", "audio", "video", "image", "document")
    assert NAMINGS == ("initial", "pseudonym", "anonymous") and DELIVERIES == ("download", "stream")


@pytest.mark.parametrize(("wide", "narrow"), list(combinations(TIERS, 2)))
def test_each_tier_is_narrower_than_the_ones_before(wide: str, narrow: str) -> None:
    """Else an import that narrows would be refused as one that widens."""
    assert narrower_or_equal(TIERS[wide], TIERS[narrow])
    assert not narrower_or_equal(TIERS[narrow], TIERS[wide])
