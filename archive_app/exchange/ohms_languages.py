"""Languages as OHMS writes them, by English name (`English; Spanish`), to tags and back. CLDR names, by Babel.

What may not live here: what a tag is (language.tags).
"""

from __future__ import annotations

import re
from functools import lru_cache

from babel import Locale

from archive_app.language import tags

_SEVERAL = re.compile(r"[;,/&+|]|\band\b")


def read_languages(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tags of the languages named, and a warning for each name that is not known."""
    known: list[str] = []
    unknown: list[str] = []
    whole = _tag(text.strip())
    for name in (text,) if whole else _SEVERAL.split(text):
        if name := name.strip():
            found = _tag(name)
            (known if found else unknown).append(found or name)
    warnings = tuple(f"The language {name[:60]!r} is not known and was left out." for name in dict.fromkeys(unknown))
    return tuple(dict.fromkeys(known)), warnings


def language_name(tag: str) -> str:
    """The English name, or the tag itself where the name would not lead back to it."""
    called = tags.name(tag, "en") if tag else ""
    return called if _tag(called) == tag else tag


def _tag(name: str) -> str:
    if not name or len(name) > 60:
        return ""
    try:
        return tags.tag(_tags_by_name().get(name.casefold(), name))
    except ValueError:
        return ""


@lru_cache(maxsize=1)
def _tags_by_name() -> dict[str, str]:
    return {str(name).casefold(): code.replace("_", "-") for code, name in Locale("en").languages.items()}
