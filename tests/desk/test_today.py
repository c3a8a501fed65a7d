"""The desk's first page: what it counts, for whom, by how many statements; its charts; the mails that failed."""

import re
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from storefront.catalog.models import FruitlessSearch, Offer
from storefront.core.clock import local_day, utcnow
from storefront.core.database import db
from storefront.core.mail import OutgoingMail
from storefront.core.money import Money
from storefront.desk.access import Scope
from storefront.desk.charts import bars
from storefront.desk.today import queries
from storefront.orders import actions
from storefront.orders.desk_queries import NEEDS, OrderFilters, orders_page
from storefront.orders.models import ShopOrder
from storefront.orders.rules import CUSTOMER, OPERATOR, SELLER
from storefront.orders.selling import is_low
from storefront.orders.withdrawing import withdraw
from storefront.sellers.actions import Outcome, record_outcomes
from storefront.sellers.models import Seller

from ..factories import make_offer, make_seller, make_wish, place_an_order
from .budget import overweight
from .world import OPERATOR as AN_OPERATOR
from .world import OTHER_SELLER, populate
from .world import SELLER as A_SELLER

ZONE = "Europe/Paris"
EVERYBODYS = Scope(None)


@pytest.fixture
def mine(db_session):
    return make_seller()


@pytest.fixture
def theirs(db_session):
    return make_seller()


def order_from(*sellers, now, paid: bool = True, **values):
    offers = [make_offer(seller_id=seller.id, stock=9) for seller in sellers]
    order = place_an_order(*(make_wish(offer) for offer in offers), now=now, **values)
    if paid:
        pay(order, now)
    return order


def pay(order: ShopOrder, now: datetime) -> None:
    actions.mark_paid(order_id=order.id, amount=Money(order.total_minor, "EUR"), by=OPERATOR, now=now)


def counted(scope: Scope, now: datetime) -> dict[str, int]:
    """What is counted, without the zeros."""
    found = queries.counts(scope, now=now)
    numbers = {**asdict(found.orders), "stock": found.stock, "mails": found.mails}
    return {name: count for name, count in numbers.items() if count}


def of(seller) -> Scope:
    return Scope(frozenset({seller.id}))


def test_an_empty_shop_needs_nothing(db_session, now):
    assert counted(EVERYBODYS, now) == {}


def test_an_order_needs_one_thing_after_the_other(db_session, now, mine):
    order = order_from(mine, now=now, paid=False)
    parcel = order.parcels[0].id
    seen = [counted(of(mine), now), counted(EVERYBODYS, now)]
    pay(order, now)
    seen.append(counted(of(mine), now))
    actions.accept(parcel_id=parcel, by=SELLER, now=now)
    seen.append(counted(of(mine), now))
    seen.append(counted(of(mine), now + timedelta(days=7)))
    actions.ship(parcel_id=parcel, by=SELLER, now=now)
    seen.append(counted(of(mine), now + timedelta(days=7)))

    assert seen == [{}, {"payment": 1}, {"accept": 1}, {"ship": 1}, {"ship": 1, "late": 1}, {}]


def test_late_begins_the_day_after_the_promise(db_session, now, mine):
    order = order_from(mine, now=now)
    promised = order.parcels[0].send_by
    on_the_day = datetime.combine(promised, now.timetz())

    assert counted(of(mine), on_the_day) == {"accept": 1}
    assert counted(of(mine), on_the_day + timedelta(days=1)) == {"accept": 1, "late": 1}


def test_what_is_paid_at_the_counter_is_accepted_unpaid(db_session, now, mine):
    order = place_an_order(
        make_wish(make_offer(seller_id=mine.id), shipping_method="pickup"), payment_method="pickup", now=now
    )
    before = counted(of(mine), now)
    actions.accept(parcel_id=order.parcels[0].id, by=SELLER, now=now)

    assert (before, counted(of(mine), now)) == ({"accept": 1}, {"ship": 1})


def test_what_was_called_off_after_payment_is_to_be_paid_back(db_session, now, mine):
    order = order_from(mine, now=now)
    actions.cancel(order_id=order.id, by=CUSTOMER, now=now)
    before = counted(EVERYBODYS, now)
    actions.refund(order_id=order.id, by=OPERATOR, now=now)

    assert (before, counted(EVERYBODYS, now)) == ({"refund": 1}, {})


