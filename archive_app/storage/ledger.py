"""The ledger of withdrawals: one JSON object a line, each covering the one before, in a file apart from the database.

A database that is put back from a backup does not know what was withdrawn since; the ledger does. Lines hold ids and digests only.
A line is on the disk when `opened` is left. A last line without its end was never acknowledged: it is cut off and written anew.
What may not live here: what the database knows (records.withdrawals), what is done about a difference (actions).
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import BinaryIO

from archive_app.errors import Damaged
from archive_app.files import name_whole, sync

WITHDRAW, HOLD, NARROW, BACKUP, RESTORE = "withdraw", "hold", "narrow", "backup", "restore"
ERASE, FORGET = "erase", "forget"
"""`narrow`: consent was recorded, words were restricted, or the archive unpublished: less is open than a backup made before it knows.
`erase`: the testimony is gone, bytes and words; `forget`: a draft of a family is."""
SUBMISSION = "submission:"
"""How the name of what families brought in begins in a line; what follows is its public id."""
MARKS = (BACKUP, RESTORE)
"""Kinds that close nothing. Every other kind, one of a later version too, closes something of the testimony it names."""


@dataclass(frozen=True)
class Entry:
    """`testimony`: its public id; `import_key`: SHA-256 of the key under which an import without identifiers knows it, or empty;
    `statement`: digest of the statement (of `narrow`: of the audit entry); `at`: ms UTC. `entries`, `head`: how many
    entries the audit chain had, and the digest of the last of them, when this was recorded (0 and empty = not known)."""

    kind: str
    at: int
    testimony: str = ""
    import_key: str = ""
    statement: str = ""
    entries: int = 0
    head: str = ""

    @property
    def closes(self) -> bool:
        return self.kind not in MARKS


@dataclass(frozen=True)
class Line(Entry):
    """An entry in its place. `number` counts from 1; `previous`: the digest of the line before; `digest`: SHA-256 over all the rest."""

    number: int = 0
    previous: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Book:
    """A ledger as read: `lines` in order; `wrong`: numbers of those that do not follow from the one before, or cannot be read."""

    lines: tuple[Line, ...] = ()
    wrong: tuple[int, ...] = ()

    @property
    def closing(self) -> tuple[Line, ...]:
        """The lines that close something."""
        return tuple(line for line in self.lines if line.closes)

    def anchors(self) -> dict[int, str]:
        """Number of entries -> digest that the audit chain must have there. What a restore put aside of the chain is not asked for."""
        found: dict[int, str] = {}
        kept: int | None = None
        for line in reversed(self.lines):
            if line.head and (kept is None or line.entries <= kept):
                found[line.entries] = line.head
            if line.kind == RESTORE:
                kept = line.entries if kept is None else min(kept, line.entries)
        return found


@dataclass
class Open:
    """A ledger held for writing; `add` writes, and leaving `opened` makes it durable."""

    book: Book
    stream: BinaryIO
    added: list[Line] = field(default_factory=list)

    def add(self, entry: Entry) -> Line:
        """Write one line after the last."""
        last = (*self.book.lines, *self.added)[-1:]
        facts = {**{name: getattr(entry, name) for name in Entry.__dataclass_fields__},
                 "number": last[0].number + 1 if last else 1, "previous": last[0].digest if last else ""}
        line = Line(**facts, digest=_digest(facts))
        self.stream.write(json.dumps(asdict(line), sort_keys=True).encode() + b"\n")
        self.added.append(line)
        return line


def read(path: Path) -> Book:
    """The ledger at `path`; an empty one where there is none. A last line without its end is not read. Raises Damaged where the file
    cannot be read."""
    try:
        return parsed(path.read_bytes())
    except FileNotFoundError:
        return Book()
    except OSError as error:
        raise Damaged("the ledger of withdrawals", "a file that can be read", error.strerror or type(error).__name__) from error


def parsed(content: bytes) -> Book:
    """A ledger from its bytes. What cannot be read as a line is among the wrong ones; all others count, wherever they stand."""
    lines: list[Line] = []
    wrong, previous = [], ""
    for number, text in enumerate(content.split(b"\n")[:-1], 1):
        line = _line(text)
        if line is None:
            wrong.append(number)
            continue
        if line.previous != previous or line.number != number or line.digest != _digest(_facts(line)):
            wrong.append(number)
        previous = line.digest
        lines.append(line)
    return Book(tuple(lines), tuple(wrong))


@contextmanager
def opened(path: Path) -> Iterator[Open]:
    """The ledger, for this process alone until it is left; made where there is none. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = not path.exists()
    with open(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        content = stream.read()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            stream.truncate(whole)
        held = Open(parsed(content[:whole]), stream)
        yield held
        stream.flush()
        if held.added or new or whole < len(content):
            os.fsync(stream.fileno())
    if new:
        sync(path.parent)


def place(path: Path, books: Iterable[Book]) -> Book:
    """Lay several ledgers together into one at `path`: the longest as it is, then every other line that closes and is not in it. The
    file that was there is replaced when the new one is whole."""
    ordered = sorted(books, key=lambda book: -len(book.lines))
    base = ordered[0] if ordered else Book()
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with opened(fresh) as held:
        held.stream.write(b"".join(json.dumps(asdict(line), sort_keys=True).encode() + b"\n" for line in base.lines))
        held.book = base
        known = {line.statement for line in base.lines}
        for line in (line for book in ordered[1:] for line in book.closing):
            if line.statement not in known:
                known.add(line.statement)
                held.add(Entry(line.kind, line.at, line.testimony, line.import_key, line.statement))
    name_whole(fresh, path)
    return read(path)


def _line(text: bytes) -> Line | None:
    try:
        found = json.loads(text)
        line = Line(**{name: found[name] for name in Line.__dataclass_fields__})
    except (ValueError, KeyError, TypeError):
        return None
    numbers = isinstance(line.number, int) and isinstance(line.entries, int) and isinstance(line.at, int)
    return line if numbers and all(isinstance(getattr(line, name), str) for name in
                                   ("kind", "testimony", "import_key", "statement", "head", "previous", "digest")) else None


def _facts(line: Line) -> dict[str, object]:
    return {name: value for name, value in asdict(line).items() if name != "digest"}


def _digest(facts: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
