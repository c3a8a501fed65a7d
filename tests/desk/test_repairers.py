"""The desk's repairers: who is listed, what must be looked at, what comes of each move, and by how many statements."""

import gzip
import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from storefront.core.clock import utcnow
from storefront.core.database import db
from storefront.core.mail import OutgoingMail
from storefront.repair.advice.models import RepairBonus
from storefront.repair.advice.queries import all_bonuses
from storefront.repair.network.actions import note_rating
from storefront.repair.network.models import RepairEntry, Repairer, RepairerEvent
from storefront.repair.network.rules import VERIFIED_FOR

from ..factories import NOW, make_repairer, make_town
from .matrix import A_BONUS, A_REPAIRER
from .world import OPERATOR, populate

ALL_CHECKS = ["register", "insurance", "address", "prices"]


@pytest.fixture
def desk(app):
    """An operator's browser."""
    client = populate(app).people[OPERATOR].client
    with app.app_context():
        make_town()
        db.session.commit()
    return client


def made(app, **values: Any) -> int:
    with app.app_context():
        repairer_id = make_repairer(**{"standing": "applied", "verified_until": None, **values}).id
        db.session.commit()
        return repairer_id


def move(desk, repairer_id: int, move: str, **fields: Any):
    page = desk.get(f"/desk/repairers/{repairer_id}")
    return desk.submit(page, "/move", {"move": move, "reason": "", **fields})


def now_of(app, repairer_id: int) -> tuple[str, date | None]:
    with app.app_context():
        found = db.session.get_one(Repairer, repairer_id)
        return found.standing, found.verified_until


def mails(app) -> list[tuple[str, str]]:
    with app.app_context():
        rows = db.session.execute(select(OutgoingMail.recipient, OutgoingMail.subject))
        return [(row.recipient, row.subject) for row in rows]


def test_a_ticked_checklist_verifies_for_a_year_and_is_kept_in_the_log(app, desk):
    repairer_id = made(app, email="vis@example.com", name="Les Vis")
    assert desk.get("/repair/repairers/les-vis").status_code == 404

    assert move(desk, repairer_id, "verify", checked=ALL_CHECKS).status_code == 303

    standing, until = now_of(app, repairer_id)
    assert standing == "verified"
    assert until is not None
    assert timedelta(days=-1) <= until - (utcnow().date() + VERIFIED_FOR) <= timedelta(days=1)
    assert mails(app) == [("vis@example.com", "Rebelote: Les Vis is verified")]
    with app.app_context():
        event = db.session.scalars(select(RepairerEvent)).one()
        assert (event.what, event.checked, event.to_standing) == ("verify", " ".join(ALL_CHECKS), "verified")
        slug = db.session.get_one(Repairer, repairer_id).slug
    assert desk.get(f"/repair/repairers/{slug}").status_code == 200


@pytest.mark.parametrize("missing", ALL_CHECKS)
def test_each_point_must_be_ticked(app, desk, missing):
    repairer_id = made(app)
    answer = move(desk, repairer_id, "verify", checked=[check for check in ALL_CHECKS if check != missing])

    assert (answer.status_code, "each point has to be ticked" in answer.text) == (409, True)
    assert now_of(app, repairer_id) == ("applied", None)
    assert mails(app) == []


def test_the_label_must_be_looked_up_where_it_is_claimed(app, desk):
    repairer_id = made(app, bonus_label=True)

    assert move(desk, repairer_id, "verify", checked=ALL_CHECKS).status_code == 409
    assert move(desk, repairer_id, "verify", checked=[*ALL_CHECKS, "bonus"]).status_code == 303


def test_nobody_is_verified_whom_no_case_could_be_mailed_to(app, desk):
    repairer_id = made(app, standing="listed", email="")

    assert move(desk, repairer_id, "verify", checked=ALL_CHECKS).status_code == 409
    assert now_of(app, repairer_id) == ("listed", None)


