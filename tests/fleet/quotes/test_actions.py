"""From a proposal to an order, and all that may come between."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from storefront.catalog.actions import take_units
from storefront.catalog.models import Offer
from storefront.core.database import db, transaction
from storefront.core.errors import FormInvalid
from storefront.core.mail import OutgoingMail
from storefront.core.money import Money
from storefront.fleet.quotes import actions, queries
from storefront.fleet.quotes.actions import Agreed
from storefront.fleet.quotes.errors import ProposalGone, QuoteChanged, QuoteRefused, TooManyHeld
from storefront.fleet.quotes.models import Quote, QuoteLine, UnitHold
from storefront.fleet.quotes.sums import sums_of
from storefront.fleet.wishes.rules import Wish
from storefront.orders.models import ShopOrder
from storefront.orders.shown import shown
from storefront.sellers.errors import NoRoom
from tests.factories import NOW, make_offer, make_seller, make_wish, place_an_order

from .makers import (
    MINUTE,
    accept,
    allotment,
    alternatives_of,
    books,
    choose,
    make_firm,
    make_request,
    open_quote,
    propose,
)

pytestmark = pytest.mark.usefixtures("db_session")

UNTIL = NOW + timedelta(days=5)


def adjust(quote: Quote, *agreed: Agreed, **values) -> Quote:
    return actions.adjust(
        **{
            "quote_id": quote.id, "agreed": agreed, "payment": "bank-transfer", "terms": "", "until": UNTIL,
            "note": "", "person_id": None, "now": NOW, **values,
        }
    )  # fmt: skip


def kinds(quote: Quote) -> list[str]:
    return [version.kind for version in quote.versions]


def told(quote: Quote) -> list[str]:
    reasons = db.session.scalars(
        sa.select(OutgoingMail.reason)
        .where(OutgoingMail.reason.startswith(f"quote-{quote.id}-"))
        .order_by(OutgoingMail.id)
    )
    return [reason.split("-", 4)[-1] for reason in reasons]


def test_from_a_proposal_to_an_order():
    offer, other = make_offer(stock=5), make_offer(stock=5, price_minor=40000)
    quote = propose(offer, other)
    assert [(v.kind, v.alternative) for v in quote.versions] == [
        ("request", ""),
        ("proposal", "value"),
        ("proposal", "uniform"),
    ]
    assert (quote.state, books(offer.id)) == ("proposed", (5, 0, 0))
    choose(quote, "value", seen=quote.version)
    assert (quote.state, books(offer.id)) == ("open", (2, 3, 0))
    assert quote.expires_at == NOW + timedelta(hours=72)
    order = accept(quote, seen=quote.version)
    assert (quote.state, quote.order_id, books(offer.id)) == ("ordered", order.id, (2, 0, 3))
    assert (order.firm_name, order.purchase_order, order.name, quote.accepted_name) == (
        "Menuiserie Loire",
        "PO-4711",
        "Menuiserie Loire, atelier",
        "Zoé Vandermeersch",
    )
    assert told(quote) == ["firm-made", "firm-open", "operator-open", "firm-ordered", "operator-ordered"]


def test_the_order_comes_to_what_the_quote_said_to_the_cent():
    seller = make_seller()
    standard = make_offer(seller_id=seller.id, stock=9, price_minor=33333, vat_scheme="standard")
    margin = make_offer(seller_id=seller.id, stock=9, price_minor=20001)
    other = make_offer(stock=9, price_minor=9999, vat_scheme="standard")
    takes = allotment((0, standard.id, 3, 31666), (1, margin.id, 2, 19001), (1, other.id, 1, 9999))
    wishes = (Wish(quantity=3), Wish(quantity=3))
    quote = choose(propose(request=make_request(*wishes), alternatives=[takes]))
    assert quote.in_force is not None
    sums, page = sums_of(quote.in_force), shown(accept(quote), now=NOW)
    assert (page.goods, page.shipping, page.total, page.vat, page.margin) == (
        sums.goods,
        sums.shipping,
        sums.total,
        sums.vat,
        True,
    )
    assert [[(line.title, line.total) for line in parcel.lines] for parcel in page.parcels] == [
        [(line.line.title, line.gross) for line in parcel.lines] for parcel in sums.parcels
    ]


def test_what_its_seller_changes_meanwhile_changes_nothing_that_was_agreed():
    offer = make_offer(stock=5, purchase_price_minor=20000)
    quote = open_quote(offer)
    offer.price_minor, offer.grade, offer.guarantee_months, offer.purchase_price_minor = (
        99900,
        "fair",
        6,
        31000,
    )
    offer.product.title = "Another thing"
    db.session.flush()
    (parcel,) = accept(quote).parcels
    (line,) = parcel.lines
    assert (line.price_minor, line.grade, line.guarantee_months, line.purchase_price_minor) == (
        32000,
        "good",
        12,
        20000,
    )
    assert line.title != "Another thing"


def test_accepted_again_it_is_the_same_order():
    quote = open_quote(offer := make_offer(stock=5))
    seen = quote.version
    first = accept(quote, seen=seen)
    assert (accept(quote, seen=seen).id, books(offer.id)) == (first.id, (2, 0, 3))
    assert db.session.scalar(sa.select(sa.func.count(ShopOrder.id))) == 1


def test_the_same_form_twice_is_one_quote():
    offer = make_offer(stock=5)
    assert propose(offer, key="one-form-sent-twice").id == propose(offer, key="one-form-sent-twice").id


def test_of_two_tabs_the_second_is_told_what_the_first_has_chosen():
    offer, other = make_offer(stock=5), make_offer(stock=5)
    quote = propose(offer, other)
    seen = quote.version
    choose(quote, "value", seen=seen)
    with pytest.raises(QuoteChanged, match="Held"):
        choose(quote, "uniform", seen=seen)
    assert (books(offer.id), books(other.id)) == ((2, 3, 0), (5, 0, 0))


def test_somebody_bought_a_unit_meanwhile_and_nothing_is_lost():
    offer = make_offer(stock=3)
    quote = propose(offer)
    take_units({offer.id: 1})
    db.session.commit()
    with pytest.raises(ProposalGone), transaction():
        choose(quote)
    assert (quote.state, kinds(quote), books(offer.id)[:2]) == ("proposed", ["request", "proposal"], (2, 0))
    actions.anew(quote_id=quote.id, now=NOW, seen=quote.version)
    actions.offer(
        quote_id=quote.id, alternatives=alternatives_of(offer, units=2), now=NOW, seen=quote.version
    )
    assert choose(quote).state == "open"
    assert (len(quote.proposals), books(offer.id)[:2]) == (1, (0, 2))


@pytest.mark.parametrize(
    "change", [{"price_minor": 31900}, {"price_minor": 32100}, {"grade": "fair"}, {"vat_scheme": "standard"}]
)
def test_what_is_not_as_it_was_shown_is_proposed_anew(change):
    quote = propose(offer := make_offer(stock=5))
    for name, value in change.items():
        setattr(offer, name, value)
    db.session.flush()
    with pytest.raises(ProposalGone):
        choose(quote)


def test_prices_of_yesterday_are_proposed_anew():
    quote = propose()
    with pytest.raises(ProposalGone):
        choose(quote, now=NOW + timedelta(hours=24, seconds=1))


def test_a_newcomer_may_not_send_more_than_it_has_room_for():
    seller = make_seller(standing="probation", open_units=18)
    quote = propose(make_offer(seller_id=seller.id, stock=9))
    with pytest.raises(ProposalGone, match="new here"):
        choose(quote)


def test_an_offer_that_was_taken_away_is_named_and_nothing_else_is_lost():
    gone, stays = make_offer(stock=5), make_offer(stock=5)
    wishes = (Wish(quantity=1), Wish(quantity=2))
    takes = allotment((0, gone.id, 1, 32000), (1, stays.id, 2, 32000))
    quote = choose(propose(request=make_request(*wishes), alternatives=[takes]))
    title = gone.product.title
    db.session.execute(sa.delete(Offer).where(Offer.id == gone.id))
    db.session.commit()
    with pytest.raises(ProposalGone, match=title), transaction():
        accept(quote)
    assert (quote.state, books(stays.id)) == ("open", (3, 2, 0))
    actions.anew(quote_id=quote.id, now=NOW)
    assert books(stays.id) == (5, 0, 0)


def test_a_suspended_seller_sends_nothing_and_its_units_are_not_lost():
    offer = make_offer(stock=5)
    quote = open_quote(offer)
    offer.seller.standing = "suspended"
    db.session.commit()
    with pytest.raises(ProposalGone, match="sells nothing"), transaction():
        accept(quote)
    assert (quote.state, books(offer.id)) == ("open", (2, 3, 0))
    offer.seller.standing = "active"
    db.session.flush()
    assert accept(quote).state == "placed"


def test_a_newcomer_that_is_full_by_now_keeps_the_quote_open():
    seller = make_seller(standing="probation", open_units=17)
    offer = make_offer(seller_id=seller.id, stock=5)
    quote = open_quote(offer)
    seller.open_units = 18
    db.session.commit()
    with pytest.raises(NoRoom), transaction():
        accept(quote)
    assert (quote.state, books(offer.id)) == ("open", (2, 3, 0))
    seller.open_units = 17
    db.session.commit()
    accept(quote)
    db.session.refresh(seller)
    assert (quote.state, seller.open_units) == ("ordered", 20)


def test_another_vat_rate_is_another_quote():
    quote = open_quote()
    quote_id = quote.id
    for line in db.session.scalars(sa.select(QuoteLine)):
        line.vat_rate = 1960
    db.session.flush()
    with pytest.raises(ProposalGone, match="rate"):
        actions.accept(quote_id=quote_id, name="Zoé", purchase_order="", now=NOW)


def test_nothing_is_accepted_at_the_second_it_runs_out():
    quote = open_quote()
    assert quote.expires_at
    with pytest.raises(QuoteRefused, match="time is over"):
        accept(quote, now=quote.expires_at)
    assert accept(quote, now=quote.expires_at - timedelta(seconds=1)).state == "placed"


def test_expiry_gives_units_back_once():
    offer = make_offer(stock=5)
    quote = open_quote(offer)
    at = NOW + timedelta(hours=72)
    assert not actions.expire(quote_id=quote.id, now=at - timedelta(seconds=1))
    assert actions.expire(quote_id=quote.id, now=at)
    assert not actions.expire(quote_id=quote.id, now=at)
    assert (quote.state, books(offer.id), kinds(quote)[-1]) == ("expired", (5, 0, 0), "expired")
    assert told(quote)[-1] == "firm-expired"


def test_who_never_chose_is_not_told_that_nothing_is_held():
    quote = propose()
    assert actions.expire(quote_id=quote.id, now=NOW + timedelta(days=14))
    assert told(quote) == ["firm-made"]


def test_what_has_run_out_is_proposed_anew_by_one_press():
    offer = make_offer(stock=5)
    quote = open_quote(offer)
    actions.expire(quote_id=quote.id, now=NOW + timedelta(days=4))
    later = NOW + timedelta(days=9)
    actions.anew(quote_id=quote.id, now=later, seen=quote.version)
    actions.offer(quote_id=quote.id, alternatives=alternatives_of(offer), now=later, seen=quote.version)
    assert (quote.state, quote.ended_at, quote.blank_at) == ("proposed", None, None)
    assert choose(quote, now=later).state == "open"
    assert queries.request_of(quote).wishes == make_request().wishes


def test_a_revision_lets_go_what_was_held_and_keeps_what_was_before():
    offer = make_offer(stock=5)
    quote = open_quote(offer)
    other = make_request(
        Wish(quantity=2), firm=make_firm(name="Menuiserie Loire SAS"), wanted_on=date(2026, 3, 20)
    )
    actions.revise(quote_id=quote.id, request=other, now=NOW, seen=quote.version)
    assert (quote.state, quote.offered, quote.proposals, books(offer.id)) == ("proposed", None, [], (5, 0, 0))
    assert (quote.name, queries.request_of(quote)) == ("Menuiserie Loire SAS", other)
    assert kinds(quote) == ["request", "proposal", "chosen", "request"]
    first = quote.numbered(2)
    assert [(line.quantity, line.price_minor) for line in first.lines] == [(3, 32000)]


def test_alternatives_of_a_request_that_was_changed_meanwhile_are_thrown_away():
    offer = make_offer(stock=5)
    quote = propose(offer)
    actions.anew(quote_id=quote.id, now=NOW)
    seen = quote.version
    actions.revise(quote_id=quote.id, request=make_request(Wish(quantity=1)), now=NOW)
    with pytest.raises(QuoteChanged):
        actions.offer(quote_id=quote.id, alternatives=alternatives_of(offer), now=NOW, seen=seen)


def test_declining_gives_back_and_says_why():
    quote = open_quote(offer := make_offer(stock=5))
    actions.decline(quote_id=quote.id, reason="Too dear", now=NOW, seen=quote.version)
    assert (quote.state, books(offer.id), quote.versions[-1].note) == ("declined", (5, 0, 0), "Too dear")
    with pytest.raises(QuoteRefused):
        accept(quote)


def test_a_firm_has_no_more_held_than_one_firm_may():
    offer = make_offer(stock=300)
    open_quote(offer, units=60)
    with pytest.raises(TooManyHeld, match="40 units more for you, and this proposal has 41"):
        open_quote(offer, units=41)
    open_quote(offer, units=40)


@pytest.mark.parametrize(
    ("email", "number", "is_same"),
    [
        ("ZOE@menuiserie.example", "", True),
        ("else@menuiserie.example", "732 829 320 00074", True),
        ("else@menuiserie.example", "404833048", False),
        # By its VAT id, which ends with the SIREN.
        ("else@menuiserie.example", "", True),
    ],
)
def test_a_firm_is_one_by_its_mailbox_or_its_register_number(email, number, is_same):
    offer = make_offer(stock=300)
    open_quote(offer, units=100)
    request = make_request(firm=make_firm(email=email, register_number=number))
    quote = propose(offer, units=1, request=request)
    if is_same:
        with pytest.raises(TooManyHeld):
            choose(quote)
    else:
        assert choose(quote).state == "open"


def test_an_operator_may_hold_more_for_a_firm_that_it_knows():
    offer = make_offer(stock=300)
    quote = open_quote(offer, units=60)
    adjust(quote, Agreed(0, offer.id, 150, 30000), seen=quote.version)
    assert (quote.state, books(offer.id)) == ("open", (150, 150, 0))


def test_an_adjustment_is_a_version_by_the_operator_with_its_own_prices():
    first, second = make_offer(stock=5), make_offer(stock=5, price_minor=41000)
    quote = open_quote(first)
    adjust(
        quote,
        Agreed(0, first.id, 1, 29900),
        Agreed(0, second.id, 2, 40000),
        terms="Set up with your image.",
        note="As we said by phone.",
    )
    version = quote.in_force
    assert version is not None
    assert (version.kind, version.by_side, version.terms, version.note) == (
        "adjusted",
        "operator",
        "Set up with your image.",
        "As we said by phone.",
    )
    assert [(line.list_price_minor, line.price_minor, line.quantity) for line in version.lines] == [
        (32000, 29900, 1),
        (41000, 40000, 2),
    ]
    assert (quote.expires_at, books(first.id), books(second.id)) == (UNTIL, (4, 1, 0), (3, 2, 0))
    order = accept(quote)
    assert Money(order.total_minor, "EUR") == sums_of(version).total


def test_an_operator_takes_up_again_what_has_run_out():
    offer = make_offer(stock=5)
    quote = open_quote(offer)
    actions.expire(quote_id=quote.id, now=NOW + timedelta(hours=72))
    later = NOW + timedelta(days=4)
    adjust(quote, Agreed(0, offer.id, 3, 32000), now=later, until=later + timedelta(days=1))
    assert (quote.state, books(offer.id), quote.blank_at) == ("open", (2, 3, 0), None)


@pytest.mark.parametrize(
    ("quantity", "price", "wish"), [(1, 0, 0), (1, -5, 0), (0, 100, 0), (1, 100, 7), (1, 100_000_001, 0)]
)
def test_an_operator_gives_nothing_away_and_names_no_line_that_is_none(quantity, price, wish):
    offer = make_offer(stock=5)
    quote = open_quote(offer)
    with pytest.raises(QuoteRefused):
        adjust(quote, Agreed(wish, offer.id, quantity, price))


def test_an_operator_cannot_hold_what_is_not_there_nor_in_the_past():
    offer = make_offer(stock=5)
    quote = open_quote(offer)
    db.session.commit()
    one = Agreed(0, offer.id, 1, 100)
    for agreed, until in (
        ([Agreed(0, offer.id, 6, 100)], UNTIL),
        ([Agreed(0, 99, 1, 100)], UNTIL),
        ([one, one], UNTIL),
        ([], UNTIL),
        ([one], NOW),
    ):
        with pytest.raises(QuoteRefused), transaction():
            adjust(quote, *agreed, until=until)
    assert (quote.state, kinds(quote)[-1], books(offer.id)) == ("open", "chosen", (2, 3, 0))


def test_an_operator_ends_it():
    quote = open_quote(offer := make_offer(stock=5))
    actions.call_off(quote_id=quote.id, note="A mistake of ours", person_id=None, now=NOW)
    assert (quote.state, quote.versions[-1].by_side, books(offer.id)) == ("expired", "operator", (5, 0, 0))


def test_a_message_goes_to_the_other_side_and_changes_nothing_that_was_seen():
    quote = open_quote()
    seen = quote.version
    actions.say(quote_id=quote.id, side="firm", words="Could it be Friday?", now=NOW)
    actions.say(quote_id=quote.id, side="operator", words="It could.", now=NOW)
    assert [(message.side, message.text) for message in quote.messages] == [
        ("firm", "Could it be Friday?"),
        ("operator", "It could."),
    ]
    assert (quote.version, told(quote)[-2:]) == (seen, ["operator-said-by-firm", "firm-said-by-operator"])


def test_staged_delivery_is_a_parcel_for_each_day():
    offer = make_offer(stock=9)
    first, second = date(2026, 3, 16), date(2026, 4, 13)
    request = make_request(Wish(quantity=2, wanted_on=second), Wish(quantity=1), wanted_on=first)
    takes = allotment((0, offer.id, 2, 32000), (1, offer.id, 1, 32000))
    order = accept(choose(propose(request=request, alternatives=[takes])))
    assert [
        (parcel.wanted_on, parcel.shipping_minor, [line.quantity for line in parcel.lines])
        for parcel in order.parcels
    ] == [
        (first, 390, [1]),
        (second, 390, [2]),
    ]


def test_on_account_only_where_the_shop_gives_credit():
    with pytest.raises(FormInvalid) as refused:
        propose(request=make_request(payment="invoice"))
    assert list(refused.value.errors) == ["payment"]


def test_nothing_is_sent_where_nothing_goes():
    with pytest.raises(QuoteRefused, match="country"):
        propose(request=make_request(firm=make_firm(delivery_country="AU")))


def test_an_alternative_that_gives_nothing_is_none():
    quote = propose(alternatives=[allotment(short=[3])])
    assert (quote.state, quote.proposals, kinds(quote)) == ("proposed", [], ["request"])
    with pytest.raises(QuoteRefused, match="choose one"):
        choose(quote)


def test_units_of_other_orders_are_no_concern_of_a_quote():
    offer = make_offer(stock=5)
    place_an_order(make_wish(offer, 1))
    quote = open_quote(offer)
    assert books(offer.id) == (1, 3, 1)
    actions.decline(quote_id=quote.id, reason="", now=NOW + MINUTE)
    assert books(offer.id) == (4, 0, 1)


def test_nobody_holds_what_no_quote_names():
    quote = open_quote()
    accept(quote)
    assert db.session.scalars(sa.select(UnitHold)).all() == []
