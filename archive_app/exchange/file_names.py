"""Names of files as tables state them, judged before any is looked for: pure.

A name is refused where another system, program or eye would read another one: it would lead out of the folder, to a device, or to nothing
that can be typed again. What may not live here: whether a file is there, and where links lead (actions.preparing).
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

LONGEST = 255
"""Bytes of a name, as the usual file systems have it."""
JOINERS = "\u200c\u200d"
"""Not seen, but spelling in the scripts that use them."""
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])", re.IGNORECASE)


def file_name(text: str) -> str:
    """The name of a file in a folder or below it, with `/`. Raises ValueError with the reason, in which the name is safe to be shown."""
    told, name = repr(text[:80]), text.replace("\\", "/")
    unseen = next((letter for letter in text if unicodedata.category(letter) in _UNSEEN and letter not in JOINERS), "")
    if unseen:
        raise ValueError(f"{told} holds a character that is not seen ({_called(unseen)}): rename the file.")
    if any(_leads_out(each) for each in (name, unquote(name), unicodedata.normalize("NFKC", name))):
        raise ValueError(f"{told} leads out of the folder of the manifest; name a file inside it.")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if not parts:
        raise ValueError(f"{told} names no file.")
    if any(len(part.encode()) > LONGEST for part in parts):
        raise ValueError(f"{told} is longer than the {LONGEST} bytes that a name may have: rename the file.")
    if any(_DEVICE.fullmatch(re.split(r"[.:]", part)[0].strip()) for part in parts):
        raise ValueError(f"{told} is the name of a device on some systems: rename the file.")
    return "/".join(parts)


def _leads_out(name: str) -> bool:
    name = name.replace("\\", "/").strip()
    return name.startswith("/") or bool(re.match(r"[A-Za-z]:", name)) or ".." in [part.strip() for part in name.split("/")]


def _called(letter: str) -> str:
    """A character by its number and, where it has one, its name in Unicode."""
    return f"U+{ord(letter):04X} {unicodedata.name(letter, '')}".rstrip()


def alike(name: str) -> str:
    """What names have in common that are one name where capitals, or the ways to compose a letter, are not told apart."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def one_elsewhere(name: str, other: str) -> str:
    """Why two names that are `alike` cannot both be taken."""
    return f"{name!r} and {other!r} differ only in capitals or in how a letter is composed, and are one name elsewhere: rename one of them."
