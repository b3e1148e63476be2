"""The room of families: an account is given without an account, and stays in the hands of who gave it.

    /submit                         what to know first; begin, or come back
    /submit/begin                   a draft, and the receipt, shown once
    /submit/return                  back with the receipt
    /submit/questions/<step>        one question a page; everything can be skipped; saved at each step
    /submit/files                   photographs, documents, recordings
    /submit/summary                 what others will see, made by the real gate; send
    /submit/room ...                afterwards: status, messages, pause, go on, withdraw, a copy
    /submit/leave                   leave this page, at once, from everywhere
    /submit/concern                 "this concerns me": a word about somebody else's testimony

No script is needed. The one cookie is set with the receipt, holds a visit and nothing of the receipt, and goes with the browser. What may
not live here: what is kept and how (actions), decisions, rows.
"""
