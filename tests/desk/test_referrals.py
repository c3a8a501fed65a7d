"""Repairs at the desk: sellers see their guarantee ones, nobody sees who asks, and the figures add up."""

import csv
import io
from datetime import timedelta

import pytest

from storefront.core.clock import shop_day, utcnow
from storefront.core.database import db
from storefront.core.money import Money
from storefront.desk.referrals import shown
from storefront.orders import actions as orders
from storefront.orders.rules import SELLER as BY_SELLER
from storefront.repair.referrals import actions, due
from storefront.repair.referrals.handing import Compared
from storefront.repair.referrals.models import Referral
from storefront.repair.referrals.rules import BLANK_AFTER

from ..factories import make_model, make_repairer
from ..repair.referrals.makers import (
    EMAIL,
    NAME,
    PHONE,
    TIMES,
    WORDS,
    delivered_order,
    line_of,
    make_asking,
    make_case,
    make_claim,
    make_referral,
)
from .budget import overweight
from .world import OPERATOR, OTHER_SELLER, SELLER, World, populate

PERSONAL = (NAME, EMAIL, PHONE, WORDS, TIMES)


@pytest.fixture
def world(app) -> World:
    return populate(app)


def claim_of(world: World, actor: str, *, ended: str = "") -> int:
    """The id of a claim on a seller, asked for just now."""
    with world.app.app_context():
        order = delivered_order(seller_id=world.people[actor].seller_id)
        referral = make_claim(order, now=utcnow())
        if ended:
            actions.accept(referral_id=referral.id, now=utcnow())
            getattr(actions, ended)(referral_id=referral.id, note="Water inside", now=utcnow())
        found = referral.id
        db.session.commit()
    return found


def handed(
    world: World, *, hours: int = 1, ended: str = "", price: int = 7990, compared: int | None = 30000, **case
) -> int:
    """The id of a case of the network that was answered after so many hours, and taken to its end."""
    with world.app.app_context():
        now = utcnow() - timedelta(days=30)
        referral = actions.refer(
            case=make_case(**case),
            asking=make_asking(),
            repairer=make_repairer(),
            compared=Compared(Money(compared, "EUR"), "refurbished") if compared else Compared(),
            now=now,
        )
        if ended:
            at = now + timedelta(hours=hours)
            actions.accept(referral_id=referral.id, now=at)
            actions.quote(referral_id=referral.id, price=Money(price, "EUR"), now=at)
            actions.agree(referral_id=referral.id, now=at)
            getattr(actions, ended)(referral_id=referral.id, now=at)
        found = referral.id
        db.session.commit()
    return found


def test_a_seller_lists_its_claims_and_no_repair_of_the_network(world):
    mine, theirs, network = claim_of(world, SELLER), claim_of(world, OTHER_SELLER), handed(world)
    listed = {
        actor: [referral for referral in (mine, theirs, network) if f'/desk/referrals/{referral}"' in page]
        for actor in (SELLER, OTHER_SELLER, OPERATOR)
        if (page := world.people[actor].client.get("/desk/referrals").text)
    }
    assert listed == {SELLER: [mine], OTHER_SELLER: [theirs], OPERATOR: [mine, theirs, network]}
    assert world.people[SELLER].client.get(f"/desk/referrals/{network}").status_code == 404


def test_nobody_at_the_desk_reads_who_asks(world):
    claim, network = claim_of(world, SELLER), handed(world, ended="repaired")
    pages = ["", f"/{claim}", f"/{network}", "/figures", "/all.csv", f"/{claim}/call-off"]
    texts = "".join(world.people[OPERATOR].client.get(f"/desk/referrals{page}").text for page in pages)
    assert [fact for fact in PERSONAL if fact in texts] == []


def test_what_a_customer_calls_the_device_is_in_no_file_and_goes_with_the_rest(world):
    referral = handed(world, ended="repaired", device="The purple one of Zoe")
    operator = world.people[OPERATOR].client
    assert "The purple one" in operator.get("/desk/referrals").text
    assert "The purple one" not in operator.get("/desk/referrals/all.csv").text
    with world.app.app_context():
        assert due.purge(now=utcnow() + BLANK_AFTER) == 1
        db.session.commit()
    for page in ("", f"/{referral}"):
        said = operator.get(f"/desk/referrals{page}").text
        assert ("The purple one" in said, "Smartphones" in said) == (False, True)


