"""Files of the four other shop systems at the desk, from handing them in to what shoppers are offered."""

import pytest
from sqlalchemy import select

from storefront.catalog.models import Offer
from storefront.core.database import db

from ..catalog.foreign_rows import EXAMPLES
from ..catalog.makers import IPHONE_13, as_csv, load_models
from ..factories import make_category
from .test_offers_in_files import hand_in, load_wanted
from .world import OPERATOR, SELLER, populate


@pytest.fixture
def world(app):
    world = populate(app)
    with app.app_context():
        for slug in ("smartphones", "tablets", "laptops", "consoles"):
            make_category(slug)
        db.session.commit()
        load_models(IPHONE_13)
    return world


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("actor", [SELLER, OPERATOR])
def test_each_format_is_looked_at_and_loaded(world, name, actor):
    seller_id = world.people[SELLER].seller_id
    client = world.people[actor].client
    handed_in = hand_in(world, as_csv([EXAMPLES[name]]), actor=actor, seller=str(seller_id))
    here = handed_in.headers["Location"]
    first, second = client.get(here), client.get(here)
    client.submit(second, "import/")
    load_wanted(world)

    for page in (first, second):
        assert (page.status_code, f"Read as a file of {name}." in page.text) == (200, True)
        assert '<ul class="small"><li>Grade good from' in page.text or "(1)</li>" in page.text
    assert "The file is loaded" in client.get(here).text
    with world.app.app_context():
        assert db.session.scalars(select(Offer.seller_id)).one() == seller_id
