"""What people ask the chapter's list for."""

from collections.abc import Mapping
from dataclasses import dataclass

from ...repair.network.rules import REPAIRED_THINGS, STANDINGS

# Not standings of their own: verified, and over or about to be.
LAPSED, ENDING = "lapsed", "ending"


@dataclass(frozen=True, slots=True)
class RepairerFilters:
    """What the list is narrowed to; what is empty narrows nothing."""

    standing: str = ""
    category: str = ""
    text: str = ""


def read_filters(fields: Mapping[str, str]) -> RepairerFilters:
    """It stands in the address: what can't be read narrows nothing."""
    standing, category = fields.get("standing", ""), fields.get("category", "")
    return RepairerFilters(
        standing=standing if standing in (*STANDINGS, LAPSED, ENDING) else "",
        category=category if category in REPAIRED_THINGS else "",
        text=fields.get("q", "").replace("\0", "").strip()[:200],
    )
