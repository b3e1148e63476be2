"""What speech recognisers wrote (.json): Whisper and faster-whisper, WhisperX, whisper.cpp, Vosk, Amazon Transcribe.

Every such transcript is of the kind `machine`, whatever its name says. Times are read as decimal numbers and rounded to the
millisecond, half away from zero; no float ever holds one. Where words are timed one by one, their starts are taken; probabilities
are not. What may not live here: rules about times (cues.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from archive_app.errors import Invalid
from archive_app.exchange.cue_text import tidy
from archive_app.exchange.cues import FIELD, Cue, Parsed
from archive_app.exchange.encoding import UTF_8_MARK, UTF_16_MARKS, decode
from archive_app.exchange.times import LONGEST_MS, SECOND_MS

MACHINE = "machine"
PAUSE_MS = 2000
"""Where words come one by one, a silence as long as this begins a new cue."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_NUMBER = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?", re.ASCII)
_BLANKS = re.compile(r"\s*")
_SENTENCE_ENDS = frozenset(".?!\u2026\u061f\u06d4\u0589\u3002\uff1f\uff01")

Item = Mapping[str, Any]


def parse(data: bytes) -> Parsed:
    """The segments of a recogniser's JSON; labels of speakers as they stand there. Raises Invalid("transcripts", ...) for what is no
    JSON, is none of these layouts, or holds no words; a bad segment is named by its number, never by its words."""
    values = _values(data)
    whole = values[0] if len(values) == 1 else values
    read = next((read for fits, read in _LAYOUTS if fits(whole)), None)
    if read is None:
        raise Invalid(FIELD, "This JSON holds no transcript that is understood: known are those of Whisper, whisper.cpp, WhisperX, Vosk "
                             "and Amazon Transcribe.")
    cues = tuple(cue for cue in read(whole) if cue.text)
    if not cues:
        raise Invalid(FIELD, "This JSON holds no words.")
    return Parsed(cues, (), _language(whole), MACHINE)


def _values(data: bytes) -> list[Any]:
    """The values of a file, which may stand one behind the other. Bytes that are not UTF-8 are let through as lone surrogates:
    whisper.cpp cuts letters in two where it lists its tokens; where they are words, `_text` refuses them."""
    if data.startswith(UTF_16_MARKS):
        decode(data, FIELD)
    text = data.removeprefix(UTF_8_MARK).decode("utf-8", "surrogateescape").strip()
    reader = json.JSONDecoder(parse_float=Decimal, parse_int=Decimal, parse_constant=_no_number)
    values: list[Any] = []
    try:
        at = 0
        while at < len(text) or not values:
            value, at = reader.raw_decode(text, at)
            values.append(value)
            at = _BLANKS.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing at all, too
    except (ValueError, ArithmeticError, RecursionError):
        raise Invalid(FIELD, "This file is no JSON that can be read.") from None
    return values


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _language(whole: Any) -> str:
    """The language that the file says it is in."""
    for place in (("language",), ("result", "language"), ("results", "language_code"), ("language_code",)):
        value = _at(whole, *place)
        if isinstance(value, str) and _LANGUAGE.fullmatch(value):
            return value
    return ""


def _whisper(segments: Sequence[Any]) -> Iterator[Cue]:
    for number, segment in enumerate(segments, 1):
        item = _item(segment, number)
        pieces = [(word.get("word"), _seconds(word.get("start"), number)) for word in _items(item.get("words"), number)]
        times = _seconds(item.get("start"), number), _seconds(item.get("end"), number)
        yield _cue(number, times, item.get("text"), item.get("speaker"), pieces)


def _whisper_cpp(segments: Sequence[Any]) -> Iterator[Cue]:
    for number, segment in enumerate(segments, 1):
        item = _item(segment, number)
        offsets = _item(item.get("offsets") or {}, number)
        tokens = _items(item.get("tokens"), number)
        pieces = [(token.get("text"), _milliseconds(_at(token, "offsets", "from"), 1, number)) for token in tokens]
        times = _milliseconds(offsets.get("from"), 1, number), _milliseconds(offsets.get("to"), 1, number)
        yield _cue(number, times, item.get("text"), None if item.get("speaker") == "?" else item.get("speaker"), pieces)


def _vosk(results: Sequence[Any]) -> Iterator[Cue]:
    for number, result in enumerate(results, 1):
        words = _items(_item(result, number).get("result"), number)
        if words:
            pieces = [(_text(word.get("word"), number), _seconds(word.get("start"), number)) for word in words]
            times = pieces[0][1], _seconds(words[-1].get("end"), number)
            yield _cue(number, times, " ".join(word for word, _ in pieces), None, pieces)


def _amazon_segments(results: Item) -> Iterator[Cue]:
    words = [(_at(item, "alternatives", 0, "content"), item.get("start_time")) for item in _items(results.get("items"), 1)]
    for number, segment in enumerate(results["audio_segments"], 1):
        item = _item(segment, number)
        listed = [words[int(at)] for at in _list(item.get("items"), number) if isinstance(at, Decimal) and 0 <= at < len(words)]
        times = _seconds(item.get("start_time"), number), _seconds(item.get("end_time"), number)
        yield _cue(number, times, item.get("transcript"), item.get("speaker_label"),
                   [(word, _seconds(start, number)) for word, start in listed])


