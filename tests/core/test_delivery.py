"""How pages travel: compressed as asked, named by an ETag, kept only while they are true, and never with a cookie."""

import gzip

import brotli
import pytest

from storefront.catalog.actions import take_units
from storefront.catalog.models import Offer
from storefront.core import kept as kept_module
from storefront.core.database import db, transaction
from tests.catalog.makers import set_offer, stock

PUBLIC = ["/", "/search", "/search?q=iphone", "/c/smartphones", "/p/{slug}", "/how-we-rank", "/grades", "/impact",
          "/about", "/legal", "/contact", "/guarantee", "/withdraw", "/repair", "/repair?category=smartphones",
          "/business", "/sitemap.xml"]  # fmt: skip
SLUG = "iphone-13-128-gb-midnight"


@pytest.fixture
def shop(app):
    stock(app, {}, {"grade": "fair", "price": "250", "stock": "1"})
    return app


def body(page) -> bytes:
    decode = {"br": brotli.decompress, "gzip": gzip.decompress}
    return decode.get(page.headers.get("Content-Encoding", ""), bytes)(page.data)


@pytest.mark.parametrize("path", [path.format(slug=SLUG) for path in PUBLIC])
def test_public_pages_are_kept_named_and_without_cookies(shop, client, path):
    # Somebody with a session that lasts: their cookie must not be renewed on pages that proxies may keep.
    client.submit(client.get(f"/p/{SLUG}"), "/cart/add")
    assert client.get_cookie("rebelote")
    first, second = client.get(path), client.get(path)
    for page in (first, second):
        assert page.status_code == 200
        assert page.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
        assert "Set-Cookie" not in page.headers
        assert "Cookie" not in page.headers["Vary"]
        assert "Accept-Encoding" in page.headers["Vary"]
        if page.mimetype == "text/html":
            assert page.headers["Vary"] == "HX-Request, HX-Target, Accept-Language, Accept-Encoding"
        assert "Content-Security-Policy" in page.headers
    assert first.data == second.data
    assert first.headers["ETag"] == second.headers["ETag"]


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("br, gzip", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("gzip, br;q=0", "gzip"),
        ("gzip;q=0, br;q=0", None),
        ("identity;q=1, *;q=0", None),
        ("deflate", None),
        ("", None),
        (None, None),
        ("gzip;q=1, br;q=0.1", "gzip"),
    ],
)
def test_a_page_is_compressed_as_the_browser_asks(shop, client, accepted, encoding):
    plain = client.get("/contact").data
    for _ in range(2):
        page = client.get("/contact", headers={} if accepted is None else {"Accept-Encoding": accepted})
        assert page.headers.get("Content-Encoding") == encoding
        assert body(page) == plain
        assert page.headers["Content-Length"] == str(len(page.data))


def test_each_form_of_a_page_has_its_own_etag(shop, client):
    encodings = ("br", "gzip", "")
    tags = {client.get("/", headers={"Accept-Encoding": name}).headers["ETag"] for name in encodings}
    assert len(tags) == 3


