"""A backup is put in the place of an archive, and what was withdrawn since it was made is withdrawn in it before anything serves.

The database is made ready under another name (checked, migrated, the ledger replayed) and gets its own when it is. Until all is done the
file `instance/restoring` keeps every other command from opening the archive; killed anywhere, the same command goes on.
It commits by itself: that visits of the old machine end, and which testimonies are kept out. What may not live here: making a backup
(backing_up), the index (jobs), what a withdrawal does (consenting).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from archive_app import clock
from archive_app.access.releases import in_force
from archive_app.actions import consenting, erasing, submitting, withdrawals
from archive_app.actions.backing_up import (
    DATABASES,
    FACTS,
    FORMAT,
    LEDGER,
    MANIFEST,
    OBJECTS,
    Progress,
    carry,
    complete,
)
from archive_app.actions.change import SHELL, Change, change, operator
from archive_app.config import Settings, prepare
from archive_app.errors import Conflict, Damaged, Invalid
from archive_app.files import digest_of, name_whole, write_whole
from archive_app.records import audit, objects, snapshots, submissions
from archive_app.records import withdrawals as records
from archive_app.records.base import migrate, open_engine, reading, writing
from archive_app.records.consent import Unit
from archive_app.records.erasures import is_erased
from archive_app.records.testimonies import by_public_id
from archive_app.storage import ledger
from archive_app.storage.archive_key import NAME as KEY_NAME
from archive_app.storage.disk_vault import DiskVault
from archive_app.storage.ledger import Book, Line

BEGUN = "restoring"


@dataclass(frozen=True)
class Replayed:
    """Public ids. `closed`: withdrawn or held here because the ledger says so; `unpublished`: taken back to the desk, because what
    narrowed them is not known here; `kept_out`: withdrawn and not here; `absent`: narrowed and not here."""

    closed: tuple[str, ...] = ()
    unpublished: tuple[str, ...] = ()
    kept_out: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


@dataclass(frozen=True)
class Restored:
    """`objects`, `objects_bytes`: copied by this run; `withdrawals`: testimonies whose withdrawal or hold the
    ledger knows, whether or not the snapshot did."""

    snapshot: str
    made_at: str
    objects: int
    objects_bytes: int
    withdrawals: int
    replayed: Replayed = field(default_factory=Replayed)
    damaged: tuple[Damaged, ...] = ()


def refuse_unfinished(chosen: Settings) -> None:
    """Raises Conflict while a restore that was begun has not been finished."""
    if (chosen.instance_dir / BEGUN).exists():
        raise Conflict(str(chosen.data_dir), "a restore was begun here and not finished: run `archive-app restore` again")


def restore(chosen: Settings, source: Path, newer: Path | None = None,
            progress: Progress = lambda what, done, total: None) -> Restored:
    """Put the newest snapshot in `source` (or `source`, if it is one) where these settings point. `newer`: a ledger of the old machine.
    The caller makes the index and then says `finish`. Raises Invalid for what is no backup, Conflict where an archive is already,
    Damaged where the snapshot's own files are not what they were."""
    folder = _newest(source)
    facts = _sound(folder)
    books = [ledger.read(folder / LEDGER), *([_given(newer)] if newer else []), ledger.read(chosen.ledger_file)]
    _refuse_filled(chosen, folder, facts)
    chosen = prepare(chosen)
    write_whole(chosen.instance_dir / BEGUN, folder.name.encode())
    if (folder / KEY_NAME).exists():
        write_whole(chosen.instance_dir / KEY_NAME, (folder / KEY_NAME).read_bytes())
    replayed = _database(chosen, folder, books)
    engine = open_engine(chosen.database_url, chosen.ledger_file)
    try:
        with reading(engine) as session:
            wanted = objects.named(session)
        vault = DiskVault(chosen.media_dir)
        sizes, damaged = carry(DiskVault(folder.parent / OBJECTS), vault, sorted(wanted - set(vault.digests())), progress)
    finally:
        engine.dispose()
    named = len({line.testimony for line in ledger.read(chosen.ledger_file).closing if line.kind != ledger.NARROW})
    return Restored(folder.name, str(facts["made_at"]), len(sizes), sum(sizes), named, replayed, tuple(damaged))


