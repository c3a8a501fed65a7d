"""Settings, texts and shipping at the desk: what is saved and where it shows, what is refused, and what stays typed."""

import pytest

from storefront.house.running import current_house
from storefront.house.texts import own_text

from ..shopper import read_forms
from ..signing_in import signed_in_operator
from .budget import overweight

PAGES = (
    "/desk/settings",
    "/desk/settings/shop",
    "/desk/settings/colours",
    "/desk/settings/contact",
    "/desk/settings/vat",
    "/desk/settings/payment",
    "/desk/settings/shipping",
    "/desk/settings/mail",
    "/desk/pages",
    "/desk/pages/terms",
    "/desk/pages/grade-good",
    "/desk/shipping",
    "/desk/shipping/new",
)


def setting(app, section: str, name: str):
    with app.app_context():
        return getattr(getattr(current_house().settings, section), name)


def test_a_setting_is_shown_where_it_was_and_counts_everywhere_else(app, operator, client):
    page = operator.get("/desk/settings/shop")
    saved = operator.submit(page, "/settings/shop", {"shop.name": "Phénix"}, follow_redirects=True)

    assert "Saved: the shop says so from now on." in saved.text
    assert 'value="Phénix"' in saved.text
    assert "Changed by Dominique Ferrand" in saved.text
    assert "<b>Phénix</b>" in client.get("/").text

    operator.submit(saved, "/settings/shop", {"unset-shop.name": "yes"})
    assert setting(app, "shop", "name") == "Rebelote"


def test_what_cannot_be_taken_stays_in_the_form(app, operator):
    page = operator.get("/desk/settings/contact")
    refused = operator.submit(page, "/settings/contact", {"contact.email": "nowhere", "contact.phone": "17"})

    assert refused.status_code == 422
    assert 'href="#i-contact.email"' in refused.text
    fields = read_forms(refused.text)[0].fields
    assert (fields["contact.email"], fields["contact.phone"]) == ("nowhere", "17")
    assert setting(app, "contact", "phone") != "17"


def test_what_the_environment_says_is_shown_and_not_asked_for(make_app):
    app = make_app(REBELOTE_SHOP_NAME="Chez nous")
    page = signed_in_operator(app).get("/desk/settings/shop")

    assert "Set by whoever runs the machine" in page.text
    assert "shop.name" not in read_forms(page.text)[0].fields


def test_of_two_operators_the_second_is_told_and_keeps_what_was_typed(app, operator, colleague):
    first, second = operator.get("/desk/settings/shop"), colleague.get("/desk/settings/shop")
    operator.submit(first, "/settings/shop", {"shop.name": "Phénix"})
    refused = colleague.submit(second, "/settings/shop", {"shop.name": "Sphinx"})

    assert refused.status_code == 409
    assert "Somebody else has just changed this: Name of the shop." in refused.text
    assert "It says now: Phénix" in refused.text
    assert read_forms(refused.text)[0].fields["shop.name"] == "Sphinx"
    assert setting(app, "shop", "name") == "Phénix"

    # Who saw that may insist.
    assert colleague.submit(refused, "/settings/shop").status_code == 303
    assert setting(app, "shop", "name") == "Sphinx"


def test_a_mistake_does_not_hide_that_somebody_else_was_faster(operator, colleague):
    first, second = operator.get("/desk/settings/shop"), colleague.get("/desk/settings/shop")
    wrong = colleague.submit(second, "/settings/shop", {"shop.language": "tlh"})
    operator.submit(first, "/settings/shop", {"shop.name": "Phénix"})
    right = colleague.submit(wrong, "/settings/shop", {"shop.language": "fr"})

    assert (wrong.status_code, right.status_code) == (422, 409)


def test_ways_to_pay_are_boxes_and_one_must_be_ticked(app, operator):
    page = operator.get("/desk/settings/payment")
    assert read_forms(page.text)[0].fields["payment.methods"] == ["", "bank-transfer", "pickup"]

    none = operator.submit(page, "/settings/payment", {"payment.methods": ""})
    assert none.status_code == 422
    assert "Please choose at least one way to pay." in none.text

    operator.submit(page, "/settings/payment", {"payment.methods": ["", "pickup"]})
    assert setting(app, "payment", "methods") == ("pickup",)


def test_numbers_may_have_a_comma(app, operator):
    page = operator.get("/desk/settings/vat")
    assert operator.submit(page, "/settings/vat", {"vat.percent": "5,5"}).status_code == 303
    assert str(setting(app, "vat", "percent")) == "5.5"


