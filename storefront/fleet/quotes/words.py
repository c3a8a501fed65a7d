"""Sentences that the page, the paper and the files of a quote have in common."""

from collections.abc import Iterator

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext

from ...catalog.standard import CATEGORIES
from ...catalog.titles import category_name
from .carbon import PER_DEVICE, CarbonReport, Part
from .labels import payment_label
from .offered import OfferShown
from .sums import Sums


def saving(sums: Sums) -> str:
    """What is said of the saving: against how many units new, for not every price new is known."""
    money = current_app.jinja_env.filters["money"](sums.saving)
    if sums.compared_units == sums.units:
        return _("%(money)s less than the same devices new", money=money)
    return _(
        "%(money)s less than new, for the %(known)s of %(units)s devices whose price new is known",
        money=money,
        known=sums.compared_units,
        units=sums.units,
    )


def terms(offer: OfferShown) -> Iterator[str]:
    """The terms of a quote, a sentence each."""
    yield _("Payment: %(how)s.", how=payment_label(offer.payment))
    if offer.invoice_days:
        yield ngettext(
            "Due within one day of each invoice. Late payment costs interest at the statutory rate and a fixed sum "
            "of 40 EUR for recovery.",
            "Due within %(num)d days of each invoice. Late payment costs interest at the statutory rate and a fixed "
            "sum of 40 EUR for recovery.",
            offer.invoice_days,
        )
    yield _("Working days of delivery count from payment, or from the order where goods are sent on invoice.")
    yield _(
        "Each seller sends its part and invoices it; prices are those of this quote, whatever the shop shows."
    )
    if offer.sums.margin:
        # The words of Directive 2006/112/EC art. 226(14); in French those of CGI annexe II art. 242 nonies A.
        yield _("Margin scheme - Second-hand goods")
        yield _("What falls under it holds VAT that is not shown, and that a firm can't recover.")
    yield _("Guarantee: two years by law from delivery, and the seller's own as agreed in the order.")


def basis(code: str) -> str:
    """The heading of a part of the carbon report."""
    if code == PER_DEVICE:
        return _("Per device, once: made again instead of made new")
    return _("Per year of use: refurbished instead of new")


def category(slug: str) -> str:
    """A category's name; one that only this shop has stays as it is called."""
    return category_name(CATEGORIES[slug]) if slug in CATEGORIES else slug


def unit(code: str) -> str:
    return code.replace("CO2e", "CO₂e")


def left_out(part: Part, report: CarbonReport) -> Iterator[str]:
    """What isn't counted in this part since it is in the other one, a sentence for each category."""
    unknown = dict(report.nothing_known)
    for slug, units in part.without:
        if slug not in unknown:
            yield _(
                "%(category)s (%(units)s): counted in the other table, and only there.",
                category=category(slug),
                units=units,
            )


def not_counted(report: CarbonReport) -> Iterator[str]:
    """What nobody has a trustworthy figure of, a sentence for each category."""
    for slug, units in report.nothing_known:
        yield _(
            "%(category)s (%(units)s): no figure that we trust, so none is shown.",
            category=category(slug),
            units=units,
        )


def method() -> Iterator[str]:
    """How the figures were made, and what they are good for."""
    yield _(
        "Method: the source's figure for one device, times the number of devices. Averages: yours may differ."
    )
    yield _("The two tables answer different questions. Never add one to the other.")
    yield _("Categories are not added up either, for their sources differ.")
    # GHG Protocol, Corporate Value Chain (Scope 3) Standard, 2011, chapter 9: avoided emissions are reported apart.
    yield _(
        "For a scope 3 report (GHG Protocol, Corporate Value Chain Standard, 2011): what was bought counts with its "
        "own footprint (category 1 or 2). What is avoided is told apart, and never taken off."
    )
    yield _(
        "Left out: delivery, use, and what becomes of the devices that you had. Very young devices spare less."
    )
    yield _("Figures are per category: another model of the same kind changes none of them.")
