"""What the engine must answer, in plain Python: no index, no arrays, one card and one condition at a time."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from math import log

from whoosh.util.numeric import byte_to_length, length_to_byte

from search import FACETS, Document, Filters, Hit, OfferRow, Query, Results, Synonyms
from search.analysis import Word, document_terms, fold, surfaces
from search.completing import Begun, begun_word
from search.matching import Group
from search.spelling import Speller
from search.understanding import groups_of

from .makers import GRADES

BOOSTS = {"title": 3.0, "brand": 2.0, "model": 1.5, "category": 1.0, "facts": 1.0, "description": 0.5}


def listed(offer: OfferRow) -> float:
    """The value by which cards are ordered."""
    return offer.value if offer.list_value is None else offer.list_value


@dataclass(frozen=True)
class Card:
    document: Document
    offer: OfferRow
    relevance: float | None

    @property
    def score(self) -> float:
        if self.relevance is None:
            return listed(self.offer)
        return self.relevance * (1 - 0.25 + 0.25 * listed(self.offer))

    def choice(self, facet: str) -> str | int | None:
        found: str | int | None = self.offer.grade if facet == "grade" else getattr(self.document, facet)
        return found or None


class Naive:
    def __init__(self, documents: Iterable[Document], offers: Iterable[OfferRow], synonyms: Synonyms) -> None:
        self.documents = {document.id: document for document in documents}
        self.offers = [offer for offer in offers if offer.stock > 0 and offer.product_id in self.documents]
        self.synonyms = synonyms

    @cached_property
    def texts(self) -> dict[int, dict[str, list[str]]]:
        return {document.id: _texts(document) for document in self.documents.values()}

    def search(self, query: Query) -> Results:
        relevance, relaxed, had = self._relevance(query)
        cards = self._cards(query.filters, relevance)
        tiers = {} if query.sort == "best" else had
        shown = sorted(
            _passing(cards, query.filters),
            key=lambda card: (-tiers.get(card.document.id, 0), *_order(card, query.sort)),
        )
        start = (query.page - 1) * query.per_page
        unpriced = query.filters.dropping("price")
        prices = [card.offer.price for card in _passing(self._cards(unpriced, relevance), unpriced)]
        return Results(
            total=len(shown),
            hits=tuple(_hit(card) for card in shown[start : start + query.per_page]),
            facets={facet: _counts(cards, query.filters, facet) for facet in FACETS},
            corrected=None,
            relaxed=relaxed,
            price_range=(min(prices), max(prices)) if prices else None,
            unknown=self._unknown(query.text),
        )

    def _unknown(self, text: str) -> tuple[str, ...]:
        """Words that no product has; texts of tests hold no phrases with synonyms that nobody has."""
        words = self.synonyms.content(text) if text.strip() else []
        typed = {fold(word): word for word in text.split()}
        lost = [word.typed for word in words if not self._known(self._meant(word, text))]
        unsold = self._unsold(text)
        if unsold:
            lost = [" ".join(word.typed for word in unsold)]
        return tuple(dict.fromkeys(typed.get(word, word) for word in lost))

    def _meant(self, word: Word, text: str) -> Group:
        group, begun = groups_of([word], self.synonyms)[0], self._begun(text)
        return begun.meant if begun and group == begun.as_typed else group

    def _unsold(self, text: str) -> tuple[Word, Word] | None:
        """A name and a number that products have, but none is called by both or has the number as its size."""
        words = self.synonyms.content(text) if text.strip() else []
        groups = groups_of(words, self.synonyms)
        if len(groups) != len(words) or not all(self._known(self._meant(word, text)) for word in words):
            return None
        for series, number in pairwise(words):
            both = [groups_of([word], self.synonyms)[0] for word in (series, number)]
            named = (
                series.typed.isalpha()
                and len(series.typed) >= 3
                and number.typed.isdigit()
                and int(number.typed) < 100
            )
            if named and both[0] == self._meant(series, text) and self._never_together(both, number.typed):
                return series, number
        return None

    def _never_together(self, both: list[Group], number: str) -> bool:
        called = [{id for id in self.documents if self._called(id, group)} for group in both]
        having = [id for id in self.documents if self._group(id, both[0])]
        sized = len(number) == 2 and any(
            {number, number + unit} <= set(chain(*self.texts[id].values()))
            for id in having
            for unit in ("in", "mm")
        )
        return len(called[0]) >= len(having) / 2 and not called[0] & called[1] and not sized

    def _called(self, id: int, group: Group) -> bool:
        named = {*self.texts[id]["title"], *self.texts[id]["brand"], *self.texts[id]["model"]}
        return any(named.issuperset(alternative.terms) for alternative in group.alternatives)

    def _begun(self, text: str) -> Begun | None:
        """Which words a word may be begun of is the speller's business, and has tests of its own."""
        return begun_word(text, self.synonyms, self._known, self.speller) if text.strip() else None

    @cached_property
    def speller(self) -> Speller:
        words: Counter[str] = Counter()
        for each in self.documents.values():
            known = (
                each.title,
                each.brand,
                each.model,
                each.category,
                each.category_words,
                each.colour or "",
            )
            words.update(set(surfaces(" ".join(known))))
        return Speller({**dict.fromkeys(self.synonyms.words, 1), **words})

    def _known(self, group: Group) -> bool:
        return any(self._group(id, group) for id in self.documents)

    def _cards(self, filters: Filters, relevance: dict[int, float] | None) -> list[Card]:
        """Each product and grade with its best offer among those that satisfy price and battery."""
        best: dict[tuple[int, str], OfferRow] = {}
        for offer in sorted(self.offers, key=lambda offer: (-offer.value, offer.price, offer.id)):
            if _offer_passes(offer, filters):
                best.setdefault((offer.product_id, offer.grade), offer)
        return [
            Card(self.documents[product], offer, None if relevance is None else relevance[product])
            for (product, _), offer in best.items()
            if relevance is None or product in relevance
        ]

    def _relevance(self, query: Query) -> tuple[dict[int, float] | None, bool, dict[int, int]]:
        """Of each product that is found; whether any word sufficed; and then how many words each product has."""
        if not query.text.strip():
            return None, False, {}
        begun = self._begun(query.text)
        asked = [
            begun.meant if begun and group == begun.as_typed else group
            for group in groups_of(self.synonyms.content(query.text), self.synonyms)
        ]
        unsold = self._unsold(query.text)
        lost = groups_of([unsold[1]], self.synonyms)[0] if unsold else None
        groups = [group for group in asked if group != lost and self._known(group)]
        found = {id: [self._group(id, group) for group in groups] for id in self.documents}
        every = {id: sum(scores) for id, scores in found.items() if groups and all(scores)}
        wider = {id: _any(scores) for id, scores in found.items() if any(scores)}
        cards = {(offer.product_id, offer.grade) for offer in self.offers if offer.product_id in every}
        if len(cards) < query.per_page and len(wider) > len(every):
            return wider, True, {id: sum(map(bool, scores)) for id, scores in found.items()}
        return every, 0 < len(groups) < len(asked), {}

    def _group(self, id: int, group: Group) -> float:
        return max(
            alternative.weight * sum(scores) if all(scores) else 0.0
            for alternative in group.alternatives
            for scores in [[self._term(id, term) for term in alternative.terms]]
        )

    def _term(self, id: int, term: str) -> float:
        return sum(boost * self._bm25(id, name, term) for name, boost in BOOSTS.items())

    def _bm25(self, id: int, name: str, term: str) -> float:
        terms = self.texts[id][name]
        tf = terms.count(term)
        if not tf:
            return 0.0
        number = len(self.documents) + 1  # and the cursor
        frequency = max(sum(term in texts[each] for texts in self.texts.values()) for each in BOOSTS)
        average = sum(len(texts[name]) for texts in self.texts.values()) / number
        length = byte_to_length(length_to_byte(len(terms)))
        idf = log(number / (frequency + 1)) + 1
        return float(idf * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * length / average)))


