"""The checkout form: what was typed, as an order needs it, or a sentence for each field that can't be taken."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _

from ..core.errors import FormInvalid
from .address_form import one_line, read_address
from .payments import PaymentMethod
from .shipping import ShippingChoice

LONGEST_EMAIL = 254
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True, slots=True)
class CheckoutForm:
    """A complete form. `shipping` is the method by seller id; `seen` and `shown_total` tell what the page showed.

    `keep_address` asks to note the address in the account of whoever is signed in.
    """

    email: str
    name: str
    phone: str
    street: str
    street_more: str
    postcode: str
    city: str
    country: str
    keep_address: bool
    shipping: Mapping[int, str]
    payment: str
    key: str
    seen: str
    shown_total: int


@dataclass(frozen=True, slots=True)
class Possible:
    """What can be chosen: countries, the ways of each parcel by seller id, and payment methods."""

    countries: tuple[str, ...]
    shipping: Mapping[int, tuple[ShippingChoice, ...]]
    payments: tuple[PaymentMethod, ...]

    def ways(self, seller_id: int) -> list[str]:
        return [way.code for way in self.shipping[seller_id]]


def read_key(fields: Mapping[str, str]) -> str | None:
    """The key that was made with the page; none when the field is missing or was tampered with."""
    key = fields.get("key", "")
    return key if _KEY.fullmatch(key) else None


def read_shipping(fields: Mapping[str, str], possible: Possible) -> dict[int, str]:
    """The chosen method of each parcel; the ordinary one where nothing that can be had was chosen."""
    chosen = {}
    for seller_id in possible.shipping:
        asked, ways = fields.get(f"shipping-{seller_id}", ""), possible.ways(seller_id)
        chosen[seller_id] = asked if asked in ways else ways[0]
    return chosen


def read_checkout(fields: Mapping[str, str], possible: Possible) -> CheckoutForm:
    """Raises `FormInvalid` with a sentence by field."""
    errors: dict[str, str] = {}
    values = read_address(fields, possible.countries, errors)
    values["email"] = read_email(fields, errors)
    for seller_id in possible.shipping:
        if fields.get(f"shipping-{seller_id}") not in possible.ways(seller_id):
            errors[f"shipping-{seller_id}"] = _("Please choose how this parcel travels.")
    _check_payment(fields, possible, errors)
    key = read_key(fields)
    if key is None:
        errors["key"] = _("This page was open for too long. Please check it and send it once more.")
    if errors or key is None:
        raise FormInvalid(_as_on_the_page(errors))
    shown_total = fields.get("total", "")
    return CheckoutForm(
        **values,
        keep_address=fields.get("keep_address") == "yes",
        shipping=read_shipping(fields, possible),
        payment=fields["payment"],
        key=key,
        seen=fields.get("seen", ""),
        shown_total=int(shown_total) if re.fullmatch(r"[0-9]{1,15}", shown_total) else 0,
    )


def _as_on_the_page(errors: Mapping[str, str]) -> dict[str, str]:
    """The list of what is wrong follows the fields from top to bottom."""
    fields = ["email", "name", "phone", "street", "street_more", "postcode", "city", "country"]
    return {name: errors[name] for name in [*fields, *errors] if name in errors}


def _check_payment(fields: Mapping[str, str], possible: Possible, errors: dict[str, str]) -> None:
    method = next((method for method in possible.payments if method.code == fields.get("payment")), None)
    if method is None:
        errors["payment"] = _("Please choose how you pay.")
    elif not method.fits(read_shipping(fields, possible).values()):
        errors["payment"] = _(
            "This works when everything is picked up. Choose pickup for each parcel, or pay otherwise."
        )


def read_email(fields: Mapping[str, str], errors: dict[str, str]) -> str:
    """The mail address that was typed; what can't be one has a sentence in `errors`."""
    typed_in = one_line("email", fields, errors, LONGEST_EMAIL)
    if "email" in errors:
        return ""
    try:
        return str(validate_email(typed_in, check_deliverability=False, allow_smtputf8=False).normalized)
    except EmailNotValidError:
        errors["email"] = _("This is no mail address that we can write to. It looks like name@example.com.")
        return ""