def finish(chosen: Settings) -> None:
    """Let the archive be opened again."""
    (chosen.instance_dir / BEGUN).unlink(missing_ok=True)


def replay(engine: Engine, book: Book) -> Replayed:
    """Close, in this database, whatever the ledger says was closed and the database does not know of: withdraw and hold; and what was
    narrowed, nobody here knows how, take back to the desk."""
    with reading(engine) as session:
        missing = withdrawals.unknown(session, book)
    done: dict[str, list[str]] = {each.name: [] for each in fields(Replayed)}
    for line in missing:
        done[_apply(engine, line)].append(line.testimony)
    return Replayed(**{name: tuple(dict.fromkeys(ids)) for name, ids in done.items()})


VERBS = {ledger.NARROW: "unpublish", ledger.HOLD: "hold", ledger.ERASE: "erase"}
"""By which verb a line is applied; a kind of a later version closes for good."""


def _apply(engine: Engine, line: Line) -> str:
    """Apply one line; the field of `Replayed` that its testimony belongs to."""
    if line.testimony.startswith(ledger.SUBMISSION):
        return _take_back(engine, line)
    narrowed, verb = line.kind == ledger.NARROW, VERBS.get(line.kind, "withdraw")
    with change(engine, operator(), verb, line.testimony) as work:
        known = by_public_id(work.session, line.testimony)
        if known is not None and not is_erased(work.session, known.id):
            row, unit = consenting.kept(work, line.testimony)
            work.detail["ledger"] = line.digest
            consenting.follow_up(work, row, unit, urgent=True)
            why = f"the ledger of withdrawals, line {line.number}, {clock.iso(line.at)}"
            if line.kind == ledger.ERASE:
                erasing.erase_now(work, row, unit, why, line=line.digest)
            elif narrowed:
                consenting.take_back(work, unit)
            elif not {ledger.WITHDRAW, verb} & _stops(work, unit):
                consenting.close(work, row, unit, verb, why)
            return "unpublished" if narrowed else "closed"
    with writing(engine) as session:
        verb = records.NOT_HERE if narrowed else records.KEEP_OUT
        records.note_absent(session, verb, clock.now(), SHELL, line.testimony, line.import_key, line.digest)
        session.commit()
    return "absent" if narrowed else "kept_out"


def _take_back(engine: Engine, line: Line) -> str:
    """What a family took back, or a draft that it deleted, is taken back again. Bytes of it that are here go when the rest is erased."""
    public_id = line.testimony.removeprefix(ledger.SUBMISSION)
    with writing(engine) as session:
        row, unnamed = submissions.by_public_id(session, public_id), set[str]()
        if row is None:
            records.note_absent(session, records.KEEP_OUT, clock.now(), SHELL, line.testimony, "", line.digest)
        elif line.kind == ledger.FORGET:
            unnamed |= submissions.drop(session, row)
            erasing.note_forgotten(session, public_id)
        elif row.testimony_id is None:
            submitting.take_back(session, row, unnamed)
        else:
            row.state, row.paused_from = submissions.WITHDRAWN, ""  # its testimony has lines of its own
        session.flush()
        objects.forget_unnamed(session, unnamed)
        session.commit()
    return "closed" if row is not None else "kept_out"


def _stops(work: Change, unit: Unit) -> set[str]:
    """The withdrawal and the holds in force on a testimony, but for those by which the archive unpublishes."""
    speaker = consenting.archive_party(work, unit)
    return {said.effect for said in in_force(work.session, unit)
            if said.effect == ledger.WITHDRAW or (said.effect == ledger.HOLD and said.party_id != speaker.id)}


def _newest(source: Path) -> Path:
    if (source / FACTS).is_file():
        return source.resolve()
    found = complete(source)
    if not found:
        raise Invalid("DIR", f"{source} holds no complete snapshot: give the folder that `archive-app backup` was given")
    return found[-1].resolve()


