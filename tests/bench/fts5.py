# ruff: noqa: S608 - statements are made of our own names; values are bound
"""SQLite's FTS5 as a shop's search: one row of text a card, integers for what is filtered and counted."""

import sqlite3
from collections import Counter

from search import FACETS
from tests.bench.rivals import FIELD_BOOSTS, VALUE_WEIGHT, Answer, Counts, Goods, Understood

_FIELDS = ", ".join(name for name, _ in FIELD_BOOSTS)
_WEIGHTS = ", ".join(str(boost) for _, boost in FIELD_BOOSTS)
_SCHEMA = f"""
    CREATE VIRTUAL TABLE words USING fts5({_FIELDS}, content='', tokenize="unicode61 tokenchars '+.-'",
        prefix='3 4 5 6');
    CREATE TABLE cards (id INTEGER PRIMARY KEY, combination INTEGER, {", ".join(FACETS)}, factor REAL, price INTEGER);
    CREATE TABLE offers (card INTEGER, place INTEGER, price INTEGER, battery INTEGER, PRIMARY KEY (card, place))
        WITHOUT ROWID;
"""
# Made after loading, as all that is asked for without words can be read from them alone.
_INDEXES = """
    CREATE INDEX by_combination ON cards (combination);
    CREATE INDEX by_factor ON cards (factor DESC);
    CREATE INDEX by_price ON cards (price);
    CREATE INDEX offers_by_price ON offers (price, card);
    CREATE INDEX offers_by_battery ON offers (battery, card);
    ANALYZE;
"""


class Fts5Shop:
    """In memory. Cards with the same grade, category, brand, storage and colour make a combination: one GROUP BY over
    them gives all counts, five times faster than one GROUP BY a facet.
    """

    name = "SQLite FTS5"

    def __init__(self, goods: Goods) -> None:
        self.goods = goods
        self.connection = sqlite3.connect(":memory:")
        self.connection.executescript(_SCHEMA)
        self.combinations: list[tuple[int, ...]] = sorted({card.codes for card in goods.cards})
        numbers = {codes: number for number, codes in enumerate(self.combinations)}
        many = self.connection.executemany
        many(
            f"INSERT INTO words (rowid, {_FIELDS}) VALUES (?{', ?' * len(FIELD_BOOSTS)})",
            ((card.id, *goods.terms[card.product_id]) for card in goods.cards),
        )
        many(
            "INSERT INTO cards VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    card.id,
                    numbers[card.codes],
                    *card.codes,
                    1 - VALUE_WEIGHT + VALUE_WEIGHT * card.value,
                    card.offers[0][0],
                )
                for card in goods.cards
            ),
        )
        many(
            "INSERT INTO offers VALUES (?, ?, ?, ?)",
            (
                (card.id, place, price, battery)
                for card in goods.cards
                for place, (price, battery) in enumerate(card.offers)
            ),
        )
        self.connection.executescript(f"INSERT INTO words (words) VALUES ('optimize'); {_INDEXES}")

    def answer(self, asked: Understood) -> Answer:
        """Two statements: all counts by combination, then the page."""
        source, values = _found(asked)
        chosen = self.goods.chosen(asked.query)
        counted = self.connection.execute(
            f"SELECT combination, count(*) {source} GROUP BY combination",
            values,
        ).fetchall()
        total, facets = self._facets(counted, chosen)
        wanted = "".join(f" AND {facet} IN ({', '.join(map(str, codes))})" for facet, codes in chosen.items())
        page = self.connection.execute(
            f"SELECT cards.id {source}{wanted} ORDER BY {_order(asked)} LIMIT ? OFFSET ?",
            (*values, asked.query.per_page, (asked.query.page - 1) * asked.query.per_page),
        ).fetchall()
        return Answer(total, facets, self.goods.prices(asked.query, (row[0] for row in page)))

    def _facets(self, counted: list[tuple[int, int]], chosen: dict[str, list[int]]) -> tuple[int, Counts]:
        """How many pass everything, and for each facet how many pass all the others."""
        tallies: list[Counter[int]] = [Counter() for _ in FACETS]
        asked = [(place, set(chosen[facet])) for place, facet in enumerate(FACETS) if facet in chosen]
        total = 0
        for number, count in counted:
            codes = self.combinations[number]
            failed = [place for place, wanted in asked if codes[place] not in wanted]
            if not failed:
                total += count
                for tally, code in zip(tallies, codes, strict=True):
                    tally[code] += count
            elif len(failed) == 1:
                tallies[failed[0]][codes[failed[0]]] += count
        return total, {f: self.goods.counts(f, t.items()) for f, t in zip(FACETS, tallies, strict=True)}


def _found(asked: Understood) -> tuple[str, tuple[str | int, ...]]:
    """FROM and WHERE of the cards that have the words and an offer that passes, with their values."""
    offer, limits = _offer_condition(asked)
    if not _asks_words(asked):
        within = f"cards.id IN (SELECT card FROM offers WHERE {offer})" if offer else "1"
        return f"FROM cards WHERE {within}", limits
    within = f" AND EXISTS (SELECT 1 FROM offers WHERE card = cards.id AND {offer})" if offer else ""
    source = f"FROM words JOIN cards ON cards.id = words.rowid WHERE words MATCH ?{within}"
    return source, (_match(asked), *limits)


def _match(asked: Understood) -> str:
    groups = [
        " OR ".join("(" + " AND ".join(f'"{term}"' for term in terms) + ")" for terms in group)
        for group in asked.groups
    ]
    if asked.prefix:
        groups.append(f'"{asked.prefix}"*')
    return (" OR " if asked.any_word else " AND ").join(f"({group})" for group in groups)


def _asks_words(asked: Understood) -> bool:
    return bool(asked.groups or asked.prefix)


def _offer_condition(asked: Understood) -> tuple[str, tuple[int, ...]]:
    filters = asked.query.filters
    limits = {
        "price >= ?": filters.min_price,
        "price <= ?": filters.max_price,
        "battery >= ?": filters.battery_min,
    }
    asks = {condition: limit for condition, limit in limits.items() if limit is not None}
    return " AND ".join(asks), tuple(asks.values())


def _order(asked: Understood) -> str:
    if asked.query.sort == "price":
        return "price"
    # FTS5's scores are negative: the best come first.
    return f"bm25(words, {_WEIGHTS}) * factor" if _asks_words(asked) else "factor DESC"