@pytest.mark.parametrize("wanted", ["refuse", "suspend"])
def test_a_no_needs_its_reason_and_the_repairer_reads_it(app, desk, wanted):
    standing = {"refuse": "applied", "suspend": "verified"}[wanted]
    repairer_id = made(app, standing=standing, verified_until=date(2099, 1, 1), email="vis@example.com")

    assert move(desk, repairer_id, wanted).status_code == 422
    assert move(desk, repairer_id, wanted, reason="The insurance ended in May.").status_code == 303

    assert now_of(app, repairer_id)[0] == {"refuse": "refused", "suspend": "suspended"}[wanted]
    with app.app_context():
        assert "The insurance ended in May." in db.session.scalars(select(OutgoingMail.text)).one()


def test_restoring_brings_back_what_was_left_of_the_year(app, desk):
    repairer_id = made(app, standing="suspended", verified_until=date(2099, 3, 4))

    assert move(desk, repairer_id, "restore").status_code == 303
    assert now_of(app, repairer_id) == ("verified", date(2099, 3, 4))


def test_renewing_adds_a_year_to_what_is_left(app, desk):
    until = utcnow().date() + timedelta(days=20)
    repairer_id = made(app, standing="verified", verified_until=until)

    assert move(desk, repairer_id, "renew", checked=ALL_CHECKS).status_code == 303
    assert now_of(app, repairer_id) == ("verified", until + VERIFIED_FOR)


def test_two_operators_at_once_do_one_thing(app, desk):
    repairer_id = made(app)
    page = desk.get(f"/desk/repairers/{repairer_id}")
    assert move(desk, repairer_id, "refuse", reason="No.").status_code == 303

    late = desk.submit(page, "/move", {"move": "verify", "checked": ALL_CHECKS})

    assert (late.status_code, "Somebody else has just changed" in late.text) == (409, True)
    assert now_of(app, repairer_id) == ("refused", None)

    assert desk.submit(late, "/move", {"move": "verify", "checked": ALL_CHECKS}).status_code == 303
    assert now_of(app, repairer_id)[0] == "verified"


HERE = {"register_number": "30326504500003", "street": "3, rue Crébillon", "postcode": "44000"}
ELSEWHERE = {"street": "1 quai de la Gare", "postcode": "75013"}


@pytest.mark.parametrize(
    ("listing", "taken"),
    [
        # The very establishment, wherever the directory has it.
        (HERE, True),
        ({**HERE, **ELSEWHERE}, True),
        # The firm, at this address.
        ({**HERE, "register_number": "303265045"}, True),
        ({**HERE, "register_number": "303265045", "street": "3 RUE CREBILLON"}, True),
        ({**HERE, "register_number": "30326504500011"}, True),
        # Another branch of a chain.
        ({**HERE, **ELSEWHERE, "register_number": "303265045"}, False),
        ({**HERE, **ELSEWHERE, "register_number": "30326504500011"}, False),
        ({**HERE, "register_number": "30326504500011", "street": "5 rue Crébillon"}, False),
        ({**HERE, "register_number": "30326504500011", "street": ""}, False),
        # Another firm, in the same house.
        ({**HERE, "register_number": "55208131766522"}, False),
    ],
)
def test_verifying_takes_over_the_directorys_entry_of_this_very_place(app, desk, listing, taken):
    listed = made(app, standing="listed", source="lvao", source_id="abc", email="", slug="listed", **listing)
    repairer_id = made(app, **HERE)

    move(desk, repairer_id, "verify", checked=ALL_CHECKS)

    with app.app_context():
        assert (db.session.get(Repairer, listed) is None) == taken
        found = db.session.get_one(Repairer, repairer_id)
        assert (found.source, found.source_id) == (("lvao", "abc") if taken else ("", None))


