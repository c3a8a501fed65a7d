"""The product page: one product in one grade, why its first offer is first, and the ways to its neighbours."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from markupsafe import Markup
from sqlalchemy import func, select

from search import Filters, Hit, IndexDamaged, Query

from ..config import current_settings
from ..core.clock import utcnow
from ..core.database import db
from ..core.money import Money
from ..impact.queries import climate_avoided
from ..sellers.models import Seller
from .cards import rendered_cards
from .finder import current_finder
from .labels import colour_label, storage_label
from .models import Offer, Product
from .offers import drawing_of, new_price, offer_view, offers_of_product, saving, updates
from .reasons import sentence
from .rules import BATTERY_FLOOR, GRADES, Rival, by_value, reason
from .shown import GradeChoice, Option, ProductPage
from .titles import category_name, description_of, title_of
from .valuing import buyable, rival, usual_price

RELATED = 4
# Among how many cards they are looked for: a model has many.
_LOOKED_AT = 40
# Categories whose devices run on a battery that wears: there a grade promises a floor.
WITH_BATTERY = ("smartphones", "tablets", "laptops", "watches")


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another configuration of the same model; `price` is its lowest in stock, in minor units."""

    slug: str
    storage_gb: int | None
    colour: str | None
    price: int | None


def product_page(product: Product, grade: str | None) -> ProductPage:
    """Everything `/p/<slug>` shows; without a `grade`, the one with the best value. At most 6 SQL statements."""
    generation = current_finder().catch_up()
    offers = {offer.id: offer for offer in offers_of_product(product.id)}
    ranked = {name: _ranked([offer for offer in offers.values() if offer.grade == name]) for name in GRADES}
    grade = grade or _best_grade(ranked)
    rivals = ranked[grade]
    views = [offer_view(offers[rival.id]) for rival in rivals]
    siblings = _siblings(product)
    new = new_price(product.model)
    model = product.model
    return ProductPage(
        slug=product.slug,
        title=title_of(product),
        model_name=model.name if model else product.title,
        brand=product.brand.name if product.brand else "",
        category_slug=product.category.slug,
        category_name=category_name(product.category),
        description=description_of(product),
        drawing=drawing_of(product),
        grade=grade,
        grades=tuple(_grade_choice(product, name, ranked[name], chosen=name == grade) for name in GRADES),
        storages=_choices(product, siblings, grade, of="storage_gb", beside="colour", label=storage_label),
        colours=_choices(product, siblings, grade, of="colour", beside="storage_gb", label=colour_label),
        featured=views[0] if views else None,
        why=sentence(reason(rivals[0], rivals)) if rivals else "",
        others=tuple(views[1:]),
        battery_floor=BATTERY_FLOOR[grade] if product.category.slug in WITH_BATTERY else None,
        new=new,
        saving=saving(new, views[0].price) if views else None,
        updates=updates(model, utcnow().date()),
        released_on=model.released_on if model else None,
        screen_in=model.screen_in if model else None,
        weight_g=model.weight_g if model else None,
        impact=climate_avoided(product.category.slug),
        related=_related(product, generation),
        canonical=url_for("catalog.product", slug=product.slug),
    )


def _ranked(offers: Sequence[Offer]) -> list[Rival]:
    """The offers of one grade, the best value first."""
    if not offers:
        return []
    usual = usual_price(offers)
    turns = current_finder().turns
    return by_value(
        rival(
            offer,
            offer.seller,
            turns.risk(
                offer.seller.risk,
                seller_id=offer.seller_id,
                product_id=offer.product_id,
                grade=offer.grade,
            ),
            usual,
        )
        for offer in offers
    )


def _best_grade(ranked: dict[str, list[Rival]]) -> str:
    """The grade whose first offer is best value; among sold-out ones, `good`."""
    first = {name: rivals[0] for name, rivals in ranked.items() if rivals}
    if not first:
        return "good"
    best = by_value(first.values())[0]
    return next(name for name, rival in first.items() if rival is best)


def _grade_choice(product: Product, grade: str, rivals: list[Rival], *, chosen: bool) -> GradeChoice:
    price = Money(rivals[0].price, current_settings().shop.currency) if rivals else None
    return GradeChoice(grade, url_for("catalog.product", slug=product.slug, grade=grade), chosen, price)


def _siblings(product: Product) -> list[Sibling]:
    """All configurations of the product's model, itself included; one SQL statement."""
    if product.model_id is None:
        return []
    in_stock = (
        select(Offer.product_id, func.min(Offer.price_minor).label("price"))
        .join(Seller, Offer.seller_id == Seller.id)
        .where(*buyable())
        .group_by(Offer.product_id)
        .subquery()
    )
    statement = (
        select(Product.slug, Product.storage_gb, Product.colour, in_stock.c.price)
        .outerjoin(in_stock, in_stock.c.product_id == Product.id)
        .where(Product.model_id == product.model_id)
        .order_by(Product.storage_gb, Product.colour, Product.id)
    )
    return [Sibling(*row) for row in db.session.execute(statement)]


def _choices(
    product: Product,
    siblings: list[Sibling],
    grade: str,
    *,
    of: str,
    beside: str,
    label: Callable[[Any], str],
) -> tuple[Option, ...]:
    """One link for each `of` (storage or colour): with the same `beside` if there is one, else the cheapest."""
    values = sorted({value for sibling in siblings if (value := getattr(sibling, of))})
    groups = [[sibling for sibling in siblings if getattr(sibling, of) == value] for value in values]
    return tuple(
        _option(
            label(value),
            _nearest(group, beside, getattr(product, beside)),
            grade,
            chosen=value == getattr(product, of),
        )
        for value, group in zip(values, groups, strict=True)
    )


def _nearest(group: list[Sibling], attribute: str, wanted: object) -> Sibling:
    same = [sibling for sibling in group if getattr(sibling, attribute) == wanted]
    return min(same or group, key=lambda sibling: (sibling.price is None, sibling.price or 0))


def _option(label: str, sibling: Sibling, grade: str, *, chosen: bool) -> Option:
    price = None if sibling.price is None else Money(sibling.price, current_settings().shop.currency)
    return Option(label, url_for("catalog.product", slug=sibling.slug, grade=grade), chosen, price)


def _related(product: Product, generation: int) -> tuple[Markup, ...]:
    """The best value of the category's other models, one card a model, those of the same brand first.

    One SQL statement, and the cards'.
    """
    brand = product.brand.name if product.brand else ""
    hits = [*_best_of(product.category.slug, brand), *_best_of(product.category.slug, "")]
    statement = select(Product.id, Product.model_id).where(Product.id.in_({hit.product_id for hit in hits}))
    models = {row.id: row.model_id for row in db.session.execute(statement)}
    # A product of no known model is a model of its own.
    seen, chosen = {product.model_id or -product.id}, []
    for hit in hits:
        model = models.get(hit.product_id) or -hit.product_id
        if model not in seen:
            seen.add(model)
            chosen.append(hit.offer_id)
    return rendered_cards(chosen[:RELATED], generation)


def _best_of(category: str, text: str) -> tuple[Hit, ...]:
    """The best value among what `text` finds in a category; nothing while there is no index to look it up in."""
    query = Query(text=text, filters=Filters(category=(category,)), per_page=_LOOKED_AT)
    try:
        return current_finder().engine.search(query).hits
    except IndexDamaged:
        return ()
