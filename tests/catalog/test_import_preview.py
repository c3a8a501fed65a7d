"""What a preview shows is what the load then does: no more, no less, and nothing at all when the shop has changed."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import current_app
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storefront.catalog import importer
from storefront.catalog.errors import ShopChanged
from storefront.catalog.importer import Options, Preview, apply, preview
from storefront.catalog.models import Model, Offer, Product
from storefront.catalog.report import OfferChange
from storefront.catalog.shelf import Shelf
from storefront.catalog.terms import COLUMNS_OF_TERMS
from storefront.core.database import db
from storefront.core.sheets import Sheet, read_upload
from storefront.sellers.models import Seller

from .makers import IPHONE_13, NOW, as_csv, load, load_models, phones, set_offer
from .test_import import snapshot

CREATE = Options(create=True)


@contextmanager
def upload(*changes: Any) -> Iterator[Sheet]:
    content = as_csv(phones(*changes)).encode()
    with read_upload(io.BytesIO(content), name="offers.csv") as sheet:
        yield sheet


def looked_at(sheet: Sheet, options: Options = CREATE) -> Preview:
    return preview(sheet, options, settings=current_app.config["SETTINGS"], now=NOW)


def applied(sheet: Sheet, key: str, options: Options = CREATE) -> Any:
    return apply(sheet, options, key=key, settings=current_app.config["SETTINGS"], now=NOW)


Terms = dict[tuple[str, str], dict[str, Any]]


def all_terms() -> Terms:
    """The terms of every offer by (seller, sku), with the product's identity."""
    db.session.rollback()
    columns = [getattr(Offer, name) for name in COLUMNS_OF_TERMS]
    statement = (
        sa.select(Seller.slug, Offer.sku, Product.identity, *columns).join(Offer.seller).join(Offer.product)
    )
    return {
        (row.slug, row.sku): {"product": row.identity, **{name: getattr(row, name) for name in COLUMNS_OF_TERMS}}
        for row in db.session.execute(statement)
    }  # fmt: skip


def with_changes(before: Terms, changes: list[OfferChange]) -> Terms:
    """What the shop would be if these changes were made, and they held in the shop as it was."""
    after = {key: dict(terms) for key, terms in before.items()}
    for change in changes:
        terms = after.setdefault((change.seller, change.sku), {})
        assert {name: terms[name] for name in change.before} == dict(change.before)
        assert change.is_new == (terms == {})
        terms.update(change.after)
    return after


TITLES = st.sampled_from(["iPhone 13", "Pixel 8", "pixel-8", "Odd thing", "Ódd thing"])
ROW = st.fixed_dictionaries(
    {
        "sku": st.sampled_from([f"A{n}" for n in range(6)]),
        "seller": st.sampled_from(["One", "one", "Two", "!!"]),
        "title": TITLES,
        "category": st.sampled_from(["smartphones", "Ovens"]),
        "model": st.sampled_from(["", "iPhone 13", "unknown"]),
        "storage_gb": st.sampled_from(["", "128", "x"]),
        "colour": st.sampled_from(["", "blue", "Blue"]),
        "grade": st.sampled_from(["good", "fair", "top"]),
        "price": st.sampled_from(["300", "310,50", "free"]),
        "stock": st.sampled_from(["0", "2", "-1"]),
        "battery_percent": st.sampled_from(["", "91"]),
        "guarantee_months": st.sampled_from(["", "24"]),
    }
)
FILE = st.lists(ROW, max_size=8)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(first=FILE, second=FILE, create=st.booleans(), strict=st.booleans())
def test_applying_a_preview_leaves_exactly_the_differences_it_showed(
    db_session, first, second, create, strict
):
    if not db_session.scalar(sa.select(Model.id)):
        load_models(IPHONE_13)
    load(*first) if first else None
    options = Options(create=create, strict=strict)
    with upload(*second, {"sku": "last"}) as sheet:
        before, whole = all_terms(), snapshot()
        looked = looked_at(sheet, options)
        assert snapshot() == whole
        report = applied(sheet, looked.key, options)
    assert report == looked.report
    assert all_terms() == with_changes(before, report.changes)
    counted = {"new": sum(change.is_new for change in report.changes), "all": len(report.changes)}
    assert (report.created, report.created + report.updated) == (counted["new"], counted["all"])


