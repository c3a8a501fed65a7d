"""The demo shop's devices have numbers, so that a lookup at `/repair` finds one."""

from sqlalchemy import select
from stdnum import imei

from storefront.core.database import db
from storefront.demo.serials import ONE_TO_TRY, Serials
from storefront.orders.models import OrderLine, Parcel
from storefront.orders.units import unit_by_serial

from .conftest import LoadedShop


def test_numbers_are_valid_and_each_comes_once():
    serials = Serials()
    given = [serials.next("smartphones", kept=True) for _ in range(2_000)]
    assert given[0] == ONE_TO_TRY
    assert len(set(given)) == len(given)
    assert all(imei.is_valid(one) and one.startswith("00") for one in given)
    assert not serials.next("laptops", kept=True).isdecimal()


def test_one_that_went_back_is_not_the_one_to_try():
    assert Serials().next("smartphones", kept=False) != ONE_TO_TRY


def test_every_device_that_arrived_has_one(loaded_shop: LoadedShop):
    arrived = db.session.scalars(
        select(OrderLine).join(OrderLine.parcel).where(Parcel.status == "delivered")
    ).all()
    assert len(arrived) > 20
    assert [line.title for line in arrived if len([u for u in line.units if u.serial]) != line.quantity] == []


def test_the_one_to_try_is_a_phone_under_guarantee(loaded_shop: LoadedShop):
    found = unit_by_serial(ONE_TO_TRY)
    assert found is not None
    assert (found.category, found.place) == ("smartphones", 1)
    assert found.legal_until > loaded_shop.now.date()
    assert found.model_id is not None
