"""Words for kinds of devices, as people who order for a firm write them, in French and English."""

import re
from collections.abc import Iterable, Mapping

from ...core.folding import folded

# The longer phrase goes first where several begin at the same place. "Portable" alone is a laptop here, where a firm
# asks, unless the line has what only a phone has.
LAPTOPS, PHONES = "laptops", "smartphones"
_WORDS: Mapping[str, str] = {
    PHONES: "smartphone|phone|telephone|telephone portable|telephone mobile|mobile phone|mobile|gsm|cell phone|"
    "handset",
    LAPTOPS: "laptop|notebook|pc portable|ordinateur portable|ultrabook|ultraportable|chromebook|portable|"
    "laptop computer|pc laptop|ordi portable|portable pc",
    "tablets": "tablet|tablette",
    "consoles": "console|game console|console de jeu",
    "watches": "watch|smartwatch|montre|montre connectee",
    "audio": "casque|casque audio|micro-casque|micro casque|headset|headphone|ecouteur|earbud|earphone|enceinte|"
    "speaker|barre de son|soundbar|oreillette",
    "desktops": "desktop|desktop computer|desktop pc|pc fixe|ordinateur fixe|ordinateur de bureau|pc de bureau|tour|"
    "unite centrale|mini pc|mini-pc|workstation|station de travail|tower",
    "monitors": "ecran|moniteur|monitor|screen|display|ecran pc|ecran d'ordinateur",
    "e-readers": "liseuse|e-reader|ereader|e reader|ebook reader",
    "tvs": "televiseur|television|tele|tv|smart tv",
    "appliances": "aspirateur|machine a cafe|cafetiere|lave-vaisselle|lave-linge|robot|vacuum|coffee machine",
}
# These may be two kinds; a screen, a processor or a keyboard decides.
UNSURE = frozenset(("portable", "pc", "ordinateur", "ordi", "computer", "poste"))
_UNSURE_WORDS = dict.fromkeys(("pc", "ordinateur", "ordi", "computer", "poste"), LAPTOPS)


class Kinds:
    """The words for the shop's categories: the trade's own, and their names."""

    def __init__(self, names: Mapping[str, Iterable[str]]) -> None:
        """`names` are what each category is called, by slug."""
        self.slugs: dict[str, str] = {}
        for slug, called in names.items():
            for name in called:
                self.slugs.setdefault(folded(name), slug)
            for word in _WORDS.get(slug, "").split("|"):
                if word:
                    self.slugs[word] = slug
        for word, slug in _UNSURE_WORDS.items():
            if slug in names:
                self.slugs[word] = slug
        # Longer ones first; any word of a phrase may stand in the plural.
        longest = sorted(self.slugs, key=len, reverse=True)
        plural = (r"(?:s|x|es)?\s".join(map(re.escape, phrase.split())) for phrase in longest)
        self._pattern = re.compile(rf"\b(?P<word>{'|'.join(plural) or '(?!)'})(?:s|x|es)?\b")

    @property
    def words(self) -> frozenset[str]:
        """Single words for kinds, in the singular."""
        return frozenset(word for word in self.slugs if word.isalpha())

    def of(self, text: str) -> tuple[str | None, str]:
        """The category that a folded text names first, and the word that does; none, and nothing."""
        found = self._pattern.search(text)
        if found is None:
            return None, ""
        said = found["word"].split()
        word = next(one for one in self.slugs if _same(one.split(), said))
        return self.slugs[word], word

    def without(self, text: str) -> str:
        """The text without the words for kinds."""
        return " ".join(self._pattern.sub(" ", text).split())


def _same(words: list[str], said: list[str]) -> bool:
    """Whether these are the words, whatever their plurals."""
    return len(words) == len(said) and all(
        other in (word, f"{word}s", f"{word}x", f"{word}es") for word, other in zip(words, said, strict=True)
    )
