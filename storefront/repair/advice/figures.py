"""The second page: the facts of a case, gathered from the rooms that know them, and what we make of them."""

from datetime import date

from ...catalog.devices import on_sale
from ...config import current_settings
from ...core.money import Money
from ...impact.queries import climate_avoided_each_year
from ..faults import rate_of
from ..network.queries import PriceRange, price_range
from . import rules
from .case import Case
from .cover import cover_of
from .models import RepairBonus
from .queries import as_bonus, bonus_of
from .shown import AdvicePage, BonusShown, RepairShown
from .start import category_shown, complete


def advice_page(case: Case, today: date) -> AdvicePage:
    """Everything `/repair/advice` shows of a complete case; a fixed number of SQL statements, at most 13.

    Raises `FormInvalid` when the fault is none of the device's category.
    """
    case, known = complete(case)
    cover = cover_of(case)
    covered_now = cover is not None and cover.runs_on(today)
    country = case.country or current_settings().shop.country
    row = bonus_of(country, case.category, today)
    known_bonus = as_bonus(row, current_settings().shop.currency, today)
    bonus = rules.bonus_for(known_bonus, firm=case.firm, guaranteed=covered_now)
    prices = price_range(case.category, case.fault, today=today)
    sale = on_sale(known.id) if known else None
    rate = rate_of(case.category, case.fault)
    facts = rules.Facts(
        guaranteed=covered_now,
        repair=rules.Prices(prices.low.minor, prices.median.minor, prices.high.minor) if prices else None,
        bonus=bonus,
        new=known.new.price.minor if known and known.new else None,
        refurbished=sale.price.minor if sale else None,
        chance=rate.percent if rate and rate.of_fault else None,
    )
    advice = rules.advise(facts)
    category = category_shown(case.category)
    return AdvicePage(
        case=case,
        title=case.device or category.name,
        category=category,
        drawing=known.drawing if known else category.drawing,
        fault=case.known_fault,
        advice=advice,
        worth=_money(advice.worth),
        give_up=_money(advice.give_up),
        saved=_money(advice.saved),
        cover=cover,
        covered_now=covered_now,
        legal_now=cover is not None and cover.legal_until >= today,
        seller_now=cover is not None and cover.seller_until is not None and cover.seller_until >= today,
        repair=_repair(prices, bonus) if prices else None,
        bonus=_bonus_shown(row, bonus) if row and bonus else None,
        rate=rate,
        impact=climate_avoided_each_year(case.category),
        new=known.new if known else None,
        sale=sale,
        french=country == "FR",
    )


def _money(minor: int | None) -> Money | None:
    return None if minor is None else Money(minor, current_settings().shop.currency)


def _bonus_shown(row: RepairBonus, bonus: rules.Bonus) -> BonusShown:
    minimum = Money(bonus.minimum, row.currency) if bonus.minimum else None
    return BonusShown(Money(bonus.amount, row.currency), minimum, row.since, bonus.sure, row.source)


def _repair(prices: PriceRange, bonus: rules.Bonus | None) -> RepairShown:
    low, high = rules.left(prices.low.minor, prices.high.minor, bonus)
    currency = prices.low.currency
    return RepairShown(
        low=prices.low,
        median=prices.median,
        high=prices.high,
        repairers=prices.repairers,
        newest=prices.newest,
        left_low=Money(low, currency),
        left_high=Money(high, currency),
        likely=Money(rules.after_bonus(prices.median.minor, bonus), currency),
    )
