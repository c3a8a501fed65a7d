"""A row of each format that other shop systems export, dirty as theirs are; loading each of them gives notes."""

SHOPIFY = {
    "Handle": "iphone-13", "Title": "iPhone 13 reconditionné", "Vendor": "Atelier", "Type": "Smartphones",
    "Body (HTML)": "<p>Testé &amp; débloqué.</p>\n<ul><li>12 mois</li></ul><script>alert(1)</script>", "Tags": "5G",
    "Published": "TRUE", "Option1 Name": "Stockage", "Option1 Value": "128 Go", "Option2 Name": "Couleur",
    "Option2 Value": "Minuit", "Option3 Name": "État", "Option3 Value": "Très bon", "Variant SKU": "'S1",
    "Variant Inventory Qty": "2", "Variant Price": "1 299,00 €", "Cost per item": "200.50", "Variant Barcode": "",
    "Image Src": "https://cdn.example/1.jpg", "Google Shopping / Condition": "refurbished", "Status": "active",
    **{f"Metafield {n}": "" for n in range(50)},
}  # fmt: skip
SHOPIFY_VARIANT = {
    **dict.fromkeys(SHOPIFY, ""), "Handle": "iphone-13", "Option1 Value": "256 Go", "Option2 Value": "Starlight",
    "Option3 Value": "Correct", "Variant SKU": "S2", "Variant Inventory Qty": "-3", "Variant Price": "319.00",
}  # fmt: skip
WOO = {
    "ID": "1", "Type": "simple", "SKU": "W1", "Name": "iPhone 13 128 Go - Excellent", "Published": "1",
    "Short description": "", "Description": "", "In stock?": "1", "Stock": "4", "Sale price": "",
    "Regular price": "319", "Categories": "Téléphones > Apple", "Tags": "",
    "Images": "https://a/1.jpg, https://a/2.jpg", "Parent": "",
    "Date sale price starts": "", "Date sale price ends": "", "Attribute 1 name": "", "Attribute 1 value(s)": "",
}  # fmt: skip
BACK_MARKET = {
    "sku": "B1", "product_id": "", "ean": "", "title": "iPhone 13 128GB Blue", "quantity": "3", "price": "319.00",
    "currency": "EUR", "grade": "VERY_GOOD", "state": "1", "warranty_delay": "24", "comment": "Tested",
    "min_price": "300", "max_price": "400",
}  # fmt: skip
GOOGLE = {
    "id": "G1", "title": "iPhone 13 128GB", "description": "A phone", "availability": "in stock",
    "price": "319.00 EUR", "condition": "refurbished", "brand": "Apple", "gtin": "", "mpn": "", "color": "Space Gray",
    "custom_label_0": "Good",
}  # fmt: skip
EXAMPLES = {"Shopify": SHOPIFY, "WooCommerce": WOO, "Back Market": BACK_MARKET, "Google Merchant": GOOGLE}
