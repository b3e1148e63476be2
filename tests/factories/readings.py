"""A reading room without a database: a handful of invented readings, rich enough to set every page.

Places, people and events are those of the sample archive: none of them exists, nothing told here has happened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from archive_app.access.reading_room import Narrowing
from archive_app.access.readings import (
    Block,
    Card,
    Collection,
    CollectionRef,
    Copy,
    Coverage,
    EventRef,
    Home,
    IndexPoint,
    LayerTerms,
    Listing,
    Media,
    Name,
    PersonRef,
    PlaceRef,
    Recording,
    Segment,
    Testimony,
    Transcript,
    TranscriptHead,
    Withheld,
)
from archive_app.access.registry_readings import Event, Person, Place, Source, SourceRef, Statement
from archive_app.access.terms import TIERS, audience_text
from archive_app.access.viewer import Viewer
from archive_app.errors import NotFound

NOW = 1_780_000_000_000
WATER = CollectionRef("night-of-the-water", (Name("The Night of the Water", "en"), Name("Ночь воды", "ru"),
                                             Name("Su gecəsi", "az")))
STREETS = CollectionRef("streets-of-tessen", (Name("The streets of Tessen", "en"), Name("Tessen küçələri", "az")))
LOW_OMBREL = PlaceRef("low-ombrel", (
    Name("Low Ombrel", "en", "until 1954"), Name("Нижний Омбрель", "ru", "until 1954"), Name("Aşağı Ombrel", "az", "until 1954"),
    Name("Ստորին Օմբրել", "hy", "until 1954"), Name("أومبريل السفلى", "ar", "until 1954")), -48.860, -123.380)
TESSEN = PlaceRef("tessen", (Name("Tessen", "en"), Name("Тессен", "ru")), -48.811, -123.302)
KARSEL = PlaceRef("karsel", (Name("Karsel", "en"), Name("Карсель", "ru")), -48.901, -123.455)
VALLEY = PlaceRef("tavrel-valley", (Name("Tavrel valley", "en"), Name("долина Тавреля", "ru"), Name("Tavrel vadisi", "az")),
                  -48.85, -123.40)
FLOOD = EventRef("flooding-of-low-ombrel", (
    Name("Flooding of Low Ombrel", "en"), Name("Night of the Water", "en", "", "people resettled from Low Ombrel"),
    Name("Ночь воды", "ru", "", "people resettled from Low Ombrel"), Name("November Release", "en", "", "Tavrel River Board"),
    Name("Ջրի գիշերը", "hy", "", "people resettled from Low Ombrel")), "1954-11-17/1954-11-18")
MOVE = EventRef("resettlement-to-tessen", (Name("Resettlement to Tessen", "en"), Name("Köç", "az", "", "the families")),
                "1955/1957")
HESTA = PersonRef("Hesta Vellan", "survivor", "hesta-vellan", "face-hesta", "en")
RESSA = PersonRef("Ressa Calvorn", "interviewer", "ressa-calvorn", "face-ressa", "en")
SERRA = PersonRef("Serra Ulven", "survivor", "serra-ulven", "face-serra", "az")
FACE = PersonRef("A net mender", "witness", None, "face-nets", "en")
UNNAMED = PersonRef("", "narrator", None, "face-none")
BOARD = SourceRef("river-board-bulletin", "Bulletin No. 14 (invented)", "Tavrel River Board", "Tavrel River Board", "1955-01-20",
                  "official report", "en", "")
HERALD = SourceRef("valley-herald", "«Вестник долины», № 31 (вымышленная газета)", "", "Вестник долины", "1955-04-09",
                   "newspaper", "ru", "https://herald.example/31")

BELL = Card("bell-rope-on-the-quay", "The bell rope on the quay", WATER, "1991-05-14", (TESSEN, LOW_OMBREL), (HESTA, RESSA),
            ("en",), ("corrected", "summary"), ("audio", "transcript"))
LAMP = Card("lamp-on-the-stair", "Pilləkəndəki çıraq", WATER, "1988~", (TESSEN,), (SERRA, RESSA), ("az", "ru", "hy", "ar"),
            ("machine", "translation", "verbatim"), ("transcript",))
NETS = Card("net-drying-poles", "Net drying poles", WATER, "199X", (KARSEL,), (FACE,), ("en",), ("machine",),
            ("transcript", "video"))
ROOF = Card("roof-of-the-mill", "The roof of the mill, and a title that is as long as titles in catalogues sometimes are",
            STREETS, "", (), (UNNAMED,), ("en", "tr"), (), ())
SHUT = Card("two-keys", "", STREETS, "", (), (), (), (), (), describes=False)
CARDS = (BELL, LAMP, NETS, ROOF, SHUT)

REGISTERED, READING_ROOM, SEALED = (audience_text(TIERS[tier]) for tier in ("registered", "reading-room", "sealed"))
OPEN = tuple(LayerTerms(layer, ((0, ""),), True) for layer in ("existence", "description", "identity", "transcript"))
TERMS = {
    BELL.id: (*OPEN, LayerTerms("audio", ((0, REGISTERED),), False), LayerTerms("video", ((0, SEALED),), False),
              LayerTerms("image", ((0, "staff"), (3_786_922_800_000, "")), False)),
    LAMP.id: (*OPEN, LayerTerms("audio", ((0, SEALED),), False)),
    NETS.id: (*OPEN[:2], LayerTerms("identity", ((0, "staff"),), False), LayerTerms("transcript", ((0, ""),), True),
              LayerTerms("video", ((0, READING_ROOM),), False)),
    ROOF.id: (*OPEN[:3], LayerTerms("transcript", ((0, "staff"), (3_786_922_800_000, "")), False)),
}

BELL_LINES = (
    (2_526, 19_563, "Ressa Calvorn",
     "Today is the fourteenth of May, 1991. We are in Tessen, in the kitchen of Hesta Vellan. Please begin "
     "wherever you like. There is no hurry, and we can stop at any time."),
    (21_463, 42_120, "Hesta Vellan",
     "Thank you. I will begin with the bell, because everybody asks about the bell. It hung at the end of the "
     "quay in Low Ombrel, on a post, and it had a rope as thick as my wrist. I was fourteen that year, so my wrist was not "
     "very thick."),
    (42_340, 60_377, "Hesta Vellan", "The bell was rung for three things. Two strokes meant the ferry. A long ringing meant "
     "fog. And on the evening before a wedding the children were allowed to ring it as much as they liked, until "
     "somebody's grandmother came out."),
    (61_477, 63_705, "Ressa Calvorn", "Who looked after it?"),
    (64_465, 88_104, "Hesta Vellan", "My father did. He was not paid for it. He had the rope shop at the corner of the quay, "
     "so it was natural. Every autumn he spliced a new end into the rope, where hands had worn it."),
    (88_324, 169_518, None, ""),
    (170_000, 174_780, "Hesta Vellan", "He used to say that a rope"),
    (174_800, 179_580, "Hesta Vellan", "tells you who has been holding it."),
    (179_600, 184_380, "Hesta Vellan", "The river rang the bell"),
    (184_400, 189_180, "Hesta Vellan", "by itself that night."),
    (196_000, 210_000, "Hesta Vellan", "The maps said Low Ombrel. We said the Steps, because everything went down to the "
     "water by steps."),
)
LAMP_AZ = ("Mən Serra Ulvenəm. Aşağı Ombreldə, çayın lap yanında doğulmuşam.", "Evimiz iki mərtəbəli idi.",
           "Anam hər axşam pilləkəndə bir çıraq yandırırdı ki, gec gələnlər yıxılmasın.", "", "O gecə çıraq hələ yanırdı.")
LAMP_RU = ("Меня зовут Серра Улвен. Я родилась в Нижнем Омбреле, у самой реки.", "Наш дом был двухэтажный.",
           "Мать каждый вечер зажигала на лестнице лампу, чтобы те, кто приходит поздно, не упали.", "", "В ту ночь лампа ещё "
           "горела.")
LAMP_HY = ("Ես Սերա Ուլվենն եմ։", "Մեր տունը երկու հարկ ուներ։", "Մայրս ամեն երեկո լամպ էր վառում։", "", "Այդ գիշեր լամպը դեռ "
"վառվում էր։")
LAMP_AR = ("اسمي سيرا أولفن.", "كان بيتنا من طابقين.", "كانت أمي تضيء مصباحا كل مساء.", "", "كان المصباح ما زال مضيئا في تلك "
"الليلة.")


def transcript(n: int, language: str, kind: str, rows: Sequence[tuple[int | None, int | None, str | None, str]],
               approved_on: str = "") -> Transcript:
    """Rows are (start, end, speaker, text); no speaker = withheld."""
    blocks: list[Block] = []
    for place, (start, end, speaker, text) in enumerate(rows, 1):
        blocks.append(Withheld(place, start, end) if speaker is None else Segment(place, start, end, speaker, text, language))
    return Transcript(TranscriptHead(n, language, kind, approved_on), tuple(blocks))


def _timed(texts: Sequence[str], speaker: str) -> list[tuple[int | None, int | None, str | None, str]]:
    return [(3_000 + 9_000 * at, 11_500 + 9_000 * at, speaker if text else None, text) for at, text in enumerate(texts)]


TRANSCRIPTS = {
    BELL.id: (transcript(1, "en", "corrected", BELL_LINES),
              transcript(2, "en", "summary", [(None, None, "", "The bell and its three uses."), (None, None, None, ""),
                                              (None, None, "", "Names of the town.")])),
    LAMP.id: (transcript(1, "az", "verbatim", _timed(LAMP_AZ, "Serra Ulven"), "1988-12-01"),
              transcript(2, "ru", "translation", _timed(LAMP_RU, "Серра Улвен")),
              transcript(3, "hy", "translation", _timed(LAMP_HY, "Սերա Ուլվեն")),
              transcript(4, "ar", "machine", _timed(LAMP_AR, "سيرا أولفن"))),
    NETS.id: (transcript(1, "en", "machine", [(None, None, "A net mender", "The poles stood along the bank."),
                                              (None, None, "A net mender", "<b>Nothing</b> & nobody was on the river.")]),),
}
STATEMENTS = (
    Statement("dead-in-the-bulletin", BOARD, "page 3", "people who died", None, None, "count", "31", "31", "persons",
              "thirty-one residents lost their lives", "", ""),
    Statement("dead-in-the-herald", HERALD, "страница 2", "people who died", None, None, "count", "40", "50", "persons",
              "от сорока до пятидесяти человек", "жители, опрошенные газетой", "the newspaper gives no list"),
    Statement("missing", BOARD, "page 3", "people whose fate is unknown", None, None, "count", "4", "", "persons", "", "", ""),
    Statement("the-day", HERALD, "страница 1", "the opening of the gates", None, None, "date", "1954-11-17", "1954-11-17",
        "date", "", "", ""),
    Statement("davin", BOARD, "", "", None, PersonRef("Davin Vellan", "", "davin-vellan", "", "en"), "status", "", "", "",
        "unknown",
              "his family", "open"),
    Statement("where", BOARD, "page 1", "", LOW_OMBREL, None, "place", "", "", "", "the lower town", "", ""),
)


def listing(items: Sequence[Any], page: int) -> Listing[Any]:
    return Listing(len(items), page, max(1, -(-len(items) // 20)), tuple(items[20 * (page - 1):20 * page]))


SOUND = Media("sound-1-copy", "audio/mp4", 3 << 20, "sound")
"""The one copy whose bytes can be asked for."""


@dataclass
class FakeRoom:
    """The interface of ReadingRoom over the readings above."""

    viewer: Viewer = field(default_factory=lambda: Viewer(NOW))
    cards: tuple[Card, ...] = CARDS
    asked_for_media: int = 0
    media_closes_after: int = 1_000_000
    more_transcripts: dict[str, tuple[Transcript, ...]] = field(default_factory=dict)

    @property
    def now(self) -> int:
        return self.viewer.now

    def home(self) -> Home:
        return Home(len(self.cards), 5_400_000 * len(self.cards), ("az", "en", "hy", "ru", "tr") if self.cards else (),
            self._collections())

    def testimonies(self, narrowing: Narrowing, sort: str = "title", page: int = 1) -> Listing[Card]:
        found = [card for card in self.cards if narrowing.collection in ("", card.collection.id)]
        found = [card for card in found if not narrowing.language or narrowing.language in card.languages]
        return listing(sorted(found, key=(lambda card: card.date) if sort == "date" else lambda card: card.title), page)

    def testimony(self, id: str) -> Testimony:
        card = next((card for card in self.cards if card.id == id), None)
        if card is None:
            raise NotFound()
        if not card.describes:
            return Testimony(card, "", (), (), (), (), ())
        copies = (Copy(SOUND.id, "sound", 0, SOUND.media_type, 0, 0), Copy("peaks-1", "peaks", 0, "application/json", 0, 0))
        sound = (Recording("sound-1", "audio", "tape 1", 210_000, 0, copies, ((90_000, 100_000),)),) if "audio" in card.has else ()
        points = (IndexPoint(2_526, "The quay before the water", "The bell and its three uses", ("bell",)),
                  IndexPoint(100_000, ""), IndexPoint(170_000, "The rope")) if card is BELL else ()
        heads = tuple(each.head for each in self._transcripts(id))
        return Testimony(card, f"Invented, like everything here: {card.title}.", ("bell", "quay"), TERMS.get(id, OPEN),
                         sound, heads, points)

    def media(self, id: str) -> Media:
        self.asked_for_media += 1
        if id != SOUND.id or self.asked_for_media > self.media_closes_after:
            raise NotFound()
        return SOUND

    def transcript(self, id: str, n: int) -> Transcript:
        self.testimony(id)
        for each in self._transcripts(id):
            if each.head.n == n:
                return each
        raise NotFound()

    def people(self, page: int = 1) -> Listing[PersonRef]:
        return listing([replace(person, role="") for person in (HESTA, RESSA, SERRA)] if self.cards else [], page)

    def find_people(self, name: str, page: int = 1) -> Listing[PersonRef]:
        return listing([person for person in self.people().items if name.casefold() in person.shown.casefold()], page)

    def person(self, id: str) -> Person:
        if id != "hesta-vellan" or not self.cards:
            raise NotFound()
        names = (Name("Vellan, Hesta", "en"), Name("Веллан, Хеста", "ru"), Name("Վելլան, Հեստա", "hy", "as a child"))
        return Person(id, names, "1940", "", "Sister of Davin Vellan.", (("survivor", BELL), ("mentioned", NETS)),
            STATEMENTS[4:5])

    def places(self, page: int = 1) -> Listing[PlaceRef]:
        return listing([KARSEL, LOW_OMBREL, VALLEY, TESSEN] if self.cards else [], page)

    def find_places(self, name: str, page: int = 1) -> Listing[PlaceRef]:
        wanted = name.casefold()
        return listing([place for place in self.places().items
                        if any(wanted in each.text.casefold() for each in place.names)], page)

    def place(self, id: str) -> Place:
        if id == "tavrel-valley":
            return Place(VALLEY, None, (KARSEL, LOW_OMBREL, TESSEN), (), 0, ())
        if id != "low-ombrel" or not self.cards:
            raise NotFound()
        return Place(LOW_OMBREL, VALLEY, (), (BELL, LAMP), 2, (FLOOD,))

    def events(self, page: int = 1) -> Listing[EventRef]:
        return listing([FLOOD, MOVE] if self.cards else [], page)

    def event(self, id: str) -> Event:
        if id != FLOOD.id:
            raise NotFound()
        return Event(FLOOD, (LOW_OMBREL, KARSEL), STATEMENTS)

    def collections(self, page: int = 1) -> Listing[Collection]:
        return listing(self._collections(), page)

    def collection(self, id: str, page: int = 1) -> tuple[Collection, Listing[Card]]:
        found = next((each for each in self._collections() if each.ref.id == id), None)
        if found is None:
            raise NotFound()
        return found, self.testimonies(Narrowing(collection=id), page=page)

    def coverage(self, id: str) -> Coverage:
        if id != WATER.id:
            return Coverage((), (), ())
        return Coverage(((1988, 1988, 1), (1990, 1999, 1), (1991, 1991, 1)), (KARSEL, LOW_OMBREL, TESSEN), (FLOOD, MOVE))

    def source(self, id: str) -> Source:
        found = next((each for each in (BOARD, HERALD) if each.id == id), None)
        if found is None:
            raise NotFound()
        return Source(found, tuple(each for each in STATEMENTS if each.source == found), (FLOOD,))

    def labels(self, field: str, values: Sequence[str]) -> dict[str, str]:
        known = {each.id: each.names[0].text for each in (WATER, STREETS, LOW_OMBREL, TESSEN, KARSEL)}
        return {value: known[value] for value in values if value in known}

    def _collections(self) -> tuple[Collection, ...]:
        if not self.cards:
            return ()
        return (Collection(WATER, "Invented testimonies about an invented flood.", 3, ("az", "en", "ru"), (1988, 1999)),
                Collection(STREETS, "", 2, ("en", "tr"), None))

    def _transcripts(self, id: str) -> tuple[Transcript, ...]:
        return self.more_transcripts.get(id) or TRANSCRIPTS.get(id, ())


EMPTY_ROOM = FakeRoom(cards=())


SPOKEN = ("The ferry left when the bell rang twice and nobody on the quay looked up, because it was only the ferry and it would "
          "come back. Then somebody spoke of the rope and of the hands that had held it.")


def long_transcript(words: int = 24_000, in_a_cue: int = 12) -> Transcript:
    """An invented interview of so many words, cut as real caption files are."""
    text = SPOKEN.split()
    rows = []
    for n in range(words // in_a_cue):
        said = " ".join(text[(n * in_a_cue + at) % len(text)] for at in range(in_a_cue))
        rows.append((n * 4_800, n * 4_800 + 4_780, "Ressa Calvorn" if n % 40 == 0 else "Hesta Vellan", said))
    return transcript(1, "en", "verbatim", rows)


@contextmanager
def opened(room: FakeRoom) -> Iterator[FakeRoom]:
    yield room
