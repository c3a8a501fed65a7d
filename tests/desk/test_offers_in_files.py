"""Files at the desk: looked at before they are loaded, by nobody else and for no other seller; and what goes out."""

import fcntl
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from storefront.catalog import loading, uploads
from storefront.catalog.models import Offer, OfferUpload, PriceChange
from storefront.core.database import db, transaction
from storefront.desk.offers import file_views
from storefront.sellers.members import leave
from storefront.sellers.models import Seller, SellerMember

from ..factories import make_category, make_offer
from .budget import overweight
from .world import OPERATOR, OTHER_SELLER, SELLER, populate

HEADER = "sku,title,category,grade,price,stock"


@pytest.fixture
def world(app):
    world = populate(app)
    with app.app_context():
        make_category("smartphones")
        db.session.commit()
    return world


def hand_in(world, content: str, *, actor: str = SELLER, language: str = "", **fields):
    somebody = world.people[actor]
    file = (io.BytesIO(content.encode()), "offers.csv")
    data = {"csrf_token": somebody.token, "file": file, **fields}
    return somebody.client.post(f"{language}/desk/offers/import", data=data)


def looked(world, content: str, *, actor: str = SELLER, **fields):
    answer = hand_in(world, content, actor=actor, **fields)
    assert answer.status_code == 303
    return world.people[actor].client.get(answer.headers["Location"])


def slug_of(world, actor: str) -> str:
    with world.app.app_context():
        return db.session.get_one(Seller, world.people[actor].seller_id).slug


def shelves(world) -> list[tuple[object, ...]]:
    with world.app.app_context():
        columns = (Offer.seller_id, Offer.sku, Offer.price_minor, Offer.stock)
        return [tuple(row) for row in db.session.execute(select(*columns).order_by(Offer.id))]


def test_one_person_may_hand_in_so_many_files_in_an_hour(world, monkeypatch):
    monkeypatch.setattr(file_views, "_FILES", 2)
    answers = [hand_in(world, HEADER).status_code for _ in range(3)]
    assert (answers[:2].count(429), answers[2]) == (0, 429)
    assert hand_in(world, HEADER, actor=OTHER_SELLER).status_code != 429, "each has a count of their own"


def test_a_file_is_looked_at_then_loaded_once(world):
    seller_id = world.people[SELLER].seller_id
    with world.app.app_context():
        make_offer(seller_id=seller_id, sku="A")
        db.session.commit()
    rows = (
        "A,iPhone 13,smartphones,good,300,5",
        "B,Pixel 8,smartphones,fair,200,1",
        "C,x,smartphones,top,free,1",
    )
    content = "\n".join((HEADER, *rows))
    page = looked(world, content)
    before = shelves(world)
    client = world.people[SELLER].client
    waiting = client.submit(page, "import/", follow_redirects=True)
    assert shelves(world) == before
    load_wanted(world)
    done = client.get(page.request.path)
    again = client.submit(page, "import/", follow_redirects=True)

    assert "price: €320 → <b>€300</b>" in page.text
    assert ("<b>grade</b> is" in page.text, "<b>price</b> is" in page.text) == (True, True)
    assert before == [(seller_id, "A", 32000, 5)]
    assert shelves(world) == [(seller_id, "A", 30000, 5), (seller_id, "B", 20000, 1)]
    assert "offers.csv is being loaded" in waiting.text
    assert "The file is loaded" in done.text
    assert "The file is loaded" in again.text
    with world.app.app_context():
        change = db.session.scalars(select(PriceChange)).one()
        person = db.session.scalars(select(SellerMember.person_id).filter_by(seller_id=seller_id)).one()
        assert (change.source, change.person_id, change.from_minor) == ("file", person, 32000)
    assert list((uploads_folder(world)).iterdir()) == []


def load_wanted(world) -> None:
    """What the periodic work of any process does."""
    with world.app.app_context():
        loading.load_wanted()
        db.session.remove()


def uploads_folder(world):
    with world.app.app_context():
        return uploads.path_of("x").parent


