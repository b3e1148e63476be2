"""How one word of a recorded name may stand in a text: a regular expression a word. Pure functions; used by `name_forms` only.

Built to miss nothing rather than to hit nothing else: any case after the first letter, with or without the marks on letters,
composed or not, silent characters inside, every apostrophe, and the endings that languages with cases hang on a name.
Character classes of more than two ranges beyond Latin-1 take Python 0.1 ms each to compile: hence the small ones here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from archive_app.language import letters

LETTER = r"[^\W\d_\u00b2\u00b3\u00b9\u2070-\u209f]"  # raised and lowered figures belong to notes, not to names
NOT_AFTER_LETTER = rf"(?<!{LETTER})"
NOT_BEFORE_LETTER = rf"(?!{LETTER})"
# Languages whose nouns take case endings (or a suffixed article), so that a name in a sentence is longer than the name.
INFLECTED = frozenset(
    "ab av az ba be bg bs cnr cs et eu fi gag hr hu hy hyw is ka kk krc kum ky la lez lt lv mk mn os pl ro ru sh sk sl sq sr"
    " tk tr tt ug uk uz".split()
)

_BROKEN = r"|[-\u2010]\s+"  # a word broken at the end of a line, also where the lines were joined
_SILENT = rf"(?:[\u0300-\u036f\u00ad]|[\u200b-\u200f\u2060-\u2064]|\ufeff{_BROKEN})*"
_MARKS_OF = (
    (re.compile("[\u0530-\u058f]"), rf"(?:[\u0300-\u036f\u00ad]|[\u200b-\u200f\u2060-\u2064]|[\u055b\u055c\u055e]{_BROKEN})*"),
    (re.compile("[\u0590-\u05ff]"), r"(?:[\u0591-\u05bd\u05bf-\u05c7]|[\u200b-\u200f\u2060-\u2064])*"),
    (re.compile("[\u0600-\u08ff]"), r"(?:[\u064b-\u065f\u0670]|[\u0610-\u061a\u0640]|[\u06d6-\u06ed\u200b-\u200f])*"),
)
_SAME = ("iİIı", "еёЕЁ", "اأإآٱ", "يیىئ", "كک", "هةۀ", "وؤ")
_EVEN = {character: group for group in _SAME for character in group}
_EW = re.compile("և|[եԵ][ւՒվՎ]")
_PREFIXED = (
    (re.compile("[\u0600-\u08ff]"), r"[وفبلك]{0,2}(?:ال)?", frozenset("azb bal ckb fa ks ku lrc mzn pnb prs ps sd sdh tg ug ur".split())),
    (re.compile("[\u0590-\u05ff]"), "[ושהבלמכ]{0,3}", frozenset("lad yi".split())),
)
"""Script of a name, the small words that are written together with it, and the languages of that script that have none: a text in it that
is said to be English has them all the same."""
_ARTICLE = re.compile("[اٱ]ل(?=[\u0600-\u08ff]{2})")
_INFLECTED_SCRIPT = re.compile("[\u0400-\u058f\u10a0-\u10ff\u1c90-\u1cbf]")  # Cyrillic, Armenian, Georgian: in any language
_GEORGIAN = re.compile("[\u10d0-\u10ff\u1c90-\u1cbf]")  # its capitals are for headlines; names are not written with them
_UNSPACED = re.compile(f"[{letters.UNSPACED}]")
_ADJECTIVE = re.compile("(?:[иыоі]й|[ая]я|ія|[аеёиоуыэюяіїєйь])$", re.IGNORECASE)
_VOWEL = re.compile("[aeiouyəıöüâîûáéíóúąęåäøաեէըիոօւაეიოუ]s?$", re.IGNORECASE)
_FLEETING = re.compile("^(.+)[еёоэії]([бвгджзклмнпрстфхцчшщ])$", re.IGNORECASE)
_SHORT = re.compile("[а-яёіїє][бвгджзклмнпрстфхцчшщ]", re.IGNORECASE)  # Ян, Яна
_SOFTENED = {"k": "kgğy", "q": "qğ", "t": "td", "p": "pb", "ç": "çc", "к": "кјй", "г": "гғ"}
_CHANGES = tuple((re.compile(f"(.*){end}", re.IGNORECASE), stem, frozenset(languages.split())) for end, stem, languages in (
    ("лев", "льв", ""),  # Лев, Льва
    ("л[её]ц", "льц", ""), ("([лнрд])[её]к", r"\2ьк", ""),  # Стрелец, Стрельца; Королёк, Королька
    ("ей", "ь", ""), ("([аои])(?:ец|яц)", r"\2йц", ""),  # Соловей, Соловья; Боец, Бойца; Заяц, Зайца
    ("[её]([нц])ь", r"\2", ""),  # Гребень, Гребня; Кравець, Кравця
    ("і([бвгґджзклмнпрстфхцчшщ])", r"о\2", "uk"), ("і([бвгґджзклмнпрстфхцчшщ])", r"е\2", "uk"),  # Яків, Якова; Федір, Федора
    ("в[её]л", "ўл", ""),  # Павел, Паўла (Belarusian)
    ("(?:ի|ու)([բ-զթժլ-ձղճմյնչպջռ-րցփքֆ])", r"\2", ""), ("ություն", "ության", ""),  # Մկրտիչ, Մկրտչի; Հարություն, Հարության
    ("[აეო]([ლმნრ])ი", r"\2", ""),  # ამაღლობელი, ამაღლობლის
    ("e([cčdghkklłmnňprtvwz])", r"\2", "cs pl sk sl sr"), ("[aа]([cdgjklmnprstvzлкнрц])", r"\2", "sr"),  # Paweł, Pawła; Petar, Petra
))
"""How the end of a word changes before an ending: a vowel that moves or falls. The languages of the text it is kept to ('' = any)."""
_AZERBAIJANI = ("abcçdeəfgğhxıijkqlmnoöprsştuüvyz", "абҹчдеәфҝғһхыижкглмноөпрсштуүвјз")
"""The Azerbaijani alphabets of 1991 and of 1958, letter by letter."""
_CAPITAL = {"i": "İ", "ı": "I"}
_TO_CYRILLIC = str.maketrans(
    dict(zip(*_AZERBAIJANI, strict=True))
    | {_CAPITAL.get(one, one.upper()): other.upper() for one, other in zip(*_AZERBAIJANI, strict=True)})
_BEFORE_1958 = (("ја", "я"), ("ју", "ю"), ("Ја", "Я"), ("Ју", "Ю"), ("ЈА", "Я"), ("ЈУ", "Ю"), ("ј", "й"), ("Ј", "Й"))
_ONLY_AZERBAIJANI = re.compile("[əƏҹҸҝҜ]")
_LETTERS = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile("[\u0400-\u052f]")


def is_unspaced(word: str) -> bool:
    """Whether a word is of a script without spaces, so that it has no edges to look for."""
    return bool(_UNSPACED.search(word))


def has_case(character: str) -> bool:
    """Whether a name beginning with this letter is told from another word by a capital."""
    return character.upper() != character.lower() and not _GEORGIAN.match(character)


def length(word: str) -> int:
    """How many letters: marks, apostrophes and digits are none."""
    return sum(character.isalpha() for character in word)


@lru_cache(maxsize=4096)
def word_regex(word: str, language: str, small_too: bool = False) -> str:
    """The expression for one word (NFC, not empty), its endings included, its edges not.

    The first letter must be a capital where the word as recorded has one; `small_too` lets it be small (inside a longer name).
    """
    ew = _EW.match(word)
    first = ew.group() if ew else word[0]
    rest = word[len(first) :]
    options = dict.fromkeys([_spelled(rest) + ("(?:[eE]?[sS])?" if length(word) > 2 else "")])
    options |= dict.fromkeys(_inflected(first, rest, language))
    found = _first(first, small_too) + "(?:" + "|".join(options) + ")"
    if article := _ARTICLE.match(word):  # الخوري, to whom something is given: للخوري
        found = f"(?:{found}|{_spelled('لل' + word[article.end():])})"
    return _prefix(word, language) + found


def _prefix(word: str, language: str) -> str:
    return next((before for script, before, without in _PREFIXED if script.match(word) and language not in without), "")


def plain_regex(word: str, language: str) -> str:
    """The cheap expression for a word that hardly ever stands in a text: any case after a capital, an ending, no marks."""
    ending = f"{LETTER}{{0,9}}" if language in INFLECTED or not language else "[sS]?"
    return re.escape(word[0].upper()) + f"(?i:{re.escape(word[1:])})" + ending


def is_azerbaijani(name: str) -> bool:
    """Whether a name holds a letter that no other language of its alphabet has."""
    return bool(_ONLY_AZERBAIJANI.search(unicodedata.normalize("NFC", name)))


def other_alphabets(name: str) -> tuple[str, ...]:
    """An Azerbaijani name (NFC) as the language's other alphabet writes it: Latin as Cyrillic, of 1958 and of before; Cyrillic as Latin."""
    if _CYRILLIC.search(name):
        return (_LETTERS.sub(lambda word: _in_latin(word.group()), name),)
    newer = name.translate(_TO_CYRILLIC)
    older = newer
    for later, earlier in _BEFORE_1958:
        older = older.replace(later, earlier)
    return tuple(dict.fromkeys((newer, older)))


