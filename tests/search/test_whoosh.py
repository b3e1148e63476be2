"""What is particular to the index on Whoosh: files, segments, deaths, other processes and threads."""

from __future__ import annotations

import ast
import os
import random
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from importlib.metadata import packages_distributions
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from whoosh import index as whoosh
from whoosh import query as whoosh_query
from whoosh.util.numeric import byte_to_length, length_to_byte

import archive_app.search
from archive_app.search import whoosh_commits, whoosh_segments, whoosh_shelves
from archive_app.search.documents import Document, documents
from archive_app.search.index import FACETS, Scope
from archive_app.search.index import replace as replace_testimony
from archive_app.search.leaves import US, Leaf, leaf_of
from archive_app.search.matching import Match
from archive_app.search.query import Question, parse
from archive_app.search.ranking import scores
from archive_app.search.shelves import folder_name
from archive_app.search.view import ROUNDED, Part
from archive_app.search.whoosh_index import WhooshIndex
from tests.search.asking import questions
from tests.search.making import archive, everything, sentence

HERE = Path(archive_app.search.__file__).parent
PUBLIC = Scope(("",))


@pytest.fixture
def filled(tmp_path: Path) -> WhooshIndex:
    index = WhooshIndex(tmp_path / "search_index")
    with index.bulk():
        for story, rendered in everything(archive(11, 8)):
            replace_testimony(index, story.id, documents(rendered), "1")
    return index


def segments(root: Path, shelf: str = "") -> list[tuple[Path, object]]:
    folder = root / folder_name(shelf)
    opened = whoosh.open_dir(str(folder), whoosh_segments.INDEX_NAME, schema=whoosh_segments.SCHEMA)
    return [(folder, segment) for segment in opened._segments()]


def content(leaf: Leaf) -> tuple[object, ...]:
    one = leaf.postings
    return leaf.rows, leaf.testimony.tolist(), leaf.facts, leaf.versions, one.terms, *(a.tolist() for a in (one.start, one.doc, one.at, one.pos))


def public_documents(seed: int = 11, size: int = 8) -> dict[str, Sequence[Document]]:
    """Testimony -> what everybody reads of it, where that is anything."""
    made = {story.id: documents(rendered).get("", ()) for story, rendered in everything(archive(seed, size))}
    return {testimony: group for testimony, group in made.items() if group}


def put_all(index: WhooshIndex, groups: dict[str, Sequence[Document]], version: str = "1") -> None:
    with index.bulk():
        for testimony, group in groups.items():
            index.put("", testimony, group, version)


def test_only_these_modules_name_whoosh() -> None:
    naming = {path.name for path in HERE.parent.rglob("*.py") for node in ast.walk(ast.parse(path.read_text()))
              if (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "whoosh")
              or (isinstance(node, ast.Import) and any(alias.name.split(".")[0] == "whoosh" for alias in node.names))}
    assert naming == {"whoosh_commits.py", "whoosh_segments.py", "whoosh_shelves.py"}


def test_one_distribution_provides_whoosh() -> None:
    assert packages_distributions()["whoosh"] == ["Whoosh-Reloaded"]


def test_a_segment_reads_back_as_what_was_put(filled: WhooshIndex, tmp_path: Path) -> None:
    (folder, segment), = segments(tmp_path / "search_index")
    direct = leaf_of("", "", [("1", group) for group in public_documents().values()])
    assert content(whoosh_segments.decode(folder, "", segment)) == content(direct)


def test_the_arrays_beside_a_segment_are_its_own(filled: WhooshIndex, tmp_path: Path) -> None:
    (folder, segment), = segments(tmp_path / "search_index")
    beside = whoosh_segments._load(whoosh_segments._beside(folder, segment), "", "")
    assert content(beside) == content(whoosh_segments.decode(folder, "", segment))


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 no longer a file", None])
def test_without_the_arrays_a_segment_is_decoded(filled: WhooshIndex, tmp_path: Path, damage: bytes | None) -> None:
    (folder, segment), = segments(tmp_path / "search_index")
    before = content(whoosh_segments.read(folder, "", segment))
    beside = whoosh_segments._beside(folder, segment)
    beside.unlink() if damage is None else beside.write_bytes(damage)
    assert content(whoosh_segments.read(folder, "", segment)) == before