def test_colours_nobody_can_read_are_refused_with_ones_that_do(app, operator):
    page = operator.get("/desk/settings/colours")
    refused = operator.submit(page, "/settings/colours", {"colours.ink": "#FFEEDD"})

    assert refused.status_code == 422
    assert "The nearest colour that does it is #" in refused.text
    assert 'fill="#fff8ec"' in refused.text
    assert 'stroke="#ffeedd"' in refused.text
    assert setting(app, "colours", "ink") == "#1d1a2f"


def test_looking_at_colours_changes_nothing(app, operator):
    page = operator.get("/desk/settings/colours")
    seen = operator.submit(page, "/settings/colours", {"colours.accent": "#00c2a8", "look": "yes"})

    assert seen.status_code == 200
    assert 'fill="#00c2a8"' in seen.text
    assert setting(app, "colours", "accent") == "#ff5c39"
    assert operator.submit(seen, "/settings/colours").status_code == 303
    assert setting(app, "colours", "accent") == "#00c2a8"


def test_what_is_no_colour_is_not_drawn(operator):
    page = operator.get("/desk/settings/colours")
    refused = operator.submit(page, "/settings/colours", {"colours.ink": '"><script>'})

    assert refused.status_code == 422
    assert "<script>" not in refused.text
    assert "How it looks" not in refused.text


def test_a_test_mail_says_how_it_ended(operator):
    page = operator.get("/desk/settings/mail")
    filed = operator.submit(page, "/mail/test", {"recipient": "camille@example.com"})
    assert "There is no mail server yet" in filed.text

    wrong = operator.submit(page, "/mail/test", {"recipient": "camille"})
    assert wrong.status_code == 422
    assert read_forms(wrong.text)[1].fields["recipient"] == "camille"


def test_a_text_is_looked_at_then_published_then_taken_back(app, operator, client):
    page = operator.get("/desk/pages/about")
    words = {"body-about-en": "# Hello\n\nWe are {company}. <b>Really.</b>"}
    looked = operator.submit(page, "/pages/about", {**words, "look": "yes"})

    assert "Nothing is published yet" in looked.text
    assert "&lt;b&gt;Really." in looked.text
    assert "We are Rebelote Démo SAS" in looked.text
    assert "We are Rebelote" not in client.get("/en/about").text

    operator.submit(looked, "/pages/about", {"publish": "yes"})
    assert "We are Rebelote Démo SAS" in client.get("/en/about").text
    assert "We are Rebelote" not in client.get("/fr/about").text

    again = operator.get("/desk/pages/about")
    operator.submit(again, "/pages/about", {"built-in-about-en": "yes", "publish": "yes"})
    assert "We are Rebelote" not in client.get("/en/about").text


def test_both_languages_are_published_together_and_what_stays_is_not_written(app, operator):
    page = operator.get("/desk/pages/terms")
    operator.submit(page, "/pages/terms", {"body-terms-fr": "Nos conditions. {mediator}", "publish": "yes"})

    with app.app_context():
        assert own_text("terms", "fr") == "Nos conditions. {mediator}"
        assert own_text("terms", "en") is None


def test_a_text_says_what_the_law_misses_and_what_is_empty(operator):
    page = operator.get("/desk/pages/terms")
    looked = operator.submit(page, "/pages/terms", {"body-terms-en": "Trust us. {hosting}", "look": "yes"})

    missing = "Company, the way to withdraw, the page on guarantees, Mediator"
    assert f"so the page adds it below the text by itself: {missing}." in looked.text
    assert "Asked for, but empty in the settings: " in looked.text


def test_a_text_with_a_placeholder_nobody_knows_is_refused_in_its_language(operator):
    page = operator.get("/desk/pages/privacy")
    refused = operator.submit(page, "/pages/privacy", {"body-privacy-fr": "{secret}", "publish": "yes"})

    assert refused.status_code == 422
    assert 'href="#i-body-privacy-fr"' in refused.text
    assert read_forms(refused.text)[0].fields["body-privacy-fr"].strip() == "{secret}"


