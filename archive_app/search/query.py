"""Queries: what people type, and the filters beside it, as frozen values. Pure.

    words           all of them, in any of their forms        "exact words"        exactly these, in this order
    a OR b   NOT a   -a   ( )                                 "near words"~5       with at most 5 other words among them
    begin*   almost~                                          speaker: person: place: title: collection: lang: date:

What cannot be parsed is searched as plain words, and says so. What would cost too much is refused with a sentence.
What may not live here: languages and stems (matching), anything that looks into an index.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from archive_app.errors import Invalid
from archive_app.language import dates

LONGEST = 1000
MOST_WORDS = 60
MOST_EXPANDING = 12
MOST_NEAR = 6
MOST_DATES = 6
LONGEST_DATE = 40
"""Characters: a list of dates takes some 50 ms to be read, and nothing remembers it."""
DEEPEST = 20
FARTHEST = 50
FIELDS = ("speaker", "person", "place", "title", "collection", "lang", "date")
SORTS = ("rank", "date", "title")
PLAIN_NOTE = "This could not be read as a query, so its words were searched as they stand."


@dataclass(frozen=True)
class Everything:
    """What an empty query asks for."""


@dataclass(frozen=True)
class Word:
    """A word in any of its forms; `start`, `end`: where it stands in the query."""

    text: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Phrase:
    """Exact words in this order; with a `distance`, in any order with at most so many other words among them."""

    text: str
    distance: int | None = None


@dataclass(frozen=True)
class Prefix:
    text: str


@dataclass(frozen=True)
class Fuzzy:
    """Words one slip away: a letter more, less, other, or two neighbours swapped."""

    text: str


@dataclass(frozen=True)
class Field:
    name: str
    text: str


@dataclass(frozen=True)
class Years:
    """Told between these years, both included."""

    first: int
    last: int


@dataclass(frozen=True)
class Not:
    node: Node


@dataclass(frozen=True)
class And:
    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Or:
    nodes: tuple[Node, ...]


Node = Everything | Word | Phrase | Prefix | Fuzzy | Field | Years | Not | And | Or


@dataclass(frozen=True)
class Parsed:
    """`note`: empty, or a sentence for the reader."""

    node: Node
    note: str = ""


@dataclass(frozen=True)
class Question:
    """Everything /search may ask. Several values of one filter: any of them. Filters hold public ids, tags and plain words;
    `decade` as `1930`; `testimony` keeps to one."""

    q: str = ""
    collection: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    decade: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    has: tuple[str, ...] = ()
    group: bool = False
    whole: bool = False
    sort: str = "rank"
    page: int = 1
    testimony: str = ""

    def __post_init__(self) -> None:
        if self.sort not in SORTS:
            raise Invalid("sort", "must be rank, date or title")
        if self.page < 1:
            raise Invalid("page", "pages are counted from 1")


class _Unreadable(Exception):
    """The query does not follow the grammar."""


_TOKEN = re.compile(
    r"\s*(?:(?P<open>\()|(?P<close>\))|(?P<minus>-)(?=[^\s-])|(?P<field>(?:" + "|".join(FIELDS) + r")):"
    r"|\"(?P<quoted>[^\"]*)\"(?:~(?P<near>\d{1,6}))?|(?P<chunk>[^\s()\"]+)|(?P<bad>\"))"
)
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_YEARS = re.compile(r"(\d{3,4})(?:\.\.|-)(\d{3,4})")


def parse(q: str) -> Parsed:
    """The tree of a query. Raises Invalid("q", ...) for one that is too long, too deep or too costly."""
    if len(q) > LONGEST:
        raise Invalid("q", f"is longer than {LONGEST} characters; please search for less at once")
    text = q.translate(_QUOTES)
    try:
        tokens = _tokens(text)
        reader = _Reader(tokens)
        node = reader.any_of(0) if tokens else Everything()
        reader.end()
        parsed = Parsed(node)
    except _Unreadable:
        chunks = [match for match in re.finditer(r"[^\s()\":]+", text) if match.group() not in ("AND", "OR", "NOT")]
        plain = tuple(Word(match.group(), match.start(), match.end()) for match in chunks)
        parsed = Parsed(And(plain) if plain else Everything(), PLAIN_NOTE)
    _check_cost(parsed.node)
    return parsed


def _tokens(text: str) -> list[re.Match[str]]:
    found, at = [], 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None or match["bad"]:
            raise _Unreadable
        found.append(match)
        at = match.end()
    return found


class _Reader:
    """Recursive descent over the tokens; OR binds less than AND, which may be left out."""

    def __init__(self, tokens: list[re.Match[str]]) -> None:
        self.tokens = tokens
        self.at = 0
        self.dates = 0

    def peek(self, *kinds: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at].lastgroup in kinds

    def chunk(self) -> str:
        return self.tokens[self.at]["chunk"] if self.peek("chunk") else ""

    def take(self) -> re.Match[str]:
        if self.at >= len(self.tokens):
            raise _Unreadable
        self.at += 1
        return self.tokens[self.at - 1]

    def end(self) -> None:
        if self.at < len(self.tokens):
            raise _Unreadable

    def any_of(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise Invalid("q", f"nests more than {DEEPEST} brackets; please write it more simply")
        nodes = [self.all_of(depth)]
        while self.chunk() == "OR":
            self.take()
            nodes.append(self.all_of(depth))
        return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))

    def all_of(self, depth: int) -> Node:
        nodes = [self.one(depth)]
        while self.at < len(self.tokens) and self.chunk() != "OR" and not self.peek("close"):
            if self.chunk() == "AND":
                self.take()
            nodes.append(self.one(depth))
        return nodes[0] if len(nodes) == 1 else And(tuple(nodes))

    def one(self, depth: int) -> Node:
        match = self.take()
        if match["minus"] or match["chunk"] == "NOT":
            return Not(self.one(depth + 1) if depth < DEEPEST else self.too_deep())
        if match["open"]:
            node = self.any_of(depth + 1)
            if not self.take()["close"]:
                raise _Unreadable
            return node
        if match["field"]:
            return self.field(match["field"])
        if match["quoted"] is not None:
            if not match["quoted"].strip():
                raise _Unreadable
            return Phrase(match["quoted"], min(int(match["near"]), FARTHEST) if match["near"] else None)
        if match["close"] or match["chunk"] in ("AND", "OR"):
            raise _Unreadable
        return _word(match["chunk"], match.start("chunk"))

    def too_deep(self) -> NoReturn:
        raise Invalid("q", "denies a denial too often; please write it more simply")

    def field(self, name: str) -> Node:
        match = self.take()
        text = match["quoted"] if match["quoted"] is not None else match["chunk"]
        if not text or not text.strip():
            raise _Unreadable
        if name != "date":
            return Field(name, text)
        between = _YEARS.fullmatch(text)
        span = (int(between[1]), int(between[2])) if between else self.date(text)
        return Years(min(span), max(span))

    def date(self, text: str) -> tuple[int, int]:
        self.dates += 1
        if self.dates > MOST_DATES:
            raise Invalid("q", f"has more than {MOST_DATES} dates; please search for fewer at once")
        if len(text) > LONGEST_DATE:
            raise _Unreadable
        try:
            return dates.years(dates.read(text))
        except ValueError as problem:
            raise _Unreadable from problem


def _word(text: str, start: int) -> Node:
    if text.endswith("*") and len(text.rstrip("*")) > 1:
        return Prefix(text.rstrip("*"))
    if text.endswith("~") and len(text.rstrip("~")) > 1:
        return Fuzzy(text.rstrip("~"))
    return Word(text, start, start + len(text))


def leaves_of(node: Node) -> list[Node]:
    """Every node that holds no other, in order."""
    if isinstance(node, Not):
        return leaves_of(node.node)
    if isinstance(node, (And, Or)):
        return [leaf for inner in node.nodes for leaf in leaves_of(inner)]
    return [node]


def _check_cost(node: Node) -> None:
    leaves = leaves_of(node)
    texts = sum(len(leaf.text.split()) for leaf in leaves if isinstance(leaf, (Word, Phrase, Prefix, Fuzzy, Field)))
    if texts > MOST_WORDS:
        raise Invalid("q", f"has more than {MOST_WORDS} words; please search for fewer at once")
    if sum(isinstance(leaf, (Prefix, Fuzzy)) for leaf in leaves) > MOST_EXPANDING:
        raise Invalid("q", f"has more than {MOST_EXPANDING} words with * or ~; please search for fewer at once")
    if sum(isinstance(leaf, Phrase) and leaf.distance is not None for leaf in leaves) > MOST_NEAR:
        raise Invalid("q", f"has more than {MOST_NEAR} groups of near words; please search for fewer at once")