def test_what_was_withdrawn_after_it_was_sent_is_awaited_until_it_is_back(db_session, now, mine):
    order = order_from(mine, now=now)
    parcel = order.parcels[0]
    actions.ship(parcel_id=parcel.id, by=SELLER, now=now)
    actions.deliver(parcel_id=parcel.id, by=CUSTOMER, now=now)
    withdraw(order_id=order.id, line_ids=None, now=now)
    before = counted(of(mine), now)
    lines = [line.id for line in parcel.lines]
    actions.return_lines(parcel_id=parcel.id, line_ids=lines, reason="withdrawn", by=SELLER, now=now)

    assert (before, counted(of(mine), now), counted(EVERYBODYS, now)) == ({"back": 1}, {}, {"refund": 1})


def test_each_seller_counts_its_own_and_an_operator_every_order_once(db_session, now, mine, theirs):
    order_from(mine, theirs, now=now)
    order_from(theirs, now=now)

    counts = [counted(scope, now) for scope in (of(mine), of(theirs), EVERYBODYS, Scope(frozenset()))]

    assert counts == [{"accept": 1}, {"accept": 2}, {"accept": 2}, {}]


@pytest.mark.parametrize("need", NEEDS)
def test_a_number_is_that_of_the_list_with_the_same_condition(db_session, now, mine, theirs, need):
    for seller in (mine, theirs):
        order_from(seller, now=now, paid=False)
        order_from(seller, now=now)
        accepted = order_from(seller, now=now - timedelta(days=1))
        actions.accept(parcel_id=accepted.parcels[0].id, by=SELLER, now=now)
        gone = order_from(seller, now=now)
        actions.cancel(order_id=gone.id, by=CUSTOMER, now=now)
    later = now + timedelta(days=9)
    listed = [row.id for row in orders_page(of(mine).seller_ids, OrderFilters(need=need), now=later).rows]

    assert counted(of(mine), later).get(need, 0) == len(listed) == len(set(listed))
    assert (need in ("back", "refund", "payment")) == (not listed)


def test_an_offer_runs_out_when_few_are_left_of_what_sells(db_session, now, mine):
    sells, slow, plenty = (make_offer(seller_id=mine.id, stock=stock) for stock in (4, 2, 9))
    order = place_an_order(make_wish(sells, 2), make_wish(plenty, 2), now=now)
    place_an_order(make_wish(slow, 1), now=now)

    def low(at):
        return db.session.scalars(select(Offer.id).where(is_low(at))).all()

    assert low(now) == [sells.id]
    assert low(now + timedelta(days=31)) == []
    assert counted(of(mine), now)["stock"] == 1
    actions.cancel(order_id=order.id, by=CUSTOMER, now=now)
    assert low(now) == []


def test_days_are_the_shops_and_money_counts_once_it_came(db_session, mine, theirs):
    # 23:30 in Paris, and half an hour later tomorrow.
    late_evening = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)
    order_from(mine, now=late_evening)
    order_from(mine, theirs, now=late_evening + timedelta(hours=1))
    order_from(mine, now=late_evening + timedelta(hours=1), paid=False)
    gone = order_from(mine, now=late_evening + timedelta(hours=1))
    actions.cancel(order_id=gone.id, by=CUSTOMER, now=late_evening + timedelta(hours=1))
    now = late_evening + timedelta(hours=2)

    def last(scope):
        days = queries.days(scope, now=now, zone=ZONE)
        assert (len(days), days[-1].day, sum(day.orders for day in days[:-2])) == (
            30,
            local_day(now, ZONE),
            0,
        )
        return [(day.orders, day.revenue_minor) for day in days[-2:]]

    one = 32000 + 390
    assert last(of(mine)) == [(1, one), (3, one)]
    assert last(of(theirs)) == [(0, 0), (1, one)]
    assert last(EVERYBODYS) == [(1, one), (3, 2 * one)]


