"""Cards of offers, rendered once and kept until their product changes."""

import threading
from collections.abc import Sequence
from datetime import date

from flask import Flask, current_app, render_template, url_for
from markupsafe import Markup

from ..config import current_settings
from ..core import i18n
from ..core.clock import utcnow
from .finder import current_finder
from .models import Offer
from .offers import drawing_of, new_price, offer_view, offers_with_products, saving, updates
from .reasons import sentence
from .rules import Rival, reason
from .shown import Card
from .titles import title_of
from .valuing import rivals

# (offer id, language, script root, version of the settings): pages of /fr and of the bare address link differently,
# and a card tells how long a parcel travels.
Key = tuple[int, str, str, int]
# Cards kept by one process; at some 1.5 KB each, 30 MB.
MOST_KEPT = 20_000


class KeptCards:
    """Rendered cards, each with its product, which is what changes are told of."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.day: date | None = None
        self.cards: dict[Key, tuple[int, Markup]] = {}

    def get(self, keys: Sequence[Key], today: date) -> dict[Key, Markup]:
        with self.lock:
            if self.day != today:
                self.day = today
                self.cards.clear()
            return {key: self.cards[key][1] for key in keys if key in self.cards}

    def put(self, cards: dict[Key, tuple[int, Markup]]) -> None:
        with self.lock:
            if len(self.cards) + len(cards) > MOST_KEPT:
                self.cards.clear()
            self.cards.update(cards)

    def forget(self, products: set[int] | None) -> None:
        """Drop the cards of these products, or all of them."""
        with self.lock:
            if products is None:
                self.cards.clear()
            else:
                self.cards = {key: kept for key, kept in self.cards.items() if kept[0] not in products}


def init_app(app: Flask) -> None:
    kept = app.extensions["kept_cards"] = KeptCards()
    app.extensions["finder"].forget.append(kept.forget)


def rendered_cards(offer_ids: Sequence[int], generation: int) -> tuple[Markup, ...]:
    """The cards of these offers, in their order; at most two SQL statements. `generation` is what the ids come from."""
    kept: KeptCards = current_app.extensions["kept_cards"]
    today = utcnow().date()
    language, root, version = i18n.language(), url_for("catalog.home"), current_settings().version
    keys = {offer_id: (offer_id, language, root, version) for offer_id in offer_ids}
    found = kept.get(list(keys.values()), today)
    missing = [offer_id for offer_id, key in keys.items() if key not in found]
    if missing:
        fresh = {keys[offer_id]: card for offer_id, card in _render(missing, today).items()}
        # Another thread may have gone on to a newer generation since these were read: they are shown, not kept.
        if current_finder().seen == generation:
            kept.put(fresh)
        found |= {key: markup for key, (_product, markup) in fresh.items()}
    return tuple(found[key] for key in keys.values() if key in found)


def _render(offer_ids: list[int], today: date) -> dict[int, tuple[int, Markup]]:
    offers = offers_with_products(offer_ids)
    groups = rivals({offer.product_id for offer in offers}, current_finder().turns)
    fresh = {}
    for offer in offers:
        others = groups.get((offer.product_id, offer.grade), [])
        markup = Markup(render_template("catalog/_card.html", card=_card(offer, others, today)))  # noqa: S704 - a template's output
        fresh[offer.id] = (offer.product_id, markup)
    return fresh


def _card(offer: Offer, others: list[Rival], today: date) -> Card:
    product, view = offer.product, offer_view(offer)
    new = new_price(product.model)
    own = next((rival for rival in others if rival.id == offer.id), None)
    return Card(
        url=url_for("catalog.product", slug=product.slug, grade=offer.grade),
        title=title_of(product),
        brand=product.brand.name if product.brand else "",
        category=product.category.slug,
        offer=view,
        drawing=drawing_of(product),
        new=new,
        saving=saving(new, view.price),
        updates=updates(product.model, today),
        reason=sentence(reason(own, others)) if own else "",
    )
