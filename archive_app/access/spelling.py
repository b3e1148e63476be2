"""A digest of a reading: over its values only, in one spelling, so that equal readings have equal digests whatever their histories.

What may not live here: readings.
"""

from __future__ import annotations

import hashlib
from dataclasses import fields, is_dataclass


def digest(reading: object) -> str:
    """SHA-256, in hexadecimal, over everything in a reading."""
    return hashlib.sha256(_spell(reading).encode()).hexdigest()


def _spell(value: object) -> str:
    if is_dataclass(value) and not isinstance(value, type):
        inner = ",".join(f"{f.name}={_spell(getattr(value, f.name))}" for f in fields(value))
        return f"{type(value).__name__}({inner})"
    if isinstance(value, (tuple, list)):
        return "[" + ",".join(_spell(item) for item in value) + "]"
    return repr(value)
