"""A manifest row with its files: hashed, read and checked before any transaction begins; kept in the vault once nothing speaks
against the row, so that a refused one leaves no bytes behind.

The order of a write is bytes first, then the row that names them. What may not live here: the database.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path

from archive_app import ids
from archive_app.actions.intake import Prepared
from archive_app.actions.manifest_terms import Warning, layer_terms
from archive_app.actions.parts import Medium, Words
from archive_app.errors import Invalid
from archive_app.exchange.cues import Cue, check_times
from archive_app.exchange.formats import parse_transcript
from archive_app.exchange.manifest import ManifestRow, TranscriptFile
from archive_app.language import name_forms
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


def fingerprint(said: ManifestRow, folder: Path, options: Options) -> str:
    """SHA-256 over the row, the flags that fill it and the bytes of its files. Raises Invalid for a file that is not there."""
    sha = hashlib.sha256(_spelled(said, options).encode())
    for column, name in _files(said):
        sha.update(_digest(_inside(folder, name, column)).encode())
    return sha.hexdigest()


def _spelled(said: ManifestRow, options: Options) -> str:
    values = {**vars(said), "access_by_layer": sorted(said.access_by_layer.items())}
    values["restrictions"] = [{**asdict(each), "what": sorted(each.what)} for each in said.restrictions]
    return repr(sorted(values.items())) + repr((options.collection, options.access, options.publish, options.evidence))


def _files(said: ManifestRow) -> list[tuple[str, str]]:
    named = [("transcripts", each.file) for each in said.transcripts] + [("media", each.file) for each in said.media]
    return named + ([("consent_file", said.consent_file)] if said.consent_file else [])


def _import_key(said: ManifestRow, options: Options) -> str:
    first = next((name for _, name in _files(said)), said.title)
    if not first:
        raise Invalid("identifier", "a row without an identifier needs a file or a title to be known by")
    return f"{said.collection or options.collection}/{first}"


def _inside(folder: Path, name: str, column: str) -> Path:
    """The file of that name below the folder, no link leading out of it. Raises Invalid(column)."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise Invalid(column, f"{name} leads out of the folder of this table")
    if not path.is_file():
        raise Invalid(column, f"{name} is not there")
    return path


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def prepare(file: Path, number: int, said: ManifestRow, options: Options, digest: str, key: str) -> Prepared:
    """Everything of a row that can be known before the database is asked; nothing is kept yet. Raises Invalid."""
    folder = file.parent
    collection = said.collection or options.collection
    if not collection:
        raise Invalid("collection", "the row names no collection, and no --collection was given")
    _fits(said, key)
    terms, warnings = layer_terms(said, options.access)
    media = tuple(Medium(each, named(folder, each.file, "media"), probe(_inside(folder, each.file, "media")))
                  for each in said.media)
    lengths = [medium.probed.duration_ms for medium in media if medium.probed.duration_ms is not None]
    words = tuple(_words(folder, each, lengths, _is_whole(said), warnings) for each in said.transcripts)
    warnings.extend(_undecided(said, [each.cues for each in words]))
    return Prepared(
        row=said, public_id=said.identifier or ids.public("testimony", key), import_key=None if said.identifier else key,
        manifest=file.name, digest=digest, collection=collection, terms=terms, words=words, media=media,
        publish=options.publish if said.publish is None else said.publish,
        form=named(folder, said.consent_file, "consent_file") if said.consent_file else None, evidence_note=options.evidence,
        origin={"table": file.name, "row": number}, warnings=warnings)


def keep(vault: Vault, folder: Path, new: Prepared) -> None:
    """Keep the files of a row that nothing speaks against, before the rows that name them are written. Raises Invalid."""
    for words in new.words:
        keep_file(vault, folder, words.said.file, "transcripts", words.kept)
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
    return Kept(_digest(path), path.stat().st_size)


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
    return not any(medium.label.strip().lower() in PARTIAL for medium in said.media)


def _words(folder: Path, said: TranscriptFile, lengths: list[int], whole: bool, warnings: list[Warning]) -> Words:
    data = _inside(folder, said.file, "transcripts").read_bytes()
    parsed = parse_transcript(said.file, data)
    length = sum(lengths) if lengths and whole else None
    checked = check_times(parsed.cues, length, lengths)
    warnings.extend(("transcripts", f"{said.file}: {sentence}") for sentence in (*parsed.warnings, *checked.warnings))
    return Words(said, Kept(hashlib.sha256(data).hexdigest(), len(data)), checked.cues)


def _undecided(said: ManifestRow, read: list[tuple[Cue, ...]]) -> list[Warning]:
    """Parts of hidden names that are common words in these texts too: where they stand in small letters they are not replaced."""
    if said.naming == "real" and "identity" not in said.access_by_layer:
        return []
    forms = [name_forms.forms(narrator.name) for narrator in said.narrators if narrator.name]
    found: dict[str, None] = {}
    for transcript, cues in zip(said.transcripts, read, strict=True):
        text = " ".join(cue.text for cue in cues)
        found.update(dict.fromkeys(name_forms.undecided(forms, text, transcript.language)))
    return [("narrators", f"the name filter cannot decide on {len(found)} part(s) of a name that are common words here too: "
                          + ", ".join(sorted(found)))] if found else []
