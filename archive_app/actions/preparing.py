"""A manifest row with its files: hashed, read, checked and kept in the vault, before any transaction begins.

The order of a write is bytes first, then the row that names them. What may not live here: the database.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
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


def fingerprint(said: ManifestRow, folder: Path, options: Options) -> tuple[str, str]:
    """(digest over the row, the flags that fill it and the bytes of its files; the key under which the row is known)."""
    sha = hashlib.sha256(_spelled(said, options).encode())
    for column, name in _files(said):
        sha.update(_digest(_inside(folder, name, column)).encode())
    return sha.hexdigest(), said.identifier or _import_key(said, options)


def _spelled(said: ManifestRow, options: Options) -> str:
    values = {**{name: value for name, value in vars(said).items()}, "access_by_layer": sorted(said.access_by_layer.items())}
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


def prepare(vault: Vault, file: Path, number: int, said: ManifestRow, options: Options, digest: str, key: str) -> Prepared:
    """Everything of a row that can be known and kept before the database is asked. Raises Invalid."""
    folder = file.parent
    collection = said.collection or options.collection
    if not collection:
        raise Invalid("collection", "the row names no collection, and no --collection was given")
    terms, warnings = layer_terms(said, options.access)
    probed = [probe(_inside(folder, each.file, "media")) for each in said.media]
    lengths = [found.duration_ms for found in probed if found.duration_ms is not None]
    read = [_read(folder, each, lengths, _is_whole(said), warnings) for each in said.transcripts]
    warnings.extend(_undecided(said, read))
    keep = _keeper(vault, folder, options.dry_run)  # only now: a refused row leaves nothing behind
    media = tuple(Medium(each, keep(each.file, "media"), found) for each, found in zip(said.media, probed, strict=True))
    words = tuple(Words(each, keep(each.file, "transcripts"), cues) for each, cues in zip(said.transcripts, read, strict=True))
    return Prepared(
        row=said, public_id=said.identifier or ids.public("testimony", key), import_key=None if said.identifier else key,
        manifest=file.name, digest=digest, collection=collection, terms=terms, words=words, media=media,
        publish=options.publish if said.publish is None else said.publish,
        form=keep(said.consent_file, "consent_file") if said.consent_file else None, evidence_note=options.evidence,
        origin={"table": file.name, "row": number}, warnings=warnings)


def _keeper(vault: Vault, folder: Path, dry_run: bool) -> Callable[[str, str], Kept]:
    def keep(name: str, column: str) -> Kept:
        path = _inside(folder, name, column)
        if dry_run:
            return Kept(_digest(path), path.stat().st_size)
        with path.open("rb") as stream:
            return vault.keep(stream)

    return keep


def _is_whole(said: ManifestRow) -> bool:
    """Whether the recordings are the whole of what was told: not when a label says that one is a clip or an excerpt of it."""
    return not any(medium.label.strip().lower() in PARTIAL for medium in said.media)


def _read(folder: Path, said: TranscriptFile, lengths: list[int], whole: bool, warnings: list[Warning]) -> tuple[Cue, ...]:
    parsed = parse_transcript(said.file, _inside(folder, said.file, "transcripts").read_bytes())
    length = sum(lengths) if lengths and whole else None
    checked = check_times(parsed.cues, length, lengths)
    warnings.extend(("transcripts", f"{said.file}: {sentence}") for sentence in (*parsed.warnings, *checked.warnings))
    return checked.cues


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
