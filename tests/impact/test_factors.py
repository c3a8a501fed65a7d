"""Every figure has a source and a year, is per device or per year of use, and is shown as it stands in the table."""

import re
from math import isclose
from urllib.parse import urlsplit

import pytest

from storefront.catalog.standard import CATEGORIES
from storefront.core.templating import number
from storefront.impact.queries import Avoided, climate_avoided, factors


@pytest.mark.parametrize("factor", factors(), ids=lambda f: f"{f.category}-{f.metric}-{f.per}")
def test_each_figure_says_what_it_is_and_who_says_so(db_session, factor: Avoided):
    assert factor.category in CATEGORIES
    assert factor.per in ("device", "year")
    assert factor.avoided > 0
    assert factor.unit
    assert len(factor.source) > 10
    assert 2015 <= factor.year <= 2026
    assert urlsplit(factor.url).scheme == "https"
    if factor.new is not None and factor.refurbished is not None:
        assert isclose(factor.new - factor.refurbished, factor.avoided, abs_tol=0.1)
    if factor.per == "year":
        assert factor.new is None


def test_no_figure_stands_there_twice():
    keys = [(factor.category, factor.metric, factor.per) for factor in factors()]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("category", "avoided", "per"),
    [("smartphones", 77.3, "device"), ("tablets", 20, "year"), ("laptops", 27, "year")],
)
def test_a_figure_per_device_goes_before_one_per_year(category, avoided, per):
    figure = climate_avoided(category)
    assert figure
    assert (figure.avoided, figure.per) == (avoided, per)


@pytest.mark.parametrize("category", ["consoles", "audio", "appliances", "nonsense", ""])
def test_without_a_trustworthy_figure_there_is_none(category):
    assert climate_avoided(category) is None


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_shows_every_figure_with_its_source(app, client, language):
    page = client.get(f"/{language}/impact").text
    plain = re.sub(r"[\u202f\xa0]|&nbsp;", " ", page)
    for factor in factors():
        with app.test_request_context(f"/{language}/", environ_overrides={"rebelote.language": language}):
            figure = re.sub(r"[\u202f\xa0]", " ", number(factor.avoided))
        assert f"<b>{figure} {factor.unit.replace('CO2e', 'CO₂e')}</b>" in plain
        assert factor.url in page
        assert str(factor.year) in page
