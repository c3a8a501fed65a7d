"""Tables of the catalogue."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..core.database import Base, BigId, UtcDateTime
from ..core.folding import folded
from ..sellers.models import Seller
from .rules import GRADES, VAT_SCHEMES

# Of a search that found nothing, so many characters are kept.
LONGEST_WORDS = 80
# By which way a price came to be changed.
PRICE_SOURCES = ("desk", "file")
# A file that was handed in waits for a yes; its person said yes; it is being loaded; it was not, or not to its end; it
# was.
WAITING, WANTED, LOADING, STOPPED, LOADED = "waiting", "wanted", "loading", "stopped", "loaded"
UPLOAD_STATES = (WAITING, WANTED, LOADING, STOPPED, LOADED)
LONGEST_SKU = 80
# Ordered by its bytes, whatever the language of a PostgreSQL: so an index finds how a text begins.
_BY_BYTES = String(LONGEST_SKU).with_variant(String(LONGEST_SKU, collation="C"), "postgresql")


def _when_it_came_in(context: Any) -> datetime:
    """An offer that nobody has changed yet was last changed when it was made."""
    created: datetime = context.get_current_parameters()["created_at"]
    return created


def folded_sku(text: str) -> str:
    """As an offer is found by its SKU, in capitals or not: no longer than the SKU may be, whatever folding adds."""
    return folded(text)[:LONGEST_SKU]


def _sku_as_sought(context: Any) -> str:
    return folded_sku(context.get_current_parameters()["sku"])


class Category(Base):
    """Smartphones, laptops...; its two names are data, since a reseller adds categories without a translator."""

    __tablename__ = "category"
    __table_args__ = (CheckConstraint("weight_g > 0", "weight_g"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name_en: Mapped[str] = mapped_column(String(80))
    name_fr: Mapped[str] = mapped_column(String(80))
    # More words that people search it by, in both languages.
    words: Mapped[str] = mapped_column(Text, default="")
    drawing: Mapped[str] = mapped_column(String(20), default="box")
    position: Mapped[int] = mapped_column(default=100)
    # What a device of it weighs where nobody knows better; empty: what is usual (`weights.py`).
    weight_g: Mapped[int | None]


class Brand(Base):
    __tablename__ = "brand"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)


class OldBrandName(Base):
    """What a brand was called before it was renamed, or found to be the same as another: addresses and files say it."""

    __tablename__ = "old_brand_name"
    __table_args__ = (
        Index("ix_old_brand_name_brand_id", "brand_id"),
        Index("ix_old_brand_name_slug", "slug"),
    )

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    slug: Mapped[str] = mapped_column(String(80))
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id", ondelete="CASCADE"))


class Model(Base):
    """A device as its maker sold it: iPhone 13. Facts that nobody knows stay empty."""

    __tablename__ = "model"
    __table_args__ = (CheckConstraint("new_price_minor > 0", "new_price"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"))
    released_on: Mapped[date | None]
    security_until: Mapped[date | None]
    # The day on which somebody last saw that it gets security updates, with no end announced.
    supported_on: Mapped[date | None]
    height_mm: Mapped[float | None]
    width_mm: Mapped[float | None]
    screen_in: Mapped[float | None]
    weight_g: Mapped[float | None]
    lenses: Mapped[int | None]
    front: Mapped[str] = mapped_column(String(12), default="")
    drawing: Mapped[str] = mapped_column(String(20), default="")
    # The price of the device new, for the smallest storage: when and where it was asked.
    new_price_minor: Mapped[int | None] = mapped_column(BigId)
    new_price_on: Mapped[date | None]
    new_price_source: Mapped[str] = mapped_column(String(160), default="")
    description_en: Mapped[str] = mapped_column(Text, default="")
    description_fr: Mapped[str] = mapped_column(Text, default="")

    brand: Mapped[Brand] = relationship()
    category: Mapped[Category] = relationship()


class Product(Base):
    """A model in one configuration, or a thing with no known model; `identity` is what makes two of them the same."""

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint("storage_gb > 0", "storage_gb"),
        Index("ix_product_model_id", "model_id"),
        Index("ix_product_category_id", "category_id"),
        # The desk lists offers by title.
        Index("ix_product_title_id", "title", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slug: Mapped[str] = mapped_column(String(200), unique=True)
    identity: Mapped[str] = mapped_column(String(300), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    description: Mapped[str] = mapped_column(Text, default="")
    model_id: Mapped[int | None] = mapped_column(ForeignKey("model.id"))
    # What the file calls the model, where it is none that the shop knows.
    model_text: Mapped[str | None] = mapped_column(String(120))
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("brand.id"))
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"))
    storage_gb: Mapped[int | None]
    colour: Mapped[str | None] = mapped_column(String(60))
    ean: Mapped[str | None] = mapped_column(String(14))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    model: Mapped[Model | None] = relationship()
    brand: Mapped[Brand | None] = relationship()
    category: Mapped[Category] = relationship()


class OldProductSlug(Base):
    """An address that a product had once: it leads to the product, whatever that is called by now."""

    __tablename__ = "old_product_slug"
    __table_args__ = (Index("ix_old_product_slug_product_id", "product_id"),)

    slug: Mapped[str] = mapped_column(String(200), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"))


class OldModelSlug(Base):
    """A name that files still call a model by: it was renamed, or is the same as another."""

    __tablename__ = "old_model_slug"
    __table_args__ = (Index("ix_old_model_slug_model_id", "model_id"),)

    slug: Mapped[str] = mapped_column(String(120), primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("model.id", ondelete="CASCADE"))


class Offer(Base):
    """One seller's units of a product in one grade, at one price. `stock` is moved by conditional updates only."""

    __tablename__ = "offer"
    __table_args__ = (
        UniqueConstraint("seller_id", "sku"),
        CheckConstraint(f"grade IN {GRADES}", "grade"),
        CheckConstraint(f"vat_scheme IN {VAT_SCHEMES}", "vat_scheme"),
        CheckConstraint("price_minor > 0", "price"),
        CheckConstraint("purchase_price_minor >= 0", "purchase_price"),
        CheckConstraint("stock >= 0", "stock"),
        CheckConstraint("battery_percent BETWEEN 1 AND 100", "battery_percent"),
        CheckConstraint("guarantee_months BETWEEN 0 AND 120", "guarantee_months"),
        Index("ix_offer_product_id_grade", "product_id", "grade"),
        # The orders in which the desk lists them, of all sellers and of one.
        Index("ix_offer_changed_at_id", "changed_at", "id"),
        Index("ix_offer_price_minor_id", "price_minor", "id"),
        Index("ix_offer_stock_id", "stock", "id"),
        Index("ix_offer_sku_folded", "sku_folded"),
        Index("ix_offer_seller_id_changed_at_id", "seller_id", "changed_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    sku: Mapped[str] = mapped_column(String(LONGEST_SKU))
    # It never changes, as the SKU doesn't.
    sku_folded: Mapped[str] = mapped_column(_BY_BYTES, default=_sku_as_sought)
    grade: Mapped[str] = mapped_column(String(12))
    price_minor: Mapped[int] = mapped_column(BigId)
    stock: Mapped[int]
    battery_percent: Mapped[int | None]
    guarantee_months: Mapped[int]
    vat_scheme: Mapped[str] = mapped_column(String(10))
    purchase_price_minor: Mapped[int | None] = mapped_column(BigId)
    # The document that the seller bought it with: the margin scheme's register names it.
    purchase_reference: Mapped[str | None] = mapped_column(String(80))
    purchase_date: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # When a person or a file last changed it; what is sold doesn't count.
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=_when_it_came_in)

    product: Mapped[Product] = relationship()
    seller: Mapped[Seller] = relationship()


class PriceChange(Base):
    """That an offer's price was changed: when, from what to what, by whom (nobody known: from the command line)."""

    __tablename__ = "price_change"
    __table_args__ = (
        CheckConstraint(f"source IN {PRICE_SOURCES}", "source"),
        CheckConstraint("from_minor > 0 AND to_minor > 0 AND from_minor <> to_minor", "prices"),
        Index("ix_price_change_offer_id_id", "offer_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    source: Mapped[str] = mapped_column(String(4))
    from_minor: Mapped[int] = mapped_column(BigId)
    to_minor: Mapped[int] = mapped_column(BigId)


class OfferUpload(Base):
    """A file that somebody handed in; its bytes lie in the instance folder, named by `token`, until it is loaded.

    `seller_id` is the one seller whose offers it may change; none: those that it names (operators only). `options` say
    how to read it, `key` names the look that its person said yes to, `outcome` (JSON, too) is what it did.
    """

    __tablename__ = "offer_upload"
    __table_args__ = (
        Index("ix_offer_upload_uploaded_at", "uploaded_at"),
        CheckConstraint(f"state IN {UPLOAD_STATES}", "state"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token: Mapped[str] = mapped_column(String(43), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("seller.id"))
    name: Mapped[str] = mapped_column(String(100))
    options: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    key: Mapped[str] = mapped_column(String(32), default="")
    outcome: Mapped[str] = mapped_column(Text, default="")
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FruitlessSearch(Base):
    """How often words were searched for on a day (in UTC) and nothing was found by them."""

    __tablename__ = "fruitless_search"
    __table_args__ = (CheckConstraint("count > 0", "count"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(String(LONGEST_WORDS), primary_key=True)
    count: Mapped[int]


class CatalogGeneration(Base):
    """One row: a number that every transaction that changes what shoppers see raises by one, under its row lock.

    So numbers become visible in order on every database, and a page rendered at one number stays true until the next.
    """

    __tablename__ = "catalog_generation"
    __table_args__ = (CheckConstraint("id = 1", "single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigId)


class CatalogChange(Base):
    """The outbox of the search index: which product changed, at which generation; `text` when its words did, too."""

    __tablename__ = "catalog_change"

    generation: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    product_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    text: Mapped[bool]
