"""HOW IT IS FOUND: passages on shelves, and for each viewer numbers made of their own shelves alone. See docs/search.md.

    renditions -> cutting -> documents -> index (shelves on disk)
    question -> query -> view of the viewer's shelves -> matching, fields -> ranking -> the room again -> context

    cutting          where passages begin and end
    documents        what the index is given
    shelves          how audiences compare, where a shelf lies
    index            the contract of every engine
    leaves           documents as arrays
    view             all that one viewer reads, as one row of documents
    viewing          views kept for those who read the same
    query            what people type, as a tree
    asked            the words of a query, remembered nowhere
    matching         which passages a query asks for
    fields           `speaker:`, `place:` and the others
    ranking          scores, order, pages, facets
    corrections      words near those that nobody said, and completions
    find             one question by one viewer
    context          the words around a match
    contents         a shelf as text, for digests
    fingerprints     a passage as one number, for `verify`
    whoosh_index     the engine on Whoosh
    whoosh_shelves   shelves as readers see them
    whoosh_segments  a segment, written and read back
    whoosh_commits   the one writer

What may not live here: who may read what (access), ORM rows and queries, HTML, any record of what was asked.
"""