def test_a_sellers_file_never_touches_another_seller(world):
    other = slug_of(world, OTHER_SELLER)
    phone = "iPhone 13,smartphones,good,300,5"
    theirs = f"seller,{HEADER}\n{other},A,{phone}\nNewcomer,B,{phone}\n"
    page = looked(world, theirs, seller=str(world.people[OTHER_SELLER].seller_id), create="yes")

    assert "this file is loaded for" in page.text
    assert "This file would change nothing." in page.text
    assert shelves(world) == []
    assert "Newcomer" in looked(world, theirs, actor=OPERATOR, seller="", create="yes").text


def test_a_file_is_its_persons_alone_while_they_trade(world):
    answer = hand_in(world, f"{HEADER}\nA,iPhone 13,smartphones,good,300,5\n")
    here = answer.headers["Location"]
    others = [world.people[actor].client.get(here).status_code for actor in (OTHER_SELLER, OPERATOR)]
    mine = world.people[SELLER].client.get(here)
    with world.app.app_context(), transaction():
        person = db.session.scalars(
            select(SellerMember.person_id).filter_by(seller_id=world.people[SELLER].seller_id)
        ).one()
        db.session.query(Seller).filter_by(id=world.people[SELLER].seller_id).update(
            {"standing": "suspended"}
        )
    suspended = world.people[SELLER].client.submit(mine, "import/")
    with world.app.app_context(), transaction():
        leave(person_id=person, seller_id=world.people[SELLER].seller_id)

    assert (others, mine.status_code, suspended.status_code) == ([404, 404], 200, 404)
    assert world.people[SELLER].client.get(here).status_code == 404
    assert shelves(world) == []


def test_a_shop_that_changed_since_the_look_is_left_alone(world):
    with world.app.app_context():
        offer = make_offer(seller_id=world.people[SELLER].seller_id, sku="A")
        offer_id = offer.id
        db.session.commit()
    page = looked(world, f"{HEADER}\nA,iPhone 13,smartphones,good,300,5\n")
    with world.app.app_context(), transaction():
        db.session.query(Offer).filter_by(id=offer_id).update({"stock": 4})
    world.people[SELLER].client.submit(page, "import/")
    before = shelves(world)
    load_wanted(world)
    answer = world.people[SELLER].client.get(page.request.path)

    assert shelves(world) == before
    assert ("Not all of this file was loaded" in answer.text, answer.status_code) == (True, 200)
    assert "stock: 4 → <b>5</b>" in answer.text
    # Now that it was seen, it may be done.
    world.people[SELLER].client.submit(answer, "import/")
    load_wanted(world)
    assert [row[3] for row in shelves(world)] == [5]


def state_of(world) -> str:
    with world.app.app_context():
        return db.session.scalars(select(OfferUpload.state)).one()


def test_a_file_whose_loader_is_gone_is_looked_at_again(world):
    """Killed in the middle: the row still says that it is being loaded, and nobody holds the file any more."""
    page = looked(world, f"{HEADER}\nA,iPhone 13,smartphones,good,300,5\n")
    client = world.people[SELLER].client
    client.submit(page, "import/")
    with world.app.app_context(), transaction():
        db.session.execute(update(OfferUpload).values(state="loading"))
    (file,) = files_of(world)
    with file.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        load_wanted(world)
        assert state_of(world) == "loading"
    load_wanted(world)

    assert (state_of(world), shelves(world)) == ("stopped", [])
    assert "Not all of this file was loaded" in client.get(page.request.path).text


def test_one_file_of_a_person_is_loaded_at_a_time(world):
    client = world.people[SELLER].client
    first, second = (
        looked(world, f"{HEADER}\n{row},smartphones,good,300,5\n") for row in ("A,iPhone 13", "B,Pixel 8")
    )
    client.submit(first, "import/")
    early = client.submit(second, "import/")
    load_wanted(world)
    late = client.submit(second, "import/")
    load_wanted(world)

    assert (early.status_code, "offers.csv is still being loaded" in early.text) == (409, True)
    assert late.status_code == 303
    assert [row[1] for row in shelves(world)] == ["A", "B"]


