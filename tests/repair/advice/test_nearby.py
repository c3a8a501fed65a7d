"""Page 3: who repairs it near a place."""

from datetime import date, timedelta
from urllib.parse import unquote

import pytest
from defusedxml import ElementTree

from storefront.core.clock import shop_day, utcnow
from storefront.repair.advice.case import Case
from storefront.repair.advice.chart import chart_uri, ring_km
from storefront.repair.advice.cover import signed_dates
from storefront.repair.advice.labels import distance
from storefront.repair.network.labels import language_name
from storefront.repair.network.models import RepairEntry
from storefront.repair.network.rules import Point

from ...factories import NOW, make_repairer, make_town

NANTES = Case(category="smartphones", fault="screen", place_text="Nantes")


@pytest.fixture(autouse=True)
def nantes(db_session):
    make_town("Nantes")


def listed(client, case: Case = NANTES, **more):
    page = client.get("/repair/repairers", query_string={**case.args(), **more})
    assert page.status_code == 200, page.text
    return page.text


def test_a_repairer_is_shown_with_what_one_chooses_by(client, db_session):
    repairer = make_repairer(
        name="Chez Odile",
        bonus_label=True,
        prices={("smartphones", "screen"): (7_900, 9_900), ("smartphones", "battery"): (4_900, 4_900)},
    )
    for number, outcome in enumerate(("rated_5", "rated_4", "repaired")):
        db_session.add(
            RepairEntry(
                repairer_id=repairer.id,
                reference=f"r-{number}",
                ended_on=date(2026, 3, 1),
                outcome=outcome,
                recorded_at=NOW,
            )
        )

    page = listed(client)

    for said in (
        "Near Nantes", "Chez Odile", "rue des Vis", "€79 to €99", "★ 4.5", "2 ratings", "1 device mended",
        "Repair bonus", "I bring it", "By post", "Tue to Sat, 10 to 19", "French, English",
    ):  # fmt: skip
        assert said in page
    assert "€49" not in page
    assert f"repairer={repairer.slug}" in page
    assert f"/repair/repairers/{repairer.slug}" in page


@pytest.mark.parametrize(
    "values",
    [
        {"standing": "listed", "verified_until": None},
        {"standing": "applied", "verified_until": None},
        {"standing": "suspended"},
        {"verified_until": date(2020, 1, 1)},
        {"categories": ("tvs",)},
    ],
)
def test_only_those_who_are_checked_and_repair_such_things_are_shown(client, db_session, values):
    make_repairer(name="Chez Odile", **values)

    page = listed(client)

    assert "Chez Odile" not in page
    assert "Nobody here with a screwdriver small enough." in page


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, {"Bring", "Post", "Home"}),
        ({"way": "at_home"}, {"Home"}),
        ({"way": ["mail_in", "at_home"]}, {"Post", "Home"}),
        ({"bonus": "1"}, {"Bring"}),
        ({"bonus": "1", "way": "mail_in"}, set()),
        ({"way": "by_pigeon"}, {"Bring", "Post", "Home"}),
        ({"bonus": "yes", "which": "🙈", "all": "maybe"}, {"Bring", "Post", "Home"}),
    ],
)
def test_filters_keep_those_that_fit(client, db_session, asked, names):
    make_repairer(name="Bring", mail_in=False, bonus_label=True)
    make_repairer(name="Post", drop_off=False)
    make_repairer(name="Home", drop_off=False, mail_in=False, at_home=True)

    page = listed(client, **asked)

    assert {name for name in ("Bring", "Post", "Home") if f">{name}</a></h2>" in page} == names


def test_nobody_near_means_by_post_and_says_so(client, db_session):
    make_repairer(name="Loin", city="Lille", lat=50.63, lon=3.06)
    make_repairer(name="Loin sans poste", city="Lille", lat=50.63, lon=3.06, mail_in=False)

    page = listed(client)

    assert "Nobody near, but by post" in page
    assert ">Loin</a>" in page
    assert "Loin sans poste" not in page
    assert " km</b>" not in page


def test_a_place_that_nobody_knows_is_asked_for_again(client):
    page = listed(client, NANTES.but(place_text="Trifouillis-les-Oies"))

    assert "know “Trifouillis-les-Oies”" in page
    assert 'value="Trifouillis-les-Oies"' in page


@pytest.mark.parametrize(("days", "promised"), [(0, False), (-1, True)])
def test_no_bonus_is_promised_while_a_guarantee_runs(client, db_session, days, promised):
    make_repairer(bonus_label=True)
    until = shop_day(utcnow()) + timedelta(days)

    page = listed(client, NANTES.but(covered=signed_dates(until, None)))

    assert ("Repair bonus" in page, "With the repair bonus" in page) == (promised, promised)


def test_no_place_is_asked_for(client):
    page = listed(client, NANTES.but(place_text=""))

    assert "Where are you?" in page
    assert "We don't know" not in page


