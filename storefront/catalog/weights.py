"""What a device weighs on its way: as its model says, else as its category has it."""

from collections.abc import Mapping

from .models import Product

# In grams, by the slug of the category: medians of the models in `demo/models.csv`, rounded up; those are the makers'
# figures. Where a category is none of these, a kilogram.
USUAL: Mapping[str, int] = {
    "smartphones": 200,
    "laptops": 1_400,
    "tablets": 500,
    "consoles": 2_100,
    "watches": 40,
    "audio": 450,
    "desktops": 1_300,
    "monitors": 6_300,
    "e-readers": 180,
    "tvs": 14_500,
    "appliances": 5_700,
}
_ELSEWHERE = 1_000


def weight_of(product: Product) -> int:
    """In grams, without its packing: the model's, else what somebody set for the category, else the usual one."""
    if product.model is not None and product.model.weight_g:
        return max(1, round(product.model.weight_g))
    return product.category.weight_g or USUAL.get(product.category.slug, _ELSEWHERE)
