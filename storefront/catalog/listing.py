"""Putting a single device on sale by hand: checked and shelved as a row of a file is."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from ..config import Settings
from ..core.database import db
from ..core.errors import FormInvalid
from ..core.tables import Problem, Row, WrongCell
from ..sellers.models import Seller
from .formats import Options
from .models import Offer
from .offer_file import OfferLine, WrongRow, read_offer
from .offer_terms_form import cell_of
from .report import Ledger, Report
from .shelf import Shelf


def put_on_sale(cells: Mapping[str, str], *, settings: Settings, now: datetime, by: int) -> int:
    """Make an offer of what is typed, by column of an offers file (`seller` is a slug); returns its id.

    Within the caller's transaction. `by` is the person. Raises `FormInvalid`, by column, having written nothing that
    outlives the transaction.
    """
    line = _checked(cells, settings)
    mine = select(Offer.id).where(
        Offer.sku == line.sku,
        Offer.seller_id == select(Seller.id).where(Seller.slug == line.seller).scalar_subquery(),
    )
    report, options = Report(), Options(only=line.seller)
    shelf = Shelf(Ledger(report), settings=settings, now=now, options=options, pretend=False, by=by)
    if db.session.scalar(mine) is not None:
        raise FormInvalid({"sku": _("There is an offer of this SKU already: change that one.")})
    shelf.put([line])
    if report.problems:
        raise FormInvalid(_sentences(report.problems))
    return db.session.scalars(mine).one()


def _checked(cells: Mapping[str, str], settings: Settings) -> OfferLine:
    errors: list[WrongCell] = []
    read = {}
    for column, text in cells.items():
        try:
            read[column] = cell_of(column, text)
        except WrongCell as error:
            errors.append(error)
    try:
        return read_offer(
            Row(0, read, faults=tuple(errors)),
            currency=settings.shop.currency,
            vat_scheme=settings.vat.scheme,
        )
    except WrongRow as error:
        raise FormInvalid(_sentences(error.cells)) from error


def _sentences(faults: Iterable[WrongCell | Problem]) -> dict[str, str]:
    return {fault.column: _("This %(reason)s.", reason=fault.reason) for fault in faults}
