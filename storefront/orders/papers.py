"""The papers of orders, as PDF. The one door to what prints them, opened when something is printed.

reportlab takes 60 ms and 15 MB that a shop which prints nothing can do without.
"""

from collections.abc import Sequence

from .documents import Invoice
from .models import Parcel


def invoice_pdf(invoice: Invoice) -> bytes:
    """The document in its customer's language; a firm's is Factur-X, and so its own programs can read it."""
    from .invoice_paper import printed_invoice

    printed = printed_invoice(invoice)
    if not invoice.to_firm:
        return printed
    # lxml and pypdf: 30 MB for whoever sells to no firm.
    from .facturx import with_facts

    return with_facts(invoice, printed)


def slip_pdf(parcel: Parcel) -> bytes:
    """The parcel's slip, in its customer's language: who packs it needs the numbers, who opens it the words."""
    return slips_pdf([parcel])


def slips_pdf(parcels: Sequence[Parcel]) -> bytes:
    """The slips of several parcels, one after the other, to be printed in one go."""
    from .slip_paper import printed_slips

    return printed_slips(parcels)
