"""Whether what was proposed, or agreed, can be had as it stands in a version."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from flask_babel import gettext as _

from ...catalog.sale import OfferForSale, offers_for_sale
from ...config import current_settings
from ...sellers.rules import SUSPENDED
from .errors import ProposalGone
from .models import QuoteLine, QuoteVersion
from .rules import PROPOSAL_GOOD_FOR


def check_still_so(proposal: QuoteVersion, *, now: datetime) -> None:
    """Raises `ProposalGone` when a price, a fact or a seller isn't as the proposal shows it, when a seller may not send
    so many at the moment, and when it was worked out too long ago. Whether the stock suffices is for the stock to say.
    """
    if proposal.at + PROPOSAL_GOOD_FOR < now:
        raise ProposalGone(_("These prices are from another day. Here is what can be had by now."))
    offers = offers_of(proposal.lines)
    for line in proposal.lines:
        offer = offers[line.offer_id or 0]
        if offer.price.minor != line.list_price_minor or _facts(offer) != _facts_shown(line):
            raise ProposalGone(
                _("%(title)s has changed meanwhile. Here is what can be had by now.", title=line.title)
            )
    _check_rooms(proposal.lines, offers)
    check_vat(proposal)


def offers_of(lines: Iterable[QuoteLine]) -> Mapping[int, OfferForSale]:
    """The offers of these lines, all of which are on sale; one SQL statement. Raises `ProposalGone`."""
    wanted = list(lines)
    offers = offers_for_sale(line.offer_id for line in wanted if line.offer_id is not None)
    for line in wanted:
        if line.offer_id not in offers:
            raise ProposalGone(
                _("%(seller)s has taken away %(title)s.", seller=line.seller_name, title=line.title)
                + " "
                + _advice()
            )
        if offers[line.offer_id].standing == SUSPENDED:
            raise ProposalGone(
                _("%(seller)s sells nothing at the moment.", seller=line.seller_name) + " " + _advice()
            )
    return offers


def _advice() -> str:
    return _("Nothing was ordered. One press proposes anew what can be had by now.")


def check_vat(version: QuoteVersion) -> None:
    """Raises `ProposalGone` when VAT has another rate by now: the sums shown would not be those of the order."""
    rate = int(current_settings().vat.percent * 100)
    if any(line.vat_rate != rate for line in version.lines):
        raise ProposalGone(_("VAT has another rate by now.") + " " + _advice())


def _check_rooms(lines: Iterable[QuoteLine], offers: Mapping[int, OfferForSale]) -> None:
    units: Counter[int] = Counter()
    for line in lines:
        units[line.seller_id] += line.quantity
    for offer in offers.values():
        if offer.room is not None and units[offer.seller_id] > offer.room:
            raise ProposalGone(
                _(
                    "%(seller)s is new here, and may not send as many at the moment. Here is what can be had by now.",
                    seller=offer.seller_name,
                )
            )


def _facts(offer: OfferForSale) -> tuple[object, ...]:
    return offer.grade, offer.battery_percent, offer.guarantee_months, offer.vat_scheme


def _facts_shown(line: QuoteLine) -> tuple[object, ...]:
    return line.grade, line.battery_percent, line.guarantee_months, line.vat_scheme
