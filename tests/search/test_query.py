from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_app.errors import Invalid
from archive_app.language import dates
from archive_app.search.query import (
    PLAIN_NOTE,
    And,
    Everything,
    Field,
    Fuzzy,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Question,
    Word,
    Years,
    leaves_of,
    parse,
)


def plain(node: Node) -> Node:
    """Without the places of words."""
    if isinstance(node, Word):
        return Word(node.text)
    if isinstance(node, Not):
        return Not(plain(node.node))
    if isinstance(node, (And, Or)):
        return type(node)(tuple(plain(inner) for inner in node.nodes))
    return node


A, B, C = Word("a"), Word("b"), Word("c")


@pytest.mark.parametrize(("q", "node"), [
    ("", Everything()),
    ("  ", Everything()),
    ("a", A),
    ("a b", And((A, B))),
    ("a AND b", And((A, B))),
    ("a OR b", Or((A, B))),
    ("a b OR c", Or((And((A, B)), C))),
    ("a (b OR c)", And((A, Or((B, C))))),
    ("NOT a", Not(A)),
    ("a -b", And((A, Not(B)))),
    ("a NOT (b c)", And((A, Not(And((B, C)))))),
    ("a - b", And((A, Word("-"), B))),
    ('"a b"', Phrase("a b")),
    ("“a b”", Phrase("a b")),
    ("«a b»", Phrase("a b")),
    ('"a b"~5', Phrase("a b", 5)),
    ('"a b"~999', Phrase("a b", 50)),
    ('-"a b"', Not(Phrase("a b"))),
    ("riv*", Prefix("riv")),
    ("*", Word("*")),
    ("a*", Word("a*")),
    ("rivr~", Fuzzy("rivr")),
    ("person:Ebner", Field("person", "Ebner")),
    ('person:"Kaja Ebner" a', And((Field("person", "Kaja Ebner"), A))),
    ("-place:ostrel", Not(Field("place", "ostrel"))),
    ("lang:az", Field("lang", "az")),
    ("date:1992", Years(1992, 1992)),
    ("date:199X", Years(1990, 1999)),
    ("date:1992/..", Years(1992, 1992)),
    ("date:~1992", Years(1992, 1992)),
    ("date:{1667,1668}", Years(1667, 1668)),
    ("date:1990-1995", Years(1990, 1995)),
    ("date:1995..1990", Years(1990, 1995)),
    ("http://x", Word("http://x")),
    ("well-known don't", And((Word("well-known"), Word("don't")))),
    ("or and not", And((Word("or"), Word("and"), Word("not")))),
])
def test_parse(q: str, node: Node) -> None:
    parsed = parse(q)
    assert plain(parsed.node) == node
    assert parsed.note == ""


@pytest.mark.parametrize(("q", "words"), [
    ('"a b', "a b"), ("(a b", "a b"), ("a b)", "a b"), ("a OR", "a"), ("OR a", "a"), ("a AND OR b", "a b"), ("()", ""), ("NOT", ""),
    ("person:", "person"), ('""', ""), ("date:someday a", "date someday a"), ("a ( ) b", "a b"),
])
def test_what_cannot_be_parsed_is_searched_as_plain_words(q: str, words: str) -> None:
    parsed = parse(q)
    assert parsed.note == PLAIN_NOTE
    assert [leaf.text for leaf in leaves_of(parsed.node) if isinstance(leaf, Word)] == words.split()


def test_words_know_where_they_stand() -> None:
    q = 'river (boat OR "x y") -snow'
    assert [q[leaf.start:leaf.end] for leaf in leaves_of(parse(q).node) if isinstance(leaf, Word)] == ["river", "boat", "snow"]


@pytest.mark.parametrize("q", [
    "x" * 10_001, "(" * 21 + "a" + ")" * 21, "NOT " * 30 + "a", " ".join(["w*"] * 500), "aa* " * 13, "aa~ " * 13, "a " * 61,
    '"' + "a " * 61 + '"', '"a b"~2 ' * 7,
])
def test_what_costs_too_much_is_refused_with_a_sentence(q: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(q)
    assert refused.value.field == "q"
    assert len(refused.value.reason.split()) > 5


@given(st.text(max_size=200) | st.lists(st.sampled_from(['"', "(", ")", "OR", "AND", "NOT", "-", "a", "b*", "c~", "person:", "date:", "~3", " "]),
                                        max_size=40).map(" ".join))
def test_anything_typed_is_parsed_or_refused(q: str) -> None:
    try:
        parse(q)
    except Invalid as refused:
        assert refused.field == "q"


@pytest.mark.parametrize(("field", "value"), [("sort", "best"), ("page", 0)])
def test_a_question_refuses_what_makes_no_sense(field: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        Question(**{field: value})  # type: ignore[arg-type]
    assert refused.value.field == field


def test_dates_of_a_query_are_not_remembered() -> None:
    dates.parse.cache_clear()
    assert parse("date:1667-03 date:1668~").note == ""
    assert dates.parse.cache_info().currsize == 0


def test_a_query_asks_for_few_dates_and_short_ones() -> None:
    assert parse(" OR ".join(["date:1992-02-26"] * 6)).note == ""
    with pytest.raises(Invalid, match="more than 6 dates"):
        parse(" OR ".join(["date:1992-02-26"] * 7))
    assert parse(" OR ".join(["date:1990..1995"] * 7)).note == ""
    assert parse("date:{" + ",".join(["1992"] * 12) + "}").note == PLAIN_NOTE