def _texts(document: Document) -> dict[str, list[str]]:
    storage = f"{document.storage} gb" if document.storage is not None else ""
    return {
        "title": document_terms(document.title),
        "brand": document_terms(document.brand),
        "model": document_terms(document.model),
        "category": document_terms(f"{document.category} {document.category_words}"),
        "facts": document_terms(f"{storage} {document.colour or ''}"),
        "description": document_terms(document.description),
    }


def _any(scores: list[float]) -> float:
    return sum(scores) * (sum(1 for score in scores if score) / len(scores)) ** 2


def _offer_passes(offer: OfferRow, filters: Filters) -> bool:
    if filters.min_price is not None and offer.price < filters.min_price:
        return False
    if filters.max_price is not None and offer.price > filters.max_price:
        return False
    if filters.battery_min is not None:
        return offer.battery is not None and offer.battery >= filters.battery_min
    return True


def _passing(cards: list[Card], filters: Filters) -> list[Card]:
    return [
        card
        for card in cards
        if all(not filters.chosen(facet) or card.choice(facet) in filters.chosen(facet) for facet in FACETS)
    ]


def _counts(cards: list[Card], filters: Filters, facet: str) -> tuple[tuple[str | int, int], ...]:
    counter = Counter(card.choice(facet) for card in _passing(cards, filters.dropping(facet)))
    counts = {choice: number for choice, number in counter.items() if choice is not None}
    counts |= {choice: 0 for choice in filters.chosen(facet) if choice not in counts}
    if facet == "grade":
        return tuple(sorted(counts.items(), key=lambda item: GRADES.index(str(item[0]))))
    if facet == "storage":
        return tuple(sorted(counts.items()))
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _order(card: Card, sort: str) -> tuple[float, ...]:
    offer, best = card.offer, -round(card.score * 1_000_000)
    first = {
        "best": best,
        "price": offer.price,
        "-price": -offer.price,
        "newest": -card.document.freshness,
        "guarantee": -offer.guarantee,
    }[sort]
    return (first, best, -card.document.freshness, card.document.id, GRADES.index(offer.grade))


def _hit(card: Card) -> Hit:
    offer = card.offer
    relevance = card.relevance or 0.0
    return Hit(offer.id, card.document.id, offer.grade, offer.price, relevance, listed(offer), card.score)