def test_why_it_was_called_off_is_read_by_operators_alone_who_are_told_that_it_is_done(world):
    claim, why = claim_of(world, SELLER), "The seller has closed down"
    operator = world.people[OPERATOR].client
    address = f"/desk/referrals/{claim}/call-off"
    done = operator.submit(operator.get(address), address, {"reason": why})
    assert done.status_code == 303
    page = operator.get(done.location).text
    assert ("Called off. Both sides get a mail." in page, why in page) == (True, True)
    assert why not in world.people[SELLER].client.get(f"/desk/referrals/{claim}").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=repaired", ["repaired"]), ("state=sent", ["sent"]), ("kind=guarantee", []), ("q=tandem", []),
        ("q=pomme+13", ["sent", "repaired"]),
        ("state=nonsense&kind=x&needs=y", ["sent", "repaired"]), ("at=%00", ["sent", "repaired"]),
    ],
)  # fmt: skip
def test_the_list_is_narrowed_by_its_address(world, query, found):
    ids = {"sent": handed(world), "repaired": handed(world, ended="repaired")}
    page = world.people[OPERATOR].client.get(f"/desk/referrals?{query}").text
    assert [name for name, referral in ids.items() if f'/desk/referrals/{referral}"' in page] == found


def test_the_list_and_the_figures_cost_the_same_with_one_and_with_three(world, count_sql):
    counts = []
    for number in (1, 2):
        for _more in range(number):
            handed(world, ended="repaired")
        taken = []
        for page in ("", "/figures"):
            with count_sql() as statements:
                assert world.people[OPERATOR].client.get(f"/desk/referrals{page}").status_code == 200
            taken.append(len(statements))
        counts.append(taken)
    assert counts[0] == counts[1]


def test_today_counts_claims_that_the_30_days_of_the_law_have_passed(world):
    late, in_time = claim_of(world, SELLER), claim_of(world, SELLER)
    with world.app.app_context():
        db.session.get_one(Referral, late).conform_by = shop_day(utcnow()) - timedelta(days=1)
        assert db.session.get_one(Referral, in_time).conform_by is not None
        db.session.commit()
    for actor in (SELLER, OPERATOR):
        client = world.people[actor].client
        assert 'href="/desk/referrals?needs=late" class="urgent"><b>1</b>' in client.get("/desk").text
        listed = client.get("/desk/referrals?needs=late").text
        assert (f'/desk/referrals/{late}"' in listed, f'/desk/referrals/{in_time}"' in listed) == (
            True,
            False,
        )
    assert "30 days from the asking" in world.people[OPERATOR].client.get(f"/desk/referrals/{late}").text


def test_today_says_what_is_to_be_repaired_and_what_to_be_settled(world):
    claim_of(world, SELLER)
    settled = claim_of(world, SELLER, ended="not_repairable")
    seller, other = world.people[SELLER].client, world.people[OTHER_SELLER].client
    assert "/desk/referrals?needs=" not in other.get("/desk").text
    today = seller.get("/desk").text
    for need in ("repair", "settle"):
        assert f'href="/desk/referrals?needs={need}" class="urgent"><b>1</b>' in today
        assert seller.get(f"/desk/referrals?needs={need}").text.count('<th scope="row">') == 1
    page = seller.get(f"/desk/referrals/{settled}").text
    with world.app.app_context():
        referral = db.session.get_one(Referral, settled)
        line = db.session.get_one(type(line_of(delivered_order())), referral.line_id)
        number, parcel_id, line_id = line.parcel.order.number, line.parcel_id, line.id
        db.session.rollback()
    assert f'href="/desk/orders/{number}"' in page
    with world.app.app_context():
        orders.return_lines(
            parcel_id=parcel_id, line_ids=[line_id], reason="defect", by=BY_SELLER, now=utcnow()
        )
        db.session.commit()
    assert "needs=settle" not in seller.get("/desk").text


