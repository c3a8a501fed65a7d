"""A whole request as its form has it: the firm, where it goes, its lines, and how it would pay."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date

from flask_babel import gettext as _

from ...checkout.address_form import one_line, read_address
from ...checkout.forms import read_email
from ...core.errors import FormInvalid
from ...core.registers import read_register_number, read_vat_id, same_firm
from .lines_form import errors_of, line_values, read_day, read_lines, typed_lines
from .rules import FIRM_FIELDS, Firm, Request, Wish

LONGEST_REGISTER_NUMBER, LONGEST_PURCHASE_ORDER = 40, 80
_ADDRESS = ("street", "street_more", "postcode", "city", "country")
# The fields that a form of a request has beside its lines, in the order of the page.
OTHER_FIELDS = (*FIRM_FIELDS, "elsewhere", "wanted_on", "payment", "purchase_order", "vat_only")


@dataclass(frozen=True, slots=True)
class Possible:
    """What can be had: countries to deliver to, and ways to pay by their codes."""

    countries: Collection[str]
    payments: Collection[str]
    currency: str
    today: date
    language: str


def read_request(fields: Mapping[str, str], possible: Possible) -> Request:
    """Raises `FormInvalid` with a sentence by field."""
    lines = typed_lines(fields)
    wishes = read_lines(lines, currency=possible.currency, today=possible.today)
    for line in lines:
        if line.is_changed:
            line.errors["text"] = _("You changed this line, so we read it anew: please look at it once more.")
    errors = errors_of(lines, wishes)
    if fields.get("wanted", "").strip():
        errors["wanted"] = _(
            "There are lines here that we haven't read yet: please press “Read these lines”."
        )
    firm = read_firm(fields, possible.countries, errors)
    wanted_on = read_day(fields.get("wanted_on", "").strip(), "wanted_on", errors, possible.today)
    if fields.get("payment") not in possible.payments:
        errors["payment"] = _("Please choose how you would pay.")
    order = _optional(fields, "purchase_order", LONGEST_PURCHASE_ORDER, errors)
    if errors:
        raise FormInvalid(errors)
    return Request(
        firm=firm,
        wishes=wishes,
        wanted_on=wanted_on,
        payment=fields["payment"],
        purchase_order=order,
        vat_only=fields.get("vat_only") == "yes",
        language=possible.language,
    )


def read_firm(fields: Mapping[str, str], countries: Collection[str], errors: dict[str, str]) -> Firm:
    """Who asks; what can't be has a sentence in `errors`."""
    found: dict[str, str] = {}
    address = read_address(fields, countries, found)
    if not address["name"] and "name" in found:
        found["name"] = _("Please give the firm's name.")
    wrong: dict[str, str] = {}
    contact = one_line("name", {"name": fields.get("contact", "")}, wrong, 120)
    if wrong:
        found["contact"] = _("Please give the name of somebody whom we can ask.")
    email = read_email(fields, found)
    register_number, vat_id = _numbers(fields, address["country"], found)
    delivery = _delivery(fields, address, countries, found)
    errors.update({name: found[name] for name in (*FIRM_FIELDS, *found) if name in found})
    return Firm(
        **address,
        contact=contact,
        email=email,
        register_number=register_number,
        vat_id=vat_id,
        **{f"delivery_{name}": value for name, value in delivery.items()},
    )


def _delivery(
    fields: Mapping[str, str], billing: Mapping[str, str], countries: Collection[str], errors: dict[str, str]
) -> dict[str, str]:
    """Where the parcels go: where the firm is, unless the form says otherwise."""
    parts = ("name", *_ADDRESS)
    if fields.get("elsewhere") != "yes":
        return {name: billing[name] for name in parts}
    found: dict[str, str] = {}
    typed = {name: fields.get(f"delivery_{name}", "") for name in parts}
    address = read_address({**typed, "name": typed["name"] or billing["name"]}, countries, found)
    errors.update({f"delivery_{name}": sentence for name, sentence in found.items() if name in parts})
    return {name: address[name] for name in parts}


def _numbers(fields: Mapping[str, str], country: str, errors: dict[str, str]) -> tuple[str, str]:
    """The number that the firm is registered by, and the one for VAT."""
    register = _register_number(fields, country, errors)
    typed, vat_id = fields.get("vat_id", "").strip(), ""
    if typed:
        try:
            vat_id = read_vat_id(typed, country)
        except ValueError:
            errors["vat_id"] = _(
                "This is no VAT number of the country above: its letters or check digits don't fit."
            )
    if country == "FR" and register and vat_id and not same_firm(register, vat_id):
        errors["vat_id"] = _(
            "This VAT number is another firm's: its last nine digits should be the SIREN, %(siren)s.",
            siren=register[:9],
        )
    if not register and not vat_id and not errors.keys() & {"register_number", "vat_id"}:
        errors["register_number"] = _(
            "Please give the firm's register number or its VAT number: the invoice names it."
        )
    return register, vat_id


def _register_number(fields: Mapping[str, str], country: str, errors: dict[str, str]) -> str:
    typed = fields.get("register_number", "").strip()
    if country != "FR":
        # Registers of other countries give numbers of many forms ("HRB 12345 B"): only a VAT number is checked there.
        return _optional(fields, "register_number", LONGEST_REGISTER_NUMBER, errors)
    if not typed:
        errors["register_number"] = _("Please give the SIREN (9 digits) or the SIRET (14 digits).")
        return ""
    try:
        return read_register_number(typed, country)
    except ValueError:
        errors["register_number"] = _(
            "This is no SIREN or SIRET: they have 9 or 14 digits, and theirs don't add up."
        )
        return ""


def _optional(fields: Mapping[str, str], name: str, longest: int, errors: dict[str, str]) -> str:
    """One line of text that may be empty."""
    wrong: dict[str, str] = {}
    # By the name of a field of an address that may be empty.
    value = one_line("street_more", {"street_more": fields.get(name, "")}, wrong, longest)
    if wrong:
        errors[name] = wrong["street_more"]
    return value


def request_fields(request: Request, currency: str) -> dict[str, str]:
    """A request as its form's fields: for one more like it."""
    return {
        **firm_fields(request.firm),
        "wanted_on": request.wanted_on.isoformat() if request.wanted_on else "",
        "payment": request.payment,
        "purchase_order": request.purchase_order,
        "vat_only": "yes" if request.vat_only else "",
        **wish_fields(request.wishes, currency),
    }


def firm_fields(firm: Firm) -> dict[str, str]:
    """What is known of a firm, as the form's fields."""
    values = asdict(firm)
    elsewhere = any(values[f"delivery_{name}"] != values[name] for name in ("name", *_ADDRESS))
    return {**values, "elsewhere": "yes" if elsewhere else ""}


def wish_fields(wishes: Collection[Wish], currency: str) -> dict[str, str]:
    """Wishes as the form's numbered fields."""
    return {
        f"{name}-{number}": value
        for number, wish in enumerate(wishes)
        for name, value in line_values(wish, currency).items()
    }