def test_lengths_are_rounded_as_whoosh_stores_them() -> None:
    assert [int(ROUNDED[length]) for length in range(len(ROUNDED))] == [byte_to_length(length_to_byte(length)) for length in range(len(ROUNDED))]


def test_scores_are_those_of_whoosh(tmp_path: Path) -> None:
    """Words with one form each, so that a term of ours is a term of Whoosh's."""
    rng = random.Random(1)
    like = next(iter(public_documents().values()))[0]
    index = WhooshIndex(tmp_path)
    index.put("", like.testimony, [replace(like, passage=f"{like.testimony}/01/{n:06}", pieces=(("en", sentence(rng, "en")),))
                                   for n in range(300)], "1")
    view = index.view(PUBLIC)
    (folder, _), = segments(tmp_path)
    with whoosh.open_dir(str(folder), whoosh_segments.INDEX_NAME, schema=whoosh_segments.SCHEMA).searcher() as searcher:
        for words in (["bread"], ["bridge"], ["night", "snow"], ["winter", "bread", "mother"]):
            match = Match(view, parse(" OR ".join(words)).node)
            hits = np.flatnonzero(match.mask)
            terms = [term for term in view.leaves[0].postings.terms if term.split(US)[:2] in [["en", word] for word in words]]
            asked = whoosh_query.Or([whoosh_query.Term("words", term) for term in terms])
            theirs = {hit.docnum: hit.score for hit in searcher.search(asked, limit=None)}
            assert sorted(theirs) == hits.tolist()
            assert dict(zip(hits.tolist(), scores(view, match, hits).tolist(), strict=True)) == pytest.approx(theirs, rel=1e-12)


def test_scores_do_not_depend_on_the_order_of_words(filled: WhooshIndex) -> None:
    view = filled.view(PUBLIC)
    seen = set()
    for several in permutations(("river", "night", "bread", "winter", "the")):
        match = Match(view, parse(" OR ".join(several)).node)
        seen.add(scores(view, match, np.flatnonzero(match.mask)).tobytes())
    assert len(seen) == 1


def test_the_index_is_closed_to_other_people(filled: WhooshIndex, tmp_path: Path) -> None:
    folders = [tmp_path / "search_index", *(path for path in (tmp_path / "search_index").iterdir() if path.is_dir())]
    assert len(folders) > 2
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}


def test_withdrawn_words_stay_in_no_file(filled: WhooshIndex, tmp_path: Path) -> None:
    document = next(iter(public_documents().values()))[0]
    told = replace(document, passage="t/01/1", facts=replace(document.facts, testimony="t"), pieces=(("en", "the zanzibar quilt"),))
    filled.put("", "t", [told], "1")
    assert holding(tmp_path, b"zanzibar")
    filled.drop("t")
    assert not holding(tmp_path, b"zanzibar")
    filled.put("", "t", [told], "1")
    filled.put("", "t", [replace(told, pieces=(("en", "the quilt"),))], "2")
    assert not holding(tmp_path, b"zanzibar")
    assert holding(tmp_path, b"quilt")
    filled.clear()
    assert not holding(tmp_path, b"quilt")


def holding(folder: Path, word: bytes) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and word in path.read_bytes()]


