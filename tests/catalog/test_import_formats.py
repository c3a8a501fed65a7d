"""Moving in: exports of other shop systems, told by their headers, with the dirt that such files have."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import current_app
from openpyxl import Workbook

from storefront.catalog.formats import FORMATS, format_of
from storefront.catalog.formats.amounts import Unclear, plain_amount
from storefront.catalog.formats.grades import Unsold, grade_of, grade_within
from storefront.catalog.formats.words import Colours, plain_text, storage_in
from storefront.catalog.importer import Options, import_offers
from storefront.catalog.models import Offer
from storefront.core.database import db
from storefront.core.tables import WrongTable

from ..factories import make_category, make_seller
from .foreign_rows import BACK_MARKET, EXAMPLES, GOOGLE, SHOPIFY, SHOPIFY_VARIANT, WOO
from .makers import IPHONE_13, NOW, as_csv, load_models, load_text
from .test_import import offers, problems

MODELS = (
    IPHONE_13,
    {**IPHONE_13, "model": "apple-iphone-13-pro", "name": "iPhone 13 Pro"},
    {**IPHONE_13, "model": "samsung-galaxy-s21-5g", "name": "Galaxy S21 5G", "brand": "Samsung"},
    {**IPHONE_13, "model": "apple-ipad-9", "name": "iPad 9", "category": "tablets"},
)


@pytest.fixture
def shop(db_session):
    """A shop with a seller, a few models and their categories."""
    make_seller(slug="atelier", name="Atelier")
    for slug in ("smartphones", "tablets", "laptops", "consoles"):
        make_category(slug)
    db_session.commit()
    load_models(*MODELS)
    return db_session


def moved(content: str | bytes, **options: object):
    return load_text(content, **{"seller": "atelier", **options})


def offer(sku: str) -> Offer:
    return offers()[sku]


@pytest.mark.parametrize(("name", "row"), EXAMPLES.items())
def test_each_format_is_known_by_its_header_and_loads(shop, name, row):
    report = moved(as_csv([row], delimiter=";" if name == "Back Market" else ","))
    assert (report.format, problems(report), report.created) == (name, [], 1)
    (only,) = offers().values()
    assert only.product.model
    assert only.product.model.slug == "apple-iphone-13"
    assert only.product.storage_gb == 128
    again = moved(as_csv([row]))
    assert (again.created, again.updated, again.unchanged) == (0, 0, 1)


@pytest.mark.parametrize(("name", "row"), EXAMPLES.items())
def test_each_loads_from_a_spreadsheet_as_well(shop, name, row, tmp_path):
    book = Workbook()
    sheet: Any = book.active
    sheet.append(list(row))
    sheet.append(list(row.values()))
    book.save(tmp_path / "export.xlsx")
    options = Options(seller="atelier")
    settings = current_app.config["SETTINGS"]
    report = import_offers(tmp_path / "export.xlsx", options, settings=settings, now=NOW)
    assert (report.format, problems(report), report.created) == (name, [], 1)


def test_no_format_takes_anothers_file():
    headers = {name: [column.lower() for column in row] for name, row in EXAMPLES.items()}
    for name, header in headers.items():
        assert [kind.name for kind in FORMATS if kind.recognises(frozenset(header))] == [name, "Rebelote"]
    assert format_of(["sku", "ean", "price", "grade", "stock", "quantity"]).name == "Rebelote"


@pytest.mark.parametrize("row", EXAMPLES.values())
def test_whose_offers_they_are_must_be_said(shop, row):
    with pytest.raises(WrongTable, match=r"names no seller. Say whose offers they are\."):
        load_text(as_csv([row]))


def test_shopify_variants_take_what_their_first_row_says(shop):
    picture = {**dict.fromkeys(SHOPIFY, ""), "Handle": "iphone-13", "Image Src": "https://cdn.example/2.jpg"}
    report = moved(as_csv([SHOPIFY, SHOPIFY_VARIANT, picture]))
    assert (problems(report), report.created, report.aside) == ([], 2, 1)
    first, second = offer("S1"), offer("S2")
    assert (first.grade, first.price_minor, first.stock, first.purchase_price_minor) == (
        "good",
        129900,
        2,
        20050,
    )
    assert (first.product.colour, first.product.storage_gb) == ("midnight", 128)
    assert first.product.description == "Testé & débloqué.\n\n12 mois"
    assert (second.grade, second.price_minor, second.stock) == ("fair", 31900, 0)
    assert (second.product.colour, second.product.storage_gb) == ("starlight", 256)
    assert report.notes["Stock below 0 was taken as 0."] == 1
    assert report.notes["Grade “Good” from “Très bon” (option3 value)."] == 1


def test_a_product_does_not_inherit_from_the_one_before(shop):
    other = {
        **SHOPIFY_VARIANT,
        "Handle": "other",
        "Title": "Galaxy S21 5G",
        "Option3 Value": "",
        "Variant SKU": "S3",
    }
    report = moved(as_csv([SHOPIFY, other]))
    assert problems(report) == [
        "line 4, column grade: is not said; say one for such rows",
    ]


def test_drafts_take_a_known_offer_off_sale_and_add_none(shop):
    moved(as_csv([SHOPIFY]))
    draft = {**SHOPIFY, "Status": "draft", "Variant Price": ""}
    report = moved(as_csv([draft, {**SHOPIFY_VARIANT, "Variant SKU": "S9"}]))
    assert (report.updated, report.aside, report.created, problems(report)) == (1, 1, 0, [])
    assert offer("S1").stock == 0
    assert [dict(change.after) for change in report.changes] == [{"stock": 0}]
    assert moved(as_csv([draft])).unchanged == 1


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"Variant Price": ""}, "column variant price: is empty"),
        ({"Variant Price": "1.299"}, "column variant price: is '1.299': is that 1299? Write 1299.00"),
        ({"Variant Price": "$319"}, "column variant price: is 'USD'; this shop sells in EUR"),
        ({"Variant Price": "2026-03-05"},
         "column variant price: is '2026-03-05'; must be an amount such as \"319.00\""),
        ({"Variant Inventory Qty": ""}, "column variant inventory qty: is empty"),
        ({"Variant SKU": ""}, "column variant sku: is empty"),
        ({"Option3 Value": "Grade A"}, "column option3 value: 'Grade A' is no grade known here; "
                                       "say what it means, such as Grade A = good"),
        ({"Option3 Value": "Neuf"}, "column option3 value: 'Neuf' is not refurbished; this shop sells nothing else"),
        ({"Option3 Value": "Pour pièces"}, "column option3 value: 'Pour pièces' is below the lowest grade of this "
                                           "shop, where all devices work fully"),
        ({"Title": "Turbomix", "Type": "Robots"},
         "column type: 'Robots' is no category known here; say one for such rows"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_the_files_own_columns(shop, change, problem):
    report = moved(as_csv([{**SHOPIFY, **change}]))
    assert problems(report) == [f"line 2, {problem}"]
    assert report.refused == 1


def test_all_that_is_wrong_is_named_here_too(shop):
    bad = {
        "Variant Price": "x",
        "Variant Inventory Qty": "y",
        "Option3 Value": "",
        "Title": "Thing",
        "Type": "",
    }
    report = moved(as_csv([{**SHOPIFY, **bad}]))
    assert [problem.column for problem in report.problems] == [
        "grade", "type", "variant price", "variant inventory qty",
    ]  # fmt: skip


def test_a_words_meaning_can_be_said(shop):
    rows = [{**SHOPIFY, "Option3 Value": "Grade A"}, {**SHOPIFY_VARIANT, "Option3 Value": ""}]
    report = moved(as_csv(rows), grades=(("grade a", "excellent"), ("", "fair")))
    assert problems(report) == []
    assert {sku: found.grade for sku, found in offers().items()} == {"S1": "excellent", "S2": "fair"}


def test_woocommerce_variations_and_their_parents(shop):
    parent = {**WOO, "ID": "7", "Type": "variable", "SKU": "P", "Name": "iPhone 13 128 Go reconditionné",
              "Regular price": "", "Stock": "", "Description": "Bien", "Attribute 1 name": "État",
              "Attribute 1 value(s)": "Excellent, Correct"}  # fmt: skip
    child = {**WOO, "ID": "8", "Type": "variation", "SKU": "P-1", "Name": "iPhone 13 - Correct", "Parent": "P",
             "Categories": "", "Attribute 1 name": "État", "Attribute 1 value(s)": "Correct"}  # fmt: skip
    by_id = {**child, "ID": "9", "SKU": "P-2", "Parent": "id:7", "Attribute 1 value(s)": "Excellent",
             "Sale price": "299,90", "Date sale price ends": "2026-12-31"}  # fmt: skip
    over = {**by_id, "SKU": "P-3", "Date sale price ends": "2025-12-31"}
    shared = {**child, "SKU": "P-4", "Stock": "parent"}
    report = moved(as_csv([parent, child, by_id, over, shared]))
    assert problems(report) == [
        "line 6, column stock: is the parent's, shared by its variations; give each its own"
    ]
    assert {sku: (o.grade, o.price_minor) for sku, o in offers().items()} == {
        "P-1": ("fair", 31900), "P-2": ("excellent", 29990), "P-3": ("excellent", 31900),
    }  # fmt: skip
    assert offer("P-1").product.description == "Bien"
    assert report.aside == 1


def test_woocommerce_in_french(shop):
    french = {
        "ID": "1", "Type": "simple", "UGS": "W1", "Nom": "iPhone 13 128 Go", "Publié": "1", "En stock ?": "1",
        "Stock": "2", "Tarif promo": "", "Tarif régulier": "319,00", "Catégories": "Smartphones",
        "Nom de l’attribut 1": "État", "Valeur(s) de l’attribut 1": "Très bon état",
    }  # fmt: skip
    report = moved(as_csv([french, {**french, "UGS": "W2", "Tarif régulier": "", "Publié": "-1"}]))
    assert (report.format, problems(report), report.aside) == ("WooCommerce", [], 1)
    assert (offer("W1").grade, offer("W1").price_minor) == ("good", 31900)
    assert problems(moved(as_csv([{**french, "Tarif régulier": "?"}]))) == [
        "line 2, column tarif régulier: is '?'; must be an amount such as \"319.00\""
    ]


def test_woocommerce_stock_that_is_out_or_not_kept(shop):
    rows = [{**WOO, "SKU": "A", "In stock?": "0", "Stock": ""}, {**WOO, "SKU": "B", "Stock": ""}]
    report = moved(as_csv(rows))
    assert problems(report) == ["line 3, column stock: is empty"]
    assert offer("A").stock == 0


@pytest.mark.parametrize(
    ("said", "grade"),
    [
        ({"grade": "PREMIUM", "state": "9"}, "premium"), ({"grade": "", "state": "0"}, "excellent"),
        ({"grade": "1", "state": ""}, "good"), ({"grade": "GOOD", "state": "2.0"}, "good"),
        ({"grade": "fair", "state": "3"}, "fair"), ({"grade": "STALLONE", "state": "4"}, None),
        ({"grade": "PREMIUM", "state": "0"}, None), ({"grade": "", "state": ""}, None),
    ],
)  # fmt: skip
def test_back_markets_grades_as_words_and_codes(shop, said, grade):
    report = moved(as_csv([{**BACK_MARKET, **said}], delimiter=";"))
    assert [offer.grade for offer in offers().values()] == ([grade] if grade else [])
    assert report.refused == (0 if grade else 1)


def test_back_market_guarantee_and_unknown_products(shop):
    moved(as_csv([BACK_MARKET]))
    assert offer("B1").guarantee_months == 24
    nameless = {**BACK_MARKET, "sku": "B2", "title": "", "currency": "USD"}
    report = moved(as_csv([nameless]))
    assert [str(problem) for problem in report.problems] == [
        "line 2, column category: is not said, and the title names no known model; say one for such rows",
        "line 2, column currency: is 'USD'; this shop sells in EUR",
        "line 2, column title: is empty",
    ]


def test_google_says_no_number_so_one_is_taken(shop):
    sold_out = {**GOOGLE, "id": "G2", "availability": "out_of_stock"}
    odd = {**GOOGLE, "id": "G3", "availability": "soon"}
    report = moved(as_csv([GOOGLE, sold_out, odd], delimiter="\t"))
    assert {sku: (o.stock, o.grade) for sku, o in offers().items()} == {"G1": (1, "good"), "G2": (0, "good")}
    assert problems(report) == ["line 4, column availability: is 'soon'; must be in stock, out of stock"]
    assert offer("G1").product.colour == "space grey"


@pytest.mark.parametrize(
    ("title", "model"),
    [
        ("iPhone 13 reconditionné 128 Go Minuit", "apple-iphone-13"),
        ("Apple iPhone 13 (128GB) - unlocked, 12 months warranty", "apple-iphone-13"),
        ("IPHONE 13 PRO 256 GB", "apple-iphone-13-pro"),
        ("iPhone 13 Pro Max 256 GB", None),
        ("iPhone 13 mini", None),
        ("iPhone 14", None),
        ("Samsung Galaxy S21 5G 128 Go", "samsung-galaxy-s21-5g"),
        ("Coque pour iPhone 13", None),
        ("iPhone 13 et Galaxy S21 5G, lot", None),
        ("iPad 9,7\" 32 Go", None),
        ("iPad 9 64 Go gris sidéral", "apple-ipad-9"),
    ],
)  # fmt: skip
def test_a_model_is_found_when_the_title_leaves_no_doubt(shop, title, model):
    moved(as_csv([{**GOOGLE, "title": title}]), category="smartphones")
    (only,) = offers().values()
    assert (only.product.model.slug if only.product.model else None) == model


def test_a_category_that_was_said_is_the_last_to_count(shop):
    """After the row's own, where it is known, and after what its title tells."""
    rows = [
        {**SHOPIFY, "Handle": sku, "Variant SKU": sku, "Title": title, "Type": kind}
        for sku, title, kind in (
            ("own", "Robot A", "Laptops"), ("told", "iPad 12", "Divers"), ("said", "Robot B", "Divers"),
            ("none", "Robot C", ""),
        )
    ]  # fmt: skip
    report = moved(as_csv(rows), category="consoles")
    assert problems(report) == []
    assert {sku: offer(sku).product.category.slug for sku in offers()} == {
        "own": "laptops",
        "told": "tablets",
        "said": "consoles",
        "none": "consoles",
    }
    assert report.notes["Category “consoles”, as you said, where the file names none known here."] == 2


