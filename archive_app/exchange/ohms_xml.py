"""The XML around an OHMS interview: whether a file is one, and its one record.

What may not live here: how XML is read safely (xml), what the fields mean.
"""

from __future__ import annotations

import re

from archive_app.errors import Invalid
from archive_app.exchange.cues import FIELD
from archive_app.exchange.encoding import UTF_16_MARKS
from archive_app.exchange.xml import PROLOG, Element, read_xml

NAMESPACE = "https://www.weareavp.com/nunncenter/ohms"

_OHMS_ROOT = re.compile(PROLOG + r"(?:<!DOCTYPE.*)?<(?:[\w.-]{1,40}:)?ROOT[\s/>]", re.DOTALL)


def is_ohms(data: bytes) -> bool:
    """Whether a file means to be OHMS, by its first tag alone: a folder may hold other XML (ohms.xsd, say), which is no mistake.
    Damaged OHMS is OHMS."""
    encoding = "utf-16" if data.startswith(UTF_16_MARKS) else "utf-8-sig"
    return _OHMS_ROOT.match(data[:1_000_000].decode(encoding, "replace")) is not None


def read_record(data: bytes) -> Element:
    """The one `record` of an OHMS file. Raises Invalid("transcripts", ...) for everything else: other XML, broken XML, a DTD, too many
    bytes, another encoding, several interviews in one file."""
    root = read_xml(data)
    if root.name != "ROOT":
        raise Invalid(FIELD, f"This is XML, but no OHMS: it begins with <{root.name[:40]}> and not with <ROOT>.")
    records = list(root.children("record"))
    if len(records) != 1:
        raise Invalid(FIELD, f"This OHMS file holds {len(records)} interviews; one file is one testimony." if records else
                      "This OHMS file holds no interview; one file is one testimony.")
    return records[0]
