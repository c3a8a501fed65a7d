"""Storage, colour and plain text out of what other shop systems keep in titles, options and HTML."""

import html
import re
from collections.abc import Iterable, Mapping

from flask_babel import force_locale

from search.analysis import fold

from .. import labels

_STORAGE = re.compile(r"(?<![\d.,])(\d{1,4})\s?(gb|go|gib|tb|to|tib)\b(?!\s?(?:ram|ddr|memoire vive))")
# A storage that is a memory: "RAM 8 Go", "8 Go de RAM", "8 Go DDR4".
_MEMORY = re.compile(r"\bram\s*:?\s*\d{1,3}\s?g[bo]\b|\b\d{1,3}\s?g[bo]\s*(?:de\s+)?(?:ram|ddr\d?|memoire)\b")
_TERABYTES = ("tb", "to", "tib")
# Colours as sellers in French, Italian, Spanish and German write them, beside those of our own catalogues.
_COLOURS: Mapping[str, str] = {
    "noire": "black", "blanche": "white", "verte": "green", "bleue": "blue", "grise": "grey", "doree": "gold",
    "dore": "gold", "argente": "silver", "argentee": "silver", "violette": "violet", "gray": "grey",
    "space gray": "space grey", "spacegray": "space grey", "spacegrey": "space grey", "rosegold": "rose gold",
    "gris sideral": "space grey", "gris espace": "space grey", "lumiere stellaire": "starlight",
    "product red": "red", "(product)red": "red",
    "grigio siderale": "space grey", "argento": "silver", "oro rosa": "rose gold", "oro": "gold", "nero": "black",
    "bianco": "white", "mezzanotte": "midnight", "galassia": "starlight", "rosso": "red", "azzurro": "blue",
    "gris espacial": "space grey", "plata": "silver", "negro": "black", "blanco": "white", "rojo": "red",
    "schwarz": "black", "weiss": "white", "blau": "blue", "silber": "silver", "mitternacht": "midnight",
}  # fmt: skip
_BREAKS = re.compile(r"<(?:br|/p|/div|/li|/h[1-6]|/tr)\b[^>]*>", re.IGNORECASE)
_LINES = re.compile(r"\n{3,}")
MOST_DESCRIPTION = 10_000


def storage_in(text: str) -> int | None:
    """The storage in GB that a text names: the largest, memory apart; 1,024 for a terabyte. `None`: it names none."""
    folded = _MEMORY.sub(" ", fold(text))
    found = [int(number) * (1024 if unit in _TERABYTES else 1) for number, unit in _STORAGE.findall(folded)]
    return max((size for size in found if 0 < size <= 1_000_000), default=None)


class Colours:
    """Colours by the words that people use for them, in any of the shop's languages."""

    def __init__(self) -> None:
        words = dict(_COLOURS)
        for language in ("en", "fr"):
            with force_locale(language):
                words |= {fold(str(said)): colour for colour, said in labels.COLOURS.items()}
        self.words = words
        longest = sorted(map(re.escape, words), key=len, reverse=True)
        self.pattern = re.compile(r"(?<!\w)(" + "|".join(longest) + r")(?!\w)")

    def called(self, text: str) -> str:
        """The colour that a cell names: in English if it is known, else as it stands in small letters."""
        folded = " ".join(fold(text).split())
        return self.words.get(folded) or " ".join(text.lower().replace("gray", "grey").split())[:60]

    def within(self, text: str) -> str:
        """The colour that a longer text names; empty when it names none, or several."""
        found = {self.words[word] for word in self.pattern.findall(fold(text))}
        return found.pop() if len(found) == 1 else ""


def plain_text(markup: str) -> str:
    """The words of an HTML description, a line a paragraph, at most `MOST_DESCRIPTION` characters of them."""
    if "<" not in markup and "&" not in markup:
        return _cut(markup.strip())
    # Only descriptions in HTML need it, and it is a library of several megabytes.
    import nh3

    text = html.unescape(
        nh3.clean(_BREAKS.sub("\n", markup), tags=set(), clean_content_tags={"script", "style"})
    )
    lines = (" ".join(line.split()) for line in text.replace("\0", "").splitlines())
    return _cut(_LINES.sub("\n\n", "\n".join(lines)).strip())


def _cut(text: str) -> str:
    clean = "".join(sign for sign in text if sign in "\n\t" or ord(sign) >= 32)
    if len(clean) <= MOST_DESCRIPTION:
        return clean
    return clean[: MOST_DESCRIPTION - 2].rsplit(" ", 1)[0] + " …"


def first_of(texts: Iterable[str]) -> str:
    """The first that is not empty."""
    return next((text for text in texts if text), "")
