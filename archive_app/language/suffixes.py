"""Suffixes: small stemmers for languages that Snowball has not, or reads worse. Tables and pure functions only.

All take endings off the right, longest first, until none fits; what is left is a key, not a word. No folding may live here.
Figures and the hand-made groups of words behind them: tests/language/test_suffixes.py.

Azerbaijani and Turkish. An ending is taken only where the grammar allows it after what remains: vowel harmony (a ı | o u |
e ə i | ö ü) and the buffer consonants n, s, y after a vowel. This alone keeps qanun (law) apart from qan (blood): after a the
genitive is -ın. Where a consonant may belong to the stem or to the ending (insan-a, ana-na; əməy-ə, əqidə-yə), it is taken
off both.
Armenian. Article, cases, plural, the commonest forms of the verb; -ություն, -ության, -ությամբ are one (after `letters` has made
և two letters). Georgian. Postpositions and particles, cases, the plural -eb-; a last vowel goes, for the cases drop it.
"""

from __future__ import annotations

from functools import cache

# I = ı u i ü and A = a ə (Turkish a e), by the vowel before; D = d (Turkish t after a voiceless consonant).
# Cases, possessives and plural of nouns, the copula, and those forms of the verb that few nouns end in.
_AFTER_ANY = (
    "DA DAn lAr lArI DIr DIrlAr lA mIş mIşDI DIlAr DI DIm DIq DIk DIğI DIyI DIqlArI DIklArI mAq mAk mAqDA mAkDA mAlI mAlIDIr"
    " mA mAsI mAyI mAyAn mAyArAq mAyAcAq mAyIb mADI mADAn mAz DAkI sA"
)
_AFTER_VOWEL = "nIn nI nA nDA nDAn yA ylA sI m mIz nIz yArAq yAcAq yIr yIrDI yAn n k y q ğ s D"
_AFTER_CONSONANT = "In I A Im ImIz InIz IlA Ir IrlAr IrDI IrDIlAr Ar ArAq ArAk AcAq AcAk Arkən ArsA An"
_TURKISH_ONLY = "yI"
_LONGEST = 9  # letters of the longest ending
_SHORTEST = 3  # letters that stay; two where they are a closed syllable (ev, iş, il, ad)
_HARMONY = {"a": "aı", "ı": "aı", "o": "ou", "u": "ou", "e": "eəi", "ə": "eəi", "i": "eəi", "ö": "öü", "ü": "öü"}
_HIGH_LOW = {"aı": ("ı", "a"), "ou": ("u", "a"), "eəi": ("i", "ə"), "öü": ("ü", "ə")}
_AFTER_OWN_VOWEL = "ykqğ"  # endings that begin so, after a vowel, follow one of the stem and never a possessive
_VOICELESS = "fstkçşhpx"
_HARDENED = {"az": {"ğ": "q", "y": "k"}, "tr": {"ğ": "k", "b": "p", "c": "ç", "d": "t"}}
# Common words of what people tell that seem to end in one of these; no more is taken from them.
_WHOLE = frozenset(
    "ata ana adam ada kənd kend əli ali ora bura hara ilə altı baba dədə dede nənə nene anne əmi ile xala bibi qan kan".split()
)

_ARMENIAN = frozenset(
    "ը ն ի ին ից ով ում ու ուն ուց ներ եր ներն երն ան ամբ ց կանց ում ման մամբ մանը ել ելու ելիս ելով ելիք ալ ալու ալիս ալով"
    " ած ող եց եցի եցին եցինք եցիր վել վելու վում ված վեց վեցին վող վի վեն վ եմ ես ենք եք են ա ս".split()
)
_ARMENIAN_NOUN = ("ություն", "ության", "ությամբ")  # -tyun and its irregular cases
_GEORGIAN = frozenset(
    "ც აც ცა ვე ში ზე თან სთან დან იდან გან ისგან ისაგან თვის სთვის ისთვის ისათვის სათვის მდე ამდე სავით შია ზეა ადმი"
    " სადმი ისადმი მა მ ის ისა ს სა ით ითა ად ადა თა თ ებ ებმა ებს ების ებით ებად ებო ი ა ო ე უ აა ია".split()
)