def test_at_the_counter_money_counts_when_it_is_handed_over(db_session, now, mine):
    offer = make_offer(seller_id=mine.id)
    order = place_an_order(make_wish(offer, shipping_method="pickup"), payment_method="pickup", now=now)
    before = queries.days(of(mine), now=now, zone=ZONE)[-1].revenue_minor
    actions.ship(parcel_id=order.parcels[0].id, by=SELLER, now=now)
    actions.deliver(parcel_id=order.parcels[0].id, by=SELLER, now=now)

    assert (before, queries.days(of(mine), now=now, zone=ZONE)[-1].revenue_minor) == (0, 32000)


def test_a_month_with_a_change_of_the_clock_has_thirty_whole_days(db_session, mine):
    # Clocks went forward in Paris on 29 March 2026.
    before, after = datetime(2026, 3, 28, 22, 59, tzinfo=UTC), datetime(2026, 3, 29, 22, 1, tzinfo=UTC)
    for moment in (before, after):
        order_from(mine, now=moment.replace(day=moment.day - 8)).placed_at = moment
        db.session.flush()

    days = queries.days(of(mine), now=datetime(2026, 4, 2, tzinfo=UTC), zone=ZONE)

    assert [(day.day.isoformat(), day.orders) for day in days if day.orders] == [
        ("2026-03-28", 1),
        ("2026-03-30", 1),
    ]


def test_weeks_begin_on_monday_and_count_bad_devices_only(db_session, now, mine, theirs):
    today = local_day(now, ZONE)
    outcomes = ["good", "late", "cancelled", "defect", "wrong_grade"]
    for seller, day in ((mine, today), (mine, today - timedelta(days=1)), (theirs, today)):
        record_outcomes(
            [Outcome(seller.id, f"{day}-{place}", day, outcome) for place, outcome in enumerate(outcomes)],
            now=now,
        )

    weeks = queries.weeks(of(mine), now=now, zone=ZONE)

    assert (len(weeks), weeks[-1].monday, today.weekday()) == (12, today, 0)
    assert [(week.finished, week.bad) for week in weeks] == [(0, 0)] * 10 + [(5, 2), (5, 2)]
    assert queries.weeks(EVERYBODYS, now=now, zone=ZONE)[-1].finished == 10


def test_words_in_vain_are_summed_over_a_month(db_session, now):
    today = now.date()
    for back, words, count in ((0, "minitel", 2), (29, "minitel", 3), (1, "psp", 4), (30, "walkman", 9)):
        db.session.add(FruitlessSearch(day=today - timedelta(days=back), words=words, count=count))
    db.session.flush()

    assert queries.fruitless_words(today=today) == [("minitel", 5), ("psp", 4)]
    days = queries.fruitless_days(today=today)
    assert [count for _day, count in days] == [3, *[0] * 27, 4, 2]


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ([], ""),
        ([0, 0], ""),
        ([5], "M0 80V0h304V80z"),
        ([1, 0, 2], "M0 80V40h101V80zM213 80V0h101V80z"),
    ],
)
def test_bars_fill_the_height_and_stay_within(values, path):
    assert bars(values) == path


def a_busy_day(world, now: datetime, orders: int) -> None:
    """Something of everything for the seller."""
    with world.app.app_context():
        seller = db.session.get_one(Seller, world.owner_id)
        for _nth in range(orders):
            order_from(seller, now=now)
            order_from(seller, now=now - timedelta(days=1), paid=False)
            late = order_from(seller, now=now - timedelta(days=20))
            actions.accept(parcel_id=late.parcels[0].id, by=SELLER, now=now)
            offer = make_offer(seller_id=seller.id, stock=2)
            place_an_order(make_wish(offer, 2), now=now)
            number = db.session.query(OutgoingMail).count()
            db.session.add(
                OutgoingMail(
                    reason=f"r{number}", recipient="lou@example.com", subject="Hi", text="", created_at=now
                )
            )
            db.session.add(FruitlessSearch(day=now.date(), words=f"minitel {number}", count=3))
            record_outcomes([Outcome(seller.id, f"{number}", now.date(), "defect")], now=now)
        db.session.commit()


