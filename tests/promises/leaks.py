"""Seeded leaks: faults that somebody could plausibly write one day, each planted for the length of a `with`.

The list was written from docs/consent.md ("Channels to cover") before the code it attacks was read; how each is planted was added
afterwards (plants_*.py). A harness that stays green while one of these is planted is no proof of anything. Left out on the way: a
phrase over a withheld block and the text of a contents point (they tell the same in both twins; tested where they live).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Leak:
    """`lets_out`: in words. `who`: the class in whose twins it shows. `near`: a pattern of
    `endpoint path`, where it is looked for.
    `built`: planted while the archives are made, not only while they are read; `late`: the index has not followed; `changes`:
    what the twins differ in, where that is not everything; `canary`: looked for as a hidden word, not as a difference."""

    name: str
    lets_out: str
    near: str = ""
    who: str = "anonymous"
    built: bool = False
    late: bool = False
    changes: tuple[str, ...] = ()
    canary: bool = False
    needs: str = ""
    count: int = 0


INSIDE = ("withheld words", "closed layers", "hidden name", "edit")
"""What the twins of recordings differ in."""


LEAKS = (
    # what is found
    Leak("hits", "search finds and shows words of testimonies the viewer may not read", "^search_twin .*(river|zq)"),
    Leak("totals", "the number of passages counts hidden ones, the hits do not show them", "^search_twin"),
    Leak("facets", "facet counts are taken over everything that matches, hidden or not", "^search_twin"),
    Leak("facet labels", "a facet's label counts what a collection holds in all", "^search_twin"),
    Leak("ranking", "scores use document frequencies of hidden passages", r"^search_twin .*(river\+OR|same)"),
    Leak("hits by arrival", "hits are ordered by database key: the order in which testimonies arrived", "^search_twin .*(same|river)"),
    Leak("filters", "a filter answers otherwise for a value that only hidden testimonies have than for one that never was", "^search_twin .*place="),
    Leak("corrections", "`did you mean` proposes a word that stands in hidden text only", "^search_twin .*zq[a-z]{9}x"),
    Leak("prefix", "a prefix search counts what hidden words begin so", "^search_twin .*%2A"),
    Leak("in-page search", "the search in one testimony finds words inside a withheld block", "^search_in_twin"),
    Leak("snippet across a block", "the words around a hit reach over a withheld block", "^search_twin .*zq"),
    Leak("lagging index", "withdrawn words are found until the index has followed", "^search_twin .*zq", late=True,
         changes=("publish then withdraw",)),
    Leak("lagging restriction", "words restricted later are found until the index has followed", "search", canary=True, late=True),
    # what is withheld
    Leak("withheld words", "a restricted range is shown", "testimony_twin"),
    Leak("inner cues", "a withheld block shows how many cues it has inside", "testimony_twin"),
    Leak("speaker of a block", "a withheld block names who speaks in it", "testimony_twin"),
    Leak("numbering after a block", "numbers of segments after a block count the hidden ones", "testimony_twin"),
    Leak("version digest", "the `version` of a transcript is a digest of all its words, hidden ones too", "testimony_twin"),
    Leak("words brought in later", "words that come after somebody was asked to be hidden name them", "testimony", canary=True),
    Leak("words of a download", "a download is made from the stored words, not from the reading", "transcript_file"),
    Leak("words by hidden", "a count of words is of the whole, not of the view", "testimony_twin"),
    # names
    Leak("name in title", "the real name stands in a title though identity is closed", "testimonies"),
    Leak("name in words", "the real name stands in the transcript's words though identity is closed", "testimony_twin"),
    Leak("name of speaker", "the real name stands in a speaker label though identity is closed", "testimony_twin"),
    Leak("name in citation", "a citation gives the real name though identity is closed", "cit"),
    Leak("name in sort order", "lists sort by the real name and show another", "^testimonies_twin", built=True, changes=("hidden name",)),
    Leak("name in search", "the real name finds the testimony though identity is closed", "^search_twin .*q=Zq", built=True, changes=("hidden name",)),
    Leak("faces linked", "the id of a face is made from the person behind it", "testimony_twin", built=True, changes=("hidden name",)),
    # what is written at the desk
    Leak("words of a draft", "a reading has the words of a draft that nobody made a version yet", "^testimony_twin|^transcript_twin",
         changes=("drafted",)),
    Leak("draft in a download", "a download is made of a draft", "^transcript_file", changes=("drafted",)),
    Leak("draft in the index", "the index is fed the words of a draft", "^search_twin .*q=zq[a-z]{10}$", built=True, changes=("drafted",)),
    Leak("saving is told", "a digest of a reading changes when a draft is saved", "^transcript_twin|^testimony_twin", changes=("drafted",)),
    Leak("number of the version", "a reading tells how many versions there were", "^transcript_twin|^testimony_twin", changes=("drafted",)),
    # who and what exists
    Leak("person page", "a person exists for a viewer through a hidden testimony", "person"),
    Leak("place count", "a place counts hidden testimonies", "place"),
    Leak("event page", "a statement of a closed source stands on an event page", "event", changes=("registry",)),
    Leak("collection count", "a collection counts hidden testimonies", "collection"),
    Leak("collection years", "the years of a collection are those of hidden testimonies too", "collection"),
    Leak("collection exists", "a collection that holds nothing for the viewer is listed", "collection"),
    Leak("filter label", "the name of a hidden person or place is printed as a filter's label", "^search .*(person|place)="),
    Leak("year of a closed description", "a list can be narrowed by a year that the viewer may not read", "^testimonies_twin .*(year|decade)",
         changes=("closed layers",)),
    Leak("403 for hidden", "a hidden testimony answers 403, one that never existed 404", "testimony"),
    Leak("404 that explains", "the 404 page of something hidden says more than that of something that never was", "testimony"),
    Leak("head of hidden", "HEAD of a hidden page differs from HEAD of one that never existed", "^testimony_twin"),
    Leak("sitemap", "the sitemap lists testimonies the visitor may not know of", "sitemap"),
    Leak("cite of hidden", "the citation of a hidden testimony is served", "citation_file"),
    # what is told around it
    Leak("last modified", "a Last-Modified header tells of work nobody should see", "home"),
    Leak("etag by activity", "an ETag is made from a counter that hidden work raises", "home"),
    Leak("sort by arrival", "a list is ordered by database key: the order in which testimonies arrived", "^testimonies_twin"),
    Leak("twin richer than page", "the JSON twin tells how many segments are stored", "testimony_twin"),
    Leak("ids by number", "a face carries a database key, so that gaps tell", "testimony_twin"),
    Leak("file name", "a stored file's name is told", "testimony", canary=True),
    Leak("canary in log", "a refusal writes the title of what is hidden into the log", "testimony", canary=True),
    # who may
    Leak("draft", "what the archive has not published is readable by staff", "^testimonies_twin", who="archivist", built=True,
         changes=("publish then unpublish",)),
    Leak("withdrawn", "a withdrawn testimony stays readable", "^testimonies_twin", built=True, changes=("publish then withdraw",)),
    Leak("grant ended", "a grant opens after its end", "^testimony_twin", who="lapsed", changes=("remove",)),
    Leak("embargo", "an embargo opens when the day begins, not when it has begun everywhere", "^testimonies_twin", built=True,
         changes=("remove",)),
    Leak("other collection", "an archivist reads another collection's staff material", "^testimonies_twin", who="elsewhere"),
    Leak("layers", "the transcript opens with the existence", "testimony_twin", changes=("closed layers",)),
    Leak("barred", "a barred person's grants still open", "^testimony_twin", who="barred"),
    Leak("staff shelf", "the index of everybody holds the passages of all", "^search_twin .*(zq|river)", built=True, changes=("edit",)),
    # recordings
    Leak("media without the gate", "whoever has the address of a copy is given it", "^media", changes=INSIDE, needs="cut"),
    Leak("whole copy", "what is withheld is not asked for: everybody is given the whole", "^media|testimony_twin", changes=INSIDE, needs="cut"),
    Leak("key without cuts", "the key of a copy ignores what is left out", "testimony_twin", built=True, changes=("withheld words",), needs="cut",
         count=1),
    Leak("cuts of an earlier visit", "what is withheld is reckoned with what the visitor held once", "^media|^testimony_twin", who="lapsed",
         changes=INSIDE, needs="cut for lapsed"),
    Leak("copies of the next step", "a copy prepared for the day on which it opens is given before", "^media", changes=INSIDE, needs="opens later"),
    Leak("later ranges", "the gate is asked for ranges that begin at 0 only", "^media", changes=INSIDE, needs="cut"),
    Leak("size in a 416", "a range that a hidden copy does not have is refused with its size", "^media", changes=INSIDE, needs="cut"),
    Leak("kept after withdrawal", "what was given once is given again without asking", "^media", canary=True),
    Leak("later blocks", "a whole body goes on when the gate has closed", "^media", canary=True),
    Leak("waveform of the whole", "the waveform is measured before the cuts are made", "^media|^testimony_twin", built=True,
         changes=("withheld words",), needs="cut", count=1),
    Leak("waveform of a closed sound", "a film whose sound is closed has a waveform", "^testimony_twin", built=True, changes=("closed layers",),
         needs="mute film", count=3),
    Leak("poster from a cut", "the picture of a film is chosen from what is withheld", "^media|^testimony_twin", built=True,
         changes=("withheld words", "closed layers"), needs="cut picture", count=3),
    Leak("sound of a film", "a film is given with its sound though that is closed", "^media|^testimony_twin", built=True, changes=("closed layers",),
         needs="mute film", count=3),
    Leak("captions", "captions are made from the stored words, not from the reading", "^transcript_file .*recording=", changes=INSIDE, needs="cut"),
    Leak("name of a page", "the words of a document's page give the real name though identity is closed", "^testimony ", changes=("hidden name",),
         needs="letter"),
    Leak("name in a disposition", "a copy is sent under the name of its original's file", "^media", canary=True),
    Leak("etag of the original", "the ETag of a copy is made from its original", "^media", changes=INSIDE, needs="cut"),
    Leak("etag of the key", "the ETag of a copy is the key by which it was found", "^media", changes=INSIDE, needs="cut"),
    Leak("length of the original", "HEAD tells the length of the original", "^media", changes=INSIDE, needs="cut"),
    Leak("fuller copies", "the copies of fuller audiences are listed too", "^testimony_twin", changes=INSIDE, needs="cut"),
    Leak("inner borders", "where several restrictions meet shows in what is silent", "^testimony_twin", changes=INSIDE, needs="two cuts"),
    Leak("spans of a closed sound", "where words are withheld shows on a film of which the sound is closed", "^testimony_twin",
         changes=("closed layers",), needs="mute film"),
    Leak("recorded hours", "the first page counts the hours of hidden recordings", "^home", changes=("remove",), needs="hidden tape"),
    Leak("has as a filter", "a list narrowed by film names what has a hidden film", "^testimonies_twin .*has=", changes=("closed layers",),
         needs="hidden film"),
    Leak("has on a card", "a card says that there is a film, hidden or not", "^testimonies_twin", changes=("closed layers",), needs="hidden film"),
    Leak("recording by digest", "the id of a recording is made from its original", "^testimony_twin", built=True, changes=("withheld words",),
         needs="cut", count=1),
    Leak("copy by key", "the id of a copy is made from the key by which it is found", "^testimony_twin", built=True, changes=("withheld words",),
         needs="cut", count=1),
    Leak("checksum for machines", "what machines read of a recording has the checksum of its original", "^testimony ", changes=INSIDE, needs="cut"),
    Leak("tags for Zotero", "the tags that Zotero reads give the real name though identity is closed", "^testimony ", changes=("hidden name",),
         needs="face"),
    Leak("OHMS file", "the OHMS file of a testimony is made from the stored words, not from the reading", "^ohms_file", changes=INSIDE, needs="cut"),
    Leak("Word file", "a document for a word processor is made from the stored words, not from the reading", r"^transcript_file .*\.docx",
         changes=INSIDE, needs="cut"),
    Leak("page to print", "what is set to be printed is made from the stored words, not from the reading", "^transcript ", changes=INSIDE, needs="cut"),
    Leak("times of words", "where a name was replaced, the times of single words tell how long it is", "^testimony_twin", who="registered",
         changes=("hidden name",), needs="timed words"),
    Leak("picture of a closed layer", "whoever has the address of a photograph's copy is given it though pictures are closed", "^media",
         changes=("closed layers",), needs="closed photograph"),
    Leak("page of a closed layer", "whoever has the address of a page's picture is given it though documents are closed", "^media",
         changes=("closed layers",), needs="closed letter"),
    Leak("pin on a map", "the map of a collection has a place that only hidden testimonies tell of", "^collection", changes=("edit",),
         needs="hidden at a place"),
    Leak("bar on a time line", "the time line of a collection counts hidden testimonies", "^collection", changes=("edit",), needs="hidden"),
    Leak("event on a time line", "the time line of a collection has an event at a place that only hidden testimonies tell of", "^collection",
         changes=("edit",), needs="hidden at a place"),
    Leak("name for machines", "what machines read gives the real name though identity is closed", "^testimony ", changes=INSIDE, needs="cut and face"),
    Leak("replaced recording", "the file that was replaced is still given to whoever has the new one", "^media", built=True,
         changes=("said otherwise before",), needs="replaced", count=1),
    Leak("waiting recording", "a file that waits to take the place of another hides it already", "^testimony_twin", built=True,
         changes=("said otherwise before",), needs="waiting", count=1),
)
