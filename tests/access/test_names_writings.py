"""A hidden name in other letters than the record has: look-alikes, full-width letters, letter by letter, joined, in the other alphabet of
Azerbaijani, with a vowel that moves.

name_writings.tsv: one name, the language of its record and of the text (- = not said), a text, and what stands there instead. Written
from what is known of the languages, without sight of the filter. `\\u` escapes stand for letters that would look alike on the page.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from archive_app.access.names import Appearing, filter_for
from archive_app.access.readings import Name

PAIRS = Path(__file__).with_name("name_writings.tsv")
ESCAPE = re.compile(r"\\u([0-9a-f]{4})|\\U([0-9a-f]{8})")


def pairs() -> list[dict[str, str]]:
    with PAIRS.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [{column: ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), value) for column, value in row.items()} for row in rows]


def appearing(names: list[tuple[str, str]], pseudonym: str = "", face: str = "one") -> Appearing:
    """Somebody whose names are closed: shown as the pseudonym, or as N. N."""
    recorded = tuple(Name(text, language, "", "") for text, language in names)
    return Appearing(1, 1, "person-one", "narrator", "identity", face, pseudonym, recorded, "pseudonym" if pseudonym else "anonymous")


def read(names: list[tuple[str, str]], text: str, language: str) -> str:
    return filter_for([appearing(names)], frozenset({"description"}))(text, language)


@pytest.mark.parametrize("pair", pairs(), ids=lambda pair: f"{pair['kind']}: {pair['text'][:30]}")
def test_a_name_in_other_letters_is_hidden_and_other_words_stay(pair: dict[str, str]) -> None:
    assert read([(pair["name"], pair["tag"].strip("-"))], pair["text"], pair["language"]) == pair["expected"]


def test_the_list_is_as_broad_as_it_should_be() -> None:
    found = Counter(pair["kind"] for pair in pairs())
    assert min(found[kind] for kind in ("look-alike", "full-width", "spelled", "joined", "alphabet", "vowel")) >= 5


def test_two_people_keep_their_own_faces_in_other_letters() -> None:
    both = [appearing([("Harrow, Silas", "en")], "Narrator A"), appearing([("Fenwick, Delia", "en")], "Narrator B", "two")]
    names = filter_for(both, frozenset({"description"}))
    assert names("H-A-R-R-O-W met Fenw\u0456ck; \uff24\uff45\uff4c\uff49\uff41.", "en") == "Narrator A met Narrator B; Narrator B."


def test_a_face_is_not_read_as_a_name_again() -> None:
    """What stands for one person may hold a word of another's name."""
    both = [appearing([("Harrow, Silas", "en")], "Delia"), appearing([("Fenwick, Delia", "en")], "Narrator B", "two")]
    assert filter_for(both, frozenset({"description"}))("Silas met Delia.", "en") == "Delia met Narrator B."


def test_where_the_name_is_open_every_byte_stays() -> None:
    text = "Harr\u043ew, \uff28\uff41\uff52\uff52\uff4f\uff57, H-A-R-R-O-W, cafe\u0301"
    assert filter_for([appearing([("Harrow, Silas", "en")])], frozenset({"description", "identity"}))(text, "en") == text
