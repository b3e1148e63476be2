"""Segments: what Whoosh keeps of a shelf, and how it is read back as a leaf.

Whoosh stores terms, postings and one row a document, and commits; it counts and ranks nothing. A row is a tuple of plain values;
the first row of each testimony carries its version and facts. Beside each segment lies a copy of its decoded arrays, made by the
writer before the segment is named in the table of contents, so that readers need not decode; without it they decode.
What may not live here: locks, commits (whoosh_commits), numbers over several leaves (view).
"""

from __future__ import annotations

import json
import os
import zipfile
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import fields, formats
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage

from archive_app.search.documents import Document, Facts
from archive_app.search.leaves import Leaf, Places, Postings, Row, facts_in, places, row_of

INDEX_NAME = "SHELF"
CODEC = W3Codec(blocklimit=1024, compression=0)
"""Few, large, uncompressed blocks: they are read once, whole."""


class PackedPositions(formats.Format):  # type: ignore[misc]
    """Positions of a term in a document as unsigned 32-bit numbers, the machine's byte order."""

    def word_values(self, value: Places, analyzer: object, **kwargs: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        for term, positions in value.items():
            yield term.encode(), len(positions), float(len(positions)), array("I", positions).tobytes()

    def decode_positions(self, valuestring: bytes) -> list[int]:
        return array("I", valuestring).tolist()

    def decode_frequency(self, valuestring: bytes) -> int:
        return len(valuestring) // array("I").itemsize


class Words(fields.FieldType):  # type: ignore[misc]
    """A field that is given its terms and positions ready made."""

    def __init__(self) -> None:
        super().__init__(PackedPositions(), None, scorable=True)

    def index(self, value: Places, **kwargs: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        return self.format.word_values(value, None)  # type: ignore[no-any-return]


SCHEMA = fields.Schema(words=Words(), row=fields.STORED())


def rows_to_store(version: str, documents: Sequence[Document]) -> Iterator[dict[str, Any]]:
    """What Whoosh's writer is given for all documents of one testimony on one shelf."""
    head: tuple[str, tuple[Any, ...]] | None = (version, astuple(facts_in(documents)))
    for document in documents:
        terms, length = places(document)
        yield {"words": terms, "row": (astuple(row_of(document, length)), head)}
        head = None


def read(folder: Path, shelf: str, segment: Any) -> Leaf:
    """The leaf of a segment: from the arrays beside it, else decoded. Raises FileNotFoundError when the segment is gone."""
    try:
        return _load(_beside(folder, segment), shelf, segment.segment_id())
    except (FileNotFoundError, zipfile.BadZipFile, ValueError, KeyError, EOFError):
        return decode(folder, shelf, segment)


def decode(folder: Path, shelf: str, segment: Any) -> Leaf:
    """The leaf of a segment out of Whoosh's own files."""
    storage = FileStorage(str(folder), supports_mmap=False)
    codec = segment.codec()
    stored = codec.per_document_reader(storage, segment)
    try:
        pairs = [stored.stored_fields(number)["row"] for number in range(segment.doc_count_all())]
    finally:
        stored.close()
    heads = [(number, head) for number, (_, head) in enumerate(pairs) if head is not None]
    testimony = np.zeros(len(pairs), np.int32)
    testimony[[number for number, _ in heads[1:]]] = 1
    return Leaf(segment.segment_id(), shelf, tuple(Row(*row) for row, _ in pairs), np.cumsum(testimony, dtype=np.int32),
                tuple(Facts(*facts) for _, (_, facts) in heads), tuple(version for _, (version, _) in heads),
                _postings(codec, storage, segment))


def _postings(codec: W3Codec, storage: FileStorage, segment: Any) -> Postings:
    terms: list[str] = []
    start = [0]
    docs, values = array("I"), []
    reader, file = codec.terms_reader(storage, segment), segment.open_file(storage, W3Codec.POSTS_EXT)
    try:
        for (_, term), info in reader.items():
            terms.append(term.decode())
            matcher = codec.postings_reader(file, info, SCHEMA["words"].format)
            while matcher.is_active():
                docs.append(matcher.id())
                values.append(matcher.value())
                matcher.next()
            start.append(len(docs))
    finally:
        reader.close()
        file.close()
    at = np.concatenate(([0], np.cumsum([len(value) for value in values], dtype=np.int64))) // array("I").itemsize
    return Postings(terms, np.array(start, np.int32), np.array(docs, np.int32), at.astype(np.int32),
                    np.frombuffer(b"".join(values), np.uint32).astype(np.int32))


def _beside(folder: Path, segment: Any) -> Path:
    """Named like the segment's own files, so that Whoosh removes it with them."""
    return folder / str(segment.make_filename(".leaf.npz"))


def save(folder: Path, segment: Any, leaf: Leaf) -> None:
    """Keep the decoded arrays beside their segment."""
    one = leaf.postings
    tables = json.dumps([[astuple(row) for row in leaf.rows], [astuple(facts) for facts in leaf.facts], leaf.versions])
    path = _beside(folder, segment)
    temporary = path.with_suffix(".tmp")
    with open(temporary, "wb") as file:
        np.savez(file, tables=_bytes(tables), terms=_bytes("\n".join(one.terms)), testimony=leaf.testimony,
                 start=one.start, doc=one.doc, at=one.at, pos=one.pos)
    os.replace(temporary, path)


def _bytes(text: str) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.frombuffer(text.encode(), np.uint8)


def _load(path: Path, shelf: str, key: str) -> Leaf:
    with open(path, "rb") as file, np.load(file, allow_pickle=False) as kept:
        rows, facts, versions = json.loads(kept["tables"].tobytes())
        terms = kept["terms"].tobytes().decode()
        postings = Postings(terms.split("\n") if terms else [], kept["start"], kept["doc"], kept["at"], kept["pos"])
        return Leaf(key, shelf, tuple(Row(*_frozen(row)) for row in rows), kept["testimony"],
                    tuple(Facts(*_frozen(each)) for each in facts), tuple(versions), postings)


def _frozen(value: Any) -> Any:
    """Lists of JSON as the tuples they were."""
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
