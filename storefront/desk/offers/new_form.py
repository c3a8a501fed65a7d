"""What is typed of a device that goes on sale, as the cells of an offers file."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from flask_babel import gettext as _

from ...catalog.formats.words import Colours, storage_in
from ...catalog.terms import COLUMNS_OF_TERMS
from ...core.errors import FormInvalid
from ...core.typed import whole_number
from .things import LONGEST_WORDS, Thing, model_thing, new_thing, product_thing


def sought_words(fields: Mapping[str, str]) -> str:
    return " ".join(fields.get("q", "").replace("\0", "").split())[:LONGEST_WORDS]


def thing_in(fields: Mapping[str, str]) -> Thing | None:
    """What the address or the form is about; none when it says nothing, or something that there isn't."""
    model, product = whole_number(fields.get("model", "")), whole_number(fields.get("product", ""))
    if model is not None:
        return model_thing(model)
    if product is not None:
        return product_thing(product)
    if fields.get("own"):
        return new_thing(fields.get("title", ""), fields.get("brand", ""), fields.get("category", ""))
    return None


def read_new(
    fields: Mapping[str, str], thing: Thing, traders: Sequence[tuple[int, str, str]], *, now: datetime
) -> dict[str, str]:
    """By column. `traders` are (id, slug, name) of the sellers that may be chosen. Raises `FormInvalid`."""
    chosen = str(traders[0][0]) if len(traders) == 1 else fields.get("seller", "")
    seller = next((slug for key, slug, _name in traders if str(key) == chosen), "")
    if not seller:
        raise FormInvalid({"seller": _("Please choose whose offer this is.")})
    colour = fields.get("colour", "")
    return {
        "sku": fields.get("sku", "").strip() or _made_up(now),
        "seller": seller,
        "title": thing.title,
        "model": thing.model,
        "brand": thing.brand,
        "category": thing.category,
        "storage_gb": thing.storage if thing.product_id else _gigabytes(fields.get("storage_gb", "")),
        "colour": thing.colour if thing.product_id else Colours().called(colour) if colour.strip() else "",
        **{column: fields.get(column, "") for column in COLUMNS_OF_TERMS.values()},
    }


def _made_up(now: datetime) -> str:
    """A SKU for who has none: the day, and enough more to be its own."""
    return f"{now:%y%m%d}-{secrets.token_hex(3).upper()}"


def _gigabytes(text: str) -> str:
    """`128`, of what somebody calls 128, 128 Go or 0.128 TB in other words; what is no storage is refused later."""
    return text.strip() if text.strip().isdecimal() else str(storage_in(text) or text.strip())