def test_a_seller_answers_from_its_desk_and_an_operator_does_not_in_its_place(world):
    claim = claim_of(world, SELLER)
    page = world.people[SELLER].client.get(f"/desk/referrals/{claim}").text
    assert "/repair/for/" in page
    assert "/repair/for/" not in world.people[OPERATOR].client.get(f"/desk/referrals/{claim}").text


def test_an_operator_calls_off_once(world):
    claim = claim_of(world, SELLER)
    client = world.people[OPERATOR].client
    form = client.get(f"/desk/referrals/{claim}/call-off")
    assert client.submit(form, "/call-off").status_code == 422
    assert client.submit(form, "/call-off", {"reason": "by phone"}).status_code == 303
    assert client.submit(form, "/call-off", {"reason": "by phone"}).status_code == 409
    page = client.get(f"/desk/referrals/{claim}").text
    assert "Called off by the shop</b>, the shop" in page
    assert "by phone" in page


def test_the_figures_add_up(world, monkeypatch):
    monkeypatch.setattr(shown, "ENOUGH_TRIED", 2)
    with world.app.app_context():
        model_id = make_model("Pomme 13").id
        db.session.commit()
    handed(world, hours=1, ended="repaired", price=8000, compared=30000, model_id=model_id)
    handed(world, hours=5, ended="repaired", price=10000, compared=None)
    handed(world, hours=9, ended="not_repairable", model_id=model_id)
    handed(world, hours=2, ended="repaired", fault="battery", price=5000, compared=4000)
    page = " ".join(world.people[OPERATOR].client.get("/desk/referrals/figures").text.split())
    # Answers after 1, 2, 5 and 9 hours: the upper of the middle two.
    assert "<b>5 h</b>" in page
    # 300 - 80 and 40 - 50.
    assert "<b>€210</b> less than the same ones refurbished here, for 2 devices" in page
    assert "3 devices repaired." in page
    # 24.6 kg for each of 3 smartphones and year (ADEME 2022).
    assert "<b>74 kg CO₂e</b>" in page
    half = '<td class="num">1</td><td class="num">2</td><td class="num">50</td>'
    assert f"Pomme 13 <small>Smartphones</small></th>{half}" in page
    assert '</small></th><td class="num">2</td><td class="num">3</td><td class="num">67</td>' in page
    # One battery is no rate.
    assert '</small></th><td class="num">1</td><td class="num">1</td><td class="num">–</td>' in page


def test_devices_without_a_trustworthy_figure_get_none(world):
    handed(world, ended="repaired", category="smartphones")
    with world.app.app_context():
        repairer = make_repairer(categories=("consoles",))
        referral = make_referral(repairer, now=utcnow(), case={"category": "consoles", "fault": "other"})
        actions.accept(referral_id=referral.id, now=utcnow())
        actions.quote(referral_id=referral.id, price=Money(100, "EUR"), now=utcnow())
        actions.agree(referral_id=referral.id, now=utcnow())
        actions.repaired(referral_id=referral.id, now=utcnow())
        db.session.commit()
    page = world.people[OPERATOR].client.get("/desk/referrals/figures").text
    assert page.count("kg CO₂e") == 1
    assert "For one device there is no trustworthy figure." in page


def test_the_file_is_safe_to_open(world):
    with world.app.app_context():
        model_id = make_model(name="=HYPERLINK(1)").id
        db.session.commit()
    handed(world, ended="repaired", model_id=model_id)
    answer = world.people[OPERATOR].client.get("/desk/referrals/all.csv")
    (row,) = csv.DictReader(io.StringIO(answer.text[1:]))
    assert (row["device"], row["state"], row["price"], row["compared"]) == (
        "'=HYPERLINK(1)",
        "repaired",
        "79.90",
        "300.00",
    )


def test_full_pages_fit_the_desks_budget_and_hold_no_style(world):
    for _number in range(52):
        referral = handed(world)
    client = world.people[OPERATOR].client
    pages = ("/desk/referrals", f"/desk/referrals/{referral}", "/desk/referrals/figures")
    assert overweight(client, pages) == {}
    assert 'rel="next"' in client.get("/desk/referrals").text
