"""What settings are called, and what each needs, in the reader's language."""

from collections.abc import Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from ..config import Name
from ..config.checks import LONGEST_LINE, LONGEST_NAME
from ..config.colours import Unreadable

SETTINGS: Mapping[Name, LazyString] = {
    ("shop", "name"): _("Name of the shop"),
    ("shop", "language"): _("Language"),
    ("contact", "company"): _("Company"),
    ("contact", "address"): _("Address"),
    ("contact", "email"): _("Mail address"),
    ("contact", "phone"): _("Phone"),
    ("contact", "register_number"): _("Register number"),
    ("contact", "vat_id"): _("VAT id"),
    ("contact", "director"): _("Responsible for what is published"),
    ("contact", "hosting"): _("Hosting"),
    ("contact", "mediator"): _("Mediator"),
    ("vat", "scheme"): _("VAT scheme"),
    ("vat", "percent"): _("VAT rate, in percent"),
    ("shipping", "standard"): _("Price of standard shipping"),
    ("shipping", "standard_days"): _("Days on the way, standard"),
    ("shipping", "express"): _("Price of express shipping"),
    ("shipping", "express_days"): _("Days on the way, express"),
    ("shipping", "pickup"): _("Pickup at the seller's"),
    ("shipping", "countries"): _("Countries that parcels go to"),
    ("shipping", "packing_g"): _("Weight of the packing of a device, in grams"),
    ("payment", "methods"): _("Ways to pay"),
    ("payment", "transfer_holder"): _("Account holder"),
    ("payment", "transfer_iban"): _("IBAN"),
    ("payment", "transfer_bic"): _("BIC"),
    ("payment", "transfer_days"): _("Days to pay by transfer"),
    ("payment", "pickup_days"): _("Days to pick up and pay"),
    ("mail", "sender"): _("Sender of mails"),
    ("colours", "accent"): _("Accent: the loud button"),
    ("colours", "ink"): _("Ink: text"),
    ("colours", "paper"): _("Paper: the background"),
    ("colours", "dark_accent"): _("Accent in the dark"),
    ("colours", "dark_ink"): _("Ink in the dark"),
    ("colours", "dark_paper"): _("Paper in the dark"),
    ("sellers", "probation_units"): _("Units on their way at once, of a seller on probation"),
    ("fleet", "hold_hours"): _("Hours that the units of a quote are held"),
    ("fleet", "most_held"): _("Units held at once, for one firm"),
    ("fleet", "invoice_days"): _("Days to pay an invoice on account"),
}

_MAILBOX = _("Please give a mail address, such as hello@shop.example.")
_AMOUNT = _("Please give an amount from 0 to 1,000,000, such as 4.90.")
_TEXT = _("Please give a text of at most %(most)s characters, all of which can be seen.", most=LONGEST_LINE)
_CHOICE = _("Please choose from the list.")
_COLOUR = _("Please give a colour as # and six digits, such as #ff5c39.")
_TRAVEL = _("Please give a whole number from 0 to 60.")
_WAITING = _("Please give a whole number from 1 to 60.")

# What is said of a value that its check refuses.
NEEDS: Mapping[Name, LazyString] = {
    ("shop", "name"): _("Please give a name of at most %(most)s characters, on one line.", most=LONGEST_NAME),
    ("shop", "language"): _CHOICE,
    ("contact", "email"): _MAILBOX,
    ("vat", "scheme"): _CHOICE,
    ("vat", "percent"): _("Please give a number from 0 up, such as 20."),
    ("shipping", "standard"): _AMOUNT,
    ("shipping", "standard_days"): _TRAVEL,
    ("shipping", "express"): _AMOUNT,
    ("shipping", "express_days"): _TRAVEL,
    ("shipping", "pickup"): _CHOICE,
    ("shipping", "countries"): _("Please give the two-letter codes of countries, such as FR, BE."),
    ("shipping", "packing_g"): _("Please give a whole number from 0 to 20,000."),
    ("payment", "methods"): _("Please choose at least one way to pay."),
    ("payment", "transfer_iban"): _(
        "This is no IBAN: its check digits don't fit. Please look at it once more."
    ),
    ("payment", "transfer_days"): _WAITING,
    ("payment", "pickup_days"): _WAITING,
    ("mail", "sender"): _MAILBOX,
    ("sellers", "probation_units"): _("Please give a whole number from 1 to 1,000,000."),
    ("fleet", "hold_hours"): _("Please give a whole number from 1 to 720."),
    ("fleet", "most_held"): _("Please give a whole number from 1 to 100,000."),
    ("fleet", "invoice_days"): _("Please give a whole number from 0 to 60."),
    **{setting: _COLOUR for setting in SETTINGS if setting[0] == "colours"},
}

# What the settings must be together: said of the one that `WrongSetting.setting` names.
TOGETHER: Mapping[Name, LazyString] = {
    ("payment", "methods"): _(
        "Card payments need Stripe's keys first, which whoever runs the machine has to set."
    ),
    ("shipping", "countries"): _("The shop's own country must be among them."),
    ("contact", "company"): _("This is the demo's company. Please give your own."),
    ("payment", "transfer_holder"): _("This is the demo's account. Please give your own."),
    ("payment", "transfer_iban"): _("This is the demo's account. Please give your own."),
}

# The fixed colours of the stylesheet that a setting may clash with.
FIXED_COLOURS: Mapping[str, LazyString] = {
    "#ffffff": _("the white of fields and boxes"),
    "#bfe3ff": _("the light blue of stickers"),
    "#5d5775": _("the grey of small print"),
    "#b3200c": _("the red of errors"),
    "#0a6b43": _("the green of savings"),
    "#5b3df5": _("the violet around what is chosen"),
    "#241f3d": _("the boxes in the dark"),
    "#c3bbdb": _("the grey of small print in the dark"),
    "#ff9c86": _("the red of errors in the dark"),
    "#c8f04b": _("the green of savings in the dark"),
}


def setting_label(setting: Name) -> str:
    return str(SETTINGS[setting])


def needs(setting: Name) -> str:
    """What to say of a value that can't be taken."""
    return str(NEEDS.get(setting, _TEXT))


def unreadable_sentence(found: Unreadable) -> str:
    """Which two colours can't be told apart, by how much, and what would do."""
    sentence = gettext(
        "%(one)s and %(other)s are too close: their contrast is %(ratio)s, and reading needs %(least)s.",
        one=_colour_name(found.name),
        other=_colour_name(found.other),
        ratio=f"{found.ratio:.2f}",
        least=f"{found.pair.least:g}",
    )
    if not found.suggestion:
        return sentence
    advice = gettext("The nearest colour that does it is %(colour)s.", colour=found.suggestion)
    return f"{sentence} {advice}"


def _colour_name(name: str) -> str:
    return str(FIXED_COLOURS[name]) if name in FIXED_COLOURS else setting_label(("colours", name))
