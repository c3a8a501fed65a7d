"""What is there for the lines of a request: which of their words offers say, and how many units fit."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ...catalog.devices import saying
from .fitting import Stall, fits
from .queries import stalls
from .rules import ANY, SAME_GRADE, Wish
from .understanding import Understood

# A search without a model or a category looks at so many products at most.
_MOST_PRODUCTS = 5_000


@dataclass(frozen=True, slots=True)
class Fitting:
    """How many units fit a wish, of how many models, and the most of them that are alike as it asks for.

    `without` says for a need of the wish how many there would be without it, where that is more.
    """

    units: int = 0
    models: int = 0
    alike: int = 0
    without: tuple[tuple[str, int], ...] = ()


class _Shelves:
    """What can be bought for some wishes, by model and by category; two SQL statements."""

    def __init__(self, wishes: Sequence[Wish]) -> None:
        said = saying()

        def having_all(words: str) -> frozenset[int]:
            """The products that have all words; none has, where one of them is unknown."""
            products, unknown = said(words)
            return frozenset() if unknown else products

        self.said = lru_cache(maxsize=None)(having_all)
        anywhere = [wish for wish in wishes if wish.model_id is None and wish.category is None and wish.words]
        products = sorted({one for wish in anywhere for one in self.said(wish.words)})[:_MOST_PRODUCTS]
        self.all = stalls(
            {wish.model_id for wish in wishes if wish.model_id is not None},
            {wish.category for wish in wishes if wish.model_id is None and wish.category is not None},
            products,
        )
        self.by_model: dict[int | None, list[Stall]] = defaultdict(list)
        self.by_category: dict[str | None, list[Stall]] = defaultdict(list)
        for stall in self.all:
            self.by_model[stall.model_id].append(stall)
            self.by_category[stall.category].append(stall)

    def of(self, wish: Wish) -> list[Stall]:
        if wish.model_id is not None:
            return self.by_model[wish.model_id]
        return self.by_category[wish.category] if wish.category is not None else self.all

    def fitting(self, wish: Wish, *, vat_only: bool) -> list[Stall]:
        said = self.said(wish.words) if wish.words else None
        return [stall for stall in self.of(wish) if fits(wish, stall, said, vat_only=vat_only)]


def with_words_said(found: Sequence[Understood]) -> list[Wish]:
    """The wishes of lines just read, each with as many of its words, one after another, as something in stock of its
    kind has together.
    """
    shelves = _Shelves([one.wish for one in found])
    wishes = []
    for one in found:
        anywhere = one.wish.model_id is None and one.wish.category is None
        there = frozenset(stall.product_id for stall in shelves.of(one.wish))
        kept = () if anywhere else tuple(_said_together(one.phrases, there, shelves))
        # What we know no kind of stays as it is: then the line says that there is none.
        wishes.append(replace(one.wish, words=" ".join(one.phrases if anywhere else kept)))
    return wishes


def _said_together(phrases: Iterable[str], products: frozenset[int], shelves: "_Shelves") -> Iterable[str]:
    for phrase in phrases:
        # Of what is out of stock there is nothing to look at: the words stay.
        having = shelves.said(phrase) & products if products else shelves.said(phrase)
        if having:
            yield phrase
            products = having if products else products


def fittings(wishes: Sequence[Wish], *, vat_only: bool) -> list[Fitting]:
    """For each wish what is in stock for it; two SQL statements, however many there are."""
    shelves = _Shelves(wishes)
    return [_fitting(wish, shelves, vat_only=vat_only) for wish in wishes]


def _fitting(wish: Wish, shelves: _Shelves, *, vat_only: bool) -> Fitting:
    found = shelves.fitting(wish, vat_only=vat_only)
    units = _units(found)
    alike = _alike(found, wish.uniformity)
    enough = alike >= wish.units
    return Fitting(
        units=units,
        models=len({_model(stall) for stall in found}),
        alike=alike,
        without=() if enough else tuple(_without(wish, shelves, alike, vat_only=vat_only)),
    )


def _without(wish: Wish, shelves: _Shelves, alike: int, *, vat_only: bool) -> Iterable[tuple[str, int]]:
    loosened = {
        "words": replace(wish, words="") if wish.model_id or wish.category else wish,
        "storage": replace(wish, storage_gb=None),
        "grade": replace(wish, grade="fair"),
        "battery": replace(wish, battery=None),
        "budget": replace(wish, budget=None),
    }
    for need, other in loosened.items():
        there = _alike(shelves.fitting(other, vat_only=vat_only), wish.uniformity) if other != wish else 0
        if there > alike:
            yield need, there
    if vat_only:
        there = _alike(shelves.fitting(wish, vat_only=False), wish.uniformity)
        if there > alike:
            yield "vat_only", there


def _units(found: Iterable[Stall]) -> int:
    return sum(stall.stock for stall in found)


def _model(stall: Stall) -> tuple[str, int]:
    # A thing of no known model is one by itself.
    return ("model", stall.model_id) if stall.model_id is not None else ("product", stall.product_id)


def _alike(found: Iterable[Stall], uniformity: str) -> int:
    """The most units of one model (and grade), or all where any will do."""
    counts: Counter[object] = Counter()
    for stall in found:
        grade = stall.grade if uniformity == SAME_GRADE else ""
        counts[None if uniformity == ANY else (_model(stall), grade)] += stall.stock
    return max(counts.values(), default=0)
