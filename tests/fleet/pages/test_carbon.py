"""The carbon report: figures times units, each on its own basis, and what nobody knows said so."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.catalog.standard import CATEGORIES
from storefront.fleet.quotes.carbon import BASES, CarbonReport, carbon_report
from storefront.impact.queries import Avoided, factors


def factor(category: str, per: str, avoided: float, **values) -> Avoided:
    facts = {"metric": "climate", "unit": "kg CO2e", "new": None, "refurbished": None, "year": 2022}
    sources = {
        "source_en": f"{category} study",
        "source_fr": f"étude {category}",
        "url": "https://study.example",
    }
    return Avoided(**{"category": category, "per": per, "avoided": avoided, **facts, **sources, **values})


PHONE = factor("smartphones", "device", 77.3, new=84.4, refurbished=7.1)
PHONE_YEAR = factor("smartphones", "year", 24.6)
LAPTOP_YEAR = factor("laptops", "year", 27)


@pytest.fixture
def report() -> CarbonReport:
    return carbon_report({"smartphones": 25, "laptops": 12, "consoles": 2}, (PHONE, PHONE_YEAR, LAPTOP_YEAR))


def test_each_basis_has_its_own_part(report):
    found = [[(one.category, one.units, one.avoided) for one in part.counted] for part in report.parts]
    assert found == [
        [("smartphones", 25, Decimal("1932.5"))],
        [("smartphones", 25, Decimal("615.0")), ("laptops", 12, Decimal(324))],
    ]


def test_the_footprint_itself_is_there_where_the_source_gives_it(report):
    phones = report.per_device.counted[0]
    assert (phones.new, phones.refurbished) == (Decimal("2110.0"), Decimal("177.5"))
    assert {(one.new, one.refurbished) for one in report.per_year.counted} == {(None, None)}


def test_what_has_no_figure_is_named_and_not_counted(report):
    assert report.per_device.without == (("laptops", 12), ("consoles", 2))
    assert report.per_year.without == (("consoles", 2),)
    assert report.nothing_known == (("consoles", 2),)
    assert report.units == 39


def test_each_source_is_cited_once_and_found_by_its_number(report):
    assert [source.source_en for source in report.sources] == ["smartphones study", "laptops study"]
    assert [report.source_number(one) for one in (PHONE, PHONE_YEAR, LAPTOP_YEAR)] == [1, 1, 2]


def test_a_category_that_nothing_is_wanted_of_does_not_turn_up():
    nothing = carbon_report({"smartphones": 0}, factors())
    assert (nothing.units, nothing.nothing_known, nothing.sources) == (0, (), ())
    assert [part.counted + part.without for part in nothing.parts] == [(), ()]


UNITS = st.dictionaries(st.sampled_from(sorted(CATEGORIES)), st.integers(1, 500))


@given(units=UNITS)
def test_every_category_is_counted_or_named_on_each_basis(units):
    made = carbon_report(units, factors())
    for part in made.parts:
        assert {one.factor.per for one in part.counted} <= {part.basis}
        counted = {one.category for one in part.counted}
        assert counted | {category for category, _count in part.without} == set(units)
        assert counted.isdisjoint(category for category, _count in part.without)


@given(units=UNITS)
def test_a_total_is_its_own_factor_times_its_own_units(units):
    made = carbon_report(units, factors())
    known = {(f.category, f.metric, f.per): Decimal(str(f.avoided)) for f in factors()}
    found = {
        (one.category, one.factor.metric, part.basis): one.avoided
        for part in made.parts
        for one in part.counted
    }
    assert found == {key: each * units[key[0]] for key, each in known.items() if key[0] in units}


def test_no_basis_is_left_out():
    assert set(BASES) == {factor.per for factor in factors()}
    assert set(product(BASES, ["smartphones"])) <= {(f.per, f.category) for f in factors()}
