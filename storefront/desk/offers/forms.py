"""What is asked of the list of offers, and of its rows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from ...catalog.rules import GRADES

_ID = re.compile(r"[0-9]{1,15}")
LONGEST_TEXT = 80
STOCKS = ("in", "low", "none")
SORTS = ("changed", "title", "price", "stock")


@dataclass(frozen=True, slots=True)
class OfferFilters:
    """What of the list is asked for; empty texts and `None` ask for nothing."""

    text: str = ""
    seller_id: int | None = None
    category: str = ""
    grade: str = ""
    stock: str = ""
    sort: str = "changed"


def read_filters(fields: Mapping[str, str]) -> OfferFilters:
    """What an address asks for; what it says wrongly asks for nothing."""
    seller = fields.get("seller", "")
    return OfferFilters(
        text=" ".join(fields.get("q", "").replace("\0", "").split())[:LONGEST_TEXT],
        seller_id=int(seller) if _ID.fullmatch(seller) else None,
        category=fields.get("category", "").replace("\0", "")[:80],
        grade=_one_of(fields.get("grade", ""), GRADES),
        stock=_one_of(fields.get("stock", ""), STOCKS),
        sort=_one_of(fields.get("sort", ""), SORTS) or "changed",
    )


def parameters(filters: OfferFilters) -> dict[str, str]:
    """The same as the parameters of an address, without those that ask for nothing."""
    values = {
        "q": filters.text,
        "seller": "" if filters.seller_id is None else str(filters.seller_id),
        "category": filters.category,
        "grade": filters.grade,
        "stock": filters.stock,
        "sort": "" if filters.sort == "changed" else filters.sort,
    }
    return {name: value for name, value in values.items() if value}


def _one_of(text: str, choices: tuple[str, ...]) -> str:
    return text if text in choices else ""


def listed(query: str) -> dict[str, str]:
    """The parameters of the list that a form stood on, from the text that it sent along."""
    return dict(parse_qsl(query[:2_000], keep_blank_values=True))
