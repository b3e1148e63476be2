from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_app.access.index_readings import RenderedTranscript
from archive_app.access.readings import Block, Segment, Transcript, TranscriptHead, Withheld
from archive_app.search.cutting import LONG, MOST, Cut, part_spans, passages_of, word_count


def transcript(*parts: tuple[str, int] | int) -> RenderedTranscript:
    """Segments as (speaker, words); a number is a withheld run of so many segments."""
    blocks: list[Block] = []
    ordinals: list[tuple[int, int]] = []
    ordinal = 0
    for part in parts:
        n = len(blocks) + 1
        if isinstance(part, int):
            blocks.append(Withheld(n, None, None))
            ordinals.append((ordinal, ordinal + part - 1))
            ordinal += part
        else:
            blocks.append(Segment(n, None, None, part[0], " ".join(["word"] * part[1]), "en"))
            ordinals.append((ordinal, ordinal))
            ordinal += 1
    return RenderedTranscript(Transcript(TranscriptHead(1, "en", "verbatim"), tuple(blocks)), tuple(ordinals))


def spans(found: Sequence[Cut]) -> list[tuple[str, int, int]]:
    return [(cut.name, cut.first, cut.last) for cut in found]


def test_segments_are_joined_up_to_ninety_words() -> None:
    assert spans(passages_of([transcript(*[("A", 30)] * 7)])) == [("000001", 0, 2), ("000004", 3, 5), ("000007", 6, 6)]


def test_a_turn_of_speech_ends_a_passage_of_sixty_words() -> None:
    assert spans(passages_of([transcript(("A", 40), ("A", 25), ("B", 10), ("B", 10))])) == [("000001", 0, 1), ("000003", 2, 3)]


def test_a_turn_of_speech_does_not_end_a_shorter_one() -> None:
    assert spans(passages_of([transcript(("A", 20), ("B", 10), ("A", 20), ("B", 10))])) == [("000001", 0, 3)]


def test_a_full_passage_is_cut_at_its_last_turn() -> None:
    assert spans(passages_of([transcript(("A", 59), ("A", 2), ("B", 10), ("B", 30))])) == [("000001", 0, 1), ("000003", 2, 3)]
    assert spans(passages_of([transcript(("A", 60), ("B", 10), ("B", 15), ("B", 30))])) == [("000001", 0, 0), ("000002", 1, 3)]


def test_no_passage_reaches_across_a_withheld_run() -> None:
    assert spans(passages_of([transcript(("A", 5), ("A", 5), 3, ("A", 5))])) == [("000001", 0, 1), ("000004", 5, 5)]


def test_a_long_segment_is_cut_into_parts() -> None:
    found = passages_of([transcript(("A", 5), ("A", 300), ("A", 5))])
    assert spans(found) == [("000001", 0, 0), *[(f"000002+0{n}", 1, 1) for n in range(1, 5)], ("000003", 2, 2)]
    assert [(cut.part, cut.parts) for cut in found] == [(0, 0), (1, 4), (2, 4), (3, 4), (4, 4), (0, 0)]


def test_where_the_widest_audience_reads_nothing_the_next_one_cuts() -> None:
    public = transcript(("A", 40), 4, ("A", 40))
    registered = transcript(("A", 40), ("A", 70), 2, ("A", 70), ("A", 40))
    staff = transcript(("A", 40), ("A", 70), ("B", 5), ("B", 5), ("A", 70), ("A", 40))
    assert spans(passages_of([public])) == [("000001", 0, 0), ("000003", 5, 5)]
    assert spans(passages_of([public, registered])) == [("000001", 0, 0), ("000002.0001", 1, 1), ("000002.0003", 4, 4), ("000003", 5, 5)]
    assert spans(passages_of([public, registered, staff])) == [
        ("000001", 0, 0), ("000002.0001", 1, 1), ("000002.0002.0001", 2, 3), ("000002.0003", 4, 4), ("000003", 5, 5)]


def test_audiences_that_see_different_halves() -> None:
    """The second sees 2-5, of which 2 stands in a run that the first reads and 3-5 in what is withheld from it."""
    one, other = transcript(("A", 9), ("A", 9), ("A", 9), 3), transcript(2, *[("A", 9)] * 4)
    both = transcript(*[("A", 9)] * 6)
    assert spans(passages_of([one, other, both])) == [("000001", 0, 2), ("000004.0001", 3, 5)]


def test_words_of_scripts_without_spaces_count_too() -> None:
    assert word_count("雨" * 150) == 10
    assert word_count("the rain fell") == 3
    long = RenderedTranscript(Transcript(TranscriptHead(1, "zh", "verbatim"), (Segment(1, None, None, "", "雨" * 5000, "zh"),)), ((0, 0),))
    assert len(passages_of([long])) > 3


@given(st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 150)) | st.integers(1, 4), max_size=40))
def test_every_segment_is_in_one_passage_and_none_is_too_long(parts: list[tuple[str, int] | int]) -> None:
    rendered = transcript(*parts)
    found = passages_of([rendered])
    shown = {span[0]: block for block, span in zip(rendered.transcript.blocks, rendered.ordinals, strict=True) if isinstance(block, Segment)}
    covered = [ordinal for cut in found if cut.part <= 1 for ordinal in range(cut.first, cut.last + 1)]
    assert covered == sorted(shown)
    for cut in found:
        words = sum(word_count(shown[ordinal].text) for ordinal in range(cut.first, cut.last + 1))
        assert words <= MOST or cut.first == cut.last
        assert bool(cut.parts) == (words > LONG)
    assert [cut.name for cut in found] == sorted({cut.name for cut in found})


def test_parts_end_with_sentences() -> None:
    rng = random.Random(1)
    text = " ".join(" ".join(["word"] * rng.randint(3, 20)) + "." for _ in range(40))
    parts = [text[start:end] for start, end in part_spans(text, 5)]
    assert "".join(parts) == text
    assert all(part.rstrip().endswith(".") for part in parts)


@pytest.mark.parametrize("text", ["", "x" * 1000, "a b " * 300, "One. " * 200, "雨。" * 400, "\n\n" * 50, "word " * 3])
@pytest.mark.parametrize("parts", [1, 2, 7])
def test_parts_are_the_whole_text_whatever_it_is(text: str, parts: int) -> None:
    found = part_spans(text, parts)
    assert len(found) == parts
    assert "".join(text[start:end] for start, end in found) == text


def test_words_are_not_cut_where_there_are_spaces() -> None:
    text = "abcdefghij " * 100
    assert all(start == 0 or text[start - 1] == " " for start, _ in part_spans(text, 6))
