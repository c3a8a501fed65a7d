"""What became of the rows of a file."""

from dataclasses import dataclass, field

from ..core.tables import Problem


@dataclass
class Report:
    """Counted while loading; `problems` are the rows that were left out, `retold` products with new texts."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    new_products: int = 0
    retold: int = 0
    new_sellers: list[str] = field(default_factory=list)
    new_categories: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def loaded(self) -> int:
        """How many rows are in the shop now, as the file has them."""
        return self.created + self.updated + self.unchanged
