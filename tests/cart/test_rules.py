import pytest

from storefront.cart.rules import counted, fitting, room_left


@pytest.mark.parametrize(
    ("wanted", "available", "units"),
    [(1, 5, 1), (5, 5, 5), (6, 5, 5), (1, 0, 0), (99, 1, 1), (1, -1, 0)],
)
def test_as_many_count_as_are_wanted_and_there(wanted, available, units):
    assert counted(wanted, available) == units


@pytest.mark.parametrize(("units", "room"), [(0, 99), (98, 1), (99, 0), (120, 0)])
def test_a_cart_has_room_for_99_units(units, room):
    assert room_left(units) == room


@pytest.mark.parametrize(
    ("units", "room", "fits"),
    [
        ([3, 2, 4], None, [3, 2, 4]),
        ([3, 2, 4], 4, [3, 1, 0]),
        ([3], 0, [0]),
        ([0, 2], 9, [0, 2]),
        ([], 1, []),
    ],
)
def test_the_first_lines_of_a_seller_get_the_room_that_it_has(units, room, fits):
    assert fitting(units, room) == fits