def test_what_was_not_clear_is_told(shop):
    report = moved(as_csv([{**GOOGLE, "title": "iPhone 13 mini"}]))
    assert [note for note in report.notes if "own title" in note] == [
        "Kept under its own title, as no known model is meant for sure: "
        "the title says “mini” beside Apple iPhone 13."
    ]


def test_an_ean_that_the_shop_knows_names_the_product(shop):
    known = {**GOOGLE, "gtin": "4006381333931", "color": "blue"}
    moved(as_csv([known]))
    moved(as_csv([{**BACK_MARKET, "title": "", "ean": "4006381333931"}]))
    assert offer("B1").product_id == offer("G1").product_id
    report = moved(as_csv([{**BACK_MARKET, "sku": "B2", "title": "iPhone 13 Pro", "ean": "4006381333931"}]))
    assert problems(report) == [
        "line 2, column ean: is known for iPhone 13, and the title says iPhone 13 Pro"
    ]


def test_loading_again_leaves_what_the_format_does_not_say(shop):
    moved(as_csv([BACK_MARKET]))
    with db.session.begin_nested():
        db.session.execute(sa.update(Offer).values(purchase_price_minor=20000, battery_percent=91))
    db.session.commit()
    report = moved(as_csv([{**BACK_MARKET, "price": "310"}]))
    assert [dict(change.after) for change in report.changes] == [{"price_minor": 31000}]
    assert (offer("B1").purchase_price_minor, offer("B1").battery_percent) == (20000, 91)


