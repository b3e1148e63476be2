from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_app.exchange import webvtt
from archive_app.exchange.cue_text import Node, tree, voices
from archive_app.exchange.times import clock
from tests.factories.shared import data_folder


def drawn(node: Node, depth: int = 0) -> str:
    """The tree as the W3C tests draw it (html5lib's way)."""
    margin, lines = "| " + "  " * depth, ""
    for child in node.children:
        if child.kind == "text":
            lines += f'{margin}"{child.value}"\n'
        elif child.kind == "timestamp":
            lines += f"{margin}<?timestamp {clock(int(child.value))}>\n"
        else:
            attributes = {"class": " ".join(child.classes)} if child.classes else {}
            attributes |= {"title": child.value} if child.kind == "v" else {"lang": child.value} if child.kind == "lang" else {}
            lines += f"{margin}<{'span' if child.kind in ('c', 'v', 'lang') else child.kind}>\n"
            lines += "".join(f'{margin}  {name}="{value}"\n' for name, value in sorted(attributes.items()))
            lines += drawn(child, depth + 1)
    return lines


@pytest.mark.parametrize("name", ["entities", "tags", "text", "timestamps", "tree-building"])
def test_every_tree_of_the_w3c_cue_text_tests(name: str) -> None:
    folder = data_folder() / "webvtt-conformance" / "cue-text"
    cues = webvtt.read_file((folder / f"{name}.vtt").read_bytes().decode()).cues
    expected = [each["expectedTree"] for each in json.loads((folder / f"{name}.json").read_text())]
    assert len(cues) == len(expected) > 0
    assert [drawn(tree(cue.text)) for cue in cues] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", [("", "plain")]),
        ("<v Ana>a</v> <v Bel>b</v>", [("Ana", "a"), ("Bel", "b")]),
        ("<v Ana>a <i>b</i> c</v>", [("Ana", "a b c")]),
        ("<v Ana>a <v Bel>b</v> c</v>", [("Ana", "a"), ("Bel", "b"), ("Ana", "c")]),
        ("<v.soft Ana &amp; Bel>a", [("Ana & Bel", "a")]),
        ("<v>a", [("", "a")]),
        ("<ruby>base<rt>reading</rt></ruby> on", [("", "base(reading) on")]),
        ("- one\n- two", [("", "- one - two")]),
        ("<i> </i>\n", []),
        ("a<00:01.000>b &lrm;c", [("", "ab \u200ec")]),
        ("5 < 6 is lost", [("", "5")]),
    ],
)
def test_voices(text: str, expected: list[tuple[str, str]]) -> None:
    assert voices(text) == expected


def test_tags_nested_deeper_than_the_stack_do_no_harm() -> None:
    assert voices("<i>" * 50_000 + "words" + "</i>" * 50_000) == [("", "words")]
    assert voices("<v Ana>" * 50_000 + "words") == [("Ana", "words")]


@given(st.text(alphabet="<>/vcb .&;:0\n\tar", max_size=60))
def test_no_text_breaks_it_and_no_tag_is_left(text: str) -> None:
    assert all(words == words.strip() and words for _, words in voices(text))
