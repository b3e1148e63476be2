"""A page taken apart the way a browser does: its elements, its words, its forms with what stands in their fields.

What may not live here: what a page should hold.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

BLIND = frozenset({"hidden", "submit", "file", "password"})


@dataclass
class Form:
    """`fields`: name -> what it would send if it were sent now; `typed`: the names of those in which somebody writes."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """`elements`: (name, attributes) in their order; `text`: what can be read; `twice`: attributes that stand twice in one tag, of which a
    browser takes the first and Python's parser the last."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.forms: list[Form] = []
        self.text = ""
        self.twice: list[str] = []
        self._form: Form | None = None
        self._area = self._choice = ""
        self._chosen = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        names = [name for name, _ in attrs]
        self.twice += [f"<{tag} {name}>" for name in given if names.count(name) > 1]
        self.elements.append((tag, given))
        name = given.get("name", "")
        if tag == "form" and given.get("method") != "dialog":  # that is sent nowhere
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form and tag == "button":
            self._form.buttons.append((name, given.get("value", "")))
        elif self._form and name and tag == "input":
            self._input(self._form, name, given)
        elif self._form and name and tag == "textarea":
            self._form.typed.append(name)
            self._form.fields.setdefault(name, "")
            self._area = name
        elif self._form and name and tag == "select":
            self._choice, self._chosen = name, False
        elif self._form and self._choice and tag == "option" and not self._chosen:
            if "selected" in given or self._choice not in self._form.fields:
                self._form.fields[self._choice], self._chosen = given.get("value", ""), "selected" in given

    def _input(self, form: Form, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in ("radio", "checkbox") and "checked" not in given or kind in ("file", "submit"):
            return
        if kind not in BLIND and kind not in ("radio", "checkbox"):
            form.typed.append(name)
        form.fields.setdefault(name, given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            if self._form and self._area and self._form.fields[self._area].startswith("\n"):
                self._form.fields[self._area] = self._form.fields[self._area][1:]  # as HTML has it
            self._area = ""
        elif tag == "select":
            self._choice = ""

    def handle_data(self, data: str) -> None:
        if self._form and self._area:
            self._form.fields[self._area] += data
        self.text += data


def dangers(page: Page) -> list[str]:
    """What in a page would act by itself, load something from elsewhere, lead to a script, or be read otherwise than it is written: nothing
    of ours does."""
    found = [*page.twice]
    for tag, given in page.elements:
        acts = [name for name in given if name.startswith("on") or name in ("style", "srcdoc")]
        leads = [value for name in ("href", "src", "action", "formaction", "data", "poster") if (value := given.get(name, "")) and not _ours(value)]
        strange = tag in ("iframe", "object", "embed", "base", "style", "marquee") or (tag == "script" and not (
            given.get("src", "").startswith("/static/") or given.get("type") == "application/ld+json")) or (
            tag == "meta" and "http-equiv" in given)
        if acts or leads or strange:
            found.append(f"<{tag} {given}>")
    return found


def _ours(address: str) -> bool:
    parts = urlsplit("".join(letter for letter in address if letter > " "))
    return parts.scheme in ("", "http", "https", "mailto") and not (parts.netloc and parts.netloc not in ("localhost",))
