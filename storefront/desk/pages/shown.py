"""The sections of settings as their page shows them: each setting with the way that it is typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from ...config import LANGUAGES, Name
from ...config.checks import LONGEST_LINE, LONGEST_NAME
from ...core.i18n import NAMES
from ...house.queries import SettingView, settings_shown
from ...house.running import current_house
from ...house.zones import REPLACED
from .queries import names_of


@dataclass(frozen=True, slots=True)
class Section:
    """Settings on one page."""

    code: str
    label: LazyString
    note: LazyString


SECTIONS: Mapping[str, Section] = {
    section.code: section
    for section in (
        Section("shop", lazy_gettext("Shop"), lazy_gettext("Its name, and the language it speaks first.")),
        Section(
            "colours",
            lazy_gettext("Colours"),
            lazy_gettext("Paper, ink, and the loud one. By day and by night."),
        ),
        Section(
            "contact",
            lazy_gettext("Contact and imprint"),
            lazy_gettext("Who runs the shop: for the imprint, mails and invoices."),
        ),
        Section("vat", lazy_gettext("VAT"), lazy_gettext("What holds for offers that don't say otherwise.")),
        Section(
            "payment",
            lazy_gettext("Payment"),
            lazy_gettext("Ways to pay, and what the transfer's instructions say."),
        ),
        Section(
            "shipping",
            lazy_gettext("Shipping"),
            lazy_gettext("Pickup and packing. Prices by country and weight: Zones."),
        ),
        Section(
            "mail", lazy_gettext("Mails"), lazy_gettext("Who they come from, and whether they get through.")
        ),
        Section(
            "sellers", lazy_gettext("Sellers"), lazy_gettext("How much is entrusted to a newcomer at once.")
        ),
        Section("fleet", lazy_gettext("Firms"), lazy_gettext("How long a quote holds, and who pays later.")),
    )
}

# How settings are typed that are no line of text.
_CHOICES: Mapping[Name, Mapping[str, LazyString | str]] = {
    ("shop", "language"): {code: NAMES[code] for code in LANGUAGES},
    ("vat", "scheme"): {
        "margin": lazy_gettext("Margin scheme: second-hand goods"),
        "standard": lazy_gettext("Standard: VAT on the whole price"),
    },
    ("shipping", "pickup"): {"true": lazy_gettext("Yes"), "false": lazy_gettext("No")},
}
_SEVERAL: Mapping[Name, Mapping[str, LazyString]] = {
    ("payment", "methods"): {
        "bank-transfer": lazy_gettext("Bank transfer"),
        "pickup": lazy_gettext("At the counter, on pickup"),
        "stripe": lazy_gettext("Card, by Stripe"),
    },
}
_HINTS: Mapping[Name, LazyString] = {
    ("shop", "language"): lazy_gettext("For visitors whose browser asks for neither of the two."),
    ("contact", "hosting"): lazy_gettext(
        "Name, address and phone of whoever hosts the shop. Empty: the shop itself."
    ),
    ("contact", "mediator"): lazy_gettext(
        "Name, postal address and website: who sells to consumers in France must have one."
    ),
    ("shipping", "countries"): lazy_gettext("Two-letter codes with commas: FR, BE."),
    ("payment", "methods"): lazy_gettext("At least one."),
    ("sellers", "probation_units"): lazy_gettext(
        "Ordered and not yet arrived. Once there are so many, its offers leave the shelves until some have."
    ),
    ("fleet", "most_held"): lazy_gettext("Over all its open quotes, so that nobody empties the shelves."),
    ("fleet", "invoice_days"): lazy_gettext("0: firms pay before anything is sent."),
}
# What people write as several lines, and fills one on a phone anyway.
_SEVERAL_LINES = (("contact", "address"), ("contact", "hosting"), ("contact", "mediator"))


@dataclass(frozen=True, slots=True)
class SettingField:
    """A setting in a form. `kind`: `line`, `lines`, `choice`, `several` or `colour`; `now` is what holds when that
    isn't what was typed; `who` changed it last, if anybody.
    """

    shown: SettingView
    kind: str
    value: str
    now: str
    options: tuple[tuple[str, str], ...]
    hint: str
    longest: int
    who: str

    @property
    def chosen(self) -> list[str]:
        """Of several, those that are ticked."""
        return self.value.split(",")


def setting_fields(section: str, typed: Mapping[str, str]) -> list[SettingField]:
    """The section's settings, with what was typed where something was; two statements."""
    zones = has_zones()
    shown = [setting for setting in settings_shown(section) if not (zones and setting.setting in REPLACED)]
    people = names_of(setting.person_id for setting in shown)
    return [_field(setting, typed, people) for setting in shown]


def _field(setting: SettingView, typed: Mapping[str, str], people: Mapping[int, str]) -> SettingField:
    name = setting.setting
    value = setting.value if setting.fixed else typed.get(setting.field, setting.value)
    options = _CHOICES.get(name) or _SEVERAL.get(name) or {}
    kind = "several" if name in _SEVERAL else "choice" if options else "line"
    if name in _SEVERAL_LINES:
        kind = "lines"
    return SettingField(
        shown=setting,
        kind="colour" if name[0] == "colours" else kind,
        value=value,
        now=_said(setting.value, options) if value != setting.value else "",
        options=tuple((code, str(label)) for code, label in options.items()),
        hint=str(_HINTS.get(name, "")),
        longest=LONGEST_NAME if name == ("shop", "name") else LONGEST_LINE,
        who=people.get(setting.person_id or 0, ""),
    )


def _said(value: str, options: Mapping[str, LazyString | str]) -> str:
    """A value in words: what stands there now may well be nothing."""
    words = [str(options.get(code, code)) for code in (value.split(",") if options else [value])]
    return ", ".join(words) or gettext("nothing")


def has_zones() -> bool:
    """Whether the shop has zones of its own, which replace some settings."""
    return current_house().tariff.zones[0].id is not None


def labels(fields: Sequence[SettingField]) -> dict[str, str]:
    """For the summary of what is wrong."""
    return {field.shown.field: field.shown.label for field in fields}
