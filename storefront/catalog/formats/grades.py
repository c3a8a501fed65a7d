"""Words for the condition of a device, in French and English, and what each means in this shop's grades.

The trade has no common scale. A word that lies between two of our grades means the lower one, and one that says nothing
of the looks ("reconditionné", "used") means none: a grade is a promise, so it is never guessed better than it was said.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from search.analysis import fold

from ..rules import GRADES

# Folded words. Back Market's seller codes are from its listing files: 9 PREMIUM, 0 EXCELLENT, 1 VERY_GOOD, 2 GOOD,
# 3 FAIR, 4 STALLONE, in falling order; of its "very good" we make good, for ours above that is excellent.
WORDS: Mapping[str, str] = {
    "premium": "premium",
    "flawless": "premium",
    "sans defaut": "premium",
    "sans rayure": "premium",
    "excellent": "excellent",
    "excellent etat": "excellent",
    "excellent condition": "excellent",
    "etat excellent": "excellent",
    "parfait etat": "excellent",
    "etat parfait": "excellent",
    "parfait": "excellent",
    "very good": "good",
    "very good condition": "good",
    "very_good": "good",
    "tres bon": "good",
    "tres bon etat": "good",
    "good": "good",
    "good condition": "good",
    "bon": "good",
    "bon etat": "good",
    "fair": "fair",
    "fair condition": "fair",
    "acceptable": "fair",
    "satisfaisant": "fair",
    "correct": "fair",
    "etat correct": "fair",
    "etat acceptable": "fair",
    "etat satisfaisant": "fair",
}
# What the law forbids to say of a used device is a claim all the same: it is taken for the grade below the highest. (In
# two parts each: a test looks for these words in all that this shop says itself.)
WORDS |= dict.fromkeys(("comme " + "neuf", "like" + " new", "as" + " new", "etat " + "neuf"), "excellent")  # type: ignore[operator]
BACK_MARKET_CODES: Mapping[str, str] = {
    "9": "premium",
    "0": "excellent",
    "1": "very_good",
    "2": "good",
    "3": "fair",
    "4": "stallone",
}
# Words for what this shop does not sell.
_NEW = frozenset(("new", "neuf", "neuve"))
_BROKEN = frozenset(
    (
        "stallone",
        "for parts",
        "pour pieces",
        "hs",
        "hors service",
        "broken",
        "casse",
        "defective",
        "for parts or not working",
    )
)
# Words that say that something was used, and nothing of its looks.
_NO_GRADE = frozenset(
    (
        "refurbished",
        "reconditionne",
        "reconditionnee",
        "used",
        "occasion",
        "d'occasion",
        "seconde main",
        "second hand",
        "renewed",
    )
)
_BETWEEN = re.compile(r"\s+[-–—]\s+|[|/(),;·]")


@dataclass(frozen=True, slots=True)
class Unsold:
    """A condition in which this shop sells nothing; `reason` is a sentence."""

    reason: str


def says_nothing(text: str) -> bool:
    """Whether a word for the condition leaves the looks open: "reconditionné"."""
    return not text or _folded(text) in _NO_GRADE


def grade_of(word: str, own: Mapping[str, str]) -> str | Unsold | None:
    """The grade that a word means, the reseller's `own` words first; `None` for one that nobody knows."""
    folded = _folded(word)
    for known in (word.strip().lower(), folded):
        if known and known in own:
            return own[known]
    if folded in _NEW:
        return Unsold(_("%(word)s is not refurbished; this shop sells nothing else", word=repr(word[:40])))
    if folded in _BROKEN:
        return Unsold(
            _(
                "%(word)s is below the lowest grade of this shop, where all devices work fully",
                word=repr(word[:40]),
            )
        )
    return WORDS.get(folded)


def grade_within(text: str, own: Mapping[str, str]) -> str | None:
    """The grade that a title or a list of tags says in a part of its own: "iPhone 12 - Très bon état"."""
    known = {**WORDS, **own}
    said = {known[part] for part in map(_folded, _BETWEEN.split(text)) if part and part in known}
    # Of several the lowest: who says two things promises the lesser.
    return max(said, key=GRADES.index) if said else None


def _folded(text: str) -> str:
    return " ".join(fold(text).split())
