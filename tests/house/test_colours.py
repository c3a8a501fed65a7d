"""The shop's colours: in the one stylesheet, of every process, in every language, at the next request."""

import re

import pytest

from storefront.core.database import transaction
from storefront.core.errors import FormInvalid
from storefront.house import actions
from storefront.house.running import current_house
from tests.factories import NOW


def dye(app, **colours: str):
    with app.app_context(), transaction():
        values = {("colours", name): value for name, value in colours.items()}
        actions.change_settings(values, seen=current_house().version, person_id=None, now=NOW)


def sheet(visitor, page="/en/legal") -> str:
    return re.findall(r'<link rel="stylesheet" href="([^"]+)">', visitor.get(page).text)[0]


def test_one_stylesheet_in_the_new_colours(app, client):
    before = sheet(client)
    dye(app, accent="#ffb300")
    after = sheet(client)
    assert before != after == sheet(client, "/fr/") == sheet(client, "/cart")
    answer = client.get(after, buffered=True)
    assert "background:#ffb300" in answer.text
    assert "#ff5c39" not in answer.text.partition("@media (prefers-color-scheme:dark)")[0]
    assert "max-age=315360000" in answer.headers["Cache-Control"]
    assert client.get(before, buffered=True).status_code == 200


def test_a_process_that_never_made_it_serves_it(make_app):
    here, there = make_app(), make_app()
    dye(here, paper="#ffffff")
    address = sheet(here.test_client())
    visitor = there.test_client()
    for _ in range(2):
        answer = visitor.get(address, headers={"Accept-Encoding": "br"}, buffered=True)
        assert (answer.status_code, answer.mimetype) == (200, "text/css")
        assert answer.headers["Content-Encoding"] == "br"
        assert "immutable" in answer.headers["Cache-Control"]
    assert "background:#ffffff" in visitor.get(address, buffered=True).text


@pytest.mark.parametrize(
    "path", ["/static/site.css", "/static/../shop.db", "/static/site.000000000000.css", "/static/"]
)
def test_nothing_else_is_served(client, path):
    assert client.get(path).status_code == 404


def test_what_nobody_could_read_is_refused_with_what_would_do(app):
    with pytest.raises(FormInvalid) as caught:
        dye(app, ink="#8a8a8a")
    ((field, sentence),) = caught.value.errors.items()
    assert field == "colours.ink"
    found = re.search(
        r"Ink: text and Paper: the background are too close: their contrast is 3\.\d\d, and reading needs 4\.5\. "
        r"The nearest colour that does it is (#[0-9a-f]{6})\.",
        sentence,
    )
    assert found
    dye(app, ink=found[1])


def test_of_a_pair_the_changed_one_is_to_blame(app):
    with pytest.raises(FormInvalid) as caught:
        dye(app, accent="#4a2010")
    assert set(caught.value.errors) == {"colours.accent"}