def test_one_sku_twice_is_named(shop):
    assert problems(moved(as_csv([BACK_MARKET, BACK_MARKET]))) == [
        "line 3, column sku: this seller's 'B1' stands on line 2, too"
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_usual_encoding(shop, encoding):
    report = moved(as_csv([SHOPIFY, SHOPIFY_VARIANT], line_end="\r\n").encode(encoding))
    assert (problems(report), report.created) == ([], 2)
    assert offer("S1").product.description.startswith("Testé & débloqué.")


@pytest.mark.parametrize(
    ("text", "amount", "currencies"),
    [
        ("319", "319", ()), ("319.00", "319.00", ()), ("319,5", "319.5", ()), ("1 299,00 €", "1299.00", ("EUR",)),
        ("1\u202f299,00\u00a0€", "1299.00", ("EUR",)), ("1,299.00", "1299.00", ()), ("1.299,00", "1299.00", ()),
        ("EUR 1299", "1299", ("EUR",)), ("389.00 EUR", "389.00", ("EUR",)), ("CHF 1'299.-", "1299", ("CHF",)),
        ("£12.50", "12.50", ("GBP",)), ("1,234,567.89", "1234567.89", ()), ("-5", "-5", ()),
        ("", "", ()), ("free", "free", ()), ("1e9", "1e9", ()), ("12.34.56", "12.34.56", ()), ("€", "€", ()),
        ("10 EUR 20 USD", "10 EUR 20 USD", ()), ("0.299", "0.299", ()),
    ],
)  # fmt: skip
def test_amounts_as_people_write_them(text, amount, currencies):
    assert plain_amount(text) == (amount, currencies)


@pytest.mark.parametrize("text", ["1.299", "1,299", "12.500", "319,000 €"])
def test_an_amount_that_may_mean_two_things_is_not_guessed(text):
    with pytest.raises(Unclear, match="is that"):
        plain_amount(text)


@pytest.mark.parametrize(
    ("word", "grade"),
    [
        ("Excellent", "excellent"), ("TRÈS BON ÉTAT", "good"), ("très bon", "good"), ("Bon état", "good"),
        ("État correct", "fair"), ("Acceptable", "fair"), ("Parfait état", "excellent"), ("Premium", "premium"),
        ("Comme " + "neuf", "excellent"), ("Like" + " new", "excellent"),
        ("reconditionné", None), ("used", None), ("A", None), ("Grade B", None), ("", None),
    ],
)  # fmt: skip
def test_a_word_is_never_taken_for_a_better_grade(word, grade):
    assert grade_of(word, {}) == grade


def test_words_for_what_is_not_sold_here():
    assert all(
        isinstance(grade_of(word, {}), Unsold) for word in ("new", "Neuf", "HS", "For parts", "STALLONE")
    )
    assert grade_of("stallone", {"stallone": "fair"}) == "fair"


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("iPhone 12 - Très bon état", "good"), ("iPhone 12 (Excellent)", "excellent"),
        ("smartphone, 5G, Correct", "fair"),
        ("iPhone 12 - Excellent / Correct", "fair"), ("A good phone in excellent hands", None),
        ("Batterie en bon état de marche", None),
    ],
)  # fmt: skip
def test_a_title_says_a_grade_in_a_part_of_its_own(text, grade):
    assert grade_within(text, {}) == grade


