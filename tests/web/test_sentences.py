"""What the archive says of itself: terms, withheld words, figures, dates."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from archive_app.access import readings
from archive_app.access.readings import LayerTerms, Name, Recording
from archive_app.access.terms import NOBODY, TIERS, audience_text, minimal
from archive_app.web import frame, names, sentences
from archive_app.web.dates import date_words
from tests.factories.readings import BELL, NOW, STATEMENTS, FakeRoom
from tests.web.app import make_app

LATER = 3_786_922_800_000


@pytest.fixture(scope="module")
def app() -> Flask:
    return make_app()


def terms_of(app: Flask, layer: str, *steps: tuple[int, str], ui: str = "en") -> str:
    with app.test_request_context(f"/?ui={ui}"):
        return sentences.terms([LayerTerms(layer, steps, False)], NOW)[layer]


@pytest.mark.parametrize(("audience", "said"), [
    ("", "Anyone may read the words."),
    ("onsite|registered|staff", "Registered readers may read the words."),
    ("grant|onsite|staff", "Visitors to the reading room or readers to whom it was granted may read the words."),
    ("staff", "Only the archive’s staff may read the words."),
    ("custodian", "The words are closed."),
    ("custodian & desk & staff", "The words are closed."),
    ("desk", "The words are closed."),
    ("desk & onsite|registered|staff", "The words are closed."),
    ("!", "The words are closed."),
    ("family|staff", "The family may read the words."),
    ("community:abc", "The community it belongs to may read the words."),
    ("onsite|staff & registered|staff", "Only people admitted by name may read the words."),
    ("something-new", "Only people admitted by name may read the words."),
])
def test_who_may_read(audience: str, said: str, app: Flask) -> None:
    assert terms_of(app, "transcript", (0, audience)) == said


SAID = {
    "public": "Anyone may read the words.",
    "registered": "Registered readers may read the words.",
    "reading-room": "Visitors to the reading room or readers to whom it was granted may read the words.",
    "staff": "Only the archive’s staff may read the words.",
    "sealed": "Only the archive’s custodians may read the words.",
}


@pytest.mark.parametrize("tier", TIERS)
def test_every_tier_has_a_sentence_of_its_own(tier: str, app: Flask) -> None:
    spelling = audience_text(TIERS[tier])
    assert terms_of(app, "transcript", (0, spelling)) == SAID[tier]
    assert sentences.shut(spelling) == (tier == "sealed")


def test_a_sealed_layer_may_be_there_for_nobody_else(app: Flask) -> None:
    desk = minimal([{"desk"}])
    for audience in (TIERS["sealed"], NOBODY, desk, desk | TIERS["registered"], desk | TIERS["sealed"]):
        layers = (LayerTerms("transcript", ((0, ""),), True), LayerTerms("audio", ((0, audience_text(minimal(audience))),), False))
        testimony = replace(FakeRoom().testimony(BELL.id), recordings=(), terms=layers)
        assert short(app, testimony) == "Anyone may read the words.", audience
    with app.test_request_context("/"):
        sealed, draft = (LayerTerms("audio", ((0, audience_text(each)),), False) for each in (TIERS["sealed"], desk))
        assert sentences.terms_by_audience([sealed], NOW) == [("Only the archive’s custodians", "Sound")]
        assert sentences.terms_by_audience([draft], NOW) == [("Closed", "Sound")]


def test_terms_that_change(app: Flask) -> None:
    assert terms_of(app, "audio", (0, "staff"), (LATER, "")) == (
        "Only the archive’s staff may hear the recording. From 1 January 2090: anyone may hear the recording.")
    assert terms_of(app, "audio", (0, "staff"), (NOW - 1, "")) == "Anyone may hear the recording."
    assert terms_of(app, "audio", (LATER, "")) == "The recording is closed. From 1 January 2090: anyone may hear the recording."


def test_sentences_begin_large_in_every_language(app: Flask) -> None:
    assert terms_of(app, "audio", (0, "onsite|registered|staff"), ui="az") == "Qeydiyyatdan keçmiş oxucular yazını dinləyə bilər."
    assert terms_of(app, "audio", (0, "onsite|registered|staff"), ui="ru") == "Запись могут слушать: зарегистрированные читатели."


def short(app: Flask, testimony: readings.Testimony) -> str:
    with app.test_request_context("/"):
        return sentences.terms_in_short(testimony, NOW)


def test_under_the_title_stands_what_may_be_there(app: Flask) -> None:
    testimony = replace(FakeRoom().testimony(BELL.id), recordings=())
    layers = [("existence", ""), ("transcript", ""), ("audio", "onsite|registered|staff"), ("video", "custodian"), ("image", "staff")]
    closed = tuple(LayerTerms(layer, ((0, audience),), audience == "") for layer, audience in layers)
    assert short(app, replace(testimony, terms=closed)) == (
        "Anyone may read the words. Registered readers may hear the recording."), "what only staff may see is not announced"
    later = LayerTerms("image", ((0, "staff"), (LATER, "")), False)
    assert short(app, replace(testimony, terms=(later,))).endswith("From 1 January 2090: anyone may see the pictures.")
    opened = (LayerTerms("transcript", ((0, ""),), True), LayerTerms("audio", ((0, ""),), True))
    assert short(app, replace(testimony, terms=opened)) == "Anyone may read the words."
    heard = replace(testimony, terms=opened, recordings=(Recording("r", "audio", "", 1000),))
    assert short(app, heard) == "Anyone may read the words. Anyone may hear the recording."


def test_equal_terms_stand_together(app: Flask) -> None:
    with app.test_request_context("/"):
        found = sentences.terms_by_audience(FakeRoom().testimony(BELL.id).terms, NOW)
    assert found == [("Anyone", "That it exists, description, names, and words"), ("Registered readers", "Sound"),
                     ("Only the archive’s custodians", "Film"), ("Only the archive’s staff; from 1 January 2090: anyone", "Pictures")]


@pytest.mark.parametrize(("milliseconds", "said"), [
    (None, "Words are withheld here under the terms of this testimony."),
    (0, "Words are withheld here under the terms of this testimony."),
    (400, "1 second withheld under the terms of this testimony."),
    (81_194, "1 minute 21 seconds withheld under the terms of this testimony."),
    (120_000, "2 minutes withheld under the terms of this testimony."),
    (3_725_000, "1 hour 2 minutes withheld under the terms of this testimony."),
])
def test_withheld(milliseconds: int | None, said: str, app: Flask) -> None:
    with app.test_request_context("/"):
        assert sentences.withheld(milliseconds) == said


@pytest.mark.parametrize(("value_min", "value_max", "asserts", "said"), [
    ("31", "31", "count", "31"), ("40", "50", "count", "40 to 50"), ("4", "", "count", "at least 4"), ("", "9", "count", "at most 9"),
    ("", "", "count", "no figure given"), ("", "", "status", ""), ("1954-11-17", "1954-11-17", "date", "17 November 1954"),
    ("7000", "7000", "count", "7,000"), ("many", "many", "count", "many"),
    ("unknown", "", "status", "unknown"), ("", "200", "other", "at most 200")])
def test_figures_as_stated(value_min: str, value_max: str, asserts: str, said: str, app: Flask) -> None:
    with app.test_request_context("/"):
        assert frame.figure(replace(STATEMENTS[0], value_min=value_min, value_max=value_max, asserts=asserts)) == said


def test_statements_are_never_ordered_by_size(app: Flask) -> None:
    several = (replace(STATEMENTS[1], id="a", about="dead"), replace(STATEMENTS[2], id="b", about="missing"),
               replace(STATEMENTS[0], id="c", about="dead"), replace(STATEMENTS[3], id="d"), replace(STATEMENTS[0], id="e", asserts="new"))
    found = [(code, [each.id for each in group]) for code, group in frame.grouped(several)]
    assert found == [("count", ["a", "c", "b"]), ("date", ["d"]), ("new", ["e"])]


@pytest.mark.parametrize(("edtf", "ui", "said"), [
    ("1991-05-14", "en", "14 May 1991"), ("1988~", "en", "about 1988"), ("199X", "en", "the 1990s"), ("199X", "tr", "1990 onyılı"),
    ("1991/1993", "ru", "1991 – 1993"), ("", "en", ""), ("whenever", "en", "whenever"), ("1991-05-14", "az", "14 may 1991")])
def test_dates(edtf: str, ui: str, said: str, app: Flask) -> None:
    with app.test_request_context(f"/?ui={ui}"):
        assert date_words(edtf) == said


def test_the_interface_picks_the_name_that_is_shown_first(app: Flask) -> None:
    several = (Name("Low Ombrel", "en"), Name("Aşağı Ombrel", "az-Latn"), Name("The Drowning", "ru", said_by="somebody"))
    with app.test_request_context("/?ui=az"):
        assert names.first(several).text == "Aşağı Ombrel"
        assert [each.text for each in names.others(several)] == ["Low Ombrel", "The Drowning"]
    with app.test_request_context("/?ui=ru"):
        assert names.first(several).text == "Low Ombrel"
        assert names.first(several[2:]).text == "The Drowning"
        assert names.first(()).text == ""
