"""The table of bonuses, from the command line."""

import pytest

from storefront.repair.advice.queries import all_bonuses, bonus_of

from ...factories import NOW

TODAY = NOW.date()


@pytest.fixture
def run(app):
    return lambda *arguments: app.test_cli_runner().invoke(args=["repair", *arguments])


def test_a_fresh_shop_knows_the_french_amounts_of_2024(app, run):
    said = run("bonuses").output

    assert "FR smartphones: 25.00 EUR, since 2024-01-01 (said with its year: may have changed)" in said
    assert "FR laptops: 50.00 EUR from 150.00 on" in said
    assert len(said.splitlines()) == 7


def test_a_new_amount_takes_over_on_its_day(app, run):
    made = run(
        "set-bonus",
        "fr",
        "smartphones",
        "27,50",
        "--minimum",
        "60",
        "--since",
        "2026-03-02",
        "--source",
        "leaflet",
    )

    assert made.exit_code == 0, made.output
    with app.app_context():
        before = bonus_of("FR", "smartphones", TODAY.replace(day=1))
        after = bonus_of("FR", "smartphones", TODAY)
        assert before is not None
        assert after is not None
        assert (before.amount_minor, after.amount_minor, after.minimum_minor) == (2_500, 2_750, 6_000)


def test_said_again_for_the_same_day_it_is_mended(app, run):
    for amount in ("30", "35"):
        run(
            "set-bonus",
            "FR",
            "tvs",
            amount,
            "--since",
            "2026-01-01",
            "--until",
            "2026-12-31",
            "--source",
            "x",
        )

    with app.app_context():
        assert [bonus.amount_minor for bonus in all_bonuses() if bonus.category == "tvs"] == [3_500, 6_000]


@pytest.mark.parametrize(
    "arguments",
    [
        ("FR", "tvs", "-5", "--since", "2026-01-01", "--source", "x"),
        ("FR", "tvs", "much", "--since", "2026-01-01", "--source", "x"),
        ("FR", "hoverboards", "5", "--since", "2026-01-01", "--source", "x"),
        ("France", "tvs", "5", "--since", "2026-01-01", "--source", "x"),
        ("FR", "tvs", "5", "--since", "1st of May", "--source", "x"),
        ("FR", "tvs", "5", "--since", "2026-01-02", "--until", "2026-01-01", "--source", "x"),
        ("FR", "tvs", "5", "--since", "2026-01-01"),
    ],
)
def test_what_can_not_be_is_refused(app, run, arguments):
    refused = run("set-bonus", *arguments)

    assert refused.exit_code == 2
    with app.app_context():
        assert len(all_bonuses()) == 7
