"""Pages of testimonies of which little is known, and of those with much to show: no heading over nothing, nothing said twice, no wall of names.

What may not live here: how it looks (the pictures of bench/pictures.py are looked at).
"""

from __future__ import annotations

import html
import re

import pytest
from flask.testing import FlaskClient

from tests.factories.archives import Archive

NAMES = ";".join(f"Teller{n}, Given{n} [en]" for n in range(9))
TITLE = "What was told on the long road from the orchard above the mill to the schoolhouse by the railway"


@pytest.fixture
def client(sqlite_archive: Archive) -> FlaskClient:
    sqlite_archive.write("a.txt", "One line only.\n")
    told = {"languages": "en", "consent_note": "invented", "transcripts": "a.txt|en|verbatim"}
    sqlite_archive.bring(
        {**told, "identifier": "bare-one", "title": "Bare", "narrators": "Bare, Ann [en]"},
        {**told, "identifier": "many-tell", "title": TITLE, "narrators": NAMES, "interviewers": "Asker, A [en];Asker, B [en]",
         "narrator_role": "survivor", "place": "Samara"},
        {**told, "identifier": "not-written", "title": "Not written down", "narrators": "Quiet, Quin [en]", "transcripts": ""},
        {**told, "identifier": "for-readers", "title": "For readers", "narrators": "Shut, Sam [en]", "access": "registered",
         "access_existence": "public", "access_description": "public"},
        places=[{"identifier": "samara", "names": "Samara|en|;Самара|ru|;Samara|az-Latn|;Samara|tr|", "latitude": "53.2", "longitude": "50.1"}],
        people=[{"identifier": "two-scripts", "names": "Lane, Ida|en|;Лейн, Ида|ru|", "access": "public"}])
    return sqlite_archive.app().test_client()


def text(client: FlaskClient, path: str) -> str:
    """The words of the main part of a page, in one line."""
    page = client.get(path).text
    main = re.sub(r"<[^>]+>", " ", page[page.index("<main"):page.index("</main>")])
    return re.sub(r" ([,.:])", r"\1", " ".join(html.unescape(main).split()))


def test_no_heading_stands_over_nothing(client: FlaskClient) -> None:
    page = client.get("/testimonies/bare-one").text
    assert 'id="about"' not in page and 'href="#about"' not in page
    assert 'id="terms"' in page


def test_a_role_is_said_once(client: FlaskClient) -> None:
    said = text(client, "/testimonies/many-tell")
    assert said.count("Narrator:") == 1 and said.count("Interviewer:") == 1
    assert all(f"Given{n} Teller{n}" in said for n in range(9))


def test_a_list_names_five_and_says_that_there_are_more(client: FlaskClient) -> None:
    said = text(client, "/testimonies")
    assert "Given4 Teller4, …, Samara" in said and "Given5" not in said


def test_a_long_title_is_set_smaller(client: FlaskClient) -> None:
    assert '<h1 class="long">' in client.get("/testimonies/many-tell").text
    assert "<h1><span" in client.get("/testimonies/bare-one").text


def test_that_it_is_known_goes_without_saying_where_it_is_described(client: FlaskClient) -> None:
    assert "Anyone Description, names, words, sound, film, pictures, and documents" in text(client, "/testimonies/bare-one")


def test_equal_terms_are_one_line_under_the_title(client: FlaskClient) -> None:
    assert "Registered readers: words, sound, film, pictures, and documents. All terms" in text(client, "/testimonies/for-readers")


def test_words_that_nobody_wrote_down_are_not_called_closed(client: FlaskClient) -> None:
    assert "No transcript of it stands here yet." in text(client, "/testimonies/not-written")
    assert "No transcript of it is open to you. Sign in" in text(client, "/testimonies/for-readers")


def test_one_spelling_of_several_languages_stands_once_in_a_list_and_each_time_in_the_table(client: FlaskClient) -> None:
    assert text(client, "/places").endswith("Samara Самара")
    assert text(client, "/places/samara").count("Samara") >= 4
    assert "<svg" not in client.get("/places").text


def test_a_column_in_which_nothing_would_stand_is_left_out(client: FlaskClient) -> None:
    table = client.get("/people/two-scripts").text
    assert "Language</th>" in table and "Which" not in table
