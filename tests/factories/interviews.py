"""An OHMS interview made to measure: words, notes and an index in which every place can hold something that is closed to somebody.

Minute 0:10 to 0:20 is what a row would withhold. What is given goes into the file as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from tests.factories.ohms import ohms


@dataclass(frozen=True)
class Interview:
    """`name`: who tells, in words and wherever a text may name somebody; `secret`: what is said and noted in the closed part;
    `within`: so many cues, notes and index points lie in it; `outside`: words of the open part."""

    name: str = "Silas Harrow"
    secret: str = "a word not to be told"
    within: int = 1
    outside: str = "the quay"
    shift_ms: int = 0

    @property
    def file(self) -> bytes:
        """The file, OHMS 6.0."""
        fields = f"<interviewee>{self.name}</interviewee><language>English</language><index>{self._index()}</index>"
        return ohms(f"{fields}<vtt_transcript>{escape(self._captions())}</vtt_transcript>", title=f"What {self.name} told")

    def _captions(self) -> str:
        edges = [10_000 + 10_000 * n // self.within for n in range(self.within + 1)]
        inside = [(start, end, f"<c.{n + 11}>{self.secret}</c> and no. {n}") for n, (start, end) in enumerate(zip(edges, edges[1:], strict=False))]
        cues = [(0, 10_000, f"All of <c.1>{self.outside}</c> was <c.2>quiet</c>."), *inside,
                (20_000, 30_000, f"Then {self.name} <c.3>came home</c>."), (30_000, 40_000, f"And <c.4>{self.outside}</c> again.")]
        timed = [f"{_clock(start + self.shift_ms)} --> {_clock(end + self.shift_ms)}\n<v {self.name}>{text}</v>" for start, end, text in cues]
        notes = [(1, f"A note to what is open, by {self.name}", "https://notes.example/open"), (2, "Said in both parts", ""),
                 (3, f"Home of {self.name}", f"https://people.example/{self.name.replace(' ', '-').lower()}"), (4, "At the end", ""),
                 *((n + 11, f"A note to {self.secret}", "https://notes.example/closed") for n in range(self.within)),
                 (99, f"Of no words: {self.secret}", "")]
        told = "\n".join(f'<annotation ref="{mark}">{text}{f"[[link]]{link}[[/link]]" if link else ""}</annotation>' for mark, text, link in notes)
        timed[1] = timed[1].replace("</v>", " <c.2>to the end</c></v>")
        return "WEBVTT\n\n" + "\n\n".join(timed) + f"\n\nNOTE\nANNOTATIONS BEGIN\n\nNOTE\n{told}\n\nNOTE\nANNOTATIONS END\n"

    def _index(self) -> str:
        inside = [_point(10 + n, f"Closed {self.secret}", self.secret, self.name) for n in range(self.within)]
        points = [_point(0, f"Open {self.outside}", f"told by {self.name}", self.name), _point(5, "Reaching in", self.secret, self.name), *inside,
                  _point(20, f"{self.name} comes home", "and stays", self.name)]
        return "".join(points)


def _point(second: int, title: str, said: str, name: str) -> str:
    small = name.lower()
    return (f"<point><time>{second}</time><title>{title}</title><partial_transcript>quoting {said}</partial_transcript><synopsis>about {said}</synopsis>"
            f"<keywords>{said};{small}</keywords><subjects>{name}--Family</subjects><gpspoints><gps>1.5, 2.5</gps><gps_text>House of {name}</gps_text>"
            f"</gpspoints><hyperlinks><hyperlink>https://people.example/{small.replace(' ', '-')}</hyperlink>"
            f"<hyperlink_text>{name}, a page</hyperlink_text></hyperlinks></point>")


def _clock(milliseconds: int) -> str:
    return f"00:{milliseconds // 60_000:02}:{milliseconds // 1000 % 60:02}.{milliseconds % 1000:03}"


def row(interview: Interview, file: str = "told.xml", **more: str) -> dict[str, str]:
    """A row that names the file, withholds its closed part and shows who tells as Reader A."""
    given, _, family = interview.name.rpartition(" ")
    return {"identifier": "told", "title": "Told on the quay", "narrators": f"{family}, {given}", "naming": "pseudonym", "pseudonym": "Reader A",
            "languages": "en", "transcripts": f"{file}|en|verbatim", "restrictions": "10000-20000|words|staff|asked for", **more}
