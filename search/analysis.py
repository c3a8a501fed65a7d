"""From text to terms, the way people write the names of devices.

Both sides, products and queries, fold case and accents, keep `7`, `8` and `s21+`, write a quantity with its unit as
one term (`128 Go`, `128gb` -> `128gb`) and stem French and English plurals lightly. What can be written joined or
apart (`iphone12`, `wh-1000xm4`) is indexed in both ways, and asked for in both ways.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from search.function_words import FUNCTION_WORDS

MAX_QUERY_CHARS = 512  # beyond this a query is cut: every query has a bounded cost
MAX_QUERY_WORDS = 32
MAX_TERM_CHARS = 48
MAX_TEXT_CHARS = 20_000  # of one field of one product

Term = str
Alternative = tuple[Term, ...]  # terms that must all be there

_MARKS = str.maketrans(
    {"™": " ", "®": " ", "©": " ", "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "’": "'", "‑": "-"}
)
_MARKS_BUT_LIGATURES = str.maketrans({"™": " ", "®": " ", "©": " ", "’": "'", "‑": "-"})
_INCHES = re.compile(r"""(?<=\d)\s?(?:["”″]|'')""")
_ELISION = re.compile(r"\b(?:[ldjnscmt]|qu|jusqu|lorsqu)'(?=\w)")
_POSSESSIVE = re.compile(r"'s\b")
_WORD = re.compile(r"(?:\d+[.,]\d+(?!\d)|[^\W_])+\+?")
# In "x1carbon" and "s21ultra" a code of one letter and its number comes first.
_PART = re.compile(r"^[^\W\d_]\d+(?=[^\W\d_]{3})|\d+(?:[.,]\d+)?|[^\W\d_]+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_QUANTITY = re.compile(r"(\d+(?:[.,]\d+)?)([^\W\d_]+)")

_UNITS = {
    **dict.fromkeys(("gb", "go", "gib", "giga", "gigas", "gigabyte", "gigabytes", "gigaoctets"), "gb"),
    **dict.fromkeys(("tb", "to", "tib", "tera", "teras", "terabyte", "terabytes", "teraoctet"), "tb"),
    **dict.fromkeys(("mb", "mo"), "mb"),
    **dict.fromkeys(("inch", "inches", "pouce", "pouces"), "in"),
    **{unit: unit for unit in ("mm", "cm", "hz", "ghz", "mah", "mp", "kg", "in")},
}
# `in` is a word of its own in English ("iphone 12 in black"): a unit only when glued to its number.
_UNITS_APART = _UNITS.keys() - {"in"}
# Units whose bare number people also type: "iphone 13 128", "watch 45", "laptop 14".
_BARE = {"gb", "in", "mm"}
# Bare numbers that can only be gigabytes: "iphone 13 1024".
_THOUSANDS = {"1024", "2048", "4096"}


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a query: as typed, folded for the speller, and the terms that stand for it (any alternative).

    `weaker` terms stand for it less surely: a title that says "128" and no unit, for "128 Go".
    """

    typed: str
    surface: str
    alternatives: tuple[Alternative, ...]
    weaker: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word of folded text; `glued` when nothing but a hyphen parts it from the word before."""

    text: str
    glued: bool
    quantity: bool = False


def fold(text: str) -> str:
    """Lower case without accents or marks: "Écouteurs" -> "ecouteurs", "AirPods™" -> "airpods "."""
    plain = text.casefold()
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain.translate(_MARKS))
        plain = "".join(char for char in decomposed if not unicodedata.combining(char)).translate(_MARKS)
    plain = _INCHES.sub(" inch ", plain)
    return _POSSESSIVE.sub(" ", _ELISION.sub(" ", plain)) if "'" in plain else plain


def stem(word: str) -> str:
    """Bring the plurals of French and English words to their singular's form; anything with a digit stays.

    "batteries", "batterie" and "battery" all give "batteri": one stem for both languages.
    """
    if len(word) < 4 or not word.isalpha():
        return word
    if word.endswith(("eaux", "eux", "oux")):
        word = word[:-1]
    elif word.endswith("aux"):
        word = word[:-2] + "l"
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    if len(word) > 4 and word.endswith("ie"):
        return word[:-1]
    if len(word) > 4 and word.endswith("y"):
        return word[:-1] + "i"
    if len(word) > 4 and word.endswith(("che", "she", "sse", "xe")):
        return word[:-1]
    return word


def _pieces(folded: str) -> list[_Piece]:
    """The words of a folded text, a number and its unit made one."""
    found: list[_Piece] = []
    end = -2
    for match in _WORD.finditer(folded):
        text = match.group()[:MAX_TERM_CHARS]
        glued = match.start() == end + 1 and folded[end] == "-"
        end = match.end()
        found.append(_quantity_of(text, glued) or _Piece(text, glued))
    return list(_with_units_joined(found))


def _quantity_of(text: str, glued: bool) -> _Piece | None:
    match = _QUANTITY.fullmatch(text)
    if match is None or match.group(2) not in _UNITS:
        return None
    return _Piece(_quantity(match.group(1), match.group(2)), glued, quantity=True)


def _with_units_joined(pieces: list[_Piece]) -> Iterator[_Piece]:
    """ "128", "go" -> "128gb"; but "10 to 20" stays three words."""
    skip = False
    for place, piece in enumerate(pieces):
        if skip:
            skip = False
            continue
        following = pieces[place + 1].text if place + 1 < len(pieces) else ""
        after = pieces[place + 2].text if place + 2 < len(pieces) else ""
        a_unit = following in _UNITS_APART and not (following == "to" and after[:1].isdigit())
        if a_unit and _NUMBER.fullmatch(piece.text):
            skip = True
            yield _Piece(_quantity(piece.text, following), piece.glued, quantity=True)
        else:
            yield piece


def _quantity(number: str, unit: str) -> str:
    """One spelling a quantity: "1,0" and "to" -> "1tb"; "1024" and "go" -> "1tb"."""
    number = number.replace(",", ".")
    number = number.rstrip("0").rstrip(".") if "." in number else number.lstrip("0") or "0"
    unit = _UNITS[unit]
    if unit == "gb" and number.isascii() and number.isdigit() and int(number) >= 1000:
        for thousand in (1000, 1024):
            if int(number) % thousand == 0:
                return f"{int(number) // thousand}tb"
    return number + unit


def _parts(word: str) -> Alternative:
    """ "iphone12" -> "iphone", "12", "x1carbon" -> "x1", "carbon".

    Nothing for a code such as "s21" or "m1", whose letter means nothing alone.
    """
    parts = tuple(_PART.findall(word))
    if len(parts) < 2 or any(len(part) == 1 and not part.isdigit() for part in parts):
        return ()
    return tuple(stem(part) for part in parts)


def document_terms(text: str) -> list[Term]:
    """Every term by which this text of a product can be found, in order, repeats included."""
    pieces = _pieces(fold(text[:MAX_TEXT_CHARS]))
    terms: list[Term] = []
    for piece in pieces:
        terms.extend(_piece_terms(piece))
    terms.extend(joined for joined, _ in _chains(pieces))
    terms.extend(a.text + b.text for a, b in pairwise(pieces) if _letter_and_number(a, b))
    return terms


def _piece_terms(piece: _Piece) -> Iterator[Term]:
    if piece.quantity:
        yield from _quantity_terms(piece.text)
        return
    yield stem(piece.text)
    if piece.text.endswith("+"):
        yield piece.text[:-1]
        yield "plus"
    yield from _parts(piece.text.rstrip("+"))


def _quantity_terms(text: str) -> Iterator[Term]:
    yield text
    match = _QUANTITY.fullmatch(text)
    if match and match.group(2) in _BARE:
        number, unit = match.groups()
        yield number
        if unit == "in" and "." in number:
            yield from (f"{size}in" for size in _round_inches(float(number)))


def _round_inches(size: float) -> list[int]:
    """The whole sizes that a screen is sold, and looked for, as: 13.6 as 13, 23.8 as 23 or 24, 10.9 as 10 or 11.

    Laptops and tablets are mostly named by what stands before the point, larger screens rounded.
    """
    up = 0.5 if size > 20 else 0.15
    return list(dict.fromkeys((int(size), int(size + up))))


def _chains(pieces: list[_Piece]) -> Iterator[tuple[str, list[_Piece]]]:
    """Words linked by hyphens, joined: "wh-1000xm4" -> "wh1000xm4", "e-reader" -> "ereader"."""
    chain: list[_Piece] = []
    for piece in [*pieces, _Piece("", glued=False)]:
        if piece.glued and chain:
            chain.append(piece)
            continue
        if len(chain) > 1 and not any(link.quantity for link in chain):
            yield stem("".join(link.text for link in chain)[:MAX_TERM_CHARS]), chain
        chain = [piece]


def _letter_and_number(first: _Piece, second: _Piece) -> bool:
    """ "s 21" is often the same as "s21"."""
    return len(first.text) == 1 and first.text.isalpha() and second.text.isdigit()


def surfaces(text: str) -> list[str]:
    """The words of a text as a person would recognise them, with their accents: the speller's vocabulary."""
    lower = text[:MAX_TEXT_CHARS].casefold().translate(_MARKS_BUT_LIGATURES)
    written = {fold(word): word for word in _WORD.findall(unicodedata.normalize("NFC", lower))}
    pieces = _pieces(fold(text[:MAX_TEXT_CHARS]))
    words = [piece.text for piece in pieces if not piece.quantity]
    letters = [part for word in words if not word.isalpha() for part in _PART.findall(word) if len(part) > 1]
    return [written.get(word, word) for word in (*words, *letters) if not word.isdigit()]


def query_words(text: str) -> list[Word]:
    """The words of a query, each with the alternatives that stand for it. Text is only ever text: no operators."""
    pieces = _pieces(fold(text[:MAX_QUERY_CHARS])[:MAX_QUERY_CHARS])[: MAX_QUERY_WORDS * 2]
    return list(_words(pieces))[:MAX_QUERY_WORDS]


def content_words(words: list[Word]) -> list[Word]:
    """Without function words, unless there is nothing else."""
    return [word for word in words if word.surface not in FUNCTION_WORDS] or words


def _words(pieces: list[_Piece]) -> Iterator[Word]:
    chains = {id(chain[0]): (joined, chain) for joined, chain in _chains(pieces)}
    place = 0
    while place < len(pieces):
        piece = pieces[place]
        following = pieces[place + 1] if place + 1 < len(pieces) else None
        if id(piece) in chains:
            joined, chain = chains[id(piece)]
            place += len(chain)
            yield Word("-".join(link.text for link in chain), joined, _chain_alternatives(joined, chain))
        elif following is not None and _letter_and_number(piece, following):
            place += 2
            together = piece.text + following.text
            yield Word(
                f"{piece.text} {following.text}", together, ((together,), (piece.text, following.text))
            )
        else:
            place += 1
            yield Word(
                piece.text, piece.text, tuple(_piece_alternatives(piece)), tuple(_weaker_alternatives(piece))
            )


def _chain_alternatives(joined: str, chain: list[_Piece]) -> tuple[Alternative, ...]:
    """ "wh-1000xm4": joined, apart at the hyphens, and apart wherever letters meet digits."""
    apart = tuple(stem(link.text) for link in chain)
    small = tuple(part for link in chain for part in (_parts(link.text) or (stem(link.text),)))
    return tuple(dict.fromkeys(((joined,), apart, small)))


def _piece_alternatives(piece: _Piece) -> Iterator[Alternative]:
    if piece.quantity:
        yield (piece.text,)
        return
    yield (stem(piece.text),)
    if piece.text in _THOUSANDS:
        yield (_quantity(piece.text, "gb"),)
    if piece.text.endswith("+"):
        yield (piece.text[:-1], "plus")
    if parts := _parts(piece.text.rstrip("+")):
        yield parts


def _weaker_alternatives(piece: _Piece) -> Iterator[Alternative]:
    """Where titles leave the unit out ("8/256"), or what stands behind the point: "13.3 pouces" for a 13 inch one."""
    match = _QUANTITY.fullmatch(piece.text) if piece.quantity else None
    if match and match.group(2) in _BARE:
        number, unit = match.groups()
        yield (number,)
        if unit == "in" and "." in number:
            yield from ((f"{size}in",) for size in _round_inches(float(number)))
