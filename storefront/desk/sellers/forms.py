"""What people ask the chapter's list for, and which version of a seller their form was made with."""

from collections.abc import Mapping
from dataclasses import dataclass

from ...core.typed import whole_number
from ...sellers.rules import STANDINGS


@dataclass(frozen=True, slots=True)
class SellerFilters:
    """What the list is narrowed to; what is empty narrows nothing."""

    standing: str = ""
    text: str = ""


def read_filters(fields: Mapping[str, str]) -> SellerFilters:
    """It stands in the address: what can't be read narrows nothing."""
    standing = fields.get("standing", "")
    return SellerFilters(
        standing=standing if standing in STANDINGS else "",
        text=fields.get("q", "").replace("\0", "").strip()[:200],
    )


def read_version(fields: Mapping[str, str]) -> int:
    """The version that the page showed; 0, which no seller has, for anything that is none."""
    return whole_number(fields.get("seen", "")) or 0
