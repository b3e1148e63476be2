"""HOW OTHERS READ AND WRITE US: pure functions between neutral values and formats, one small file a format.

    bytes -> webvtt | subrip | plain | cue_table | word | recogniser | ohms_reading -> Parsed(cues) -> cues.check_times -> actions
    bytes -> table -> manifest.read_row -> ManifestRow -> actions
    readings.Transcript -> webvtt | subrip | plain | cue_table | word_writer -> text or bytes
    readings.Testimony -> citations | ohms_writing -> text

    formats        which transcripts are read and written, by the ending of a file's name
    cues           a transcript that was read, and the rules for its times
    blocks         what every writer needs of a reading
    times          times as people and formats write them          speakers    who speaks, by `Name:`
    encoding       UTF-8 and nothing else
    webvtt, subrip, plain, cue_table       one format each         cue_text    the inside of a WebVTT cue
    word, word_package, word_body, word_lines, word_styles, word_writer    Word documents
    recogniser     what speech recognisers wrote
    columns        which column of a table is which
    xml            XML of any format, read without trusting it
    ohms_reading, ohms_xml, ohms_values, ohms_rows                 OHMS, read: its record, its fields, a row of a manifest
    ohms_text, ohms_sync, ohms_vtt, ohms_notes, ohms_speakers      its transcripts
    ohms_index, ohms_languages                                     its index and its names of languages
    ohms_writing, ohms_words, ohms_points                          OHMS, written
    table          the tables of an import                         manifest    one row of the manifest
    guarding       cells that no spreadsheet takes for a formula
    file_names     which names of files are taken
    restrictions   what a cell of restrictions says
    citations      citations to read         reference_files       for reference managers      citation_parts    what both are made of

What may not live here: the database, files on disk, Flask, and anything of access but `readings` and `terms`.
"""
