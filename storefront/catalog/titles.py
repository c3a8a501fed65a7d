"""What a product is called, in the reader's language."""

from typing import Protocol

from ..core.i18n import language
from .labels import colour_label, storage_label
from .models import Product


def title_of(product: Product) -> str:
    """`iPhone 13 · 128 GB · midnight`; a product of no known model keeps its seller's title."""
    model = product.model
    return product.title if model is None else configured(model.name, product.storage_gb, product.colour)


def configured(name: str, storage_gb: int | None, colour: str | None) -> str:
    """A model's name with what tells its products apart: `iPhone 13 · 128 GB · midnight`."""
    parts = [name]
    if storage_gb:
        parts.append(storage_label(storage_gb))
    if colour:
        parts.append(colour_label(colour))
    return " · ".join(parts)


class Named(Protocol):
    """What has a name in each language."""

    @property
    def name_en(self) -> str: ...
    @property
    def name_fr(self) -> str: ...


def category_name(category: Named) -> str:
    return category.name_fr if language() == "fr" else category.name_en


def description_of(product: Product) -> str:
    if product.model is None:
        return product.description
    model = product.model
    return (model.description_fr if language() == "fr" else model.description_en) or product.description
