"""A browser in a few words, so that people know their own among the open sessions: `Firefox, Linux`.

Names as their makers write them; no version, no model: what is kept must not tell one visitor from another. What may not live here:
deciding anything by it.
"""

from __future__ import annotations

BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("YaBrowser", "Yandex"), ("Firefox", "Firefox"),
            ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chromium", "Chromium"), ("Chrome", "Chrome"), ("Safari", "Safari"))
"""Sign -> name, in the order in which they are believed: almost every browser also claims to be Chrome or Safari."""
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "Mac"),
           ("CrOS", "ChromeOS"), ("Linux", "Linux"))


def words(user_agent: str) -> str:
    """Browser and system out of the header User-Agent (RFC 9110, 10.1.5); what is not known is left out, '' = neither is."""
    found = [next((name for sign, name in table if sign in user_agent), "") for table in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in found if name)
