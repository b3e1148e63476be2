"""Whoever sends a form after their session has ended: what was typed is handed back, and goes on once they have signed in again.

The page carries no token: what is sent from it is shown in its form first, and done only when it is sent from there. What may not live
here: who is let in (desk.door, requests).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, redirect, render_template, request

from archive_app.web.links import to

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer

MOST = 8 * 1024 * 1024
"""Bytes of a form that are read from somebody who is not signed in; what is larger is a file, which is chosen again."""
OURS = frozenset({"csrf_token"})


def led_to_the_door() -> Answer:
    """303 to signing in, and back; to a browser that sent a form, a page with everything that stood in it. The same for every address."""
    if request.method == "POST" and "text/html" in request.headers.get("Accept", "") and (request.content_length or 0) <= MOST:
        request.max_form_memory_size = MOST
        typed = [pair for pair in request.form.items(multi=True) if pair[0] not in OURS]
        if typed:
            address = request.full_path if request.query_string else request.path
            return Response(render_template("account/signed-out.html", typed=typed, address=address), 401)
    return redirect(to("/sign-in", next=request.path), 303)
