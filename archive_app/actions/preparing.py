"""A manifest row with its files: hashed, read and checked before any transaction begins; kept in the vault once nothing speaks
against the row, so that a refused one leaves no bytes behind.

The order of a write is bytes first, then the row that names them. What may not live here: the database.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePosixPath

from archive_app import ids
from archive_app.actions.intake import Prepared
from archive_app.actions.manifest_terms import Warning, layer_terms
from archive_app.actions.ohms_files import ENDING, Described, describe
from archive_app.actions.parts import Medium, Words
from archive_app.errors import Invalid
from archive_app.exchange.cues import Parsed, check_times
from archive_app.exchange.file_names import alike, file_name
from archive_app.exchange.formats import parse_transcript
from archive_app.exchange.manifest import ManifestRow, TranscriptFile
from archive_app.exchange.ohms_values import OhmsPoint
from archive_app.files import digest_of
from archive_app.language import name_doubts
from archive_app.storage.probe import probe
from archive_app.storage.vault import Kept, Vault

PARTIAL = frozenset({"clip", "excerpt"})
"""Labels by which an archivist says that a recording is only a part of what its transcript holds."""


@dataclass(frozen=True)
class Options:
    """The flags of an import: defaults for rows that say nothing."""

    dry_run: bool = False
    collection: str = ""
    access: str = ""
    publish: bool = False
    evidence: str = ""


def known_by(said: ManifestRow, options: Options) -> str:
    """The key under which a row is known: its identifier, else its collection and the name of its first file. Raises Invalid."""
    return said.identifier or _import_key(said, options)


def fingerprint(said: ManifestRow, folder: Path, options: Options, also: Sequence[tuple[str, str]] = ()) -> str:
    """SHA-256 over the row, the flags that fill it and the bytes of its files (`also`: (column, name) of further ones). Raises Invalid
    for a file that is not there."""
    sha = hashlib.sha256(_spelled(said, options).encode())
    for column, name in (*said.files, *also):
        sha.update(digest_of(_inside(folder, name, column)).encode())
    return sha.hexdigest()


def _spelled(said: ManifestRow, options: Options) -> str:
    values = {**vars(said), "access_by_layer": sorted(said.access_by_layer.items())}
    values["restrictions"] = [{**asdict(each), "what": sorted(each.what)} for each in said.restrictions]
    return repr(sorted(values.items())) + repr((options.collection, options.access, options.publish, options.evidence))


def _import_key(said: ManifestRow, options: Options) -> str:
    first = next((name for _, name in said.files), said.title)
    if not first:
        raise Invalid("identifier", "a row without an identifier needs a file or a title to be known by")
    return f"{said.collection or options.collection}/{first}"


def _inside(folder: Path, stated: str, column: str) -> Path:
    """The file of that name below the folder, no link leading out of it. Raises Invalid(column)."""
    try:
        name = file_name(stated)
        path = (folder / name).resolve()
        there = path.is_file()
    except (OSError, RuntimeError):  # what the system takes for no name, and a link to itself
        raise Invalid(column, f"{stated[:80]!r} cannot be the name of a file here") from None
    except ValueError as problem:
        raise Invalid(column, str(problem)) from None
    if not path.is_relative_to(folder.resolve()):
        raise Invalid(column, f"{name} leads out of the folder of this table")
    if not there:
        raise Invalid(column, f"{name} is no file" if os.path.lexists(folder / name) else _not_there(folder / name, name))
    return path


def _not_there(path: Path, name: str) -> str:
    """That a file is missing; and what lies there instead, under a name that looks the same."""
    beside = path.parent.iterdir() if path.parent.is_dir() else ()
    found = next((each.name for each in beside if alike(each.name) == alike(path.name)), "")
    if not found:
        return f"{name} is not there"
    return f"{name} is not there; {found!r} is: a name is taken letter by letter, with its capitals and as its letters are composed"


def prepare(file: Path, number: int, said: ManifestRow, options: Options, digest: str, key: str,
            described: Described | None = None) -> Prepared:
    """Everything of a row that can be known before the database is asked; nothing is kept yet. `described`: the OHMS file that the row
    was made of. Raises Invalid."""
    folder = file.parent
    collection = said.collection or options.collection
    if not collection:
        raise Invalid("collection", "the row names no collection, and no --collection was given")
    _fits(said, key)
    terms, warnings = layer_terms(said, options.access)
    media = tuple(Medium(each, named(folder, each.file, "media"), probe(_inside(folder, each.file, "media")))
                  for each in said.media)
    lengths = [medium.probed.duration_ms for medium in media if medium.probed.duration_ms is not None]
    if described is not None:
        warnings.extend(("transcripts", sentence) for sentence in described.made.warnings)
        if not options.collection:
            warnings.append(("collection", f"no --collection was given: taken into {collection}, after its folder"))
        read = [(described.file.kept, each) for each in described.made.transcripts]
    else:
        read = [_read(folder, each) for each in said.transcripts]
        described = _described(folder, said, warnings)
    words = tuple(checked_words(each, kept, parsed, lengths, _is_whole(said), warnings)
                  for each, (kept, parsed) in zip(said.transcripts, read, strict=True))
    ohms = described.file if described else None
    if described is not None and not lengths:
        words = tuple(each if each.alone else _ended(each, described.made.duration_ms) for each in words)
    warnings.extend(_undecided(said, words, ohms.points if ohms else ()))
    return Prepared(
        row=said, public_id=said.identifier or ids.public("testimony", key), import_key=None if said.identifier else key,
        manifest=file.name, digest=digest, collection=collection, terms=terms, words=words, media=media,
        publish=options.publish if said.publish is None else said.publish,
        form=named(folder, said.consent_file, "consent_file") if said.consent_file else None, evidence_note=options.evidence,
        origin={"table": file.name, "row": number}, warnings=warnings, ohms=ohms)


def keep(vault: Vault, folder: Path, new: Prepared) -> None:
    """Keep the files of a row that nothing speaks against, before the rows that name them are written. Raises Invalid."""
    files = {words.said.file: words.kept for words in new.words} | ({new.ohms.name: new.ohms.kept} if new.ohms else {})
    for name, kept in files.items():
        keep_file(vault, folder, name, "transcripts", kept)
    for medium in new.media:
        keep_file(vault, folder, medium.said.file, "media", medium.kept)
    if new.form is not None:
        keep_file(vault, folder, new.row.consent_file, "consent_file", new.form)


def keep_file(vault: Vault, folder: Path, name: str, column: str, expected: Kept) -> None:
    """Keep one file. Raises Invalid(column) for a file that is no longer what was read and checked."""
    with _inside(folder, name, column).open("rb") as stream:
        if vault.keep(stream) != expected:
            raise Invalid(column, f"{name} was changed while it was read: import it again")


def named(folder: Path, name: str, column: str) -> Kept:
    """What the vault will call a file below the folder. Raises Invalid(column)."""
    path = _inside(folder, name, column)
    return Kept(digest_of(path), path.stat().st_size)


LONGEST = {"media": 200, "pseudonym": 200}
"""Letters that the columns of the database take."""


def _fits(said: ManifestRow, key: str) -> None:
    if len(key) > 400:
        raise Invalid("identifier", "collection and file name together are longer than 400 letters: give the row an identifier")
    labels = {"media": [each.label for each in said.media], "pseudonym": said.pseudonyms}
    for column, texts in labels.items():
        if any(len(text) > LONGEST[column] for text in texts):
            raise Invalid(column, f"longer than {LONGEST[column]} letters")


def _is_whole(said: ManifestRow) -> bool:
    """Whether the recordings are the whole of what was told: not when a label says that one is a clip or an excerpt of it."""
    return not is_partial(medium.label for medium in said.media)


def is_partial(labels: Iterable[str]) -> bool:
    """Whether one of these labels says that a recording is a part of what was told."""
    return any(label.strip().lower() in PARTIAL for label in labels)


def _read(folder: Path, said: TranscriptFile) -> tuple[Kept, Parsed]:
    data = _inside(folder, said.file, "transcripts").read_bytes()
    return Kept(hashlib.sha256(data).hexdigest(), len(data)), parse_transcript(said.file, data).in_language(said.language)


def _described(folder: Path, said: ManifestRow, warnings: list[Warning]) -> Described | None:
    """The OHMS file among the transcripts of a row, for what it says beside their words."""
    files = list(dict.fromkeys(each.file for each in said.transcripts if PurePosixPath(each.file).suffix.lower() == ENDING))
    warnings.extend(("transcripts", f"{name}: a testimony has one index, so that of this file was not taken in") for name in files[1:])
    return describe(_inside(folder, files[0], "transcripts"), files[0]) if files else None


def checked_words(said: TranscriptFile, kept: Kept, parsed: Parsed, lengths: list[int], whole: bool,
                  warnings: list[Warning]) -> Words:
    """A transcript as read, its times checked against the recordings (`lengths` in ms; `whole`: they are all there is). Raises Invalid."""
    length = sum(lengths) if lengths and whole else None
    checked = check_times(parsed.cues, length, lengths)
    warnings.extend(("transcripts", f"{said.file}: {sentence}") for sentence in (*parsed.warnings, *checked.warnings))
    if parsed.kind and parsed.kind != said.kind:
        warnings.append(("transcripts", f"{said.file}: what is in this format is {parsed.kind}: kept as that, not as {said.kind}"))
        said = said._replace(kind=parsed.kind)
    return Words(said, kept, checked.cues, parsed.notes, alone=PurePosixPath(said.file).suffix.lower() != ENDING)


def _ended(words: Words, duration_ms: int | None) -> Words:
    """Where no recording is kept, what speaks to the end does so until the end that its file names."""
    return replace(words, cues=tuple(
        replace(cue, end_ms=duration_ms) if duration_ms and cue.end_ms is None and cue.start_ms is not None and cue.start_ms <= duration_ms
        else cue for cue in words.cues))


SHOWN_DOUBTS = 8
SAID_OF_DOUBTS = {"split": "“{}” ({} cut in two)", "slip": "“{}” (near {})", "small": "“{}” ({} in small letters)",
                  "short": "“{}” (so short that other names are replaced for it)"}


def _undecided(said: ManifestRow, words: Sequence[Words], points: Sequence[OhmsPoint]) -> list[Warning]:
    """What may be a hidden name in the texts of this row and is not replaced, as one sentence that stays short enough to be read."""
    if said.naming == "real" and "identity" not in said.access_by_layer:
        return []
    first = said.languages[0] if said.languages else ""
    texts = [(first, [said.title, said.abstract])]
    for each in words:
        texts += [(each.said.language, [cue.text for cue in each.cues]), (each.said.language, list({cue.speaker: "" for cue in each.cues})),
                  (each.said.language, [note.text for note in each.notes])]
    texts += [(point.language or first, [point.title, point.synopsis, point.excerpt]) for point in points]
    found = name_doubts.of_names([(one.name, one.tag) for one in said.narrators], texts)
    doubts = [SAID_OF_DOUBTS[doubt.why].format(doubt.written, doubt.part) for doubt in found]
    more = f", and {len(doubts) - SHOWN_DOUBTS} more" if len(doubts) > SHOWN_DOUBTS else ""
    return [("narrators", f"the name filter cannot decide on {len(doubts)}, look at the words: {', '.join(doubts[:SHOWN_DOUBTS])}{more}")
            ] if doubts else []
