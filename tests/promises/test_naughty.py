"""Whatever is typed into any field of any form is kept as it was typed, or refused with a sentence and still there in its field; it is shown
as text, and nothing of it acts. Forms are found in the pages themselves, so a field that is added later is tried too.

What may not live here: the browser's own judgement (journeys).
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive_app.actions import incoming, reviewing, submitting
from tests.factories import families
from tests.factories.naughty import ALL_AT_ONCE, OWN, shared
from tests.factories.pages import Form, Page, dangers
from tests.promises import doors
from tests.promises.doors import HERE, House, Row

DEAD_END = frozenset({"account.sign_out", "account.delete", "desk.verb", "submit.verb", "desk.lift", "desk.release", "desk.undo_merge"})
"""Their forms end what the others are tried in: they are tried with words that are refused, or nothing is typed in them."""


def pages(house: House) -> Iterator[tuple[Row, str, FlaskClient]]:
    """Every page that has a form with fields in which somebody writes, and a browser that may send it."""
    for row in doors.rows(house.app):
        if "GET" not in row.methods or row.endpoint.endswith("_twin") or row.rule.startswith("/static"):
            continue
        client = house.family() if row.rule.startswith("/submit") else house.person("anonymous" if row.rule in OUTSIDE else "custodian")
        for path in paths(house, row):
            if row.endpoint not in ("submit.stopped", "submit.leave", "submit.open_again"):
                yield row, path, client


OUTSIDE = frozenset({"/sign-in", "/register", "/register/confirm", "/account/recover", "/account/new-password", "/account/lost-second-factor"})
STEPS = ("name", "told", "account", "people", "contact", "note")


def paths(house: House, row: Row) -> list[str]:
    if row.endpoint == "submit.question":
        return [f"/submit/questions/{step}" for step in STEPS]
    named = {**house.open, "submission": house.hidden["submission"], "attachment": house.hidden["attachment"]}
    return row.addresses(named)


def open_page(house: House, client: FlaskClient, path: str) -> Page:
    answer = get(house, client, path)
    text = answer.get_data().decode() if answer.content_type.startswith("text/html") else ""
    answer.close()
    return Page(text)


def get(house: House, client: FlaskClient, path: str) -> TestResponse:
    house.forgive()
    return client.get(path, base_url=HERE)


def send(house: House, client: FlaskClient, path: str, form: Form, field: str, typed: str) -> TestResponse:
    """The form of a page with one field filled in, by its first button."""
    house.forgive()
    data = {**form.fields, field: typed, **dict(button for button in form.buttons[:1] if button[0])}
    if form.method == "get":
        return client.get(form.action or path, query_string=data, base_url=HERE)
    return client.post(form.action or path, data=data, base_url=HERE)


def tried(house: House, client: FlaskClient, path: str, typed: str) -> Iterator[str]:
    """What is wrong with each field of each form of a page, when this is typed into it."""
    first = open_page(house, client, path)
    for at, form in enumerate(first.forms):
        for field in dict.fromkeys(form.typed):
            answer = send(house, client, path, form, field, typed)
            where = f"{field} at {path}, {answer.status_code}"
            if answer.status_code not in (200, 303, 400, 409):
                yield f"{where}: neither taken nor refused"
                continue
            if answer.status_code == 303 and once(path):
                continue
            shown = Page(answer.text) if answer.status_code != 303 else open_page(house, client, path)
            yield from (f"{where}: {each}" for each in dangers(shown))
            there = [each.fields[field] for each in shown.forms if field in each.fields]
            if answer.status_code == 400 and not any(tag[1].get("role") == "alert" for tag in shown.elements):
                yield f"{where}: no sentence says what is wrong"
            keeps = answer.status_code in (400, 409) or form.method == "get" or at < len(shown.forms)
            if keeps and field not in SECRET and there and typed not in there and typed.strip() not in there:
                yield f"{where}: {there} stands there instead of what was typed"


SECRET = frozenset({"code"})
"""What is not repeated by any page."""


def once(path: str) -> bool:
    """Whether a field is empty again when it was taken: a message, a step that was done."""
    return path.startswith(("/submit/room", "/submit/concern", "/submit/return", "/desk/submissions", "/desk/requests", "/account", "/sign-in", "/register")) or path.endswith(
        ("/consent", "/restrictions", "/lift", "/end", "/hold", "/withdraw", "/publish", "/unpublish", "/new", "/access", "/merge", "/undo",
         "/links"))


def test_what_is_typed_into_any_field_stays_what_it_is(house: House) -> None:
    wrong, fields = [], 0
    for row, path, client in pages(house):
        if row.endpoint not in DEAD_END:
            fields += sum(len(set(form.typed)) for form in open_page(house, client, path).forms)
            wrong += list(tried(house, client, path, ALL_AT_ONCE))
    assert not wrong, "\n".join(wrong)
    assert fields > 30


@pytest.mark.parametrize("typed", [ALL_AT_ONCE, "1961"])
def test_reasons_and_evidence_at_the_desk_are_text_in_the_history(house: House, typed: str) -> None:
    """What can be done once: a reason, a lifting, an opening again."""
    client, one = house.person("custodian"), "/desk/testimonies/the-hill"
    token = house.token(client, one)
    assert client.post(f"{one}/hold", data={**token, "reason": ALL_AT_ONCE}, base_url=HERE).status_code == 303
    held = re.findall(rf'href="({one}/holds/\d+/end)"', get(house, client, one).text)
    answer = client.post(held[0], data={**token, "note": ALL_AT_ONCE, "given_on": typed}, base_url=HERE)
    shown = get(house, client, one)
    assert shown.status_code == 200 and not dangers(Page(shown.text)) and ALL_AT_ONCE in Page(shown.text).text
    assert answer.status_code == (303 if typed == "1961" else 400)
    assert typed == "1961" or 'role="alert"' in answer.text and Page(answer.text).forms[-1].fields["given_on"] == typed


@pytest.mark.slow
@pytest.mark.parametrize("part", range(35))
def test_all_that_others_have_collected(house: House, part: int) -> None:
    wrong = []
    for typed in shared()[part::35]:
        wrong += [f"{typed!r}: {each}" for row, path, client in pages(house) if row.endpoint not in DEAD_END for each in tried(
            house, client, path, typed) if typed.strip()]
    assert not wrong, "\n".join(wrong)


# Kept, read back, and given out again

def told_with(house: House, strings: list[str]) -> dict[str, dict[str, object]]:
    """An account in which these stand in every field; saved, and its answers as they are kept."""
    at = iter(range(10**6))

    def one(most: int = 4000) -> str:
        return strings[next(at) % len(strings)][:most]

    return {"name": {"name": one(200), "pseudonym": one(200)}, "told": {"title": one(300), "date": one(60), "place": one(200)},
            "account": {"text": "\n\n".join(each for each in strings), "language": "en"},
            "people": {"people": [{"name": one(200), "why": one()} for _ in range(3)]}, "contact": {"words": one()}, "note": {"words": one()}}


@pytest.mark.parametrize("strings", [list(OWN), pytest.param([], marks=pytest.mark.slow)], ids=["own", "collected"])
def test_a_family_s_words_are_kept_letter_by_letter(house: House, strings: list[str]) -> None:
    strings = strings or shared()
    for turn in range(0, len(strings), 12):
        account = told_with(house, strings[turn:] + strings[:turn])
        made, family = families.begun(house.room)
        client = house.app.test_client()
        client.set_cookie("archive_visit", made.visit, path="/submit")
        for step, answers in account.items():
            data = {**house.token(client, "/submit"), **(answers if step != "people" else {
                "person": [each["name"] for each in account["people"]["people"]], "why": [each["why"] for each in account["people"]["people"]]})}  # type: ignore[attr-defined]
            assert client.post(f"/submit/questions/{step}", data=data, base_url=HERE).status_code == 303, step
        submitting.send(house.room, family)
        messages = strings[turn:turn + 3]
        for words in filter(str.strip, messages):
            house.forgive()
            client.post("/submit/room/message", data={**house.token(client, "/submit"), "words": words}, base_url=HERE)
        kept = submitting.answers(house.room, family)
        assert {step: without_nothing(answers) for step, answers in kept.items()} == {
            step: without_nothing(answers) for step, answers in account.items() if without_nothing(answers)}
        assert [each.words for each in submitting.messages(house.room, family)] == [each for each in messages if each.strip()]
        with zipfile.ZipFile(io.BytesIO(client.get("/submit/copy", base_url=HERE).data)) as copy:
            assert {**json.loads(copy.read("answers.json"))["answers"], "send": {}} == {**kept, "send": {}}
            assert copy.read("account.txt").decode() == account["account"]["text"]
        read = incoming.read(house.room, families.archivist(), family.id)
        assert read.answers == kept
        shown = open_page(house, house.person("custodian"), f"/desk/submissions/{family.id}")
        assert not dangers(shown)
        assert all(squeezed(each) in squeezed(shown.text) for each in strings), "everything is shown as text"


def without_nothing(answers: object) -> object:
    """As it is kept: a field that was left empty was not answered."""
    if isinstance(answers, list):
        return [without_nothing(each) for each in answers if without_nothing(each)]
    return {key: without_nothing(value) for key, value in answers.items() if value not in ("", []) and (
        not isinstance(value, str) or value.strip())} if isinstance(answers, dict) else answers


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.fixture(scope="module")
def published(house: House) -> str:
    """A testimony of which every word is one of ours, open to everybody; its id."""
    account = {**families.ACCOUNT, **told_with(house, [each for each in OWN if len(each) < 60]),
               **{layer: {"audience": "public"} for layer in ("existence", "description", "identity", "transcript", "audio")}, "people": {"people": []}}
    account["told"] = {"title": ALL_AT_ONCE, "place": f"Place {ALL_AT_ONCE}", "date": "1961", "language": "en"}
    account["name"] = {"name": f"Vellan {ALL_AT_ONCE}, Hesta", "pseudonym": ALL_AT_ONCE}
    made, family = families.sent(house.room, account, notes=f"One {ALL_AT_ONCE} two.")
    house.archive.publish(id := reviewing.accept(house.room, families.archivist(), family.id, "valley"))
    house.archive.settle()
    return id


def test_what_is_published_is_text_in_every_page_and_file(house: House, published: str) -> None:
    client, met = house.person("custodian"), set[str]()
    with house.archive.room() as room:
        person = next(each.person for each in room.testimony(published).card.people if each.person)
    for row in doors.rows(house.app):
        if "GET" in row.methods and not row.rule.startswith(("/submit", "/account", "/static", "/media")):
            for path in row.addresses({**house.open, "testimony": published, "person": person, "submission": house.hidden["submission"]}):
                answer = get(house, client, f"{path}?q=alert" if "search" in row.endpoint or row.rule in ("/people", "/desk") else path)
                met |= {row.endpoint} if whole(answer) else set()
    assert met >= {"testimony", "testimony_twin", "transcript", "cite", "search_twin", "testimonies", "transcript_file", "citation_file", "ohms_file",
                   "desk.testimony", "desk.describe", "desk.work_list", "people", "collection", "desk.history"}, met


def whole(answer: TestResponse) -> bool:
    """Whether a page or file holds the words, as text; asserts that it is what it says it is, and that nothing in it acts."""
    kind = answer.mimetype or ""
    if answer.status_code != 200:
        return False
    if kind == "text/html":
        page = Page(answer.text)
        assert not dangers(page), (answer.request.path, dangers(page))
        return ALL_AT_ONCE in page.text or any(ALL_AT_ONCE in value for _, given in page.elements for value in given.values())
    if kind == "application/json" or kind.endswith("+json"):
        return ALL_AT_ONCE in json.dumps(json.loads(answer.text), ensure_ascii=False).replace('\\"', '"')
    if kind.endswith("xml"):
        return ALL_AT_ONCE in "".join(ElementTree.fromstring(answer.data).itertext())
    if kind == "text/csv":
        cells = [cell for line in csv.reader(io.StringIO(answer.text)) for cell in line]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))], "a cell that a spreadsheet would work out"
        return any(ALL_AT_ONCE in cell for cell in cells)
    return "alert(1)" in answer.text if kind.startswith("text/") else bool(answer.data)


LONG = {"name": ("name", 201), "told": ("date", 61), "note": ("words", 4001), "contact": ("words", 4001)}


@pytest.mark.parametrize("step", LONG)
def test_what_is_too_long_is_refused_in_its_field_and_kept(house: House, step: str) -> None:
    client, (field, letters) = house.family(), LONG[step]
    path = f"/submit/questions/{step}"
    answer = send(house, client, path, open_page(house, client, path).forms[0], field, "ж" * letters)
    shown = Page(answer.text)
    assert answer.status_code == 400 and shown.forms[0].fields[field] == "ж" * letters
    assert "Please check:" in shown.text and f"At most {letters - 1} letters." in shown.text


def test_a_caption_and_a_page_that_are_too_long_are_kept(house: House) -> None:
    client = house.family()
    form = next(form for form in open_page(house, client, "/submit/files").forms if any(field.startswith("label-") for field in form.fields))
    caption = next(field for field in form.fields if field.startswith("label-"))
    answer = send(house, client, "/submit/files", form, caption, "ж" * 4001)
    assert answer.status_code == 400 and "ж" * 4001 in [form.fields.get(caption) for form in Page(answer.text).forms]
    form = open_page(house, client, "/submit/concern").forms[0]
    form.fields["words"] = "A word."
    answer = send(house, client, "/submit/concern", form, "about", "x" * 501)
    assert answer.status_code == 400 and Page(answer.text).forms[0].fields == {**form.fields, "about": "x" * 501}


@pytest.mark.parametrize("typed", ["\n\nFirst line below two empty ones.", "  led by spaces", "ends with a line\n", "a\r\n\r\nb", "tab\there"])
def test_what_is_read_again_is_what_was_typed(house: House, typed: str) -> None:
    """Saved, opened, and saved again as a browser does, three times."""
    client = house.family()
    for path, field in (("/submit/questions/note", "words"), ("/submit/questions/account", "text")):
        again = typed
        for _ in range(3):
            assert send(house, client, path, open_page(house, client, path).forms[0], field, again).status_code == 303
            again = open_page(house, client, path).forms[0].fields[field]
        assert again == typed


def test_what_is_looked_for_at_the_desk_is_not_cut(house: House) -> None:
    client = house.person("custodian")
    for letters, status in ((211, 200), (1001, 400)):
        answer = get(house, client, "/desk?q=" + "x" * letters)
        assert answer.status_code == status and (status == 400 or "x" * letters in [form.fields.get("q") for form in Page(answer.text).forms])