def test_a_preview_shows_old_and_new_of_what_changes(db_session):
    load({}, {"title": "Pixel 8"}, {})
    with upload({"price": "300", "grade": "fair"}, {"title": "Pixel 8"}, {"stock": "0"}, {}) as sheet:
        report = looked_at(sheet).report
    assert [(change.line, change.sku, dict(change.before), dict(change.after)) for change in report.changes[:2]] == [
        (2, "A1", {"grade": "good", "price_minor": 31900}, {"grade": "fair", "price_minor": 30000}),
        (4, "A3", {"stock": 2}, {"stock": 0}),
    ]  # fmt: skip
    assert [change.is_new for change in report.changes] == [False, False, True]
    assert (report.created, report.updated, report.unchanged) == (1, 2, 1)


@pytest.mark.parametrize("what", ["order", "seller", "model"])
def test_a_shop_that_has_changed_since_is_left_alone(db_session, what):
    load({}, {"sku": "other"})
    with upload({"price": "300", "seller": "Newcomer"}, {"model": "iPhone 13", "sku": "B"}) as sheet:
        looked = looked_at(sheet)
        changes = {
            "order": lambda: load({"seller": "Newcomer", "price": "300"}),
            "seller": lambda: load({"seller": "Newcomer", "sku": "first"}),
            "model": lambda: load_models(IPHONE_13),
        }
        changes[what]()
        whole = snapshot()
        with pytest.raises(ShopChanged, match="look at what it would change again"):
            applied(sheet, looked.key)
        assert snapshot() == whole


def test_what_does_not_touch_the_file_does_not_matter(db_session):
    load({}, {"sku": "other"})
    with upload({"price": "300"}) as sheet:
        looked = looked_at(sheet)
        set_offer("other", stock=1)
        assert applied(sheet, looked.key).updated == 1


def test_the_same_preview_is_applied_once(db_session):
    load({})
    with upload({"price": "300"}) as sheet:
        looked = looked_at(sheet)
        applied(sheet, looked.key)
        with pytest.raises(ShopChanged):
            applied(sheet, looked.key)


def test_a_key_stands_for_its_file_and_its_options(db_session):
    load({})
    with upload({"price": "300"}) as sheet, upload({"price": "300.0"}) as other:
        looked = looked_at(sheet)
        for wrong in ((other, looked.key, CREATE), (sheet, looked.key, Options()), (sheet, "x", CREATE)):
            with pytest.raises(ShopChanged):
                applied(*wrong)


def test_a_change_between_the_last_look_and_the_write_is_told(app, db_session, monkeypatch):
    """A shopper buys after `apply` has looked: the batch is written, and the report says that it did something else."""
    load({}, {"sku": "A2"})
    with upload({"price": "300"}, {"sku": "A2", "price": "300"}) as sheet:
        looked = looked_at(sheet)

        class Bought(Shelf):
            def put(self, *rows: Any) -> None:
                if not self.pretend:
                    db.session.execute(sa.update(Offer).where(Offer.sku == "A2").values(stock=1))
                super().put(*rows)

        monkeypatch.setattr(importer, "Shelf", Bought)
        report = applied(sheet, looked.key)
        assert report.deviates
        assert report.changes[1].before == {"price_minor": 31900, "stock": 1}
        looked = looked_at(sheet, Options(create=True, strict=True))
        whole = snapshot()
        with pytest.raises(ShopChanged, match="nothing was loaded"):
            applied(sheet, looked.key, Options(create=True, strict=True))
        assert snapshot() == whole


def test_a_strict_load_with_bad_rows_changes_nothing_and_shows_no_change(db_session):
    load({})
    strict = Options(create=True, strict=True)
    with upload({"price": "300"}, {"price": "x"}) as sheet:
        looked = looked_at(sheet, strict)
        assert (looked.report.updated, looked.report.changes, looked.report.refused) == (0, [], 1)
        whole = snapshot()
        assert applied(sheet, looked.key, strict).refused == 1
        assert snapshot() == whole
