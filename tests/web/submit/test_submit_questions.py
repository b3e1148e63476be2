"""What the questions say of those who may be let in is true of them."""

from __future__ import annotations

import re
from html import unescape

from flask import Flask
from flask.testing import FlaskClient

from archive_app.web.desk import consent_form
from tests.web.submit.test_submit_pages import begin

REGISTERED = "Anyone who registers with an e-mail address. What they copy cannot be called back either."


def test_nobody_is_told_that_registered_readers_are_known(app: Flask, daughter: FlaskClient) -> None:
    """To register, an e-mail address and a password are asked for, and nothing else."""
    asked = set(re.findall(r'<input[^>]* name="(\w+)"', daughter.get("/register").text)) - {"csrf_token", "token"}
    assert asked == {"email", "password"}, "else the sentences say too little"
    begin(daughter)
    shown = unescape(daughter.get("/submit/questions/transcript").text)
    assert f"<b>Registered readers</b>{REGISTERED}" in shown
    with app.test_request_context("/"):
        assert str(consent_form.MEANS["registered"]) == REGISTERED
    about = daughter.get("/about/consent").text
    assert "registered readers: anyone who registered with an e-mail address" in about
    assert not any("who they are" in page or "We know" in page for page in (shown, about))