def _amazon_items(results: Item) -> Iterator[Cue]:
    """Words and marks one by one, joined to sentences: a new cue begins behind a mark that ends one, with another speaker, and
    after a silence."""
    speakers = _amazon_speakers(results)
    waiting: Cue | None = None
    for number, item in enumerate(_items(results.get("items"), 1), 1):
        content = _text(_at(item, "alternatives", 0, "content"), number)
        if item.get("type") == "punctuation":
            waiting = waiting and replace(waiting, text=waiting.text + content)
            continue
        times = _seconds(item.get("start_time"), number), _seconds(item.get("end_time"), number)
        speaker = item.get("speaker_label") or speakers.get(str(item.get("start_time")))
        cue = _cue(number, times, content, speaker, [(content, times[0])])
        if waiting and _goes_on(waiting, cue):
            ahead = len(waiting.text) + 1
            words = (*waiting.words, *((at + ahead, start_ms) for at, start_ms in cue.words))
            cue = replace(waiting, end_ms=cue.end_ms, text=f"{waiting.text} {cue.text}", words=words)
        elif waiting:
            yield waiting
        waiting = cue
    if waiting:
        yield waiting


def _goes_on(before: Cue, cue: Cue) -> bool:
    silence = (cue.start_ms or 0) - (before.end_ms or 0)
    return before.speaker == cue.speaker and before.text[-1:] not in _SENTENCE_ENDS and silence < PAUSE_MS


def _amazon_speakers(results: Item) -> dict[str, str]:
    """Who speaks at a start, as it is written."""
    segments = _at(results, "speaker_labels", "segments")
    listed = [_at(segment, "items") for segment in segments] if isinstance(segments, list) else []
    items = [item for each in listed if isinstance(each, list) for item in each if isinstance(item, dict)]
    return {str(item.get("start_time")): label for item in items if isinstance(label := item.get("speaker_label"), str)}


def _cue(number: int, times: tuple[int | None, int | None], text: Any, speaker: Any, pieces: Sequence[tuple[Any, int | None]]) -> Cue:
    """A cue whose words are timed by `pieces` of its text."""
    start_ms, end_ms = times
    words, named = tidy(_text(text, number)), _text(speaker, number) if speaker is not None else ""
    if start_ms is None:
        return Cue(None, None, words, tidy(named))
    return Cue(start_ms, end_ms, words, tidy(named), words=tuple(_starts(words, pieces)))


SLACK = 16
"""How many letters of a text may lie between two pieces of it: marks that pieces leave out."""


def _starts(text: str, pieces: Sequence[tuple[Any, int | None]]) -> Iterator[tuple[int, int]]:
    """(letters from the beginning of the text, start in ms) of each word that a piece begins. Pieces may be parts of words, or
    marks for the recogniser itself; one that is not found is passed over."""
    behind = 0
    for piece, start_ms in pieces:
        bare = piece.strip() if isinstance(piece, str) else ""
        at = text.find(bare, behind, behind + len(bare) + SLACK) if bare else -1
        if at >= 0:
            behind = at + len(bare)
            if start_ms is not None and (at == 0 or text[at - 1].isspace()):
                yield at, start_ms


def _item(value: Any, number: int) -> Item:
    if not isinstance(value, dict):
        raise _bad(number, "is not what it must be")
    return value


def _list(value: Any, number: int) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise _bad(number, "is not what it must be")
    return value


def _items(value: Any, number: int) -> list[Item]:
    return [_item(each, number) for each in _list(value, number)]


def _text(value: Any, number: int) -> str:
    """Words that can be kept: no zero letters, no halves of letters. Raises Invalid."""
    if not isinstance(value, str):
        raise _bad(number, "has no words")
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise _bad(number, "holds letters that are damaged")
    return value


def _seconds(value: Any, number: int) -> int | None:
    return _milliseconds(value, SECOND_MS, number)


def _milliseconds(value: Any, factor: int, number: int) -> int | None:
    """A number, or a number in quotes, times `factor`; None where there is none. Raises Invalid for what is no time."""
    if value is None:
        return None
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = Decimal(value)
    if not isinstance(value, Decimal) or not 0 <= value <= LONGEST_MS:
        raise _bad(number, "has a time that is none")
    try:
        return int((value * factor).quantize(Decimal(1), ROUND_HALF_UP))
    except InvalidOperation:
        raise _bad(number, "has a time that is none") from None


def _bad(number: int, what: str) -> Invalid:
    return Invalid(FIELD, f"In this JSON segment {number} {what}.")


def _has(*path: str) -> Callable[[Any], bool]:
    """Whether a value holds a list under these names."""
    def fits(value: Any) -> bool:
        return isinstance(_at(value, *path), list)
    return fits


def _at(value: Any, *path: str | int) -> Any:
    """What stands under these names and places, None where nothing does."""
    for name in path:
        if isinstance(name, str):
            value = value.get(name) if isinstance(value, dict) else None
        else:
            value = value[name] if isinstance(value, list) and name < len(value) else None
    return value


def _are(name: str) -> Callable[[Any], bool]:
    """Whether a value is a list of objects of which one has this name."""
    return lambda value: isinstance(value, list) and any(isinstance(each, dict) and name in each for each in value)


_LAYOUTS: Sequence[tuple[Callable[[Any], bool], Callable[[Any], Iterator[Cue]]]] = (
    (_has("segments"), lambda whole: _whisper(whole["segments"])),
    (_has("transcription"), lambda whole: _whisper_cpp(whole["transcription"])),
    (_has("results", "audio_segments"), lambda whole: _amazon_segments(whole["results"])),
    (_has("results", "items"), lambda whole: _amazon_items(whole["results"])),
    (_has("results"), lambda whole: _vosk(whole["results"])),
    (_has("result"), lambda whole: _vosk([whole])),
    (_are("result"), _vosk),
    (_are("start"), _whisper),
)
"""Which layout it is, and how it is read; the first that fits."""