def test_the_branches_of_a_chain_stay_when_it_names_only_its_firm(app, desk):
    branches = [
        made(
            app, standing="listed", source="lvao", source_id=f"branch-{place}", email="", **{**HERE, **where}
        )
        for place, where in enumerate((ELSEWHERE, {"register_number": "303265045", "street": "Rue des Vis"}))
    ]
    repairer_id = made(app, **{**HERE, "register_number": "303265045"})

    assert "same register number" in desk.get(f"/desk/repairers/{repairer_id}").text
    move(desk, repairer_id, "verify", checked=ALL_CHECKS)

    with app.app_context():
        assert all(db.session.get(Repairer, branch) is not None for branch in branches)


def test_the_list_is_narrowed_by_standing_category_and_words(app, desk):
    today = utcnow().date()
    made(app, name="Applied")
    made(app, name="Unproved", proved_at=None)
    made(app, name="Fresh", standing="verified", verified_until=today + timedelta(days=300))
    made(app, name="Ending", standing="verified", verified_until=today + timedelta(days=10))
    made(app, name="Lapsed", standing="verified", verified_until=today - timedelta(days=1))
    made(app, name="Listed", standing="listed", categories=["tvs"], search_text="listed saint-etienne 42000")

    def names(**query: str) -> list[str]:
        page = desk.get("/desk/repairers", query_string=query).text
        every = ("Applied", "Unproved", "Fresh", "Ending", "Lapsed", "Listed")
        return [name for name in every if f">{name}</a>" in page]

    assert names() == ["Applied", "Fresh", "Ending", "Lapsed", "Listed"]
    assert names(standing="applied") == ["Applied"]
    assert names(standing="verified") == ["Fresh", "Ending"]
    assert names(standing="ending") == ["Ending"]
    assert names(standing="lapsed") == ["Lapsed"]
    assert names(category="tvs") == ["Listed"]
    assert names(q="SAINT-Étienne 42000") == ["Listed"]
    assert names(q="nothing") == []
    assert names(standing="nonsense", category="nonsense") == names()


def test_the_list_and_the_page_cost_the_same_whatever_there_is(app, desk, count_sql):
    repairer_id = made(app, prices={("smartphones", "screen"): (6000, 9000)})
    desk.get("/desk/repairers")
    with count_sql() as one_row:
        desk.get("/desk/repairers")
    with count_sql() as one:
        desk.get(f"/desk/repairers/{repairer_id}")
    for place in range(2):
        made(app, categories=["smartphones", "tablets"], prices={("tablets", "screen"): (1, 2)})
        with app.app_context():
            note_rating(
                repairer_id=repairer_id, reference=f"r{place}", stars=5, words="Fine", day=NOW.date(), now=NOW
            )
            db.session.commit()
    with count_sql() as three_rows:
        desk.get("/desk/repairers")
    with count_sql() as three:
        page = desk.get(f"/desk/repairers/{repairer_id}")

    assert (len(three_rows), len(three)) == (len(one_row), len(one))
    assert len(gzip.compress(page.data)) < 9_000


def test_what_a_customer_wrote_can_be_hidden_and_shown_again(app, desk):
    repairer_id = made(app, slug="les-vis", standing="verified", verified_until=date(2099, 1, 1))
    with app.app_context():
        note_rating(
            repairer_id=repairer_id, reference="r", stars=1, words="Rude words", day=NOW.date(), now=NOW
        )
        db.session.commit()
        entry_id = db.session.scalars(select(RepairEntry.id)).one()
    assert "Rude words" in desk.get("/repair/repairers/les-vis").text

    page = desk.get(f"/desk/repairers/{repairer_id}")
    assert desk.submit(page, f"/words/{entry_id}/hide").status_code == 303
    assert "Rude words" not in desk.get("/repair/repairers/les-vis").text
    # The rating still counts.
    assert "1 rating" in desk.get("/repair/repairers/les-vis").text

    page = desk.get(f"/desk/repairers/{repairer_id}")
    assert desk.submit(page, f"/words/{entry_id}/show").status_code == 303
    assert "Rude words" in desk.get("/repair/repairers/les-vis").text


