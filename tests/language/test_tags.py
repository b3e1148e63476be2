"""Language tags: canonical form, name, script and direction."""

from __future__ import annotations

import pytest

from archive_app.language import tags


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("az", "az"),
        ("AZ-cyrl", "az-Cyrl"),
        ("en_gb", "en-GB"),
        ("eng", "en"),
        ("kat", "ka"),
        ("iw", "he"),
        ("prs", "prs"),
        ("hyw", "hyw"),
        ("azb", "azb"),
        (" ru ", "ru"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("und", "und"),
    ],
)
def test_canonical(written: str, canonical: str) -> None:
    assert tags.tag(written) == canonical
    assert tags.tag(canonical) == canonical


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("english", "For english write en"),
        ("Azerbaijani", "write az"),
        ("", "missing"),
        ("  ", "missing"),
        ("xx", "not in the BCP 47 registry"),
        ("az-Xxxx", "not in the BCP 47 registry"),
        ("ru;az", "not a language tag"),
        ("en-", "not a language tag"),
        ("русский", "not a language tag"),
    ],
)
def test_what_is_no_tag_is_refused_with_a_sentence(written: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        tags.tag(written)


@pytest.mark.parametrize(
    ("tag", "interface", "name"),
    [
        ("az", "en", "Azerbaijani"),
        ("az", "ru", "азербайджанский"),
        ("az-Cyrl", "en", "Azerbaijani (Cyrillic)"),
        ("az-Latn", "en", "Azerbaijani"),
        ("prs", "en", "Dari"),
        ("hyw", "en", "Armenian (hyw)"),
        ("ka", "nowhere", "Georgian"),
        ("azb", "en", "azb"),
        ("und", "en", "Unknown language"),
        ("ru-AM", "en", "Russian (Armenia)"),
    ],
)
def test_names(tag: str, interface: str, name: str) -> None:
    assert tags.name(tag, interface) == name


@pytest.mark.parametrize(
    ("tag", "script", "direction"),
    [
        ("az", "Latn", "ltr"),
        ("az-Cyrl", "Cyrl", "ltr"),
        ("az-Arab", "Arab", "rtl"),
        ("azb", "Arab", "rtl"),
        ("prs", "Arab", "rtl"),
        ("ar", "Arab", "rtl"),
        ("he", "Hebr", "rtl"),
        ("hyw", "Armn", "ltr"),
        ("ka", "Geor", "ltr"),
        ("und", "Zyyy", "ltr"),
        ("not a tag", "Zyyy", "ltr"),
    ],
)
def test_script_and_direction(tag: str, script: str, direction: str) -> None:
    assert (tags.script(tag), tags.direction(tag)) == (script, direction)