def test_what_may_not_be_done_any_more_is_not_loaded(world):
    page = looked(world, f"{HEADER}\nA,iPhone 13,smartphones,good,300,5\n")
    world.people[SELLER].client.submit(page, "import/")
    with world.app.app_context(), transaction():
        db.session.query(Seller).filter_by(id=world.people[SELLER].seller_id).update(
            {"standing": "suspended"}
        )
    load_wanted(world)

    assert (state_of(world), shelves(world)) == ("stopped", [])


def test_progress_is_a_piece_of_its_page_and_leads_on_when_it_is_done(world):
    page = looked(world, f"{HEADER}\nA,iPhone 13,smartphones,good,300,5\n")
    client, here = world.people[SELLER].client, page.request.path
    client.submit(page, "import/")
    asks = {"HX-Request": "true", "HX-Target": "progress"}
    whole, piece = client.get(here), client.get(here, headers=asks)
    load_wanted(world)
    done = client.get(here, headers=asks)

    assert piece.text.strip() in whole.text
    assert '<meta http-equiv="refresh"' in whole.text
    assert (done.text, done.headers["HX-Redirect"]) == ("", here)


def test_what_was_handed_in_lately_is_listed_with_how_far_it_is(world, count_sql):
    client, listed = world.people[SELLER].client, []
    for count in (1, 2):
        hand_in(world, f"{HEADER}\nA,iPhone 13,smartphones,good,300,5\n")
        with count_sql() as statements:
            form = client.get("/desk/offers/import")
        listed.append((form.text.count("waits for your yes"), len(statements)))
        assert listed[-1][0] == count
    assert listed[0][1] == listed[1][1]
    assert "waits for your yes" not in world.people[OTHER_SELLER].client.get("/desk/offers/import").text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [("", "is empty"), ("name,colour\nx,y\n", "is missing"), ("\x89PNG whatever", "missing")],
)
def test_what_is_no_table_is_refused_with_a_sentence(world, content, sentence):
    page = looked(world, content)

    assert (page.status_code, sentence in page.text) == (422, True)


def test_what_is_no_table_is_not_loaded_either(world):
    page = looked(world, f"{HEADER}\nA,iPhone 13,smartphones,good,300,5\n")
    (file,) = files_of(world)
    file.write_text("name,colour\nx,y\n")
    world.people[SELLER].client.submit(page, "import/")
    load_wanted(world)
    answer = world.people[SELLER].client.get(page.request.path)

    assert (answer.status_code, "is missing" in answer.text, shelves(world)) == (422, True, [])


def test_a_file_that_is_gone_is_not_loaded(world):
    page = looked(world, f"{HEADER}\nA,iPhone 13,smartphones,good,300,5\n")
    (file,) = files_of(world)
    file.unlink()
    world.people[SELLER].client.submit(page, "import/")
    load_wanted(world)

    assert (state_of(world), shelves(world)) == ("stopped", [])
    assert world.people[SELLER].client.get(page.request.path).status_code == 404


def files_of(world):
    return [path for path in uploads_folder(world).iterdir() if not path.suffix]


@pytest.mark.parametrize(
    ("content", "status"),
    [(f"{HEADER}\nA,iPhone 13,smartphones,good,300,5\nB,x,smartphones,top,1,1\n", 200), ("name\nx\n", 422)],
)
def test_a_file_is_read_for_its_first_look_alone(world, content, status):
    client = world.people[SELLER].client
    here = hand_in(world, content).headers["Location"]
    first = client.get(here)
    with file_views._reading:
        second = client.get(here)

    assert (first.status_code, second.status_code) == (status, status)
    assert re.findall(r"<main.*</main>", second.text, re.DOTALL) == re.findall(
        r"<main.*</main>", first.text, re.DOTALL
    )


def test_a_load_of_something_else_than_was_looked_at_is_not_even_read(world):
    page = looked(world, f"{HEADER}\nA,iPhone 13,smartphones,good,300,5\n")
    with file_views._reading:
        answer = world.people[SELLER].client.submit(page, "import/", fields={"key": "made up"})

    assert (answer.status_code, shelves(world)) == (303, [])


def send_raw(world, size: int, path: str):
    """A form with a file of so many bytes, as a browser sends it."""
    somebody = world.people[SELLER]
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{somebody.token}\r\n',
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n',
        f"{HEADER}\n" + "x" * size + "\r\n--b--\r\n",
    ]
    with io.BytesIO("".join(parts).encode()) as body:
        return somebody.client.post(
            path,
            input_stream=body,
            content_type="multipart/form-data; boundary=b",
            headers={"Content-Length": str(len(body.getbuffer()))},
        )


