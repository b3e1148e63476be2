"""The room of families: an account is given without an account, and stays in the hands of who gave it.

    /submit                         what to know first; begin, or come back
    /submit/begin                   a draft, and the receipt, shown once
    /submit/return                  back with the receipt
    /submit/questions/<step>        one question a page; everything can be skipped; saved at each step
    /submit/files                   photographs, documents, recordings
    /submit/summary                 what others will see, made by the real gate; send
    /submit/room ...                afterwards: status, messages, pause, go on, withdraw, a copy
    /submit/leave                   leave this page, at once, from everywhere
    /submit/copy                    everything that was given, as one file
    /submit/uploads                 files that arrive in pieces
    /submit/stopped, /submit/open   stopped for today; the room asked for again after leaving so
    /submit/concern                 "this concerns me": a word about somebody else's testimony

    pages       the table: address, view, methods
    door        the visit that a browser holds, the token of its forms, the way out
    unsaved     what was typed into a form that could not be taken
    asking      what to know first, the receipt, the questions, what others will see
    bringing    files: what was brought, one more, taking one away
    questions   the questions: their sentences, their choices, what was typed as verbs take it
    foreseen    what others will see, line by line, in sentences
    uploading   files in pieces: only with a visit, only their own
    afterwards  where it stands, messages, pause, go on, withdraw, a copy; a word about another's testimony
    copied      what was answered, in plain sentences, for the copy

No script is needed. The one cookie is set with the receipt, holds a visit and nothing of the receipt, and goes with the browser. What may
not live here: what is kept and how (actions), decisions, rows.
"""
