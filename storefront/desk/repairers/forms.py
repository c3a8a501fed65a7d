"""What people ask the chapter's list for, and the rates of repair bonuses that they type."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from ...catalog.formats.amounts import plain_amount
from ...core.errors import FormInvalid
from ...core.money import Money
from ...repair.network.forms import read_line
from ...repair.network.price_form import DEAREST
from ...repair.network.rules import CATEGORIES, REPAIRED_THINGS, STANDINGS

# Not standings of their own: verified, and over or about to be.
LAPSED, ENDING = "lapsed", "ending"
# As the table of bonuses keeps it.
LONGEST_SOURCE = 200


@dataclass(frozen=True, slots=True)
class RepairerFilters:
    """What the list is narrowed to; what is empty narrows nothing."""

    standing: str = ""
    category: str = ""
    text: str = ""


def read_filters(fields: Mapping[str, str]) -> RepairerFilters:
    """It stands in the address: what can't be read narrows nothing."""
    standing, category = fields.get("standing", ""), fields.get("category", "")
    return RepairerFilters(
        standing=standing if standing in (*STANDINGS, LAPSED, ENDING) else "",
        category=category if category in REPAIRED_THINGS else "",
        text=fields.get("q", "").replace("\0", "").strip()[:200],
    )


@dataclass(frozen=True, slots=True)
class BonusForm:
    """What is paid towards a repair from a day on."""

    country: str
    category: str
    amount: Money
    minimum: Money
    since: date
    until: date | None
    source: str


def read_bonus(fields: Mapping[str, str], *, countries: Collection[str], currency: str) -> BonusForm:
    """A rate for the table of repair bonuses. Raises `FormInvalid`."""
    errors: dict[str, str] = {}
    country, category = fields.get("country", ""), fields.get("category", "")
    if country not in countries:
        errors["country"] = _("Please choose a country.")
    if category not in CATEGORIES:
        errors["category"] = _("Please choose what is repaired.")
    amount = _amount(fields, "amount", currency, errors)
    minimum = _amount(fields, "minimum", currency, errors)
    since, until = _day(fields, "since", errors), _day(fields, "until", errors)
    if since is None and "since" not in errors:
        errors["since"] = _("Please say from which day on.")
    if since and until and until < since:
        errors["until"] = _("It can't end before it begins.")
    source = read_line(fields, "source", LONGEST_SOURCE, errors)
    if errors or since is None:
        raise FormInvalid(errors)
    return BonusForm(country, category, amount, minimum, since, until, source)


def _amount(fields: Mapping[str, str], name: str, currency: str, errors: dict[str, str]) -> Money:
    """Zero or more; what is left empty is zero, but for the bonus itself."""
    typed = fields.get(name, "").strip()[:40]
    if not typed and name == "minimum":
        return Money(0, currency)
    try:
        amount = Money.parse(plain_amount(typed)[0], currency)
    except ValueError:
        amount = Money(-1, currency)
    if not 0 <= amount.amount <= DEAREST:
        errors[name] = _("Please give an amount such as 25 or 25.50; 0 says that nothing is paid.")
        return Money(0, currency)
    return amount


def _day(fields: Mapping[str, str], name: str, errors: dict[str, str]) -> date | None:
    typed = fields.get(name, "").strip()
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        errors[name] = _("Please give a day, such as 2027-01-31.")
        return None
