"""Words that are typed into fields and were meant for something else: markup, scripts, templates, formulas, paths, letters that turn a line
around. A small list of our own; `shared` is the long one, where it is there.

What may not live here: bytes of files (hostile_files), names of files (hostile_names).
"""

from __future__ import annotations

import json

from tests.factories.shared import data_folder

ALL_AT_ONCE = "'\"><script>alert(1)</script><img src=x onerror=alert(2)>"
"""Ends any attribute and any element; fits where 60 letters may be typed."""
OWN = (
    ALL_AT_ONCE, "</textarea><script>alert(1)</script>", "</title></script><svg onload=alert(1)>", "javascript:alert(1)", "{{ 7 * 7 }}{% raw %}",
    "%(name)s %s %d %", "=HYPERLINK(\"https://elsewhere.example\")", "../../../etc/passwd", "a\u202eb\u2066c", "\ud83c\udff3\ufe0f\u200d".encode(
        "utf-16", "surrogatepass").decode("utf-16") + "x", "Ｈｅｓｔａ Ⅳ ﬁ", "e\u0301 \u00e9 I\u0307 ı", "x\u2028y\u0085z", "&lt;b&gt; &amp;amp; &#x41;",
    "Robert'); DROP TABLE testimonies;--", "\\x3cscript\\x3e", "-->", "]]>", "null", "0",
)


def shared() -> list[str]:
    """Strings that others have collected; the test is skipped where they are not there."""
    found: list[str] = json.loads((data_folder() / "strings" / "naughty.json").read_text(encoding="utf-8"))
    return found