def test_a_change_rewrites_only_the_segments_it_touches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whoosh_commits, "SEGMENT", 40)
    index = WhooshIndex(tmp_path)
    put_all(index, public_documents(11, 20))
    before = {leaf.key: leaf for leaf in index.view(PUBLIC).leaves}
    assert len(before) > 3
    assert all(len(leaf) <= 40 or len(leaf.facts) == 1 for leaf in before.values())
    touched = next(key for key, leaf in before.items() if any(facts.testimony == "story-003" for facts in leaf.facts))
    index.drop("story-003")
    assert set(before) - {leaf.key for leaf in index.view(PUBLIC).leaves} == {touched}
    assert not any(part.dead for part in index._shelves.parts(""))


def test_many_small_segments_are_joined(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path)
    for testimony, group in public_documents(11, 24).items():
        index.put("", testimony, group, "1")
    assert 1 <= len(index.view(PUBLIC).leaves) <= whoosh_commits.FEW + 1


def test_a_commit_is_found_before_old_segments_are_rewritten(filled: WhooshIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(shelf: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(filled._commits, "tidy", dies)
    before = filled.find(PUBLIC, Question()).testimonies
    with pytest.raises(KeyboardInterrupt):
        filled.drop("story-001")
    assert "story-001" not in filled.holds()[""]
    assert filled.find(PUBLIC, Question()).testimonies == before - 1


def test_a_death_between_two_shelves_leaves_words_missing_never_exposed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A testimony is narrowed from everybody to staff, and the writer dies after its first commit."""
    index = WholeOrDead(tmp_path)
    group = next(iter(public_documents().values()))
    testimony = group[0].testimony
    index.put("", testimony, group, "1")
    for bulk in (True, False):
        replace_testimony(index, testimony, {"": group}, f"before {bulk}")
        with pytest.raises(KeyboardInterrupt), index.dying(monkeypatch, after=1), index.bulk() if bulk else nullcontext():
            replace_testimony(index, testimony, {"staff@north": group}, f"after {bulk}")
        assert index.holds() == {}


class WholeOrDead(WhooshIndex):
    @contextmanager
    def dying(self, monkeypatch: pytest.MonkeyPatch, after: int) -> Iterator[None]:
        """Within, the writer dies instead of making any commit after so many."""
        left = [after]
        commit = self._commits._commit

        def once_more(shelf: str, change: whoosh_commits.Change) -> None:
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
            commit(shelf, change)

        with monkeypatch.context() as patched:
            patched.setattr(self._commits, "_commit", once_more)
            yield


def test_what_a_dead_writer_left_is_swept_up(filled: WhooshIndex, tmp_path: Path) -> None:
    root = tmp_path / "search_index"
    (root / f"{whoosh_commits.UNFINISHED}new").mkdir()
    (root / f"{whoosh_commits.UNFINISHED}new" / "x").write_text("zanzibar")
    other_format = root / ("0" * 32)
    other_format.mkdir()
    (other_format / "name").write_text("")
    (root / "README.md").write_text("stays")
    assert "" in filled.shelves()
    filled.drop("nobody")
    assert not other_format.exists() and not holding(tmp_path, b"zanzibar")
    assert (root / "README.md").exists()


def test_another_process_sees_the_commit(filled: WhooshIndex, tmp_path: Path) -> None:
    before = filled.find(PUBLIC, Question()).testimonies
    for testimony, left in (("story-001", 1), ("story-003", 2)):
        code = ("import sys, pathlib; from archive_app.search.whoosh_index import WhooshIndex;"
                f"WhooshIndex(pathlib.Path(sys.argv[1])).drop({testimony!r})")
        subprocess.run([sys.executable, "-c", code, str(tmp_path / "search_index")], check=True, cwd=HERE.parents[1])
        assert filled.find(PUBLIC, Question()).testimonies == before - left


def test_a_cleared_and_refilled_index_is_not_taken_for_the_old_one(filled: WhooshIndex, tmp_path: Path) -> None:
    other = WhooshIndex(tmp_path / "search_index")
    for size in (3, 5, 3):
        other.clear()
        put_all(other, public_documents(11, size), str(size))
        assert filled.find(PUBLIC, Question()) == other.find(PUBLIC, Question())
        assert set(filled.holds()[""].values()) == {str(size)}


def test_threads_and_commits_do_not_disturb_answers(filled: WhooshIndex, tmp_path: Path) -> None:
    """Four readers ask while another object drops and puts one testimony: every answer is the one before or the one after."""
    asked = questions(1, 30, archive(11, 8))
    writer = WhooshIndex(tmp_path / "search_index")
    group = public_documents()["story-001"]
    with_it = [filled.find(PUBLIC, question, FACETS) for question in asked]
    writer.put("", "story-001", (), "")
    without = [filled.find(PUBLIC, question, FACETS) for question in asked]
    wrong: list[object] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                for question, one, other in zip(asked, with_it, without, strict=True):
                    if filled.find(PUBLIC, question, FACETS) not in (one, other):
                        wrong.append(question)
        except BaseException as error:
            wrong.append(error)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for _ in range(6):
        writer.put("", "story-001", group, "1")
        writer.put("", "story-001", (), "")
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []


def test_several_commits_between_two_looks_are_followed(filled: WhooshIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine the writer may take away, more than once in a row, what a reader is about to open."""
    writer, group, left = WhooshIndex(tmp_path / "search_index"), public_documents()["story-001"], [(), ("again",), (), ("again",)]
    before, real = filled.holds(), whoosh_shelves.Shelves._read

    def late(folder: Path, shelf: str, known: whoosh_shelves.Contents) -> tuple[Part, ...]:
        if not left:
            return real(folder, shelf, known)
        documents = left.pop()
        writer.put("", "story-001", group if documents else (), "1" if documents else "")
        raise FileNotFoundError(2, "taken away", str(folder))

    writer.put("", "story-001", (), "")
    monkeypatch.setattr(filled._shelves, "_read", late)
    assert "story-001" in before[""] and "story-001" not in filled.holds()[""] and not left


WRITER = """
import pathlib, sys
from archive_app.search.documents import documents
from archive_app.search.index import replace
from archive_app.search.whoosh_index import WhooshIndex
from tests.search.making import archive, everything, sentence
index = WhooshIndex(pathlib.Path(sys.argv[1]))
every = everything(archive(11, 8))
print("ready", flush=True)
while True:
    with index.bulk():
        for story, rendered in every:
            replace(index, story.id, documents(rendered), "1")
    for story, rendered in every[:3]:
        index.drop(story.id)
"""


def killed_at(moments: Iterator[float], folder: Path) -> None:
    """Start a writer that never rests, kill it, and see that what is there can be read and made whole."""
    for moment in moments:
        with subprocess.Popen([sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, cwd=HERE.parents[1]) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            try:
                writer.wait(moment)
            except subprocess.TimeoutExpired:
                os.kill(writer.pid, signal.SIGKILL)
        index = WhooshIndex(folder)
        index.find(Scope(index.shelves()), Question(q="river"), FACETS)
        for shelf, held in index.holds().items():
            for testimony, passages in index.contents(shelf):
                assert testimony in held and passages
    with index.bulk():
        for story, rendered in everything(archive(11, 8)):
            replace_testimony(index, story.id, documents(rendered), "2")
    fresh = WhooshIndex(folder.with_name("fresh"))
    with fresh.bulk():
        for story, rendered in everything(archive(11, 8)):
            replace_testimony(fresh, story.id, documents(rendered), "2")
    assert index.digest() == fresh.digest()
    left = [path.name for path in folder.rglob("*") if path.name.endswith((".tmp", ".run")) or path.name.startswith(".")]
    assert left == []


def test_a_killed_writer_leaves_a_whole_index(tmp_path: Path) -> None:
    killed_at(iter((0.02, 0.15)), tmp_path / "search_index")


@pytest.mark.slow
def test_a_writer_killed_forty_times_leaves_a_whole_index(tmp_path: Path) -> None:
    killed_at((number * 0.011 for number in range(1, 41)), tmp_path / "search_index")