def _in_latin(word: str) -> str:
    small = letters.compose(word, "az")
    return small if word[0].islower() else _CAPITAL.get(small[:1], small[:1].upper()) + small[1:]


def _inflected(first: str, rest: str, language: str) -> list[str]:
    """What may follow the first letter where the language has cases: the stem, then up to nine letters (a short name: six)."""
    word = first + rest
    cases = language in INFLECTED or not language or _INFLECTED_SCRIPT.search(word)
    if length(word) == 2 and _SHORT.fullmatch(word):
        return [_spelled(rest) + "(?:[ауеыі]|ом)"]
    if length(word) < 3 or is_unspaced(word) or not cases:
        return []
    ending = f"(?:{LETTER}{_marks(first)}){{0,{9 if length(word) > 3 else 6}}}"
    found = [_spelled(stem) + ending for stem in _stems(rest)] + _softened(rest, language, ending)
    # one letter, or a vowel and m: Льва, Львом, but not Львов or Львовна
    after = ending if length(word) > 3 else f"(?:{LETTER}|[оеё]м)"
    return found + [_spelled(stem[len(first) :]) + after for stem in _changed(word, language)]


def _changed(word: str, language: str) -> list[str]:
    """The stems of a word whose end changes before an ending."""
    found = [match.expand("\\1" + stem) for end, stem, languages in _CHANGES
             if (match := end.fullmatch(word)) and (not languages or language in languages)]
    return [stem for stem in found if len(stem) > 2]


