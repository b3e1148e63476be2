from __future__ import annotations

import json
from typing import Any

import pytest

from archive_app.errors import Invalid
from archive_app.exchange import recogniser
from archive_app.exchange.cues import Cue, check_times
from tests.exchange.mutate import mutations

WHISPER = {
    "text": " We left at night. Alone.",
    "segments": [
        {"id": 0, "seek": 0, "start": 0.0, "end": 3.4399999999999977, "text": " We left at night.", "tokens": [50364, 321], "temperature": 0.0,
         "no_speech_prob": 0.01, "words": [{"word": " We", "start": 0.0, "end": 0.32, "probability": 0.9},
                                           {"word": " left", "start": 0.32, "end": 0.8, "probability": 0.8}]},
        {"id": 1, "seek": 0, "start": 3.44, "end": 4, "text": " Alone.", "tokens": []},
        {"id": 2, "seek": 0, "start": 4.0, "end": 4.0, "text": "  "},
    ],
    "language": "en",
}
WHISPER_CPP = {
    "systeminfo": "AVX = 1", "model": {"type": "base"}, "params": {"language": "auto"}, "result": {"language": "az"},
    "transcription": [
        {"timestamps": {"from": "00:00:00,000", "to": "00:00:03,440"}, "offsets": {"from": 0, "to": 3440}, "text": " Körpü uzaq idi.",
         "tokens": [{"text": "[_BEG_]", "offsets": {"from": 0, "to": 0}, "id": 1, "p": 0.9}], "speaker": "0"},
        {"timestamps": {"from": "00:00:03,440", "to": "01:02:05,120"}, "offsets": {"from": 3440, "to": 3725120}, "text": " Bəli.", "speaker": "?"},
    ],
}
WHISPERX = {
    "segments": [
        {"start": 0.009, "end": 2.1005, "text": "Where was the mill?", "speaker": "SPEAKER_01",
         "words": [{"word": "Where", "start": 0.009, "end": 0.2, "score": 0.5, "speaker": "SPEAKER_01"}, {"word": "1905"}]},
        {"start": 2.5, "end": 3.0, "text": "By the water.", "speaker": "SPEAKER_00", "words": []},
        {"start": 3.0, "end": 3.5, "text": "It stood alone."},
    ],
    "word_segments": [], "language": "en",
}
VOSK = [
    {"result": [{"conf": 1.0, "end": 1.02, "start": 0.33, "word": "the"}, {"conf": 0.97, "end": 1.349919, "start": 1.02, "word": "mill"}], "text": "the mill"},
    {"text": ""},
    {"result": [{"conf": 1.0, "end": 5.5, "start": 5.0, "word": "stood"}], "text": "stood"},
]
AMAZON = {
    "jobName": "fictional", "results": {
        "transcripts": [{"transcript": "Where? By the water."}],
        "speaker_labels": {"speakers": 2, "segments": [
            {"start_time": "0.87", "end_time": "1.1", "speaker_label": "spk_0", "items": [{"start_time": "0.87", "end_time": "1.1", "speaker_label": "spk_0"}]},
            {"start_time": "1.49", "end_time": "2.24", "speaker_label": "spk_1", "items": [
                {"start_time": "1.49", "end_time": "1.6", "speaker_label": "spk_1"}, {"start_time": "1.6", "end_time": "2.24", "speaker_label": "spk_1"}]}]},
        "items": [
            {"start_time": "0.87", "end_time": "1.1", "alternatives": [{"confidence": "1.0", "content": "Where"}], "type": "pronunciation"},
            {"alternatives": [{"confidence": "0.0", "content": "?"}], "type": "punctuation"},
            {"start_time": "1.49", "end_time": "1.6", "alternatives": [{"confidence": "1.0", "content": "By"}], "type": "pronunciation"},
            {"start_time": "1.6", "end_time": "2.24", "alternatives": [{"confidence": "1.0", "content": "water"}], "type": "pronunciation"},
            {"alternatives": [{"confidence": "0.0", "content": "."}], "type": "punctuation"},
            {"start_time": "9.0", "end_time": "9.5", "speaker_label": "spk_1", "alternatives": [{"content": "Alone"}], "type": "pronunciation"},
            {"start_time": "11.499", "end_time": "11.6", "speaker_label": "spk_1", "alternatives": [{"content": "there"}], "type": "pronunciation"},
            {"start_time": "13.6", "end_time": "13.7", "speaker_label": "spk_1", "alternatives": [{"content": "always"}], "type": "pronunciation"},
            {"start_time": "13.7", "end_time": "13.9", "speaker_label": "spk_0", "alternatives": [{"content": "Yes"}], "type": "pronunciation"},
        ]}, "status": "COMPLETED"}
