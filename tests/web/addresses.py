"""One address of every reading page over the fake room, and the ways a page can be asked."""

from __future__ import annotations

from archive_app.web.pages import PAGES, ReadingPage

IDS = {
    "testimony": "bell-rope-on-the-quay", "search_in": "bell-rope-on-the-quay", "cite": "bell-rope-on-the-quay",
    "transcript": "bell-rope-on-the-quay",
    "person": "hesta-vellan", "place": "low-ombrel", "event": "flooding-of-low-ombrel", "collection": "night-of-the-water",
    "source": "valley-herald",
}
ABOUT = ("/about/consent", "/about/search", "/about/families", "/about/archive", "/about/privacy")
ASKED = (
    "/search?q=bell", "/search?q=bell&language=en&language=az&group=testimony", "/search?q=zzz+ferry", '/search?q="zzz',
    "/testimonies?sort=date", "/testimonies?collection=streets-of-tessen", "/testimonies?collection=nowhere-at-all",
    "/testimonies/bell-rope-on-the-quay?t=180&q=bell", "/testimonies/lamp-on-the-stair?transcript=4&beside=1",
    "/testimonies/two-keys", "/testimonies/roof-of-the-mill", "/testimonies/net-drying-poles",
    "/testimonies/bell-rope-on-the-quay/search?q=bell", "/testimonies/bell-rope-on-the-quay/search?q=zzz",
    "/testimonies/lamp-on-the-stair/transcripts/4", "/testimonies/net-drying-poles/transcripts/1",
    "/testimonies/bell-rope-on-the-quay/cite?t=180&style=apa", "/people?q=hesta", "/people?q=nobody", "/places?q=tess",
    "/places?q=nowhere", "/places/tavrel-valley", "/sources/river-board-bulletin",
)
"""Pages that were asked for something, and those of things with little to show."""


def path_of(page: ReadingPage, twin: bool = False) -> str:
    """The address of a page in the fake room, or of its twin."""
    path = page.twin_path if twin else page.path
    return path.replace("<public:id>", IDS.get(page.name, "")).replace("<int:n>", "1")


EVERY_PAGE = (*(path_of(page) for page in PAGES), *ABOUT, *ASKED, "/no/such/page")
