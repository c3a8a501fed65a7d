"""The way to a quote as a browser goes it: said in a mail's words, looked at, changed; nothing typed is lost."""

import io
import re
from typing import Any

import pytest
import sqlalchemy as sa

from storefront.core.database import db
from tests.conftest import DemoShop, MakeApp
from tests.shopper import ShopClient, read_forms

MAIL = (
    "Bonjour,\n12x portables 14 pouces i5 16Go azerty\n25 iPhone 13 128 Go bon état max 350€\n5 macbook air"
)
LINES = "/business/quote/lines"


@pytest.fixture
def visitor(demo_shop: DemoShop) -> ShopClient:
    client = demo_shop.app.test_client()
    assert isinstance(client, ShopClient)
    return client


def ask(visitor: ShopClient, **fields: Any) -> Any:
    return visitor.submit(visitor.get("/business/quote"), LINES, fields)


def fields_of(page: Any) -> dict[str, str]:
    return next(form.fields for form in read_forms(page.text) if "/business/quote" in form.action)


def test_the_landing_leads_to_the_form_and_every_page_to_the_landing(visitor):
    home, landing = visitor.get("/"), visitor.get("/business")
    assert home.text.count('href="/business"') == 2
    assert landing.status_code == 200
    assert 'href="/business/quote"' in landing.text
    assert "Cookie" not in landing.headers.get("Vary", "")
    assert "72 hours" in landing.text


def test_a_mail_becomes_lines_that_can_be_changed(visitor):
    page = ask(visitor, wanted=MAIL)
    assert page.status_code == 200
    fields = fields_of(page)
    assert [fields[f"quantity-{n}"] for n in range(3)] == ["12", "25", "5"]
    assert [fields[f"device-{n}"][:2] for n in range(3)] == ["c:", "m:", "c:"]
    assert (fields["storage-1"], fields["grade-1"], fields["budget-1"]) == ("128", "good", "350")
    assert fields["words-2"] == "macbook air"
    assert "Bonjour," in page.text
    assert len(re.findall(r"\d+ in stock that fit", page.text)) == 3
    # What no offer says is left out, and said.
    assert "azerty" not in fields["words-0"]
    assert "our offers don&#39;t say it: azerty" in page.text


def test_lines_by_hand_pasted_and_in_a_file_come_together(visitor):
    file = (io.BytesIO("Qté;Modèle\n3;iPhone 12".encode()), "fleet.csv")
    page = ask(visitor, wanted="2 iPad", **{"row-quantity-0": "4", "row-what-0": "ThinkPad T480"}, file=file)
    fields = fields_of(page)
    assert [fields[f"text-{n}"] for n in range(3)] == ["4 x ThinkPad T480", "2 iPad", "3 x iPhone 12"]


def test_more_rows_keep_what_was_typed(visitor):
    page = ask(visitor, wanted="2 iPad", **{"row-what-7": "a screen"}, more="yes")
    assert page.text.count('name="row-what-') == 16
    assert "2 iPad" in page.text
    assert 'value="a screen"' in page.text


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("photo.png", b"\x89PNG\r\n", "is no table but a file of kind PNG"),
        ("long.csv", b"1;iPhone 13\n" * 10_000, "has more than 500 rows"),
    ],
)
def test_a_file_that_cannot_be_read_costs_nothing_of_what_was_typed(visitor, name, content, sentence):
    page = ask(visitor, wanted="2 iPad", **{"row-what-1": "a screen"}, file=(io.BytesIO(content), name))
    assert page.status_code == 422
    assert sentence in page.text
    assert "2 iPad</textarea>" in page.text.replace("\r", "")
    assert 'value="a screen"' in page.text


def test_a_changed_text_is_read_anew_and_changed_fields_stay(visitor):
    page = ask(visitor, wanted="12 iPhone 13\n5 laptops")
    again = visitor.post(
        LINES, data={**fields_of(page), "text-0": "7 iPhone 12 64 Go", "grade-1": "good", "wanted": "3 iPad"}
    )
    fields = fields_of(again)
    assert (fields["quantity-0"], fields["storage-0"], fields["text-0"]) == ("7", "64", "7 iPhone 12 64 Go")
    assert (fields["quantity-1"], fields["grade-1"]) == ("5", "good")
    assert fields["text-2"] == "3 iPad"
    gone = fields_of(visitor.post(LINES, data={**fields, "drop-0": "yes"}))
    assert [gone[f"text-{n}"] for n in range(2)] == ["5 laptops", "3 iPad"]
    assert "text-2" not in gone


def test_what_cannot_be_is_said_at_its_line_and_kept(visitor):
    page = ask(visitor, **{"row-quantity-0": "-5", "row-what-0": "laptops"})
    assert fields_of(page)["quantity-0"] == "-5"
    assert "Please give a whole number from 1 to 500." in page.text
    fields = {**fields_of(page), "quantity-0": "5", "budget-0": "lots 🙂", "name": "<b>Dubois</b>"}
    page = visitor.post("/business/quote", data=fields)
    assert page.status_code == 422
    again = fields_of(page)
    assert (again["budget-0"], again["name"]) == ("lots 🙂", "<b>Dubois</b>")
    assert "Please give an amount" in page.text


def test_lines_beyond_the_most_stay_in_the_box(visitor):
    page = ask(visitor, wanted="\n".join(f"{n} iPhone 13" for n in range(1, 61)))
    fields = fields_of(page)
    assert "text-49" in fields
    assert "text-50" not in fields
    assert fields["wanted"].strip().splitlines()[0] == "51 iPhone 13"


def test_nothing_asked_for_is_asked_for_again(visitor):
    page = ask(visitor, wanted="  ")
    assert page.status_code == 422
    assert "Please say what you need: at least one line." in page.text
    assert visitor.get(LINES).location == "/business/quote"


def test_a_form_without_its_token_is_asked_for_once_more_whole(visitor):
    page = ask(visitor, wanted="\n".join(f"{n} iPhone 13" for n in range(1, 51)))
    fields = {**fields_of(page), "csrf_token": ""}
    asked = visitor.post(LINES, data=fields)
    assert asked.status_code == 400
    kept = next(form.fields for form in read_forms(asked.text) if form.action.endswith(LINES))
    assert {name: kept.get(name) for name in fields if name != "csrf_token"} == {
        name: value for name, value in fields.items() if name != "csrf_token"
    }


def test_the_number_of_statements_is_the_same_for_one_line_and_for_three(demo_shop, visitor):
    def statements(mail: str) -> int:
        noted: list[str] = []

        def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            noted.append(statement)

        form = fields_of(visitor.get("/business/quote"))
        with demo_shop.app.app_context():
            engine = db.engine
        sa.event.listen(engine, "before_cursor_execute", note)
        try:
            assert visitor.post(LINES, data={**form, "wanted": mail}).status_code == 200
        finally:
            sa.event.remove(engine, "before_cursor_execute", note)
        return len(noted)

    statements("1 iPhone 13")
    assert statements("1 iPhone 13") == statements("1 iPhone 13\n2 laptops 16 GB\n3 macbook air")


def test_who_asks_too_often_loses_nothing(make_app: MakeApp):
    client = make_app(REBELOTE_LIMITS_ORDERS="1").test_client()
    assert isinstance(client, ShopClient)
    ask(client, wanted="2 iPad")
    page = ask(client, wanted="2 iPad")
    assert page.status_code == 429
    assert "Nothing is lost" in page.text
    assert "2 iPad</textarea>" in page.text.replace("\r", "")
