"""What others will see holds everything that they then read: each field of the page of the testimony, by the gate."""

from __future__ import annotations

import re
from html import unescape

from flask import Flask
from flask.testing import FlaskClient

from archive_app import clock
from archive_app.web.dates import date_words
from tests.factories.archives import Archive
from tests.factories.signed_in import browser, send
from tests.web.submit.test_submit_afterwards import accepted
from tests.web.submit.test_submit_pages import begin, picture, tell

SHOWN = ("The spring", "Low Ombrel", "the winter of 1988", "English", "verbatim", "Hesta Vellan", "quellwater", "By the well")
MONTH = "Its date is the month in which you send it. The day is not shown."


def _foreseen(client: FlaskClient) -> str:
    page = unescape(client.get("/submit/summary").text)
    return page[page.index("<blockquote"):page.index("</blockquote>")]


def _told(client: FlaskClient) -> None:
    begin(client)
    tell(client, "/submit/questions/told", title="The spring", date="the winter of 1988", place="Low Ombrel")
    tell(client, "/submit/questions/name", name="Hesta Vellan")
    tell(client, "/submit/questions/account", text="The quellwater was cold.", language="en")
    tell(client, "/submit/files", file=picture())
    one = re.search(r'name="label-([^"]+)"', client.get("/submit/files").text)
    assert one is not None
    tell(client, "/submit/files", save="1", **{f"label-{one[1]}": "By the well"})


def test_what_others_will_see_holds_every_field_that_they_then_read(app: Flask, sqlite_archive: Archive, daughter: FlaskClient) -> None:
    _told(daughter)
    for layer in ("existence", "description", "identity", "transcript", "image"):
        tell(daughter, f"/submit/questions/{layer}", audience="public")
    with app.test_request_context("/"):
        wanted = (*SHOWN, str(date_words(clock.iso(clock.now())[:7])))
    before = _foreseen(daughter)
    assert MONTH in before and not [field for field in wanted if field not in before]
    tell(daughter, "/submit/summary")
    testimony = accepted(app)
    send(browser(sqlite_archive, app, "archivist"), f"/desk/testimonies/{testimony}/publish")
    page, now = unescape(app.test_client().get(f"/testimonies/{testimony}").text), _foreseen(daughter)
    assert MONTH in now and "The valley" in now
    for field in (*wanted, "The valley"):
        assert (field in page) and (field in now), field


def test_nothing_of_a_closed_description_is_foreseen(daughter: FlaskClient) -> None:
    _told(daughter)
    for layer in ("existence", "transcript"):
        tell(daughter, f"/submit/questions/{layer}", audience="public")
    before = _foreseen(daughter)
    assert "quellwater" in before and MONTH not in before
    assert not [field for field in ("The spring", "Low Ombrel", "the winter of 1988", "Hesta Vellan", "By the well") if field in before]


def test_the_question_of_the_description_says_what_is_in_it(app: Flask, daughter: FlaskClient) -> None:
    begin(daughter)
    shown = daughter.get("/submit/questions/description").text
    assert "A title and some lines, with the place, what you say of the time, and the month in which you send it." in shown


def test_a_page_names_no_layers_of_which_she_was_not_asked(app: Flask, sqlite_archive: Archive, daughter: FlaskClient) -> None:
    """She gave words and a photograph: under the title stood that only staff may hear the sound, and see film and documents."""
    _told(daughter)
    for layer, audience in (("existence", "public"), ("description", "public"), ("transcript", "public"), ("image", "registered")):
        tell(daughter, f"/submit/questions/{layer}", audience=audience)
    tell(daughter, "/submit/summary")
    testimony = accepted(app)
    send(browser(sqlite_archive, app, "archivist"), f"/desk/testimonies/{testimony}/publish")
    page = app.test_client().get(f"/testimonies/{testimony}").text
    line = page[page.index('<p class="terms">'):]
    assert line[:line.index("<a")].strip() == '<p class="terms">Anyone may read the words. Registered readers may see the pictures.'
