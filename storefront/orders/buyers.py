"""Whom an invoice is for: what it copies of a person, or of a firm and the account that it pays to."""

from ..config import current_settings
from .models import ShopOrder
from .rules import ON_INVOICE

# What is paid to the shop's account at a bank, now or later.
_BY_TRANSFER = ("bank-transfer", ON_INVOICE)


def buyer_of(order: ShopOrder) -> dict[str, object]:
    """The columns of `documents.Invoice` that tell the buyer."""
    return _person(order) if order.firm_name is None else _firm(order)


def _person(order: ShopOrder) -> dict[str, object]:
    return {
        "buyer_name": order.name,
        "buyer_address": _lines_of(order.street, order.street_more, f"{order.postcode} {order.city}"),
        "buyer_country": order.country,
    }


def _firm(order: ShopOrder) -> dict[str, object]:
    town = f"{order.billing_postcode} {order.billing_city}"
    return {
        "buyer_name": order.firm_name,
        "buyer_address": _lines_of(order.billing_street, order.billing_street_more, town),
        "buyer_country": order.billing_country,
        "buyer_contact": order.name,
        "buyer_email": order.email,
        "buyer_register_number": order.register_number or "",
        "buyer_vat_id": order.vat_id or "",
        "purchase_order": order.purchase_order or "",
        **(_account() if order.payment_method in _BY_TRANSFER else {}),
    }


def _account() -> dict[str, object]:
    payment = current_settings().payment
    return {"pay_to_name": payment.transfer_holder, "pay_to_iban": payment.transfer_iban}


def _lines_of(*parts: str | None) -> str:
    return "\n".join(part for part in parts if part)
