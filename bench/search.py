"""How fast search is: building and asking, on real interviews, beside SQLite FTS5 and Tantivy on the same passages.

    .venv/bin/pip install -e '.[bench]'
    .venv/bin/python -m bench.search DATA/wpa                 # --queries 500 --seed 1

DATA/wpa is a folder with manifest.csv and text files (paragraphs between blank lines). Everything goes on one public shelf.
Each kind is asked `--queries` different questions, drawn by how often words occur; after a warm-up of ten. Prints rows for
docs/performance.md: milliseconds (median / 95th percentile), and how many times as long the others need (median of the totals).
One thread; run it on a quiet machine. What may not live here: the server (its own bench), rights.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
import resource
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from archive_app.access.index_readings import Passage, PassageKey, RenderedTranscript, Rendition
from archive_app.access.readings import Card, CollectionRef, Name, PersonRef, PlaceRef, Segment, Testimony, Transcript, TranscriptHead
from archive_app.language import words
from archive_app.search.documents import Document, documents
from archive_app.search.find import find
from archive_app.search.index import FACETS, Scope
from archive_app.search.query import Question
from archive_app.search.whoosh_index import WhooshIndex

SIX = FACETS[:6]
Asking = Callable[[Question], object]


def renditions(folder: Path) -> Iterator[Rendition]:
    """Every interview of the manifest, as everybody would read it."""
    with open(folder / "manifest.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if not row["transcripts"]:
                continue
            name, language, kind = row["transcripts"].split("|")
            paragraphs = [part.strip() for part in re.split(r"\n\s*\n", (folder / name).read_text(encoding="utf-8")) if part.strip()]
            blocks = tuple(Segment(n, None, None, "", text, language) for n, text in enumerate(paragraphs, 1))
            head = TranscriptHead(1, language, kind)
            people = tuple(PersonRef(shown, role, None, f"{row['identifier']}-{role}")
                           for role, shown in (("narrator", row["narrators"]), ("interviewer", row["interviewers"])) if shown)
            places = (PlaceRef(row["place"], (Name(row["place"]),)),) if row["place"] else ()
            card = Card(row["identifier"], row["title"], CollectionRef(row["collection"], (Name(row["collection"]),)), row["date"], places,
                        people, (language,), (kind,), ("transcript",), narrator_role=row["narrator_role"])
            rendered = RenderedTranscript(Transcript(head, blocks), tuple((n, n) for n in range(len(blocks))))
            yield Rendition("", Testimony(card, "", (), (), (), (head,), ()), (rendered,), 2**62)


class Room:
    """Reads passages out of memory: the gate is measured elsewhere."""

    now = 0

    def __init__(self, every: Iterable[Rendition]) -> None:
        self.every = {rendition.testimony.card.id: rendition for rendition in every}

    def shelves(self, shelves: Iterable[str], /) -> Sequence[str]:
        return list(shelves)

    def own_renditions(self) -> Sequence[tuple[str, Callable[[], Sequence[Rendition]]]]:
        return ()

    def stale(self) -> frozenset[str]:
        return frozenset()

    def labels(self, field: str, values: Iterable[str], /) -> Mapping[str, str]:
        return {}

    def passages(self, keys: Sequence[PassageKey], /) -> Mapping[PassageKey, Passage]:
        return {key: self._passage(key) for key in keys}

    def _passage(self, key: PassageKey) -> Passage:
        rendition = self.every[key.testimony]
        card, rendered = rendition.testimony.card, rendition.transcripts[0].transcript
        if not key.transcript:
            return Passage(key, card, None, (Segment(1, None, None, "", card.title, "en"),))
        chosen = tuple(block for block in rendered.blocks[key.first:key.last + 1] if isinstance(block, Segment))
        return Passage(key, card, rendered.head, chosen)


class Drawn:
    """Questions of each kind, drawn from what is there; the same for the same seed."""

    def __init__(self, every: Sequence[Document], seed: int, count: int) -> None:
        self.rng = random.Random(seed)
        self.count = count
        spoken = (" ".join(text for _, text in one.pieces) for one in every)
        self.passages = [said for text in spoken if len(said := [token.exact for token in words.tokens(text, "en")]) > 8]
        self.times = Counter(word for said in self.passages for word in said if word.isalpha())
        self.known = sorted(self.times)
        self.collections = sorted({one.facts.collection for one in every})
        self.people = sorted({shown.split(",")[0] for one in every for _, shown, role in one.facts.people if role == "narrator"})

    def word(self) -> str:
        said = self.rng.choice(self.passages)
        return next((word for word in self.rng.sample(said, len(said)) if word.isalpha() and len(word) > 2), "water")

    def some(self, make: Callable[[], Question]) -> list[Question]:
        found: dict[Question, None] = {}
        while len(found) < self.count:
            found[make()] = None
        return list(found)

    def kinds(self) -> dict[str, list[Question]]:
        rng, rare = self.rng, [word for word in self.known if self.times[word] <= 8 and len(word) > 3]
        common = [word for word, _ in self.times.most_common(self.count + 200)]
        by_frequency = self.some(lambda: Question(self.word()))
        return {
            "rare word": self.some(lambda: Question(rng.choice(rare))),
            "common word": self.some(lambda: Question(rng.choice(common))),
            "two words": self.some(lambda: Question(" ".join(self.apart(60)))),
            "phrase": self.some(lambda: Question(f'"{" ".join(self.stretch())}"')),
            "near": self.some(lambda: Question(f'"{" ".join(self.apart(5))}"~5')),
            "prefix": self.some(lambda: Question(self.word()[:rng.choice((3, 4, 5))] + "*")),
            "fuzzy": self.some(lambda: Question(self.slip() + "~")),
            "field": self.some(lambda: Question(f'person:"{rng.choice(self.people)}" {self.word()}')),
            "filter": self.some(lambda: Question(self.word(), collection=(rng.choice(self.collections),))),
            "six facets": by_frequency,
            "twenty contexts": by_frequency,
        }

    def stretch(self) -> list[str]:
        said = self.rng.choice(self.passages)
        start, length = self.rng.randrange(len(said) - 3), self.rng.choice((2, 2, 3))
        return said[start:start + length]

    def apart(self, most: int) -> list[str]:
        said = self.rng.choice(self.passages)
        start = self.rng.randrange(len(said) - 1)
        return [said[start], said[min(len(said) - 1, start + self.rng.randint(1, most))]]

    def slip(self) -> str:
        word = next(word for word in iter(self.word, "") if len(word) > 4)
        at = self.rng.randrange(1, len(word) - 1)
        head, tail = word[:at], word[at:]
        return self.rng.choice((head + tail[1:], head + tail[1::-1] + tail[2:], head + "e" + tail))


def timed(ask: Asking, asked: Sequence[Question]) -> list[float]:
    """Milliseconds each."""
    for question in asked[:10]:
        ask(question)
    taken = []
    for question in asked:
        begun = time.perf_counter()
        ask(question)
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def sqlite(every: Sequence[Document], folder: Path) -> tuple[float, Callable[[str], Asking | None]]:
    """FTS5 with its Porter stemmer; total, and the twenty best."""
    begun = time.perf_counter()
    database = sqlite3.connect(folder / "fts.sqlite")
    database.execute("create virtual table passage using fts5(words, person, collection, place, decade, role, language, kind,"
                     " tokenize='porter unicode61', prefix='3 4')")
    database.executemany("insert into passage values (?,?,?,?,?,?,?,?)", (flat(one) for one in every))
    database.commit()
    took = time.perf_counter() - begun
    best = "select rowid from passage where passage match ? order by rank limit 20"
    total = "select count(*) from passage where passage match ?"

    def asking(kind: str) -> Asking | None:
        if kind == "fuzzy":
            return None

        def ask(question: Question) -> object:
            match = fts(question, kind)
            if kind == "twenty contexts":
                excerpts = "select snippet(passage, 0, '[', ']', '', 24) from passage where passage match ? order by rank limit 20"
                return database.execute(total, (match,)).fetchall(), database.execute(excerpts, (match,)).fetchall()
            counted = [database.execute(f"select {field}, count(*) from passage where passage match ? group by 1", (match,)).fetchall()
                       for field in ("collection", "language", "place", "decade", "role", "kind")] if kind == "six facets" else []
            return counted, database.execute(total, (match,)).fetchall(), database.execute(best, (match,)).fetchall()

        return ask

    return took, asking


def fts(question: Question, kind: str) -> str:
    """The question as FTS5 writes it."""
    q = question.q
    if kind == "near":
        first, second = q.removesuffix("~5").strip('"').split()
        return f'words : NEAR("{first}" "{second}", 5)'
    if kind == "field":
        person, word = q.removeprefix("person:").rsplit(" ", 1)
        return f'person : {person} AND words : "{word}"'
    if kind == "prefix":
        return f'words : "{q[:-1]}" *'
    text = f"words : {q}" if kind == "phrase" else "words : (" + " AND ".join(f'"{word}"' for word in q.split()) + ")"
    return text + "".join(f' AND collection : "{collection}"' for collection in question.collection)


def flat(one: Document) -> tuple[str, ...]:
    facts = one.facts
    return (" ".join(text for _, text in one.pieces), " ".join(shown for _, shown, _ in facts.people), facts.collection,
            facts.places[0][0] if facts.places else "", facts.date[:3], facts.narrator_role, "en", one.kind)


def tantivy(every: Sequence[Document], folder: Path) -> tuple[float, Callable[[str], Asking | None]] | None:
    """Tantivy with its English stemmer; total, and the twenty best. None where it is not installed."""
    try:
        import tantivy as engine
    except ImportError:
        return None
    names = ("collection", "place", "decade", "role", "language", "kind")
    builder = engine.SchemaBuilder()
    builder.add_text_field("words", stored=True, tokenizer_name="en_stem")
    builder.add_text_field("person", tokenizer_name="default")
    for name in names:
        builder.add_text_field(name, tokenizer_name="raw", fast=True)
    schema = builder.build()
    begun = time.perf_counter()
    (folder / "tantivy").mkdir()
    index = engine.Index(schema, path=str(folder / "tantivy"))
    writer = index.writer(128_000_000, 1)
    for one in every:
        said, person, *rest = flat(one)
        writer.add_document(engine.Document(words=said, person=person, **dict(zip(names, rest, strict=True))))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    took = time.perf_counter() - begun
    searcher = index.searcher()

    def parsed(question: Question, kind: str) -> Any:
        q = question.q
        if kind == "prefix":
            return engine.Query.regex_query(schema, "words", q[:-1] + ".*")
        if kind == "fuzzy":
            return engine.Query.fuzzy_term_query(schema, "words", q[:-1], 1)
        text = " AND ".join(f'words:"{word}"' for word in q.split()) if '"' not in q else f"words:{q}"
        if kind == "field":
            person, word = q.removeprefix("person:").rsplit(" ", 1)
            text = f'person:{person} AND words:"{word}"'
        return index.parse_query(text + "".join(f' AND collection:"{collection}"' for collection in question.collection), ["words"])

    def asking(kind: str) -> Asking | None:
        def ask(question: Question) -> object:
            query = parsed(question, kind)
            found = searcher.search(query, 20)
            if kind == "six facets":
                return found, searcher.aggregate(query, {name: {"terms": {"field": name, "size": 1000}} for name in names})
            if kind == "twenty contexts":
                cut = engine.SnippetGenerator.create(searcher, query, schema, "words")
                return [cut.snippet_from_doc(searcher.doc(address)).to_html() for _, address in found.hits]
            return found

        return ask

    return took, asking


def ours(every: Sequence[Rendition], folder: Path) -> tuple[float, WhooshIndex]:
    begun = time.perf_counter()
    index = WhooshIndex(folder / "search_index")
    with index.bulk():
        for rendition in every:
            index.put("", rendition.testimony.card.id, documents([rendition])[""], "1")
    return time.perf_counter() - begun, index


def _ours_asking(index: WhooshIndex, room: Room, scope: Scope, kind: str) -> Asking:
    if kind == "twenty contexts":
        return lambda question: find(room, index, question, ())
    facets = SIX if kind == "six facets" else ()
    return lambda question: index.find(scope, question, facets)


def row(kind: str, taken: Sequence[float], others: Sequence[Sequence[float] | None]) -> str:
    ratios = [f"{median(other) / median(taken):.2f} / {quantiles(other, n=20)[-1] / quantiles(taken, n=20)[-1]:.2f}" if other else "-"
              for other in others]
    return " | ".join(["", kind, f"{median(taken):.1f} / {quantiles(taken, n=20)[-1]:.1f}", *ratios, ""]).strip()


def main(arguments: Sequence[str]) -> None:
    """Build, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    every = list(renditions(chosen.folder))
    flat_documents = [one for rendition in every for one in documents([rendition])[""]]
    place = Path(tempfile.mkdtemp())
    try:
        took, index = ours(every, place)
        room, scope = Room(every), Scope(("",))
        begun = time.perf_counter()
        size = index.find(scope, Question()).total
        opened = time.perf_counter() - begun
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        stored = sum(path.stat().st_size for path in (place / "search_index").rglob("*") if path.is_file()) >> 20
        print(f"{size} passages; built in {took:.1f} s; {stored} MB on disk; first question {opened * 1000:.0f} ms; peak {peak} MB so far")
        beside = [("SQLite FTS5", sqlite(flat_documents, place)), ("Tantivy", tantivy(flat_documents, place))]
        print("; ".join(f"{name}: built in {other[0]:.1f} s" if other else f"{name}: not installed" for name, other in beside))
        print("| kind | ms, median / 95 % |", " | ".join(f"{name}, times as long" for name, _ in beside), "|\n|---|---|---|---|")
        for kind, asked in Drawn(flat_documents, chosen.seed, chosen.queries).kinds().items():
            taken = timed(_ours_asking(index, room, scope, kind), asked)
            others = [timed(ask, asked) if other and (ask := other[1](kind)) else None for _, other in beside]
            print(row(kind, taken, others), flush=True)
    finally:
        shutil.rmtree(place)


if __name__ == "__main__":
    main(sys.argv[1:])