@pytest.mark.parametrize(
    ("text", "gigabytes"),
    [
        ("128 Go", 128), ("iPhone 13 128GB", 128), ("1 To", 1024), ("ThinkPad 16 Go RAM 512 Go SSD", 512),
        ("8 Go / 256 Go", 256), ("RAM : 8 Go", None), ("8GB DDR4", None), ("5G", None),
        ("Galaxy S21", None), ("", None),
    ],
)  # fmt: skip
def test_storage_is_the_largest_that_is_not_memory(text, gigabytes):
    assert storage_in(text) == gigabytes


def test_colours_in_the_words_of_both_languages(app):
    with app.test_request_context():
        colours = Colours()
        said = {
            word: colours.called(word)
            for word in ("Noir", "Gris sidéral", "Phantom Gray", "Oro rosa", "Minuit")
        }
        assert said == {"Noir": "black", "Gris sidéral": "space grey", "Phantom Gray": "phantom grey",
                        "Oro rosa": "rose gold", "Minuit": "midnight"}  # fmt: skip
        assert colours.within("iPhone 13 128 Go (PRODUCT)RED") == "red"
        assert colours.within("iPhone 13 noir ou blanc") == ""
        assert colours.within("iPhone 13") == ""


def test_descriptions_become_plain_text():
    assert plain_text("plain\ntext") == "plain\ntext"
    assert plain_text("<p>One<br>two</p><style>x{}</style><p>3 &lt; 4</p>") == "One\ntwo\n3 < 4"
    assert "<" not in plain_text("<img src=x onerror=alert(1)>a <b>bold</b> word")
    assert len(plain_text("<p>" + "word " * 10_000)) <= 10_000