def test_of_two_writers_the_second_is_told_and_sees_both_texts(operator, colleague):
    first, second = operator.get("/desk/pages/about"), colleague.get("/desk/pages/about")
    operator.submit(first, "/pages/about", {"body-about-en": "First!", "publish": "yes"})
    refused = colleague.submit(second, "/pages/about", {"body-about-en": "Second.", "publish": "yes"})

    assert refused.status_code == 409
    assert "Somebody else has just changed this text." in refused.text
    assert "<p>First!</p>" in refused.text
    assert read_forms(refused.text)[0].fields["body-about-en"].strip() == "Second."


def test_what_a_grade_looks_like_is_said_in_the_shops_words(app, operator, client):
    page = operator.get("/desk/pages/grade-fair")
    operator.submit(
        page, "/pages/grade-fair", {"body-grade-fair-summary-en": "It has lived", "publish": "yes"}
    )

    assert "It has lived" in client.get("/en/grades").text
    assert "EN: your own words · FR: built-in" in operator.get("/desk/pages").text


def test_zones_begin_as_the_settings_and_are_changed_by_weight(app, operator):
    page = operator.get("/desk/shipping")
    zone = operator.submit(page, "/shipping/start", follow_redirects=True)
    assert read_forms(zone.text)[0].fields["standard-price-0"] == "3.90"

    steps = {
        "standard-up-to-0": "0,5",
        "standard-price-0": "2,90",
        "standard-price-1": "9.90",
        "name": "Home",
    }
    operator.submit(zone, "/desk/shipping/", steps)
    tried = operator.get("/desk/shipping?country=FR&weight=500")
    assert ("To France, zone Home:" in tried.text, "<b>€2.90</b>" in tried.text) == (True, True)
    assert "<b>€9.90</b>" in operator.get("/desk/shipping?country=FR&weight=501").text
    assert "Parcels don&#39;t go to Japan." in operator.get("/desk/shipping?country=JP&weight=1").text
    # Prices are the zones' now.
    assert "shipping.standard" not in operator.get("/desk/settings/shipping").text


def test_a_zone_is_added_and_taken_away(operator):
    operator.submit(operator.get("/desk/shipping"), "/shipping/start")
    fields = {"name": "Islands", "countries": ["IE", "MT"], "standard-days": "6", "standard-price-0": "12.90"}
    made = operator.submit(operator.get("/desk/shipping/new"), "/new", fields, follow_redirects=True)
    assert "Ireland, Malta" in made.text

    zone = operator.get(
        made.text.split('href="/desk/shipping/')[-1].join(["/desk/shipping/", ""]).split('"')[0]
    )
    gone = operator.submit(zone, "/remove", follow_redirects=True)
    assert ("Islands is gone" in gone.text, "Ireland, Malta" in gone.text) == (True, False)


def test_a_zone_that_cannot_be_stays_in_the_form(operator):
    operator.submit(operator.get("/desk/shipping"), "/shipping/start")
    fields = {"name": "", "countries": "XX", "standard-days": "soon", "standard-price-0": "much"}
    refused = operator.submit(operator.get("/desk/shipping/new"), "/new", fields)

    assert refused.status_code == 422
    typed = read_forms(refused.text)[0].fields
    assert {name: typed[name] for name in fields} == fields


def test_of_two_people_at_a_zone_the_second_is_told(operator, colleague):
    zone = operator.submit(operator.get("/desk/shipping"), "/shipping/start", follow_redirects=True)
    second = colleague.get(zone.request.path)
    operator.submit(zone, "/desk/shipping/", {"standard-price-0": "1.90"})
    refused = colleague.submit(second, "/desk/shipping/", {"standard-price-0": "7.90"})

    assert refused.status_code == 409
    assert "€1.90" in refused.text
    assert read_forms(refused.text)[0].fields["standard-price-0"] == "7.90"
    assert colleague.submit(refused, "/desk/shipping/").status_code == 303


@pytest.mark.parametrize("weight", ["", "-1", "1e9", "heavy", "0"])
def test_a_parcel_that_weighs_nothing_known_is_asked_about(operator, weight):
    tried = operator.get("/desk/shipping", query_string={"country": "FR", "weight": weight})
    assert tried.status_code == 422
    assert "Please give a whole number of grams" in tried.text


@pytest.mark.parametrize("path", PAGES)
def test_pages_keep_their_budget(operator, path):
    assert overweight(operator, [path]) == {}


@pytest.mark.parametrize("path", PAGES)
def test_pages_ask_the_database_a_few_times_only(operator, count_sql, path):
    operator.get(path)
    with count_sql() as statements:
        operator.get(path)
    # The session, the person's roles and sellers; the settings, and who changed them.
    assert len(statements) <= 5
