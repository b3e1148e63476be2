"""Citations to read: Chicago (bibliography), MLA and APA, own templates for recorded testimony.

Followed: Chicago Manual of Style 17, 14.211; MLA Handbook 9, 5; APA Publication Manual 7, 10.12 and 8.9. Plain text: italics are
the page's. What may not live here: formats for reference managers (reference_files.py), any text made from the current time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from archive_app.access import readings
from archive_app.errors import Invalid
from archive_app.exchange.citation_parts import MONTHS_SHORT, Parts, PersonName, parts_of, said_date


def cite(testimony: readings.Testimony, style: str, address: str, at_ms: int | None, kind: str, archive: str) -> str:
    """One citation as a line of text. `style`: chicago, mla, apa; `address` is the testimony's, without `t`; `at_ms` the cited
    moment; `kind` what is cited (audio, video, transcript ...); `archive` this archive's name. Raises Invalid("style", ...)."""
    template = STYLES.get(style)
    if template is None:
        raise Invalid("style", f"Citations are given in {', '.join(STYLES)}.")
    return template(parts_of(testimony, address, at_ms, kind, archive))


def _chicago(parts: Parts) -> str:
    interview = f"Interview by {_together(_natural(parts.interviewers), 'and')}" if parts.interviewers else "Interview"
    return _sentences(
        _first_inverted(parts.narrators),
        _quoted(parts.title),
        interview,
        _capital(said_date(parts.date, "month first")),
        _commas(parts.medium, parts.time_code),
        _commas(parts.collection, parts.archive),
        parts.address,
    )


def _mla(parts: Parts) -> str:
    interview = f"interview by {_together(_natural(parts.interviewers), 'and')}" if parts.interviewers else "interview"
    if not parts.collection:
        interview = _capital(interview)
    return _sentences(
        _first_inverted(parts.narrators),
        _quoted(parts.title),
        _commas(parts.collection, interview, parts.archive, said_date(parts.date, "day first", MONTHS_SHORT), parts.address),
        _commas(parts.medium, parts.time_code),
    )


def _apa(parts: Parts) -> str:
    by = (
        f"interview by {_together([_apa_natural(name) for name in parts.interviewers], '&')}"
        if parts.interviewers
        else "interview"
    )
    described = f"[{_commas(_capital(by), parts.medium.lower(), parts.time_code)}]"
    date = f"({said_date(parts.date, 'year first') or 'n.d.'})"
    titled = f"{parts.title} {described}".strip()
    authors = _together([_apa_inverted(name) for name in parts.narrators], ", &", pair=", &")
    opening = (authors, date, titled) if authors else (titled, date)
    place = "; ".join(part for part in (parts.collection, parts.archive) if part)
    return _sentences(*opening, place) + (f" {parts.address}" if parts.address else "")


STYLES: Mapping[str, Callable[[Parts], str]] = {"chicago": _chicago, "mla": _mla, "apa": _apa}


def _sentences(*parts: str) -> str:
    """The parts that are there, each ended by one full stop unless it ends itself."""
    return " ".join(
        part if part.endswith((".", "?", "!", ".\u201d", "?\u201d", "!\u201d")) else f"{part}." for part in parts if part
    )


def _commas(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _quoted(title: str) -> str:
    if not title:
        return ""
    inner = title.replace("\u201c", "\u2018").replace("\u201d", "\u2019")
    return f"\u201c{inner}\u201d" if inner.endswith(("?", "!", ".")) else f"\u201c{inner}.\u201d"


def _natural(names: Sequence[PersonName]) -> list[str]:
    return [name.natural for name in names]


def _first_inverted(names: Sequence[PersonName]) -> str:
    if not names:
        return ""
    rest = _natural(names[1:])
    if not rest:
        return names[0].inverted
    return f"{', '.join([names[0].inverted, *rest[:-1]])}, and {rest[-1]}"


def _apa_inverted(name: PersonName) -> str:
    return f"{name.family}, {name.initials}" if name.given else name.family


def _apa_natural(name: PersonName) -> str:
    return f"{name.initials} {name.family}" if name.given else name.family


def _together(names: Sequence[str], word: str, pair: str = "") -> str:
    """`A`, `A and B`, `A, B, and C`."""
    if len(names) < 2:
        return "".join(names)
    if len(names) == 2:
        return f"{names[0]}{pair or ' ' + word} {names[1]}"
    return f"{', '.join(names[:-1])}, {word.lstrip(', ')} {names[-1]}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
