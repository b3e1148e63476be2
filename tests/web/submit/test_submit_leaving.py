"""After leaving: one page for everybody, which neither tells that there was something nor says that it is gone."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from tests.web.submit.test_submit_pages import begin

STAYS = "Everybody sees this page here. What is kept in the archive stays as it is."
SHIFT = "You can also press Shift three times."


def test_what_is_shown_after_leaving_suggests_no_loss_and_is_the_same_for_everybody(app: Flask, daughter: FlaskClient) -> None:
    begin(daughter)
    daughter.get("/submit/leave")
    stranger = app.test_client()
    stranger.get("/submit/leave")
    left, never = daughter.get("/submit/return"), app.test_client().get("/submit/room")
    assert left.data == stranger.get("/submit/return").data == never.data
    assert STAYS in left.text and "Begin anew" not in left.text and 'href="/submit/open"' in left.text
    assert not [word for word in ("receipt", "testimony</", "account is", "You ") if word in left.text[left.text.index("<main"):left.text.index("</main>")]]


def test_shift_is_spoken_of_only_where_script_hears_it(daughter: FlaskClient) -> None:
    shown = daughter.get("/submit").text
    assert f"<span data-shift hidden>{SHIFT}</span>" in shown and "“Leave this page” opens another site at once." in shown
    assert "[data-shift]" in daughter.get(shown[shown.index("/static/leave-"):].split('"')[0]).text
