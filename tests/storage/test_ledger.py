"""The file of the ledger: what is read from what is written, laid together, and how far the audit chain is held to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from archive_app.storage import ledger
from archive_app.storage.ledger import Book, Entry


def written(path: Path, *entries: Entry) -> Book:
    with ledger.opened(path) as held:
        for entry in entries:
            held.add(entry)
    return ledger.read(path)


def closing(name: str, entries: int = 0) -> Entry:
    return Entry("withdraw", 1_000, name, "", f"statement of {name}", entries, f"head {entries}" if entries else "")


def test_what_was_written_is_read(tmp_path: Path) -> None:
    assert ledger.read(tmp_path / "none") == Book()
    book = written(tmp_path / "ledger", closing("a", 3), Entry("backup", 5, entries=4, head="head 4"))
    book = written(tmp_path / "ledger", closing("b", 5))
    assert [(line.number, line.testimony) for line in book.lines] == [(1, "a"), (2, ""), (3, "b")] and book.wrong == ()
    assert [line.testimony for line in book.closing] == ["a", "b"]
    assert book.anchors() == {3: "head 3", 4: "head 4", 5: "head 5"}


def test_a_kind_of_a_later_version_closes(tmp_path: Path) -> None:
    assert [line.kind for line in written(tmp_path / "ledger", Entry("erase", 1, "a", statement="x")).closing] == ["erase"]


def test_of_what_a_restore_put_aside_the_chain_is_not_asked(tmp_path: Path) -> None:
    book = written(tmp_path / "ledger", closing("a", 3), closing("b", 9), Entry("restore", 7, entries=5, head="head 5"), closing("c", 6))
    assert book.anchors() == {3: "head 3", 5: "head 5", 6: "head 6"}
    book = written(tmp_path / "ledger", Entry("restore", 8, entries=2, head="head 2"))
    assert book.anchors() == {2: "head 2"}


def test_ledgers_laid_together_hold_every_line_once(tmp_path: Path) -> None:
    older = written(tmp_path / "one", closing("a"), closing("b"))
    newer = written(tmp_path / "one", closing("c"))
    other = written(tmp_path / "other", closing("a"), closing("d"))
    book = ledger.place(tmp_path / "new" / "ledger", [older, newer, other, Book()])
    assert [line.testimony for line in book.lines] == ["a", "b", "c", "d"] and book.wrong == ()
    assert book.lines[:3] == newer.lines
    assert ledger.place(tmp_path / "new" / "ledger", [older, book]) == book
    assert ledger.place(tmp_path / "empty", []) == Book()


@pytest.mark.parametrize("key", ["kind", "testimony", "statement", "import_key", "at", "entries", "head", "number", "previous", "digest"])
def test_a_changed_line_is_wrong(tmp_path: Path, key: str) -> None:
    written(tmp_path / "ledger", closing("a"), closing("b", 3), closing("c"))
    rows = [json.loads(row) for row in (tmp_path / "ledger").read_text(encoding="utf-8").splitlines()]
    rows[1][key] = rows[1][key] + 1 if isinstance(rows[1][key], int) else "0" * 64
    assert 2 in ledger.parsed("".join(json.dumps(row) + "\n" for row in rows).encode()).wrong


@pytest.mark.parametrize("change", [lambda a, b, c: (b, c), lambda a, b, c: (a, c), lambda a, b, c: (a, "nonsense", c), lambda a, b, c: (b, a, c),
                                    lambda a, b, c: (a, "{}", b, c), lambda a, b, c: (a, b, b, c)])
def test_lines_taken_out_moved_or_slipped_in_are_wrong_and_the_rest_counts(tmp_path: Path, change: Callable[..., tuple[str, ...]]) -> None:
    written(tmp_path / "ledger", closing("a"), closing("b"), closing("c"))
    rows = change(*(tmp_path / "ledger").read_text(encoding="utf-8").splitlines())
    book = ledger.parsed("".join(f"{row}\n" for row in rows).encode())
    assert book.wrong and {line.testimony for line in book.closing} == {json.loads(row).get("testimony") for row in rows if "testimony" in row}
