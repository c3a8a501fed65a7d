"""What an alternative gives up: a truth table."""

import pytest

from storefront.fleet.quotes.tradeoffs import TradeOff, Weighed, trade_off

CHEAP = Weighed(total=100_00, units=10, models=3, parcels=4)
ALIKE = Weighed(total=120_00, units=10, models=1, parcels=4)
FEW = Weighed(total=110_00, units=10, models=3, parcels=1)
LESS = Weighed(total=50_00, units=7, models=1, parcels=1)
NOTHING = TradeOff(dearer=0, fewer_units=0, more_models=0, more_parcels=0)


@pytest.mark.parametrize(
    ("one", "among", "lost"),
    [
        (CHEAP, [CHEAP], NOTHING),
        (CHEAP, [CHEAP, ALIKE], TradeOff(0, 0, 2, 0)),
        (ALIKE, [CHEAP, ALIKE], TradeOff(20_00, 0, 0, 0)),
        (CHEAP, [CHEAP, ALIKE, FEW], TradeOff(0, 0, 2, 3)),
        (FEW, [CHEAP, ALIKE, FEW], TradeOff(10_00, 0, 2, 0)),
        # What brings less is no better for being cheap, nor for needing few models and parcels.
        (CHEAP, [CHEAP, LESS], NOTHING),
        (LESS, [CHEAP, LESS], TradeOff(0, 3, 0, 0)),
    ],
)
def test_what_is_given_up(one, among, lost):
    assert trade_off(one, among) == lost
    assert lost.nothing == (lost == NOTHING)
