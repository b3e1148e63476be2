"""gettext with types: the messages of pages, looked up in the catalogues of `translations/`.

What may not live here: messages.
"""

from __future__ import annotations

from typing import cast

import flask_babel  # type: ignore[import-untyped, unused-ignore]


def gettext(message: str, **values: object) -> str:
    """The message in the language of the interface."""
    return cast(str, flask_babel.gettext(message, **values))


def ngettext(one: str, many: str, count: int, **values: object) -> str:
    """The plural that `count` asks for; the message may name it as `%(num)s`."""
    return cast(str, flask_babel.ngettext(one, many, count, **values))


def lazy_gettext(message: str) -> str:
    """For tables: looked up each time it is shown; `str()` makes it a string."""
    return cast(str, flask_babel.lazy_gettext(message))


def locale() -> str:
    """The locale of numbers and lists of this request."""
    return str(flask_babel.get_locale() or "en")


def N_(message: str) -> str:
    """Marks a message for the catalogues where it is not translated."""
    return message
