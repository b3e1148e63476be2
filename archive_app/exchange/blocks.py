"""What every writer of transcripts needs of a reading's blocks: times that can be written.

What may not live here: any format, any decision about what may be read.
"""

from __future__ import annotations

from collections.abc import Iterator

from archive_app.access.readings import Block, Transcript
from archive_app.errors import Invalid
from archive_app.exchange.times import SECOND_MS


def has_times(transcript: Transcript) -> bool:
    """Whether at least one block says when it begins: only then can captions be written."""
    return any(block.start_ms is not None for block in transcript.blocks)


def length(block: Block) -> int | None:
    """The length of a block in ms, None where its times are not known."""
    if block.start_ms is None or block.end_ms is None:
        return None
    return block.end_ms - block.start_ms


def timed(transcript: Transcript, extension: str) -> Iterator[tuple[Block, int, int]]:
    """Each block with a start and an end in ms, for formats in which nothing is without times.

    A block without times lies under those of the block ahead of it (ahead of all: from 0 to the first start). An end that is not
    known is the next later start, for the last block one second after its start. Raises Invalid("format", ...) where no block has
    times.
    """
    if not has_times(transcript):
        raise Invalid("format", f"This transcript has no times, so there is no .{extension} of it. Take .txt or .csv.")
    starts = [block.start_ms for block in transcript.blocks if block.start_ms is not None]
    last, seen = (0, starts[0]), 0
    for block in transcript.blocks:
        if block.start_ms is not None:
            seen += 1
            end_ms = block.end_ms
            if end_ms is None:
                end_ms = next((start for start in starts[seen:] if start > block.start_ms), block.start_ms + SECOND_MS)
            last = (block.start_ms, end_ms)
        yield block, *last
