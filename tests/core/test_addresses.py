"""Numbers in addresses are ids of rows: what the database can't hold is no page."""

import pytest

from tests.factories import make_person
from tests.signing_in import sign_in

PATHS = (
    "/account/addresses/{}",
    "/desk/offers/{}",
    "/desk/people/{}",
    "/desk/sellers/{}",
    "/desk/models/{}",
)


@pytest.mark.parametrize("number", ["9" * 19, "9" * 20, "9" * 400, "\u0661"])
@pytest.mark.parametrize("path", PATHS)
def test_a_number_that_no_row_can_have_is_no_page(client, db_session, path, number):
    sign_in(client, make_person(roles=("operator",)))
    assert client.get(path.format(number)).status_code == 404


@pytest.mark.parametrize("path", PATHS)
def test_nor_is_the_largest_one_there(client, db_session, path):
    sign_in(client, make_person(roles=("operator",)))
    assert client.get(path.format("9" * 18)).status_code == 404