AMAZON_SEGMENTS: dict[str, Any] = {"results": {"language_code": "en-US", "items": [
    {"id": 0, "start_time": "0.87", "end_time": "1.1", "alternatives": [{"content": "Where"}], "type": "pronunciation"},
    {"id": 1, "start_time": "1.1", "end_time": "1.2", "alternatives": [{"content": "was"}], "type": "pronunciation"},
    {"id": 2, "alternatives": [{"content": "?"}], "type": "punctuation"}], "audio_segments": [
    {"id": 0, "transcript": "Where was the mill?", "start_time": "0.87", "end_time": "2.1", "speaker_label": "spk_0", "items": [0, 1, 2, 99, -1]},
    {"id": 1, "transcript": "By the water.", "start_time": "2.5", "end_time": "3.0", "items": [2]}]}}


def parse(value: Any) -> tuple[Cue, ...]:
    return recogniser.parse(json.dumps(value).encode()).cues


def test_whisper() -> None:
    parsed = recogniser.parse(json.dumps(WHISPER).encode())
    assert parsed.cues == (Cue(0, 3440, "We left at night.", words=((0, 0), (3, 320))), Cue(3440, 4000, "Alone."))
    assert (parsed.language, parsed.warnings) == ("en", ())


def test_whisper_cpp() -> None:
    parsed = recogniser.parse(b"\xef\xbb\xbf" + json.dumps(WHISPER_CPP, ensure_ascii=False).encode())
    assert parsed.cues == (Cue(0, 3440, "Körpü uzaq idi.", "0"), Cue(3440, 3_725_120, "Bəli."))
    assert parsed.language == "az"


def test_whisper_cpp_breaks_letters_in_its_tokens_and_the_words_are_whole() -> None:
    data = json.dumps(WHISPER_CPP, ensure_ascii=False).encode().replace(b"[_BEG_]", b"\xc3")
    assert recogniser.parse(data).cues[0].text == "Körpü uzaq idi."
    with pytest.raises(Invalid) as refused:
        recogniser.parse(json.dumps(WHISPER_CPP, ensure_ascii=False).encode().replace(b"uzaq", b"uz\xc3q"))
    assert "segment 1" in refused.value.reason


def test_words_are_timed_where_a_piece_begins_one() -> None:
    tokens = [("[_BEG_]", 0), (" K", 0), ("örp", 100), ("ü", 150), (" uz", 400), ("aq", 500), ("\ud800", 600), (" idi", 700), (".", 900), ("[_TT_9]", 1000)]
    value = {"transcription": [{"offsets": {"from": 0, "to": 3440}, "text": " Körpü uzaq idi.",
                                "tokens": [{"text": text, "offsets": {"from": start, "to": start + 50}} for text, start in tokens]}]}
    assert parse(value)[0].words == ((0, 0), (6, 400), (11, 700))
    far = "and then " * 9
    lost = {"segments": [{"start": 0, "end": 9, "text": f"One {far}end one", "words": [{"word": " One", "start": 0}, {"word": "end", "start": 8}, {"word": "and", "start": 1}]}]}
    assert parse(lost)[0].words == ((0, 0), (4, 1000))
    untimed = {"segments": [{"start": None, "text": "One", "words": [{"word": "One", "start": 1}]}]}
    assert parse(untimed)[0].words == ()


def test_whisperx_and_faster_whisper_with_speakers() -> None:
    said = (Cue(9, 2101, "Where was the mill?", "SPEAKER_01", words=((0, 9),)), Cue(2500, 3000, "By the water.", "SPEAKER_00"), Cue(3000, 3500, "It stood alone."))
    assert parse(WHISPERX) == said
    assert parse(WHISPERX["segments"]) == said


def test_vosk_lists_and_what_its_programs_print_one_behind_the_other() -> None:
    said = (Cue(330, 1350, "the mill", words=((0, 330), (4, 1020))), Cue(5000, 5500, "stood", words=((0, 5000),)))
    assert parse(VOSK) == said
    assert parse({"results": VOSK}) == said
    assert recogniser.parse("\n".join(json.dumps(each, indent=2) for each in VOSK).encode()).cues == said
    assert parse(VOSK[0]) == said[:1]


def test_amazon_items_are_joined_to_sentences_of_one_speaker() -> None:
    assert parse(AMAZON) == (
        Cue(870, 1100, "Where?", "spk_0", words=((0, 870),)), Cue(1490, 2240, "By water.", "spk_1", words=((0, 1490), (3, 1600))),
        Cue(9000, 11_600, "Alone there", "spk_1", words=((0, 9000), (6, 11_499))), Cue(13_600, 13_700, "always", "spk_1", words=((0, 13_600),)),
        Cue(13_700, 13_900, "Yes", "spk_0", words=((0, 13_700),)))


