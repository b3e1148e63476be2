"""HOW WORDS ARE MADE EQUAL: pure tables and functions. Imports nothing of ours, only libraries.

    a text      words      tokens: exact key and stem of each word, with its place in the text    (index and query alike)
                 |- letters    which characters make a word, which spellings of a letter are one
                 |- stems      which stemmer reads which language; suffixes: our own small ones
    a name      name_forms     every way one recorded name may be written, and where one stands in a text
                 |- name_letters, name_words    the letters of such a pattern; titles and particles
                 |- name_looks  look-alike and full-width letters: how else a text can be read
                name_sounds    a key by which one name is found in several scripts, perhaps
                name_doubts    what may be a name and cannot be decided, for people to look at
    a tag       tags           BCP 47: canonical form, the language's name, script, direction
    a receipt   receipts       nine words that are written down on paper, and read back however they are typed
    a date      dates          EDTF: the days it may mean, and the words to say it in

What may not live here: rows, queries, decisions about who may read; words of the interface (they are the caller's gettext).
"""
