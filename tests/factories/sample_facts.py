"""What the sample archive (archive_app/sample) promises, as constants for tests; written by hand from its terms.

Secrets are exact spellings: look for them case-sensitively, in text that is neither HTML-escaped nor JSON-escaped.
What may not live here: code that derives these facts; they are what the code is held against.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

SAMPLE = Path(__file__).resolve().parents[2] / "archive_app" / "sample"

COLLECTIONS = frozenset({"night-of-the-water", "streets-of-tessen"})

TERMS = {
    "public": "bell-rope-on-the-quay",
    "registered": "ferry-timetable",
    "reading-room": "schoolroom-clock",
    "staff": "pump-house-log",
    "sealed": "letter-to-a-brother",
    "draft": "orchard-ladder",
    "embargo": "signal-cabin",
    "closed": "bakery-ledger",
    "layered": "two-keys",
    "pseudonym": "net-drying-poles",
    "initial": "cold-stove",
    "anonymous": "paper-boats",
    "two narrators": "two-chairs",
    "restricted by time": "lamp-on-the-stair",
    "restricted by segment": "two-chairs",
    "identity staff": "survey-chain",
    "no words": "roof-of-the-mill",
    "parallel": "lamp-on-the-stair",
    "machine": "radio-at-midnight",
    "summary": "bell-rope-on-the-quay",
    "right to left": "courtyard-well",
    "several tapes": "bell-rope-on-the-quay",
    "index and notes": "bell-rope-on-the-quay",
    "film": "bread-on-the-lorry",
    "times of words": "radio-at-midnight",
    "voice reading room": "cold-stove",
}
"""Kind of terms, of transcript or of recording -> the testimony that shows it."""

RECORDINGS = {
    "bell-rope-on-the-quay": ("bell-rope-1a.ogg", "bell-rope-1b.ogg", "bell-rope-2a.ogg", "quay.png", "buttons.jpg", "school-list.pdf"),
    "lamp-on-the-stair": ("lamp-on-the-stair.ogg", "lamp.jpg"),
    "ferry-timetable": ("ferry-timetable.ogg",),
    "cold-stove": ("cold-stove.ogg",),
    "two-chairs": ("two-chairs.png",),
    "survey-chain": ("plan-of-tessen.pdf",),
    "roof-of-the-mill": ("roof-of-the-mill.ogg",),
    "radio-at-midnight": ("radio-at-midnight.mp3",),
    "courtyard-well": ("courtyard-well.ogg", "valley.png"),
    "bread-on-the-lorry": ("bread-on-the-lorry.webm",),
}
"""Testimony -> its files in recordings/, in order."""
SOUNDS = {
    "lamp-on-the-stair.ogg": "transcripts/lamp-on-the-stair.az.vtt",
    "ferry-timetable.ogg": "transcripts/ferry-timetable.ru.vtt",
    "cold-stove.ogg": "transcripts/cold-stove.ru.vtt",
    "courtyard-well.ogg": "transcripts/courtyard-well.ar.vtt",
    "radio-at-midnight.mp3": "transcripts/radio-at-midnight.en.json",
    "bread-on-the-lorry.webm": "transcripts/bread-on-the-lorry.tr.csv",
}
"""Recording of one tape -> the transcript whose times it follows."""
CUT_MS = (71_494, 81_744)
"""What is withheld of lamp-on-the-stair: its words and their sound."""

ANONYMOUS_KNOWS_OF = frozenset({
    "bell-rope-on-the-quay", "lamp-on-the-stair", "two-keys", "net-drying-poles", "cold-stove", "paper-boats", "two-chairs",
    "survey-chain", "roof-of-the-mill", "radio-at-midnight", "courtyard-well", "bread-on-the-lorry",
})
ANONYMOUS_READS_TRANSCRIPT_OF = ANONYMOUS_KNOWS_OF - {"two-keys", "roof-of-the-mill"}
REGISTERED_KNOWS_OF = ANONYMOUS_KNOWS_OF | {"ferry-timetable"}
REGISTERED_READS_TRANSCRIPT_OF = REGISTERED_KNOWS_OF - {"roof-of-the-mill"}
READING_ROOM_KNOWS_OF = ANONYMOUS_KNOWS_OF | {"ferry-timetable", "schoolroom-clock"}
"""On site (the token `onsite`), signed in or not: the audiences registered and reading-room both name it."""
ANONYMOUS_HEARS = frozenset(RECORDINGS) - {"ferry-timetable", "cold-stove", "two-chairs", "survey-chain"}
REGISTERED_HEARS = ANONYMOUS_HEARS | {"ferry-timetable"}
READING_ROOM_HEARS = REGISTERED_HEARS | {"cold-stove"}
"""Of which testimonies somebody hears a recording, film or sound."""
READING_ROOM_READS_TRANSCRIPT_OF = READING_ROOM_KNOWS_OF - {"roof-of-the-mill"}
ARCHIVIST_KNOWS_OF = READING_ROOM_KNOWS_OF | {"pump-house-log", "orchard-ladder", "signal-cabin", "bakery-ledger"}
ARCHIVIST_READS_TRANSCRIPT_OF = ARCHIVIST_KNOWS_OF - {"roof-of-the-mill", "orchard-ladder"}
"""Without the draft, which is read at the desk only."""
CUSTODIAN_KNOWS_OF = ARCHIVIST_KNOWS_OF | {"letter-to-a-brother"}

NAMES_BEHIND_FACES = {
    "net-drying-poles": ("Selka", "Odrim", "selka-odrim", "Селька", "Одрим"),
    "cold-stove": ("Орис", "Ландев"),
    "paper-boats": ("Arzel", "Təlvin"),
    "survey-chain": ("Prennick", "Alvo"),
}
"""Real names of narrators whose face stands for them (and a file named after one): staff read them, in cold-stove the reading
room too."""

WITHHELD_WORDS = {
    "lamp-on-the-stair": ("Renka", "Ренка", "Ռենկա", "açarı qaytarmaq", "отдать ключ", "return the key", "բանալին"),
    "two-chairs": ("Perrit", "handed her to us"),
}
"""Words inside restricted ranges: of lamp-on-the-stair staff read them, of two-chairs only a custodian."""

RESERVED = {
    "ferry-timetable": ("Расписание парома", "Борен", "одиннадцать человек"),
    "two-keys": ("It turned", "There is no cellar"),
}
"""Words that registered readers may read and anonymous ones may not; of two-keys only the transcript is closed."""

HIDDEN = {
    "schoolroom-clock": ("The schoolroom clock", "Askell", "stopped the clock"),
    "pump-house-log": ("The log of the pump house", "Korrin", "long green book"),
    "orchard-ladder": ("The ladder in the orchard", "Quennel", "late pears"),
    "signal-cabin": ("Night shift in the signal cabin", "Tarvost", "his own headlight"),
    "bakery-ledger": ("Долговая книга пекарни", "Вессик", "Последнюю строку"),
    "duty-sheets": ("Duty sheets of the Pellin Dam", "raised by hand", "gate-on-the-duty-sheets"),
    "consent": ("drawer seven", "ящик седьмой", "yeddinci siyirmədə"),
}
"""Words that neither anonymous nor registered readers may meet; the archivist may (the reading room: schoolroom-clock)."""

SEALED = {"letter-to-a-brother": ("A letter that was not sent", "Ferrowen", "your violin")}
"""Words for a custodian only."""

PSEUDONYM = "Tilla Reed"
"""What stands in net-drying-poles for the real name, for everybody below staff."""


def _all(*tables: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(secret for table in tables for secrets in table.values() for secret in secrets)


SECRETS_FROM_ANONYMOUS = _all(NAMES_BEHIND_FACES, WITHHELD_WORDS, RESERVED, HIDDEN, SEALED)
SECRETS_FROM_REGISTERED = _all(NAMES_BEHIND_FACES, WITHHELD_WORDS, HIDDEN, SEALED)
SECRETS_FROM_ARCHIVIST = (*WITHHELD_WORDS["two-chairs"], *_all(SEALED))
"""On reading pages; and at the desk, where an archivist keeps neither sealed material nor sealed ranges."""

MISSING_PERSON = "davin-vellan"
PUBLIC_PEOPLE = frozenset({"davin-vellan", "hesta-vellan"})
"""People whose own access is public: they exist for everybody, whatever links to them."""
HIDDEN_PERSON = "reed-basket"

EVENT = "flooding-of-low-ombrel"
EVENT_NAMES_SAID_BY = {
    "Flooding of Low Ombrel": "",
    "Night of the Water": "people resettled from Low Ombrel",
    "November Release": "Tavrel River Board",
    "Drowning of Low Ombrel": "Society of Ombrel Families",
}
STATEMENTS_FOR_ANYBODY = frozenset({
    "dead-in-the-bulletin", "dead-in-the-herald", "names-on-the-roll", "missing-in-the-bulletin", "missing-on-the-roll",
    "hour-in-the-bulletin", "hour-on-the-roll", "davin-in-the-bulletin", "davin-on-the-roll", "houses-in-the-herald",
})
STATEMENTS_FOR_STAFF = frozenset({"gate-on-the-duty-sheets"})
NEVER_SUMMED = ("129", "134", "139")
"""Whole numbers that a page would show if it added the figures for the dead (31, 40-50, 58)."""
