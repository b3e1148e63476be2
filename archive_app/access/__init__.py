"""WHO MAY SEE WHAT: from what people allowed to what one viewer reads. The only way to the words.

    statements -> deciding -> releases -> gate(viewer) -> names, redaction -> readings

    law           the two questions: who may read, who may keep
    terms         what a narrator allowed, as a lattice
    deciding      from statements to terms, pure
    releases      what that comes to, stored
    viewer        who is asking: tokens and one `now`
    gate          visibility as one SQL clause
    entry         one viewer at the gate, with one snapshot
    names         face or real name, and the filter that keeps closed names out of texts
    redaction     withheld words as blocks
    cards         testimonies in lists
    catalogue     lists, collections, one testimony without its words
    words         transcripts and passages                              notes   footnotes to them        index_points   the index
    copies        copies of recordings, and which must be made       cuts    what each leaves out
    references    people, places, events and collections where they are named
    registry      people, places, events                         coverage    when and where a collection tells of
    sources       sources and what they state
    readings      the frozen values that all these come to; beside it registry_readings, index_readings
    reading_room  everything one viewer may read: the door for all outside
    requests, request_readings   one's own requests for access      granted   what is open by a grant alone
    audiences     which audiences a testimony has
    renditions    how each of them reads it, for the index
    ordering      what lists are sorted by, the same for every viewer
    spelling      a digest of a reading
    desk          everything one archivist may keep: the door for the desk
    kept_readings the frozen values it gives
    merged        what was made one with another, and whom its old address leads on
    kept_registry people, places, events, sources at the desk    kept_things    one of them, whole
                  kept_registry_readings    the frozen values they come to
    work_list     how far the work on each has come        kept_testimony   one of them, whole
    kept_rows     what an import may be told of earlier ones        kept_catalogue   the catalogue, to be taken out as a table
    kept_requests requests for access to what one tends        kept_request_readings
    kept_transcripts    its transcripts, their versions and drafts; what the desk plays beside them; kept_transcript_readings
    kept_words    where words stand in everything that one tends        kept_doubts    what may be a closed name in them
    kept_recordings    every version of its recordings, with what is known of their bytes
    kept_erasure  what would go if one were erased, and the receipt of one that was; kept_erasure_readings
    explaining    why a layer is open or closed        foreseeing    who would read it, were it published
    colleagues    who of the staff did something
    kept          how much is held, and its digest
    checking      what `verify` asks of the database

What may not live here: verbs and commits (actions), pages and formats (web, exchange), bytes (storage), the index (search).
"""
