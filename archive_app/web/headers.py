"""What every answer carries: nothing but our own files is loaded, nobody may frame a page, nothing is kept by a cache.

What may not live here: cookies (identity), what is in an answer.
"""

from __future__ import annotations

from flask import Flask, Response

POLICY = "; ".join((
    "default-src 'none'", "style-src 'self'", "script-src 'self'", "img-src 'self'", "media-src 'self'", "connect-src 'self'",
    "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"))
"""Content-Security-Policy, level 3."""

ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
}
WITH_A_VOICE = {
    "Content-Security-Policy": POLICY.replace("media-src 'self'", "media-src 'self' blob:"),
    "Permissions-Policy": ALWAYS["Permissions-Policy"].replace("microphone=()", "microphone=(self)"),
}
"""On the one page where a voice can be recorded, and heard before it is sent."""
FOREVER = "public, max-age=31536000, immutable"
"""For files whose address holds a digest of their bytes, and for nothing else."""


def start(app: Flask) -> None:
    """Put the headers on every answer of `app`."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.pop("Last-Modified", None)
    return response
