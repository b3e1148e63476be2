"""The sentences of the consent form: a question for each layer, and answers that are understood when they are read aloud. Where the
families' room asks the same, it is the same sentence.

What may not live here: what an answer permits (access.terms), what a recorded statement says (web.sentences).
"""

from __future__ import annotations

from collections.abc import Mapping

from archive_app.access.terms import LAYERS, NAMINGS, TIERS
from archive_app.web.submit import questions
from archive_app.web.translate import lazy_gettext

ASKS: Mapping[str, object] = {
    "existence": questions.LAYER["existence"][0],
    "description": questions.LAYER["description"][0],
    "identity": lazy_gettext("Who may know the name?"),
    "transcript": lazy_gettext("Who may read the words?"),
    "audio": lazy_gettext("Who may hear the voice?"),
    "video": questions.LAYER["video"][0],
    "image": lazy_gettext("Who may see the photographs?"),
    "document": lazy_gettext("Who may see the documents?"),
}
assert tuple(ASKS) == LAYERS
TELLS: Mapping[str, object] = {layer: tells for layer, (_, tells) in questions.LAYER.items()} | {
    "description": lazy_gettext("A title and some lines, with the place and the time."),
    "audio": lazy_gettext("People can recognise a voice, even without a name.")}
ANSWERS: Mapping[str, object] = {
    "public": lazy_gettext("Anyone."),
    "registered": lazy_gettext("Registered readers."),
    "reading-room": lazy_gettext("People who come to the reading room."),
    "staff": lazy_gettext("No one but the archivists."),
    "sealed": lazy_gettext("No one, and of the archivists only the custodians."),
}
assert tuple(ANSWERS) == tuple(TIERS)
MEANS: Mapping[str, object] = {value: means for value, _, means in questions.WHO_MAY} | {
    "staff": lazy_gettext("They look after the testimony."),
    "sealed": lazy_gettext("A few archivists who keep what nobody else may open.")}
"""What each answer means, told once, before the questions."""
INSTEAD: Mapping[str, object] = {
    "initial": lazy_gettext("First letters only"),
    "pseudonym": lazy_gettext("The other name that was given"),
    "anonymous": lazy_gettext("No name at all"),
}
assert set(INSTEAD) == set(NAMINGS)
USES: Mapping[str, object] = questions.USE
MAY: Mapping[str, object] = {"no": lazy_gettext("Not allowed."), "yes": lazy_gettext("Allowed.")}
"""Whether a use is. What was never asked is not."""