_Fit = tuple[str, str]


def turkic(word: str, language: str) -> str:
    """The key of an Azerbaijani (`az`, Latin) or Turkish (`tr`) word, given as an exact key without apostrophe."""
    table = _turkic_table(language)
    while word not in _WHOLE and (shorter := _without_ending(word, table)) != word:
        own_vowel = word[len(shorter)] in _AFTER_OWN_VOWEL
        word = shorter
        if own_vowel and len(word) == _SHORTEST:
            break  # ayak, aya-: this a is the stem's, and no case of ay
    return word[:-1] + _HARDENED[language].get(word[-1], word[-1]) if len(word) > 2 else word


def _without_ending(word: str, table: dict[str, frozenset[_Fit]]) -> str:
    """`word` without its longest ending that leaves a stem; a whole word is left rather than a shorter one."""
    shortest = word
    for size in range(1, min(_LONGEST, len(word) - 2) + 1):
        stem, ending = word[:-size], word[-size:]
        if ending in table and _stands(stem) and not table[ending].isdisjoint(_fits(stem)):
            if stem in _WHOLE:
                return stem
            shortest = stem
    return shortest


def _stands(stem: str) -> bool:
    return len(stem) >= _SHORTEST or (stem[0] in _HARMONY and stem[-1] not in _HARMONY)


def _fits(stem: str) -> tuple[_Fit, ...]:
    """What decides which endings a stem takes: the harmony of its last vowel, and what it ends in."""
    last = next((letter for letter in reversed(stem) if letter in _HARMONY), "")
    if not last:
        return ()
    return ((_HARMONY[last], "vowel" if stem[-1] == last else "voiceless" if stem[-1] in _VOICELESS else "voiced"),)


@cache
def _turkic_table(language: str) -> dict[str, frozenset[_Fit]]:
    """Ending as written -> the stems that it fits."""
    turkish = language == "tr"
    table: dict[str, set[_Fit]] = {}
    for group in sorted(set(_HARMONY.values())):
        for endings, after in (
            (_AFTER_ANY, ("vowel", "voiced", "voiceless")),
            (_AFTER_VOWEL + (" " + _TURKISH_ONLY if turkish else ""), ("vowel",)),
            (_AFTER_CONSONANT, ("voiced", "voiceless")),
        ):
            for ending in endings.split():
                for sound in after:
                    hard = turkish and sound == "voiceless" and ending[0] == "D"
                    written = _harmonised("t" + ending[1:] if hard else ending, group)
                    table.setdefault(written.replace("ə", "e") if turkish else written, set()).add((group, sound))
    return {ending: frozenset(fits) for ending, fits in table.items()}


def _harmonised(ending: str, group: str) -> str:
    """An ending as it is written after a vowel of `group`: each vowel follows the one before (ol-malı-dır, not ol-malu-dur)."""
    written = ""
    for letter in ending.replace("D", "d"):
        high, low = _HIGH_LOW[group]
        letter = {"I": high, "A": low}.get(letter, letter)
        group = _HARMONY.get(letter, group)
        written += letter
    return written


def armenian(word: str) -> str:
    """The key of an Armenian word, eastern or western, given as an exact key."""
    while True:
        if word.endswith(_ARMENIAN_NOUN):
            return word[: word.rindex("ությ")] + "ությ"
        if (shorter := _without_any(word, _ARMENIAN)) == word:
            return word
        word = shorter


def georgian(word: str) -> str:
    """The key of a Georgian word, given as an exact key."""
    while (shorter := _without_any(word, _GEORGIAN)) != word:
        word = shorter
    return word


def _without_any(word: str, endings: frozenset[str]) -> str:
    """`word` without the longest of these endings that leaves three letters."""
    for size in range(min(6, len(word) - _SHORTEST), 0, -1):
        if word[-size:] in endings:
            return word[:-size]
    return word
