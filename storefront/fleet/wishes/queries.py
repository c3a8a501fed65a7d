"""What the shop knows and has, for reading requests by: each with its number of SQL statements."""

from collections.abc import Collection

from sqlalchemy import or_, select

from ...catalog.models import Brand, Category, Model, Offer, Product
from ...catalog.valuing import buyable
from ...core.database import db
from ...sellers.models import Seller
from .fitting import Stall
from .kinds import Kinds
from .names import KnownModel, Names
from .understanding import Vocabulary


def vocabulary() -> Vocabulary:
    """The shop's models and categories; two statements."""
    models = db.session.execute(
        select(Model.id, Model.name, Brand.name, Category.slug, Model.screen_in)
        .join(Brand, Model.brand_id == Brand.id)
        .join(Category, Model.category_id == Category.id)
        .order_by(Model.id)
    )
    called = db.session.execute(
        select(Category.slug, Category.name_en, Category.name_fr).order_by(Category.position, Category.id)
    ).all()
    kinds = Kinds({row.slug: (row.name_en, row.name_fr) for row in called})
    return Vocabulary(Names((KnownModel(*row) for row in models), kinds.words), kinds)


def stalls(
    model_ids: Collection[int], categories: Collection[str], product_ids: Collection[int]
) -> list[Stall]:
    """What can be bought of these models, categories (slugs) and products; one statement."""
    columns = (
        Offer.product_id, Product.model_id, Category.slug, Product.storage_gb, Offer.grade, Offer.price_minor,
        Offer.battery_percent, Offer.vat_scheme, Offer.stock,
    )  # fmt: skip
    statement = (
        select(*columns)
        .join(Product, Offer.product_id == Product.id)
        .join(Category, Product.category_id == Category.id)
        .join(Seller, Offer.seller_id == Seller.id)
        .where(
            *buyable(),
            or_(
                Product.model_id.in_(sorted(model_ids)),
                Category.slug.in_(sorted(categories)),
                Product.id.in_(sorted(product_ids)),
            ),
        )
    )
    return [Stall(*row) for row in db.session.execute(statement)]
