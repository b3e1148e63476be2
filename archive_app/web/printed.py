"""One transcript set to be printed: whose words these are and how they came to be written down, then the words with times in the margin,
footnotes behind them.

What may not live here: reading (reads), HTML (templates), the transcript as a file (downloads).
"""

from __future__ import annotations

from typing import Any

from archive_app.web import lines, opened, pieces, twins
from archive_app.web.reads import TranscriptView, points_in


def context(view: TranscriptView) -> dict[str, Any]:
    """What the template needs beside the view."""
    layout = list(lines.paragraphs(
        view.transcript, points_in(view.testimony.index_points, view.transcript.head.language), opened.interviewers(view.testimony)))
    return {"layout": layout, "footnotes": pieces.footnotes(view.transcript), "citation": citation(view)}


def twin(view: TranscriptView) -> dict[str, Any]:
    """The testimony as in lists, the citation of this transcript, and the transcript."""
    return {"testimony": twins.card(view.testimony.card), "citation": citation(view), "transcript": twins.transcript(view.transcript)}


def citation(view: TranscriptView) -> str:
    """Chicago, of the transcript; '' where the description is closed."""
    return opened.citation(view.testimony, kind=view.transcript.head.kind)
