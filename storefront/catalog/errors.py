"""What the catalogue refuses."""

from collections.abc import Mapping

from ..core.errors import Refused


class OutOfStock(Refused):
    """Fewer units are left of offer `offer_id` than were asked for."""

    def __init__(self, sentence: str, *, offer_id: int) -> None:
        super().__init__(sentence)
        self.offer_id = offer_id


class ShopChanged(Refused):
    """Loading a file would not do what its preview showed: the shop has changed since."""


class LoadRefused(Refused):
    """A file can't be loaded at this moment."""


class CuratingRefused(Refused):
    """A model, category or brand can't be changed so: nothing was."""


class OfferChanged(Refused):
    """Somebody else changed an offer first; `theirs` is what the fields in question are now."""

    def __init__(self, sentence: str, theirs: Mapping[str, object]) -> None:
        super().__init__(sentence)
        self.theirs = dict(theirs)