def test_amazon_segments() -> None:
    parsed = recogniser.parse(json.dumps(AMAZON_SEGMENTS).encode())
    assert parsed.cues == (Cue(870, 2100, "Where was the mill?", "spk_0", words=((0, 870), (6, 1100))), Cue(2500, 3000, "By the water."))
    assert parsed.language == "en-US"


@pytest.mark.parametrize("value", [WHISPER, WHISPER_CPP, WHISPERX, VOSK, AMAZON, AMAZON_SEGMENTS])
def test_what_a_machine_heard_says_so(value: Any) -> None:
    assert recogniser.parse(json.dumps(value).encode()).kind == "machine"


@pytest.mark.parametrize(
    ("written", "time_ms"),
    [("0", 0), ("1.0005", 1001), ("1.0004999999", 1000), ("0.29", 290), ("1.1350000000000002", 1135), ("4e0", 4000), ("2.675", 2675), ("16777.217", 16_777_217),
     ("null", None), ('"1.5"', 1500), ("-0.0", 0)],
)
def test_seconds_become_milliseconds_by_decimal_rounding(written: str, time_ms: int | None) -> None:
    data = f'{{"segments": [{{"start": {written}, "end": {written}, "text": "words"}}]}}'.encode()
    assert recogniser.parse(data).cues == (Cue(time_ms, time_ms, "words"),)


@pytest.mark.parametrize("written", ["-1", "NaN", "Infinity", "true", '"soon"', "[]", "{}", "1e999999999", "1e99999999999999999999", "9" * 5000, '"1e9"', '""'])
def test_a_time_that_is_none_is_refused(written: str) -> None:
    with pytest.raises(Invalid) as refused:
        recogniser.parse(f'{{"segments": [{{"start": 0, "end": 1, "text": "one"}}, {{"start": {written}, "end": 2, "text": "spoken"}}]}}'.encode())
    assert refused.value.field == "transcripts" and "spoken" not in refused.value.reason
    assert "segment 2" in refused.value.reason or "JSON" in refused.value.reason


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no JSON"), (b"We left.", "no JSON"), (b'{"segments": [', "no JSON"), (b"[" * 100_000, "no JSON"), (b"{}", "no transcript"), (b"[]", "no transcript"),
        (b'"segments"', "no transcript"), (b'{"text": "We left."}', "no transcript"), (b'{"segments": {}}', "no transcript"), (b'{"segments": []}', "no words"),
        (b'{"segments": [{"start": 0, "text": " "}]}', "no words"), (b'{"segments": [7]}', "segment 1"), (b'{"segments": [{"start": 0, "text": 7}]}', "segment 1"),
        (b'{"segments": [{"start": 0, "text": "a\\u0000b"}]}', "segment 1"), (b'{"segments": [{"start": 0, "text": "a\\ud800b"}]}', "segment 1"),
        (b'{"transcription": [{"text": "a", "offsets": 7}]}', "segment 1"), (b'{"results": {"items": [{"alternatives": []}]}}', "segment 1"),
        ('{"segments": []}'.encode("utf-16"), "UTF-16"), (b'{"segments": [{"start": 0, "speaker": {"a": 1}, "text": "one"}]}', "segment 1"),
    ],
)
def test_what_is_no_transcript_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        recogniser.parse(data)
    assert refused.value.field == "transcripts" and says in refused.value.reason


def test_segments_without_times_and_odd_languages() -> None:
    parsed = recogniser.parse(b'{"language": "<b>", "segments": [{"end": 4, "text": "one"}, {"start": 5, "text": "two"}]}')
    assert (parsed.cues, parsed.language) == ((Cue(None, None, "one"), Cue(5000, None, "two")), "")


def test_a_thousand_mutated_files_never_raise_anything_but_invalid() -> None:
    seeds = [json.dumps(value, ensure_ascii=number % 2 == 0).encode() for number, value in enumerate((WHISPER, WHISPER_CPP, WHISPERX, VOSK, AMAZON, AMAZON_SEGMENTS))]
    read = 0
    for data in mutations(seeds, 700, seed=41):
        read += _survives(data)
    values = ["7", "null", "[]", "{}", '"x"', "true", "1e400", "-1", '"\\ud800"']
    for number in range(300):  # whole values put in the place of others: valid JSON of the wrong shape
        text = seeds[number % len(seeds)].decode()
        places = [at for at in range(len(text)) if text[at - 2 : at] == ": "]
        at = places[number * 7 % len(places)]
        _, end = json.JSONDecoder().raw_decode(text, at)
        read += _survives((text[:at] + values[number % len(values)] + text[end:]).encode())
    assert 100 < read < 900


def _survives(data: bytes) -> bool:
    try:
        check_times(recogniser.parse(data).cues, 60_000)
    except Invalid as refused:
        assert refused.field == "transcripts"
        return False
    return True
