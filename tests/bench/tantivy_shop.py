"""Tantivy as a shop's search: a document a card, fast fields for filters, order and counts. One segment, one thread."""

from typing import Any

import tantivy
from tantivy import FieldType, Occur

from search import FACETS
from tests.bench.rivals import FIELD_BOOSTS, VALUE_WEIGHT, Answer, Goods, Understood

Ask = Any  # a tantivy.Query

_MOST_CHOICES = 1_000


class TantivyShop:
    """Counts are asked of a field that holds all terms (no scores, one list a term), the page of the boosted fields."""

    name = "Tantivy"

    def __init__(self, goods: Goods, directory: str) -> None:
        self.goods = goods
        self.schema = _schema()
        self.index = tantivy.Index(self.schema, directory)
        words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self.index.register_tokenizer("terms", words)
        writer = self.index.writer(heap_size=512_000_000, num_threads=1)
        for card in goods.cards:
            texts = goods.terms[card.product_id]
            stored = {
                "card": card.id,
                "factor": 1 - VALUE_WEIGHT + VALUE_WEIGHT * card.value,
                "shown": card.offers[0][0],
                "price": [price for price, _ in card.offers],
                "battery": [max(battery, 0) for _, battery in card.offers],
                "everything": " ".join(texts),
                **dict(zip(FACETS, card.codes, strict=True)),
                **{name: text for (name, _), text in zip(FIELD_BOOSTS, texts, strict=True)},
            }
            writer.add_document(tantivy.Document.from_dict(stored, self.schema))
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()
        self.searcher = self.index.searcher()

    def answer(self, asked: Understood) -> Answer:
        chosen = self.goods.chosen(asked.query)
        filters = {
            facet: tantivy.Query.term_set_query(self.schema, facet, codes) for facet, codes in chosen.items()
        }
        offers = self._offers(asked)
        counting = [*self._words(asked, (("everything", 1.0),)), *offers]
        rest = [facet for facet in FACETS if facet not in chosen]
        facets = self._count([*counting, *filters.values()], rest or ["grade"])
        total = sum(count for _, count in next(iter(facets.values())))
        for facet in chosen:
            others = [one for name, one in filters.items() if name != facet]
            facets |= self._count([*counting, *others], [facet])
        counts = {facet: self.goods.counts(facet, facets[facet]) for facet in FACETS}
        return Answer(
            total, counts, self.goods.prices(asked.query, self._page(asked, [*offers, *filters.values()]))
        )

    def _page(self, asked: Understood, filters: list[Ask]) -> list[int]:
        query = asked.query
        window = {"limit": query.per_page, "offset": (query.page - 1) * query.per_page, "count": False}
        if query.sort == "price":
            ask = _all([*self._words(asked, (("everything", 1.0),)), *filters])
            found = self.searcher.search(ask, order_by_field="shown", order=tantivy.Order.Asc, **window)
        elif asked.groups or asked.prefix:
            silent = [tantivy.Query.const_score_query(one, 0.0) for one in filters]
            ask = _all([*self._words(asked, FIELD_BOOSTS), *silent])
            found = self.searcher.search(ask, weight_by_field="factor", **window)
        else:
            found = self.searcher.search(_all(filters), order_by_field="factor", **window)
        return [int(id or 0) for id in self.searcher.fast_field_values("card", [at for _, at in found.hits])]

    def _count(self, asked: list[Ask], facets: list[str]) -> dict[str, list[tuple[int, int]]]:
        wanted = {facet: {"terms": {"field": facet, "size": _MOST_CHOICES}} for facet in facets}
        told = self.searcher.aggregate(_all(asked), wanted)
        return {
            facet: [(int(bucket["key"]), int(bucket["doc_count"])) for bucket in told[facet]["buckets"]]
            for facet in facets
        }

    def _words(self, asked: Understood, fields: tuple[tuple[str, float], ...]) -> list[Ask]:
        groups = [
            _any([_all([self._term(term, fields) for term in terms]) for terms in group])
            for group in asked.groups
        ]
        if asked.prefix:
            groups.append(self._prefix(asked.prefix, fields))
        return [_any(groups)] if asked.any_word and groups else groups

    def _term(self, term: str, fields: tuple[tuple[str, float], ...]) -> Ask:
        terms = [
            tantivy.Query.boost_query(tantivy.Query.term_query(self.schema, name, term, "freq"), boost)
            if boost != 1.0
            else tantivy.Query.term_query(self.schema, name, term, "freq")
            for name, boost in fields
        ]
        return _any(terms)

    def _prefix(self, prefix: str, fields: tuple[tuple[str, float], ...]) -> Ask:
        """No letter may differ, and what follows does not matter."""
        ask = tantivy.Query.fuzzy_term_query
        begun = [
            (ask(self.schema, name, prefix, distance=0, transposition_cost_one=True, prefix=True), boost)
            for name, boost in fields
        ]
        return _any([tantivy.Query.boost_query(one, boost) for one, boost in begun])

    def _offers(self, asked: Understood) -> list[Ask]:
        filters = asked.query.filters
        limits = []
        if filters.min_price is not None or filters.max_price is not None:
            limits.append(("price", filters.min_price, filters.max_price))
        if filters.battery_min is not None:
            limits.append(("battery", max(filters.battery_min, 1), None))
        return [
            tantivy.Query.range_query(self.schema, name, FieldType.Unsigned, low, high)
            for name, low, high in limits
        ]


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    for name, _ in FIELD_BOOSTS:
        builder.add_text_field(name, tokenizer_name="terms", index_option="freq")
    builder.add_text_field("everything", tokenizer_name="terms", index_option="basic")
    for name in (*FACETS, "card", "shown", "price", "battery"):
        builder.add_unsigned_field(name, indexed=True, fast=True)
    builder.add_float_field("factor", fast=True)
    return builder.build()


def _all(asked: list[Ask]) -> Ask:
    if not asked:
        return tantivy.Query.all_query()
    return asked[0] if len(asked) == 1 else tantivy.Query.boolean_query([(Occur.Must, one) for one in asked])


def _any(asked: list[Ask]) -> Ask:
    return (
        asked[0] if len(asked) == 1 else tantivy.Query.boolean_query([(Occur.Should, one) for one in asked])
    )