def _stems(rest: str) -> list[str]:
    """What may stay of a word, less its first letter, when it is declined: all, or all but a last vowel or the one before."""
    found = [rest]
    shorter = _ADJECTIVE.sub("", rest)
    if len(shorter) < 2 < len(rest) + 1:
        shorter = rest[:-1] if _ADJECTIVE.search(rest) else rest
    shorter = _VOWEL.sub("", rest) if shorter == rest else shorter
    if shorter:
        found.append(shorter)
    if fleeting := _FLEETING.match(rest):
        found.append(fleeting[1] + fleeting[2])  # Павел, Павла
    return found


def _softened(rest: str, language: str, ending: str) -> list[str]:
    last = rest[-1:].lower()
    if language in letters.TURKIC and last in _SOFTENED:
        return [_spelled(rest[:-1]) + f"[{_SOFTENED[last]}]" + ending]  # Məlik, Məliyi
    return []


def _first(first: str, small_too: bool) -> str:
    """The first letter: a capital, unless the script has none, the record has a small one, or `small_too`."""
    if small_too or not has_case(first[0]) or first[0].islower():
        return _spelled(first)
    if len(first) > 1:
        return "Ե" + _marks("Ե") + "[ւՒվՎ]" + _marks("Ե")
    forms = {first, first.upper(), first.title()} | {form for form in _EVEN.get(first, "") if form.isupper()}
    return _either(forms | {_base(form) for form in forms}) + _marks(first)


def _spelled(word: str) -> str:
    """Every way to write these letters in either case, each followed by any marks and silent characters."""
    text = _EW.sub("և", unicodedata.normalize("NFC", word))
    return "".join(letter_regex(character) for character in text)


def letter_regex(character: str) -> str:
    """One letter in either case, with whatever may hang on it."""
    if character in letters.APOSTROPHES:
        return f"[{re.escape(letters.APOSTROPHES)}]?"
    if character == "և":
        return f"(?:և|[եԵ]{_marks(character)}[ւՒվՎ])" + _marks(character)
    if unicodedata.category(character)[0] == "M" or not (character.isalnum() or character == "_"):
        return f"(?:{re.escape(character)})?"
    forms = {character, character.lower(), character.upper(), character.title(), character.casefold()}
    forms |= {_base(form) for form in forms} | set(_EVEN.get(character, ""))
    return _either({unicodedata.normalize("NFC", form) for form in forms}) + _marks(character)


def _marks(character: str) -> str:
    """What may hang on a letter of this script without changing which name it is."""
    return next((marks for script, marks in _MARKS_OF if script.match(character)), _SILENT)


def _base(text: str) -> str:
    """The letters without the marks on them."""
    return (
        "".join(character for character in unicodedata.normalize("NFD", text) if unicodedata.category(character)[0] != "M")
        or text
    )


def _either(forms: set[str]) -> str:
    """One of these spellings; a letter in its two cases only is cheaper to compile without a class."""
    if len(forms) == 2 and len({form.lower() for form in forms}) == 1 and all(len(form) == 1 for form in forms):
        return f"(?i:{re.escape(min(forms))})"
    single = "".join(sorted(re.escape(form) for form in forms if len(form) == 1))
    longer = [re.escape(form) for form in sorted(forms, key=lambda form: (-len(form), form)) if len(form) > 1]
    return "(?:" + "|".join([*longer, *([f"[{single}]"] if single else [])]) + ")"
