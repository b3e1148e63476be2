"""Words of the interface: none outside gettext, every catalogue complete in what it lists, every compiled file fresh."""

from __future__ import annotations

import io
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import archive_app.web
from archive_app.web.interface import TRANSLATIONS
from tests.web.app import make_app

WEB = Path(archive_app.web.__file__).parent
LANGUAGES = ("az", "hy", "ru", "tr")
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "N_": None, "ngettext": (1, 2), "npgettext": ((1, "c"), 2, 3)}
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
NAMES = {"WebVTT", "SHA-256", "SRT", "CSV", "OHMS", "MLA", "APA", "Chicago", "BibTeX", "RIS", "CSL-JSON", "index.json", "Esc", "×", "–"}
"""Proper names and signs that are the same in every language."""


@cache
def messages() -> frozenset[tuple[str, str | None]]:
    """(message, context) of everything that code and templates say."""
    found = extract_from_dir(str(WEB), METHODS, {"templates/**.html": {"trimmed": "true"}}, KEYWORDS)
    return frozenset((message[0] if isinstance(message, tuple) else message, context) for _, _, message, _, context in found if message)


def catalogue(language: str) -> Catalog:
    return read_po(io.BytesIO((TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").read_bytes()), locale=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_lists_every_message(language: str) -> None:
    listed = {(each.id[0] if isinstance(each.id, tuple) else each.id, each.context) for each in catalogue(language) if each.id}
    assert messages() - listed == frozenset()


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_and_plurals_fit(language: str) -> None:
    found = catalogue(language)
    assert [str(problem) for message, problems in found.check() for problem in problems] == []
    assert [message.id for message in found if message.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_file_is_fresh(language: str) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(language))
    assert (TRANSLATIONS / language / "LC_MESSAGES" / "messages.mo").read_bytes() == compiled.getvalue()


def untranslated(found: Catalog) -> list[str]:
    """Messages that a reader of this language sees in English: those left empty, and those of which the words stand there unchanged."""
    empty = [str(each.id) for each in found if each.id and not (all(each.string) if isinstance(each.string, tuple) else each.string)]
    same = [str(each.id) for each in found if each.id and each.string == each.id and len(re.findall(r"[a-z]{3,}", re.sub(r"%\(\w+\)s", "", str(each.id)))) > 2]
    return empty + same


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_in_english(language: str) -> None:
    assert untranslated(catalogue(language)) == []


def test_what_is_left_in_english_is_found() -> None:
    found = catalogue("az")
    found["Next page"].string, found["There is nothing at this address"].string = "", "There is nothing at this address"
    assert untranslated(found) == ["Next page", "There is nothing at this address"]


class Words(HTMLParser):
    """Collects the text and the spoken attributes of a template whose Jinja parts are gone."""

    SPOKEN = ("aria-label", "placeholder", "title", "alt", "data-l")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found += re.findall(r"\w[^\n]*", data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in self.SPOKEN and re.search(r"\w", value or "")]


TEMPLATES = sorted((WEB / "templates").rglob("*.html"))


def spoken(source: str) -> list[str]:
    """Words in a template that no gettext sees."""
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", source, flags=re.DOTALL)
    parser = Words()
    parser.feed(bare)
    found = (text.strip() for text in parser.found if text.strip().strip(",.;: ()") not in NAMES | {""})
    return [text for text in found if not re.fullmatch(r'(?:[\w-]+="[^"]*"\s*)+', text)]  # attributes that a block or a macro adds


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(WEB).as_posix())
def test_no_template_speaks_outside_gettext(template: Path) -> None:
    assert spoken(template.read_text(encoding="utf-8")) == []


def test_words_outside_gettext_are_seen() -> None:
    assert spoken("<p>Hello</p><b>{{ _('Hi') }}</b>") == ["Hello"]
    assert spoken('<nav aria-label="Main">{{ x }}, MLA</nav>') == ["Main"]


def test_right_to_left() -> None:
    client = make_app(LANGUAGES="en,ar").test_client()
    assert '<html lang="ar" dir="rtl">' in client.get("/?ui=ar").text
    assert '<html lang="en" dir="ltr">' in client.get("/").text


def test_the_first_language_of_the_settings_is_that_of_plain_addresses() -> None:
    client = make_app(LANGUAGES="ru,en").test_client()
    plain = client.get("/testimonies").text
    assert '<html lang="ru"' in plain and "ui=ru" not in plain.replace('href="?ui=ru"', "")
    assert '<html lang="en"' in client.get("/testimonies?ui=en").text


def test_one_message_in_each_language() -> None:
    client = make_app().test_client()
    address = "/testimonies/bell-rope-on-the-quay?ui="
    assert "1 минута 21 секунда" in client.get(address + "ru").text
    assert "1 dəqiqə 21 saniyə gizli saxlanılır" in client.get(address + "az").text
    assert "1 dakika 21 saniye gizli tutuluyor" in client.get(address + "tr").text
    assert "1 րոպե 21 վայրկյան փակ է" in client.get(address + "hy").text
    assert "1 minute 21 seconds withheld under the terms of this testimony." in client.get(address + "en").text