def test_the_page_costs_the_same_with_one_order_and_with_three(app, count_sql):
    world = populate(app)
    now = utcnow()
    counts = []
    for orders in (1, 2):
        a_busy_day(world, now, orders)
        found = []
        for actor in (A_SELLER, AN_OPERATOR):
            with count_sql() as statements:
                assert world.people[actor].client.get("/desk").status_code == 200
            found.append(len(statements))
        counts.append(found)

    # Who it is: two; the page: four; what only operators see: three.
    assert counts == [[6, 9], [6, 9]]


def test_the_page_says_what_there_is_to_do_and_where(app):
    world = populate(app)
    a_busy_day(world, utcnow(), 1)
    pages = {
        actor: world.people[actor].client.get("/desk").text for actor in (A_SELLER, OTHER_SELLER, AN_OPERATOR)
    }
    links = {actor: re.findall(r'<a href="(/desk/[^"]+[?][^"]+)"', page) for actor, page in pages.items()}

    own = ["/desk/orders?needs=late", "/desk/orders?needs=accept", "/desk/orders?needs=ship"]
    assert links[A_SELLER] == [*own, "/desk/offers?stock=low"]
    assert links[OTHER_SELLER] == []
    assert links[AN_OPERATOR] == [
        *own,
        "/desk/orders?needs=payment",
        "/desk/mails?state=failed",
        "/desk/offers?stock=low",
    ]
    assert "All done" in pages[OTHER_SELLER]
    assert ("minitel" in pages[A_SELLER], "minitel" in pages[AN_OPERATOR]) == (False, True)


def test_a_suspended_seller_is_told(app):
    people = populate(app).people

    assert "suspended" in people["suspended seller"].client.get("/desk").text
    assert "suspended" not in people[A_SELLER].client.get("/desk").text


def test_the_page_and_its_sheets_fit_the_desks_budget(app):
    world = populate(app)
    a_busy_day(world, utcnow(), 2)
    client = world.people[AN_OPERATOR].client

    assert overweight(client, ["/desk"]) == {}


def mail_that(now: datetime, **values) -> int:
    number = db.session.query(OutgoingMail).count()
    mail = OutgoingMail(
        **{
            "reason": f"reason {number}",
            "recipient": "lou@example.com",
            "subject": f"Subject {number}",
            "text": "what it says",
            "created_at": now,
            **values,
        }
    )
    db.session.add(mail)
    db.session.commit()
    return mail.id


def test_failed_mails_are_listed_with_their_reason_and_tried_again(app, now):
    client = populate(app).people[AN_OPERATOR].client
    with app.app_context():
        failed = mail_that(now, tries=8, last_error="550 no such <mailbox>")
        mail_that(now, tries=1, next_try_at=now)
        mail_that(now, sent_at=now)
    page = client.get("/desk/mails")
    again = client.submit(page, f"/{failed}/retry", follow_redirects=True)
    twice = client.submit(page, f"/{failed}/retry")

    assert re.findall(r"Subject \d", page.text) == ["Subject 0"]
    assert "550 no such &lt;mailbox&gt;" in page.text
    assert "what it says" not in page.text
    assert re.findall(r"Subject \d", again.text) == ["Subject 1", "Subject 0"]
    assert twice.status_code == 409
    assert "Every letter found its box" in client.get("/desk/mails").text
    assert client.get("/desk/mails?state=loved").status_code == 404


def test_a_failed_mail_whose_code_has_ended_is_listed_without_a_way_to_send_it(app, now):
    client = populate(app).people[AN_OPERATOR].client
    with app.app_context():
        blank = mail_that(now, tries=8, text="")
    page = client.get("/desk/mails")

    assert "Its code or link has ended." in page.text
    assert f"/{blank}/retry" not in page.text


def test_the_list_of_mails_goes_on_by_pages_of_one_statement(app, now, count_sql):
    client = populate(app).people[AN_OPERATOR].client
    with app.app_context():
        for _nth in range(queries.MAILS + 1):
            mail_that(now)
    with count_sql() as statements:
        first = client.get("/desk/mails?state=failed")
    following = re.findall(r'href="(/desk/mails[^"]*at=[^"]*)"', first.text)
    second = client.get(following[0].replace("&amp;", "&"))

    assert len(statements) == 3
    assert first.text.count('<th scope="row">') == queries.MAILS
    assert re.findall(r"Subject \d+", second.text) == ["Subject 0"]