def test_an_operator_changes_everything_and_a_new_town_moves_it(app, desk):
    with app.app_context():
        make_town("Brest", lat=48.39, lon=-4.49)
        db.session.commit()
    repairer_id = made(app)
    page = desk.get(f"/desk/repairers/{repairer_id}/edit")
    changed = {**A_REPAIRER, "city": "Brest", "postcode": "29200", "price-smartphones-screen": "60-90"}
    del changed["seen"]

    assert desk.submit(page, "/edit", changed).status_code == 303

    with app.app_context():
        found = db.session.get_one(Repairer, repairer_id)
        assert (found.name, found.city, found.lat, found.lon) == (
            "Réparation Crébillon",
            "Brest",
            48.39,
            -4.49,
        )
        assert [(price.fault, price.low_minor, price.high_minor) for price in found.prices] == [
            ("screen", 6000, 9000)
        ]
        assert "brest" in found.search_text


def test_who_was_overtaken_sees_what_differs_and_may_save_again(app, desk):
    repairer_id = made(app)
    page = desk.get(f"/desk/repairers/{repairer_id}/edit")
    typed = {name: value for name, value in A_REPAIRER.items() if name != "seen"}
    faster = {**typed, "name": "Faster", "bonus_label": "yes", "categories": ["smartphones", "tablets"]}
    assert desk.submit(page, "/edit", faster).status_code == 303

    late = desk.submit(page, "/edit", {**typed, "name": "Slower"})

    assert (late.status_code, "Slower" in late.text) == (409, True)
    differs = re.findall("<li>(.*?)</li>", late.text[late.text.index('role="alert"') :].partition("</ul>")[0])
    assert differs == [
        "Name of your firm: Faster",
        "What you repair: Smartphones, Tablets",
        "We have the label of the repair bonus (QualiRépar): yes",
    ]

    assert desk.submit(late, "/edit", {}).status_code == 303
    with app.app_context():
        found = db.session.get_one(Repairer, repairer_id)
        assert (found.name, found.bonus_label, len(found.categories)) == ("Slower", False, 1)


def test_each_deed_says_what_was_done(app, desk):
    repairer_id = made(app, email="vis@example.com")
    here = f"/desk/repairers/{repairer_id}"

    move(desk, repairer_id, "verify", checked=ALL_CHECKS)
    assert "The repairer is told by mail." in desk.get(here).text
    desk.submit(desk.get(f"{here}/edit"), "/edit", {key: A_REPAIRER[key] for key in ("name", "email")})
    assert "Saved." in desk.get(here).text
    assert "Saved." not in desk.get(here).text


def test_who_has_no_mailbox_is_told_nothing_and_the_page_does_not_claim_it(app, desk):
    repairer_id = made(app, standing="suspended", verified_until=date(2099, 3, 4), email="")
    move(desk, repairer_id, "restore")

    said = desk.get(f"/desk/repairers/{repairer_id}").text
    assert ("Done." in said, "told by mail" in said) == (True, False)


def test_a_form_that_can_not_be_keeps_what_was_typed(app, desk):
    repairer_id = made(app)
    page = desk.get(f"/desk/repairers/{repairer_id}/edit")
    answer = desk.submit(page, "/edit", {**A_REPAIRER, "register_number": "1", "name": "Brand new name"})

    assert (answer.status_code, "Brand new name" in answer.text) == (422, True)


def test_today_tells_operators_of_applicants_and_of_years_that_end(app, desk):
    assert "who applied" not in desk.get("/desk").text
    made(app)
    made(app, proved_at=None)
    made(app, standing="verified", verified_until=utcnow().date() + timedelta(days=20))
    page = desk.get("/desk").text

    assert "1 repairer who applied" in " ".join(page.replace("<b>", "").replace("</b>", "").split())
    assert "/desk/repairers?standing=applied" in page
    assert "/desk/repairers?standing=ending" in page


