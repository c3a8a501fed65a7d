"""What a request's choices, fields and notes are called."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from flask_babel.speaklater import LazyString

from .reading import BEFORE_VAT, NEW, OF_ALL
from .rules import ANY, SAME_GRADE, SAME_MODEL
from .understanding import NO_DEVICE, NO_QUANTITY, SEVERAL, UNSURE_KIND

UNIFORMITIES: Mapping[str, LazyString] = {
    SAME_GRADE: lazy_gettext("same model, same grade"),
    SAME_MODEL: lazy_gettext("same model"),
    ANY: lazy_gettext("any that fits"),
}
NOTES: Mapping[str, LazyString] = {
    NEW: lazy_gettext("Nothing here is new: all of it is refurbished. Premium has no mark at all."),
    BEFORE_VAT: lazy_gettext("Your price is without VAT, ours are with it: please look at the budget again."),
    OF_ALL: lazy_gettext("We divided your budget by the number of devices."),
    UNSURE_KIND: lazy_gettext("This may be more than one thing: please check that we took the right one."),
    NO_QUANTITY: lazy_gettext("You didn't say how many, so we took one."),
    NO_DEVICE: lazy_gettext("We don't know what this is. Choose a kind of device, or say it in other words."),
    SEVERAL: lazy_gettext(
        "You named more than one model and we took the first. Give the other its own line."
    ),
}
FIELDS: Mapping[str, LazyString] = {
    "text": lazy_gettext("in your words"),
    "quantity": lazy_gettext("how many"),
    "spare": lazy_gettext("spares on top"),
    "device": lazy_gettext("device"),
    "words": lazy_gettext("what it must say"),
    "storage": lazy_gettext("storage, GB at least"),
    "grade": lazy_gettext("lowest grade"),
    "battery": lazy_gettext("lowest battery, percent"),
    "budget": lazy_gettext("most for one, with VAT"),
    "uniformity": lazy_gettext("how alike"),
    "wanted_on": lazy_gettext("a day of its own"),
}
FIRM: Mapping[str, LazyString] = {
    "wanted": lazy_gettext("What you need"),
    "file": lazy_gettext("File"),
    "name": lazy_gettext("Firm"),
    "register_number": lazy_gettext("SIREN or SIRET"),
    "vat_id": lazy_gettext("VAT number"),
    "contact": lazy_gettext("Whom we may ask"),
    "email": lazy_gettext("Mail address"),
    "phone": lazy_gettext("Phone"),
    "street": lazy_gettext("Street and number"),
    "street_more": lazy_gettext("Building, floor"),
    "postcode": lazy_gettext("Postcode"),
    "city": lazy_gettext("Town"),
    "country": lazy_gettext("Country"),
    "delivery_name": lazy_gettext("Recipient"),
    "delivery_street": lazy_gettext("Delivery: street and number"),
    "delivery_street_more": lazy_gettext("Delivery: building, floor"),
    "delivery_postcode": lazy_gettext("Delivery: postcode"),
    "delivery_city": lazy_gettext("Delivery: town"),
    "delivery_country": lazy_gettext("Delivery: country"),
    "wanted_on": lazy_gettext("Wanted by"),
    "payment": lazy_gettext("Payment"),
    "purchase_order": lazy_gettext("Your purchase-order number"),
}
_NEEDS: Mapping[str, LazyString] = {
    "words": lazy_gettext("without the words"),
    "storage": lazy_gettext("with any storage"),
    "grade": lazy_gettext("in any grade"),
    "battery": lazy_gettext("with any battery"),
    "budget": lazy_gettext("at any price"),
    "vat_only": lazy_gettext("with those whose VAT you can't recover"),
}


def field_label(name: str) -> str:
    """What a field of the form is called where it is wrong: `Line 2, how many`."""
    of, _dash, number = name.partition("-")
    if number.isdecimal() and of in FIELDS:
        return _("Line %(number)d, %(field)s", number=int(number) + 1, field=str(FIELDS[of]))
    return str(FIRM.get(name, name))


def column_label(name: str) -> str:
    """What a line's field is called above it."""
    label = str(FIELDS[name])
    return label[:1].upper() + label[1:]


def would_give(need: str, units: int) -> str:
    """`at any price: 14`."""
    return _("%(need)s: %(units)d", need=str(_NEEDS[need]), units=units)


def in_stock(units: int, models: int) -> str:
    """`37 in stock that fit, of 3 models`."""
    of = ngettext("of %(num)d model", "of %(num)d models", models)
    return _("%(units)d in stock that fit, %(of_models)s", units=units, of_models=of)
