"""The papers of the sample archive as PDF: two pages of a typed list, and a plan of streets. Everything on them is invented.

The smallest PDF there can be (ISO 32000-1, 7.5): the standard fonts, no date, no program, no author; equal bytes each time. What may not
live here: pictures (sample_drawings, sample_prints).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

WIDTH, HEIGHT = 595, 842
"""A4 in points, the origin at the lower left."""
TYPED, SET = "/F1", "/F2"

FIRST = """\
                SCHOOL AT HIGH OMBREL

        LIST OF THOSE WHO SLEEP IN THE HOUSE
            begun 18 November, in the morning


   ROOM          FAMILY           ASKED FOR   CAME

   Geography     Vellan               4         3
   Geography     Sorrik               2         2
   Geography     Marrand              5         5
   Drawing       Ulven                4         4
   Drawing       Tessaly              3         3
   Drawing       Orvan                6         6
   Singing       Hallin               2         2
   Singing       Dovrel               3         2
   Passage       alone, an old man,
                 gives no name        1         1

   The corner class is not heated: the flue is
   blocked. Nobody is to sleep there.

   Written down as they say it. Where one is
   missing, the number that they say is the
   number that stands here.
"""
SECOND = """\
                SCHOOL AT HIGH OMBREL

                 ASKED FOR, NOT FOUND
              read out each morning at seven


   Davin, eight years, a tin with buttons

   Mother of Dovrel, brown coat

   A dog called Pilot, answers to whistling

   The keeper of the third boat house


   Whoever knows something may say so at any hour
   to whoever has the list. It is not necessary to
   say one's own name.


   This list is not closed.
"""
STREETS = 9


def school_list(path: Path) -> None:
    """The list of the school: who slept there, and who was asked for."""
    _write(path, [_typed(FIRST), _typed(SECOND)])


def plan(path: Path) -> None:
    """The streets of Tessen as they were drawn: numbered, and all of them straight."""
    parts = ["0.9 w 0.2 0.18 0.17 RG 0.2 0.18 0.17 rg", "40 40 515 762 re S", "46 46 503 750 re S"]
    for street in range(STREETS):
        x = 110 + street * 46
        parts += [f"{x} 200 m {x} 640 l S", f"{x + 16} 200 m {x + 16} 640 l S", _text(SET, 9, x + 2, 650, f"{street + 1}.")]
        parts += [f"{x + 20} {y} 22 24 re S" for y in range(212, 630, 42)] if street + 1 < STREETS else []
    parts += ["90 180 m 520 180 l S", "90 166 m 520 166 l S", "90 666 m 520 666 l S"]
    parts += [_text(SET, 20, 110, 740, "TESSEN"), _text(SET, 10, 110, 722, "Plan of the streets. Sheet 2 of 2. Approved and signed."),
              _text(SET, 9, 110, 690, "Streets have numbers. All streets are straight and level."),
              _text(SET, 9, 110, 120, "Measured in the winter of 1955 with a chain of twenty metres, in fog."),
              _text(SET, 9, 110, 104, "Invented, like the town."),
              "480 90 m 480 140 l S 474 128 m 480 142 l 486 128 l S", _text(SET, 10, 476, 146, "N")]
    _write(path, ["\n".join(parts)])


def _typed(text: str) -> str:
    lines = [_text(TYPED, 12, 72, 760 - 20 * number, line) for number, line in enumerate(text.splitlines()) if line.strip()]
    return "\n".join(["0.16 0.15 0.2 rg", *lines])


def _text(font: str, size: int, x: float, y: float, text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT {font} {size} Tf {x} {y} Td ({escaped}) Tj ET"


def _write(path: Path, pages: Sequence[str]) -> None:
    """A PDF of these page contents (7.5.8: objects, their table, the trailer)."""
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
               "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>", "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>"]
    for number, content in enumerate(pages):
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents {6 + 2 * number} 0 R "
                       "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>")
        objects.append(f"<< /Length {len(content.encode())} >>\nstream\n{content}\nendstream")
    out, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{one}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    out += (f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\n"
            f"startxref\n{len(out)}\n%%EOF\n").encode()
    path.write_bytes(out)
