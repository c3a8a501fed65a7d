"""Who may be asked next when a repairer didn't take a case."""

from dataclasses import dataclass
from datetime import date

from ..network.places import find_place
from ..network.queries import Nearby, near
from ..network.rules import MAIL_IN
from . import labels, queries
from .models import Referral
from .rules import way_to


@dataclass(frozen=True, slots=True)
class Next:
    """Who may be asked next, and how the device would get there: by `way`, in words `said`; `changed` when that isn't
    what the customer wished.
    """

    repairer: Nearby
    way: str
    said: str
    changed: bool


def next_repairer(referral: Referral, *, today: date) -> Next | None:
    """The nearest one that has not had this case, and takes the device the same way if one does; where nobody near is
    left, one by parcel. None where no place was said. Some ten SQL statements.
    """
    place = find_place(referral.place_text, country=referral.country) if referral.place_text else None
    if place is None:
        return None
    found = near(
        place.point,
        country=place.country,
        category=referral.category,
        today=today,
        fault=referral.fault,
        without=queries.asked_before(referral),
    )
    # Those of the whole country are too far away for anything but a parcel.
    wish = MAIL_IN if found.widened else referral.way
    left = found.repairers
    one = next((one for one in left if wish in one.ways), left[0] if left else None)
    if one is None:
        return None
    way = way_to(wish, one.ways)
    return Next(one, way, labels.way_label(way), changed=way != referral.way)