def test_only_the_department_is_said_to_be_that(client, db_session):
    make_repairer()

    page = listed(client, NANTES.but(place_text="44999"))

    assert "Near Loire-Atlantique (44)" in page
    assert "the middle of its department" in page


def test_a_town_of_another_country_is_asked_about(client, db_session):
    make_repairer()

    page = listed(client, NANTES.but(place_text="10115 Berlin"))

    assert "know “Berlin” in this country (France)" in page
    assert "Is it the right country? Choose it below." in page
    assert '<details id="filters" open>' in page
    assert "this very postcode" not in page


@pytest.mark.parametrize("typed", ["🏡", "%_'\"<b>", "é" * 10_000, "00000", "10115 Berlin", "\x07"])
def test_odd_places_get_an_answer(client, typed):
    page = client.get("/repair/repairers", query_string={**NANTES.args(), "place": typed[:3_000]})

    assert page.status_code in (200, 414)


def test_towns_of_one_name_can_be_told_apart(client, db_session):
    make_town("Saint-Denis", population=110_000, lat=48.94, lon=2.36)
    make_town("Saint-Denis", population=150_000, lat=-20.88, lon=55.45)
    make_repairer(name="Au soleil", lat=-20.88, lon=55.45)

    first = listed(client, NANTES.but(place_text="saint denis"))
    other = listed(client, NANTES.but(place_text="saint denis"), which=1)

    assert "Or did you mean" in first
    assert "km</b>" not in first
    assert "Au soleil" in other
    assert "km</b>" in other or "m</b>" in other


def test_the_first_eight_and_then_more(client, db_session):
    for number in range(11):
        make_repairer(name=f"Atelier numéro {number}")

    page = listed(client)
    more = listed(client, all=1)

    assert (page.count("Atelier numéro"), "Show more of them" in page) == (16, True)
    assert (more.count("Atelier numéro"), "Show more of them" in more) == (22, False)


def test_the_piece_is_a_part_of_the_page(client, db_session):
    make_repairer()
    make_repairer()
    whole = client.get("/repair/repairers", query_string=NANTES.args())
    piece = client.get(
        "/repair/repairers",
        query_string=NANTES.args(),
        headers={"HX-Request": "true", "HX-Target": "repairers"},
    )

    assert "<html" not in piece.text
    assert piece.text.strip() in whole.text
    assert piece.headers["HX-Push-Url"].startswith("/repair/repairers?category=smartphones&fault=screen")


def test_the_page_is_kept_by_nobody(client):
    page = client.get("/repair/repairers", query_string=NANTES.args())

    assert page.headers["Cache-Control"] == "private, no-store"


def test_the_statements_don_t_grow_with_the_list(client, db_session, count_sql):
    make_repairer()
    listed(client)
    with count_sql() as one:
        listed(client)
    for _ in range(5):
        make_repairer(prices={("smartphones", "screen"): (7_900, 9_900)})
    with count_sql() as many:
        listed(client)

    assert len(one) == len(many)
    assert len(many) <= 13


@pytest.mark.parametrize(("farthest", "ring"), [(0.0, 1), (0.9, 1), (1.1, 2), (13, 15), (60, 60), (999, 60)])
def test_the_outer_ring_holds_the_farthest(farthest, ring):
    assert ring_km(farthest) == ring


def dots(uri: str) -> dict[str, tuple[int, int]]:
    drawing = ElementTree.fromstring(unquote(uri.partition(",")[2]))
    texts = drawing.iter("{http://www.w3.org/2000/svg}text")
    return {text.text or "": (int(text.get("x") or 0), int(text.get("y") or 0) - 4) for text in texts}


def test_the_chart_points_where_they_are():
    middle = Point(47.0, -1.5)
    # One kilometre north, one east (a degree is 111.195 km, and shorter to the east), and far away south.
    others = [Point(47.0 + 1 / 111.195, -1.5), Point(47.0, -1.5 + 1 / 111.195 / 0.682), Point(40.0, -1.5)]

    assert dots(chart_uri(middle, others, 2)) == {"1": (100, 57), "2": (143, 100), "3": (100, 190)}


def test_the_date_line_is_no_wall():
    assert dots(chart_uri(Point(0, 179.99), [Point(0, -179.99)], 5)) == {"1": (138, 100)}


@pytest.mark.parametrize(
    ("kilometres", "said"),
    [(0.0, "100 m"), (0.62, "600 m"), (3.44, "3.4 km"), (27.4, "27 km"), (1234, "1,234 km")],
)
def test_distances_are_said_as_exactly_as_they_are_known(app, kilometres, said):
    with app.test_request_context():
        assert distance(kilometres) == said


@pytest.mark.parametrize(("code", "said"), [("fr", "French"), ("de", "German"), ("xx", "xx"), ("?", "?")])
def test_languages_have_names(app, code, said):
    with app.test_request_context():
        assert language_name(code) == said
