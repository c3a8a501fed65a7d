"""The desk's sellers: what the pages say, for whom, by how many statements; what is said of a seller, and by whom."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from storefront.core.clock import utcnow
from storefront.core.database import db
from storefront.core.money import Money
from storefront.desk.access import Scope
from storefront.desk.sellers import queries, shown
from storefront.desk.sellers.forms import SellerFilters
from storefront.orders import actions
from storefront.orders.rules import OPERATOR as BY_OPERATOR
from storefront.sellers.actions import Outcome, record_outcomes, refresh_quality
from storefront.sellers.models import Seller, SellerStanding
from storefront.sellers.rules import Record, risk

from ..factories import make_offer, make_seller, make_wish, place_an_order
from .budget import overweight
from .matrix import A_SELLER as TYPED
from .world import OPERATOR, OTHER_SELLER, SELLER, populate

EVERYBODYS = Scope(None)


def told(seller_id: int, day: date, **counts: int) -> None:
    """So many lines of a seller ended so on a day."""
    record_outcomes(
        [
            Outcome(seller_id, f"{day}-{outcome}-{place}", day, outcome)
            for outcome, count in counts.items()
            for place in range(count)
        ],
        now=utcnow(),
    )


@pytest.fixture
def world(app):
    return populate(app)


def test_the_list_shows_each_seller_with_its_figures_to_operators_alone(world):
    with world.app.app_context():
        today = utcnow().date()
        told(world.owner_id, today, good=36, defect=2, late=4)
        refresh_quality(today=today)
        order = place_an_order(
            make_wish(make_offer(seller_id=world.owner_id)), now=utcnow() - timedelta(days=20)
        )
        actions.mark_paid(
            order_id=order.id,
            amount=Money(order.total_minor, "EUR"),
            by=BY_OPERATOR,
            now=utcnow() - timedelta(days=20),
        )
        db.session.commit()
        [row] = [r for r in _rows(EVERYBODYS) if r.id == world.owner_id]
        mine = [r.id for r in _rows(Scope(frozenset({world.owner_id})))]
    page = world.people[OPERATOR].client.get("/desk/sellers").text

    assert (row.finished_lines, row.bad_lines, row.late) == (42, 4.0, 1)
    assert mine == [world.owner_id]
    assert page.count('<th scope="row">') == 3
    assert "9.5 %" in page


def _rows(scope: Scope, **filters: str):
    return queries.sellers_page(scope, SellerFilters(**filters), cursor="", now=utcnow()).rows


def test_the_list_is_narrowed_by_standing_and_words(db_session):
    paris = make_seller(name="Atelier Zola", city="Paris", standing="probation")
    make_seller(name="Atelier Hugo", city="Paris")
    make_seller(name="100 %", city="Lyon")

    assert [row.id for row in _rows(EVERYBODYS, standing="probation")] == [paris.id]
    assert [row.name for row in _rows(EVERYBODYS, text="atelier PARIS")] == ["Atelier Hugo", "Atelier Zola"]
    assert [row.name for row in _rows(EVERYBODYS, text="%")] == ["100 %"]


@pytest.mark.parametrize(
    ("path", "statements"),
    [
        ("/desk/sellers", 3),
        ("/desk/sellers/{}", 6),
        ("/desk/sellers/{}/record", 5),
        ("/desk/sellers/{}/people", 5),
        ("/desk/sellers/{}/standing", 6),
    ],
)
def test_a_page_costs_the_same_with_one_row_and_with_many(world, count_sql, path, statements):
    client = world.people[OPERATOR].client
    counts = []
    for back in range(2):
        with world.app.app_context():
            for _nth in range(1 + 2 * back):
                make_seller()
            told(world.owner_id, utcnow().date() - timedelta(days=back), defect=1 + 2 * back, good=9)
            db.session.commit()
        with count_sql() as found:
            assert client.get(path.format(world.owner_id)).status_code == 200
        counts.append(len(found))

    assert counts == [statements, statements]


def test_the_formula_on_the_page_gives_the_risk_on_the_page(world):
    with world.app.app_context():
        told(world.owner_id, utcnow().date(), good=50, late=3, cancelled=1, defect=2, wrong_grade=1)
        told(world.owner_id, utcnow().date() - timedelta(days=365), defect=9)
        db.session.commit()
    page = world.people[SELLER].client.get(f"/desk/sellers/{world.owner_id}").text
    a, b, result = map(float, re.findall(r"BETA\.INV\(0\.8, ([\d.]+), ([\d.]+)\) = ([\d.]+)", page)[0])

    # 57 lines, 1.5 + 0.7 + 2 + 1 = 5.2 bad ones; an empty market's prior is worth 2 bad and 48 good ones.
    assert (a, b) == pytest.approx((7.2, 99.8))
    assert "N = 57" in page
    assert "D = 5.2" in page
    # Beta's quantile by another way: the share of its density below.
    assert _share_below(result, a, b) == pytest.approx(0.8, abs=0.001)


def _share_below(limit: float, a: float, b: float) -> float:
    steps = 200_000
    total = below = 0.0
    for step in range(1, steps):
        x = step / steps
        density = x ** (a - 1) * (1 - x) ** (b - 1)
        total += density
        below += density if x <= limit else 0.0
    return below / total


def test_quality_over_time_has_a_month_for_each_bar(db_session, now):
    seller = make_seller()
    today = now.date()
    told(seller.id, date(2026, 1, 31), good=8, defect=2)
    told(seller.id, date(2026, 2, 1), good=10)
    quality = shown.quality(seller, today=today)
    shares, risks = quality.charts

    assert quality.record == Record(20, 2.0)
    assert [row[1:] for row in shares.rows[-3:]] == [
        ("10", "2", "20 %"),
        ("10", "0", "0 %"),
        ("0", "0", "–"),
    ]
    assert len(shares.rows) == len(risks.rows) == 12
    assert risks.rows[-3][1] == shown.percent(risk(Record(10, 2.0), quality.prior))
    assert risks.rows[-1][1] == shown.percent(quality.risk)
    assert risks.rows[0][1] == shown.percent(quality.newcomers)


@pytest.mark.parametrize(
    ("under_way", "said"), [(3, "Now: 3.<"), (20, "Its offers come back to the shelves")]
)
def test_a_newcomer_and_the_operators_see_its_cap(world, under_way, said):
    with world.app.app_context():
        seller = db.session.get_one(Seller, world.owner_id)
        seller.standing, seller.open_units = "probation", under_way
        db.session.commit()
    for actor in (SELLER, OPERATOR):
        page = world.people[actor].client.get(f"/desk/sellers/{world.owner_id}").text
        assert "no more than 20 of its units are on their way at once" in page
        assert said in page


def test_what_counts_against_a_seller_names_its_orders_to_it_alone(world):
    with world.app.app_context():
        order = place_an_order(make_wish(make_offer(seller_id=world.owner_id)), now=utcnow())
        line = order.parcels[0].lines[0]
        record_outcomes(
            [Outcome(world.owner_id, f"order-line-{line.id}", utcnow().date(), "defect")], now=utcnow()
        )
        told(world.owner_id, utcnow().date(), late=1, good=1)
        number, reference = order.number, f"order-line-{line.id}"
        db.session.commit()
        stranger = world.people[OTHER_SELLER].seller_id
        strangers = queries.order_numbers(Scope(frozenset({stranger})), [reference, "order-line-x", "A-1"])
    page = world.people[SELLER].client.get(f"/desk/sellers/{world.owner_id}/record").text

    assert f'"/desk/orders/{number}"' in page
    assert page.count('<th scope="row">') == 2
    assert strangers == {}


def test_a_new_seller_starts_on_probation_with_the_markets_risk(world):
    client = world.people[OPERATOR].client
    page = client.get("/desk/sellers/new")
    wrong = client.submit(page, "/sellers/new", {**TYPED, "vat_id": "FR 40 303265046", "slug": "Ätelier"})
    made = client.submit(wrong, "/sellers/new", {"vat_id": TYPED["vat_id"], "slug": "atelier-neuf"})
    again = client.submit(wrong, "/sellers/new", TYPED)

    assert wrong.status_code == 422
    assert re.findall(r'id="e-(\w+)"', wrong.text) == ["slug", "vat_id"]
    assert "9 rue des Pistes" in wrong.text
    assert made.status_code == 303
    assert (again.status_code, re.findall(r'id="e-(\w+)"', again.text)) == (422, ["slug"])
    with world.app.app_context():
        seller = db.session.scalars(select(Seller).where(Seller.slug == "atelier-neuf")).one()
        assert (seller.vat_id, seller.standing, seller.handling_days) == ("FR40303265045", "probation", 3)
        assert seller.risk == pytest.approx(risk(Record(0, 0), (2, 48)), abs=1e-6)


def test_a_seller_says_how_to_reach_it_and_never_who_it_is(world):
    client = world.people[SELLER].client
    page = client.get(f"/desk/sellers/{world.owner_id}/edit")
    sent = client.submit(page, "/details", {**TYPED, "standing": "active", "risk": "0", "seen": None})
    seen = client.submit(page, "/details", {**TYPED, "standing": "active", "risk": "0"})

    assert (sent.status_code, seen.status_code) == (409, 303)
    with world.app.app_context():
        seller = db.session.get_one(Seller, world.owner_id)
        assert (seller.email, seller.handling_days) == ("bonjour@atelier-neuf.example", 3)
        assert seller.legal_name.startswith("Atelier ")
        assert seller.legal_name != TYPED["legal_name"]
        assert seller.guarantee_months == 12


def test_of_two_who_edit_the_second_is_told_and_keeps_what_was_typed(world):
    first, second = world.people[OPERATOR].client, world.people[SELLER].client
    path = f"/desk/sellers/{world.owner_id}/edit"
    pages = first.get(path), second.get(path)
    first.submit(pages[0], "/identity", {**TYPED, "phone": "+33 1 00 00 00 00", "seen": "1"})
    told_so = second.submit(pages[1], "/details", {"phone": "+33 2 22 22 22 22", "handling_days": "5"})
    after = second.submit(told_so, "/details")

    assert told_so.status_code == 409
    assert "By now: +33 1 00 00 00 00" in told_so.text
    assert 'value="+33 2 22 22 22 22"' in told_so.text
    assert after.status_code == 303


def test_suspending_needs_a_reason_and_the_page_of_today(world):
    client = world.people[OPERATOR].client
    path = f"/desk/sellers/{world.owner_id}/standing"
    page = client.get(path)
    empty = client.submit(page, "/standing", {"move": "suspend", "reason": " \n"})
    done = client.submit(page, "/standing", {"move": "suspend", "reason": "Bricks <in> boxes"})
    late = client.submit(page, "/standing", {"move": "suspend", "reason": "Again"})
    theirs = world.people[SELLER].client.get(f"/desk/sellers/{world.owner_id}").text

    assert (empty.status_code, done.status_code, late.status_code) == (422, 303, 409)
    assert "Bricks &lt;in&gt; boxes" in theirs
    with world.app.app_context():
        log = db.session.scalars(select(SellerStanding)).all()
        assert [(entry.from_standing, entry.to_standing) for entry in log] == [("active", "suspended")]


def test_one_mailbox_gets_three_invitations_an_hour_whoever_sends_them(world):
    answers = []
    for actor in (SELLER, OTHER_SELLER) * 2:
        client = world.people[actor].client
        page = client.get(f"/desk/sellers/{world.people[actor].seller_id}/people")
        answers.append(client.submit(page, "/people", {"email": "zoe@example.com"}).status_code)
    other = client.submit(page, "/people", {"email": "max@example.com"})

    assert answers == [303, 303, 303, 429]
    assert other.status_code == 303


@pytest.mark.parametrize("language", ["", "/fr"])
def test_pages_and_sheets_fit_the_desks_budget(world, language):
    with world.app.app_context():
        for back in range(60):
            told(world.owner_id, utcnow().date() - timedelta(days=5 * back), defect=1, late=1, good=7)
        for _nth in range(60):
            make_seller()
        db.session.commit()
    client = world.people[OPERATOR].client
    one = f"/desk/sellers/{world.owner_id}"
    tabs = (f"{one}/{tab}" for tab in ("record", "edit", "standing", "people"))
    paths = ("/desk/sellers", "/desk/sellers/new", one, *tabs)
    assert overweight(client, [language + path for path in paths]) == {}