@pytest.mark.parametrize(
    ("megabytes", "path", "status"),
    [(3, "import", 303), (21, "import", 422), (23, "import", 413), (3, "bulk", 413)],
)
def test_one_form_takes_large_files_and_no_other(world, megabytes, path, status):
    answer = send_raw(world, megabytes * 1024 * 1024, f"/desk/offers/{path}")

    assert answer.status_code == status
    assert ("is larger than 20 MB" in answer.text) == (status == 422)
    assert len(list(uploads_folder(world).glob("*"))) == (status == 303)


def test_a_file_is_asked_for(world):
    somebody = world.people[SELLER]
    answer = somebody.client.post("/desk/offers/import", data={"csrf_token": somebody.token})

    assert (answer.status_code, "Please choose a file." in answer.text) == (422, True)
    bad = hand_in(world, HEADER, words="Grade A = lovely")
    assert (bad.status_code, "the grades are" in bad.text) == (422, True)


def test_while_another_file_is_read_one_is_told_to_come_back(world):
    answer = hand_in(world, f"{HEADER}\nA,iPhone 13,smartphones,good,300,5\n")
    with file_views._reading:
        busy = world.people[SELLER].client.get(answer.headers["Location"])

    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "20")
    assert world.people[SELLER].client.get(answer.headers["Location"]).status_code == 200


def test_files_are_swept_after_a_day_and_few_are_kept(world, now):
    for _nth in range(5):
        hand_in(world, HEADER)
    with world.app.app_context(), transaction():
        assert len(list(uploads_folder(world).iterdir())) == uploads.MOST_KEPT
        moment = db.session.scalars(select(OfferUpload.uploaded_at).limit(1)).one()
        uploads.sweep_uploads(now=moment + timedelta(hours=23))
        assert len(list(uploads_folder(world).iterdir())) == uploads.MOST_KEPT
        uploads.sweep_uploads(now=moment + timedelta(hours=25))
        assert list(uploads_folder(world).iterdir()) == []
        assert db.session.scalars(select(OfferUpload.id)).all() == []


def test_what_goes_out_is_what_one_sees_and_comes_in_again_without_a_change(world):
    with world.app.app_context():
        make_offer(seller_id=world.people[SELLER].seller_id, sku="MINE")
        make_offer(seller_id=world.people[OTHER_SELLER].seller_id, sku="THEIRS")
        db.session.commit()
    out = {actor: world.people[actor].client.get("/desk/offers/export") for actor in (SELLER, OPERATOR)}

    assert out[SELLER].headers["Content-Disposition"] == 'attachment; filename="offers.csv"'
    assert ("MINE" in out[SELLER].text, "THEIRS" in out[SELLER].text) == (True, False)
    assert ("MINE" in out[OPERATOR].text, "THEIRS" in out[OPERATOR].text) == (True, True)
    assert "This file would change nothing." in looked(world, out[SELLER].text).text


def test_another_product_is_named_by_its_title(world):
    with world.app.app_context():
        make_offer(seller_id=world.people[SELLER].seller_id, sku="A")
        db.session.commit()
    page = looked(world, f"{HEADER}\nA,Fairphone 4,smartphones,good,300,5")

    assert "product: <b>Fairphone 4</b>" in page.text
    assert "title/" not in page.text


def test_the_pages_of_a_file_with_much_to_say_keep_the_desks_budget(world):
    good = [f"A{n},iPhone 13 in number {n},smartphones,good,{200 + n}.90,{n}" for n in range(60)]
    bad = [f"B{n},Pixel {n},gramophones,splendid,much,{n}" for n in range(210)]
    page = looked(world, "\n".join((HEADER, *good, *bad)))
    client, here = world.people[SELLER].client, page.request.path
    heavy = overweight(client, ["/desk/offers/import", here])
    client.submit(page, "import/")
    heavy |= overweight(client, [here])
    load_wanted(world)

    assert heavy | overweight(client, [here, "/desk/offers"]) == {}
