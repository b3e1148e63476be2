"""Seeded leaks: faults that somebody could plausibly write one day, each planted for the length of a `with`.

The list was written from docs/consent.md ("Channels to cover") before the code it attacks was read; only how each is planted was
added afterwards. A harness that stays green while one of these is planted is no proof of anything.
"""

from __future__ import annotations

LISTED: dict[str, str] = {
    # what is found
    "hits": "search finds words of testimonies the viewer may not read",
    "totals": "the number of passages counts hidden ones, the hits do not show them",
    "facets": "facet counts are taken over everything that matches, hidden or not",
    "facet labels": "a facet's label is the real name of a narrator shown under another",
    "ranking": "scores use document frequencies and lengths of hidden passages",
    "ranking by history": "scores use passages that were deleted and not yet merged away",
    "filters": "a filter takes values that only hidden testimonies have, and answers otherwise than for an unknown value",
    "corrections": "`did you mean` proposes a word that stands in hidden text only",
    "prefix": "a prefix search is expanded with hidden words, so that hits differ in order or number",
    "in-page search": "the search in one testimony finds words inside a withheld block",
    "snippet across a block": "the words around a hit reach over a withheld block",
    "phrase across a block": "a phrase is found whose words stand on the two sides of a withheld block",
    "lagging index": "withdrawn words are found until the index has followed",
    "lagging restriction": "a restriction written after indexing is not masked until the index has followed",
    # what is withheld
    "withheld words": "a restricted range is shown in one of its versions or formats",
    "inner cues": "a withheld block shows how many cues and which times it has inside",
    "speaker of a block": "a withheld block names who speaks in it",
    "numbering after a block": "numbers of segments after a block count the hidden ones",
    "version digest": "the `version` of a transcript is a digest of all its words, hidden ones too",
    "words of a download": "a download is made from the stored words, not from the reading",
    "picture index points": "an index point that overlaps a withheld block keeps its text",
    # names
    "name in title": "the real name stands in a title though identity is closed",
    "name in words": "the real name stands in the transcript's words though identity is closed",
    "name of speaker": "the real name stands in a speaker label though identity is closed",
    "name in citation": "a citation gives the real name though identity is closed",
    "name in sort order": "lists sort by the real name or title and show another",
    "name in search": "the real name finds the testimony though identity is closed",
    "faces linked": "two faces of one person share an id",
    # who and what exists
    "person page": "a person exists for a viewer through a hidden testimony",
    "place count": "a place counts hidden testimonies",
    "event page": "a statement of a closed source stands on an event page",
    "collection count": "a collection counts hidden testimonies",
    "collection exists": "a collection that holds nothing for the viewer is listed",
    "403 for hidden": "a hidden testimony answers 403, one that never existed 404",
    "404 echo": "the 404 page tells why or repeats what was asked",
    "head of hidden": "HEAD of a hidden page differs from HEAD of one that never existed",
    "sitemap": "the sitemap lists testimonies the visitor may not know of",
    "cite of hidden": "the citation of a hidden testimony is served",
    # what is told around it
    "last modified": "a Last-Modified header tells of work nobody should see",
    "etag by version": "an ETag is made from the row's version and changes with hidden work",
    "sort by activity": "a list is ordered by database key: the order in which testimonies arrived",
    "twin richer than page": "the JSON twin has a field that the page does not show",
    "ids by number": "addresses carry database keys, so that gaps tell",
    "file name": "a stored file's name is told",
    "length by hidden": "a duration or count of words is of the whole, not of the view",
    # who may
    "draft": "what the archive has not published is readable by staff",
    "withdrawn": "a withdrawn testimony stays readable for those who could read it",
    "grant ended": "a grant opens after its end",
    "embargo": "an embargo opens on the day itself somewhere, not everywhere",
    "other collection": "an archivist reads another collection's staff material",
    "layers": "the transcript opens with the description",
    "barred": "a barred person's grants still open",
    "staff shelf": "the index of everybody holds the passages of staff",
    "canary in log": "a refusal writes the hidden title into the log",
}
"""Name of a leak: what it lets out."""