def _sound(folder: Path) -> dict[str, object]:
    """What the snapshot says of itself, after its own files were compared with the manifest (objects are, when they are copied)."""
    try:
        rows = [line.split("  ", 1) for line in (folder / MANIFEST).read_text(encoding="utf-8").splitlines()]
        facts: dict[str, object] = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        expected = {name: digest for digest, name in rows if "/" not in name}
    except (OSError, ValueError) as error:
        raise Damaged(str(folder), "a whole snapshot", type(error).__name__) from error
    _compare(folder, FACTS, expected)
    if facts.get("format") != FORMAT or facts.get("database") not in DATABASES:
        raise Invalid("DIR", f"{folder} was made by a later version of the archive: install that one first")
    for name in (DATABASES[str(facts["database"])], LEDGER, *([KEY_NAME] if KEY_NAME in expected else [])):
        _compare(folder, name, expected)
    return facts


def _compare(folder: Path, name: str, expected: Mapping[str, str]) -> None:
    found = digest_of(folder / name) if (folder / name).is_file() else "nothing"
    if found != expected.get(name):
        raise Damaged(f"{folder.name}/{name}", expected.get(name, "to stand in the manifest"), found)


def _given(path: Path) -> Book:
    if not path.is_file():
        raise Invalid("--ledger", f"{path} is no file")
    return ledger.read(path)


def _refuse_filled(chosen: Settings, folder: Path, facts: dict[str, object]) -> None:
    url = make_url(chosen.database_url)
    if url.get_backend_name() != facts["database"]:
        raise Invalid("ARCHIVE_DATABASE_URL", f"this snapshot is of {facts['database']}: give the address of such a database")
    begun = chosen.instance_dir / BEGUN
    if begun.exists():
        if begun.read_text(encoding="utf-8") != folder.name:
            raise Conflict(str(chosen.data_dir), f"a restore of {begun.read_text(encoding='utf-8')} was begun here: finish that one first")
        return
    engine = open_engine(chosen.database_url)
    try:
        if not snapshots.is_empty(engine) or any(DiskVault(chosen.media_dir).digests()):
            raise Conflict(str(chosen.data_dir), "there is an archive here already: a backup is put back into an empty data folder")
    finally:
        engine.dispose()


def _database(chosen: Settings, folder: Path, books: Sequence[Book]) -> Replayed:
    """Put the database in its place, with the ledger replayed in it."""
    url = make_url(chosen.database_url)
    if url.get_backend_name() != "sqlite":
        return _ready(chosen, chosen.database_url, books, folder / DATABASES["postgresql"])
    final = Path(url.database or "")
    if final.exists() and final.stat().st_size:  # an earlier try came so far
        return _ready(chosen, chosen.database_url, books)
    making = final.with_name(final.name + ".restoring")
    for left in making.parent.glob(making.name + "*"):
        left.unlink()
    making.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copyfile(folder / DATABASES["sqlite"], making)
    snapshots.check(making)
    replayed = _ready(chosen, f"sqlite:///{making}", books)
    if making.with_name(making.name + "-wal").exists():
        raise Damaged(making.name, "to be closed in order", "a write-ahead log that was left")
    name_whole(making, final)
    return replayed


def _ready(chosen: Settings, url: str, books: Sequence[Book], dump: Path | None = None) -> Replayed:
    """Fill it from `dump` where one is given; bring it to this version; end the visits of the old machine; replay the ledger."""
    engine = open_engine(url, chosen.ledger_file)
    try:
        if dump is not None:
            snapshots.put_back(engine, dump)
        migrate(url)
        with writing(engine) as session:
            records.forget_visits(session)
            entries, head = audit.head(session)
            session.commit()
        book = ledger.place(chosen.ledger_file, books)
        withdrawals.mark(engine, ledger.RESTORE, clock.now(), entries, head)
        return replay(engine, book)
    finally:
        engine.dispose()