def test_what_the_browser_has_already_is_not_sent_again(shop, client):
    for _ in range(2):
        page = client.get("/")
        again = client.get("/", headers={"If-None-Match": page.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == page.headers["ETag"]
        assert again.headers["Vary"] == page.headers["Vary"]
        assert client.get("/", headers={"If-None-Match": '"something else"'}).status_code == 200
        assert client.get("/", headers={"If-None-Match": f"W/{page.headers['ETag']}"}).status_code == 304


def test_head_has_the_headers_of_get_and_no_body(shop, client):
    for order in ("HEAD first", "kept"):
        head, page = client.head("/grades"), client.get("/grades")
        assert (head.status_code, head.data) == (200, b""), order
        for name in ("ETag", "Content-Length", "Content-Type", "Cache-Control", "Vary"):
            assert head.headers[name] == page.headers[name], name
    assert client.get("/grades").data


def test_selling_the_last_unit_is_seen_at_once(shop, client):
    """The page that was kept goes when the catalogue's generation moves."""
    paths = {path: client.get(path) for path in ("/search", f"/p/{SLUG}?grade=fair", "/", "/c/smartphones")}
    assert "€250" in paths["/search"].text
    with shop.app_context():
        offer = db.session.scalar(db.select(Offer.id).where(Offer.grade == "fair"))
        with transaction():
            take_units({offer: 1})
        db.session.remove()
    after = {path: client.get(path) for path in paths}
    assert "€250" not in after["/search"].text
    assert "€250" not in after["/"].text
    assert "€250" not in after["/c/smartphones"].text
    assert 'itemprop="price"' not in after[f"/p/{SLUG}?grade=fair"].text
    for path, page in paths.items():
        again = client.get(path, headers={"If-None-Match": page.headers["ETag"]})
        assert again.status_code == 200, path


def test_a_change_that_is_not_committed_is_seen_by_nobody(shop, client):
    before = client.get("/search").data
    with shop.app_context():
        offer = db.session.scalar(db.select(Offer.id).where(Offer.grade == "fair"))

        def sell_and_fail() -> None:
            with transaction():
                take_units({offer: 1})
                raise RuntimeError

        with pytest.raises(RuntimeError):
            sell_and_fail()
        db.session.remove()
    assert client.get("/search").data == before


def test_a_kept_page_is_asked_for_once_only(shop, client, count_sql):
    client.get("/search?grade=good")
    with count_sql() as statements:
        client.get("/search?grade=good")
    assert statements == [], "the generation is looked at without a session, nothing else is read"


def test_errors_are_not_kept(shop, client):
    missing = client.get("/p/iphone-99")
    assert (missing.status_code, missing.headers["Cache-Control"]) == (404, "private, no-store")
    assert "ETag" not in missing.headers


def test_parameters_make_pages_of_their_own(shop, client):
    assert client.get("/search?grade=good").data != client.get("/search?grade=fair").data
    assert "€250" in client.get("/search?grade=fair").text
    assert "€250" not in client.get("/search?grade=good").text


def test_a_long_address_is_answered_and_not_kept(shop, client):
    client.get("/search?q=" + "x" * 2000)
    kept = shop.extensions["kept_pages"].pages
    assert not [key for key in kept if "xxx" in key[3]]


def test_all_pages_that_are_marked_public_are_looked_at_here(app):
    """A public page that touched the session would hand one visitor's cookie to all others."""
    rules = {rule.rule for rule in app.url_map.iter_rules()
             if getattr(app.view_functions[rule.endpoint], "is_public", False)}  # fmt: skip
    looked_at = {
        path.partition("?")[0].format(slug="<slug>").replace("/c/smartphones", "/c/<slug>") for path in PUBLIC
    }
    assert rules == looked_at


def test_kept_pages_weigh_no_more_than_their_limit(shop, client, monkeypatch):
    """The one that is asked for again and again stays; the longest unused go."""
    client.get("/grades")
    kept = shop.extensions["kept_pages"]
    monkeypatch.setattr(kept_module, "KEPT_BYTES", 5 * kept.weight)
    for number in range(20):
        client.get(f"/contact?n={number}")
        client.get("/grades")
    assert kept.weight == sum(len(page.body) for page in kept.pages.values()) <= kept_module.KEPT_BYTES
    assert 2 < len(kept.pages) < 20
    assert {key[2] for key in kept.pages} == {"/grades", "/contact"}


def test_a_page_kept_again_is_weighed_once(shop, client):
    kept = shop.extensions["kept_pages"]
    for price in (30000, 29000, 28000):
        with shop.app_context():
            set_offer("A1", price_minor=price)
            db.session.remove()
        client.get("/search")
    assert kept.weight == sum(len(page.body) for page in kept.pages.values())


def test_a_price_change_is_seen_at_once(shop, client):
    assert "€319" in client.get("/search").text
    with shop.app_context():
        set_offer("A1", price_minor=28800)
        db.session.remove()
    page = client.get("/search").text
    assert "€288" in page
    assert "€319" not in page
