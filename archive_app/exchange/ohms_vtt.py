"""The transcript of OHMS 6.0: WebVTT inside the XML, with the habits of its editor: `<br>` inside cues, no signature at times, names
without voice tags where it was converted from 5.4, annotations in comments.

What may not live here: WebVTT itself (webvtt), footnotes (ohms_notes).
"""

from __future__ import annotations

import re

from archive_app.exchange import webvtt
from archive_app.exchange.ohms_notes import anchored, cut_annotations, without_holders
from archive_app.exchange.ohms_speakers import speakers
from archive_app.exchange.ohms_values import OhmsTranscript
from archive_app.exchange.speakers import split_label

_BREAKS = re.compile(r"(?:[ \t]{0,9}<br[ \t]{0,3}/?>)+[ \t]{0,9}", re.IGNORECASE)


def read_vtt(text: str, language: str) -> tuple[OhmsTranscript | None, tuple[str, ...], str]:
    """The transcript, or None where there are no words; warnings; what the file says of its annotations. `language` holds where the
    text names none. Raises Invalid("transcripts", ...) for words that cannot be read."""
    text = without_holders(text.strip())
    if not text:
        return None, (), ""
    text, notes, about = cut_annotations(text if text.startswith("WEBVTT") else f"WEBVTT\n\n{text}")
    text = _BREAKS.sub(" ", text)
    file = webvtt.read_file(text)
    if not file.cues and not file.unread and not notes:
        return None, (), about
    parsed = webvtt.parse(_with_voices(text).encode("utf-8"))
    cues, notes, unknown = anchored(parsed.cues, notes)
    return OhmsTranscript(cues, parsed.language or language, notes), (*parsed.warnings, *unknown), about


def _with_voices(text: str) -> str:
    """A text in which nobody is named by a tag, with tags for the names that stand at the start of lines."""
    if "<v" in text:
        return text
    lines = text.split("\n")
    taken = speakers([line.strip() for line in lines if line.strip() and "-->" not in line])
    split = [split_label(line.strip(), taken) for line in lines] if taken else []
    return "\n".join(f"<v {said[0]}>{said[1]}" if said[0] else line for said, line in zip(split, lines, strict=True)) if split else text