@pytest.fixture
def empty_table(app):
    """Without the rates that every shop begins with."""
    with app.app_context():
        db.session.execute(delete(RepairBonus))
        db.session.commit()


def bonuses(app) -> list[tuple[str, int, int, date, date | None, str]]:
    with app.app_context():
        return [
            (row.category, row.amount_minor, row.minimum_minor, row.since, row.until, row.source)
            for row in all_bonuses()
        ]


def test_an_operator_adds_a_rate_of_the_repair_bonus_and_earlier_ones_stay(app, desk, empty_table):
    today = utcnow().date()
    begun, ending, coming = (today + timedelta(days=days) for days in (-30, 10, 30))
    more: dict[str, Any]
    for more in (
        {"amount": "25", "minimum": "150", "since": str(begun), "until": str(ending)},
        {"amount": "20,50", "since": str(coming)},
        {"amount": "30", "since": str(coming), "source": " leaflet,  second edition "},
    ):
        page = desk.get("/desk/repairers/bonuses")
        assert desk.submit(page, "/bonuses", {**A_BONUS, **more}).status_code == 303

    assert bonuses(app) == [
        ("smartphones", 3000, 0, coming, None, "leaflet, second edition"),
        ("smartphones", 2500, 15000, begun, ending, "leaflet of January 2027"),
    ]
    page = desk.get("/desk/repairers/bonuses").text
    states = re.findall('data-label="Today">(.*?)</td>', page)
    assert ("Saved: Smartphones." in page, states) == (True, ["not yet", "counts"])
    assert 'href="/desk/repairers/bonuses"' in desk.get("/desk/repairers").text


def test_each_rate_says_whether_it_is_todays(app, desk, empty_table):
    today = utcnow().date()
    for category, days, amount in (
        ("smartphones", 2, "25"),
        ("smartphones", 1, "30"),
        ("tablets", 1, "0"),
        ("tvs", 500, "40"),
    ):
        fields = {
            **A_BONUS,
            "category": category,
            "since": str(today - timedelta(days=days)),
            "amount": amount,
        }
        desk.submit(desk.get("/desk/repairers/bonuses"), "/bonuses", fields)

    page = desk.get("/desk/repairers/bonuses").text
    assert re.findall('data-label="Today">(.*?)</td>', page) == [
        "counts",
        "replaced",
        "nothing is paid",
        "said with its year",
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("country", "US"),
        ("category", ""),
        ("category", "other"),
        ("amount", ""),
        ("amount", "-1"),
        ("amount", "a lot"),
        ("amount", "1.299"),
        ("amount", "99999"),
        ("minimum", "x"),
        ("since", ""),
        ("since", "1 January"),
        ("until", "2026-12-31"),
        ("source", " "),
        ("source", "x" * 201),
    ],
)
def test_a_rate_that_can_not_be_is_said_at_its_field_and_kept_on_the_page(
    app, desk, empty_table, field, value
):
    fields = {**A_BONUS, "source": "a leaflet", field: value}
    answer = desk.submit(desk.get("/desk/repairers/bonuses"), "/bonuses", fields)

    assert (answer.status_code, f'id="e-{field}"' in answer.text) == (422, True)
    assert "a leaflet" in answer.text or field == "source"
    assert bonuses(app) == []


def test_the_table_of_bonuses_costs_the_same_whatever_there_is(app, desk, count_sql):
    counts = []
    for days in (1, 3):
        for day in range(days):
            fields = {**A_BONUS, "since": f"2027-0{days}-0{day + 1}"}
            desk.submit(desk.get("/desk/repairers/bonuses"), "/bonuses", fields)
        desk.get("/desk/repairers/bonuses")
        with count_sql() as statements:
            desk.get("/desk/repairers/bonuses")
        counts.append(len(statements))

    assert counts[0] == counts[1]
