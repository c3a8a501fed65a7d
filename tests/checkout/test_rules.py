import pytest

from storefront.checkout.rules import EXAMPLES, postcode


@pytest.mark.parametrize(
    ("country", "typed", "written"),
    [
        ("FR", "44000", "44000"),
        ("FR", " 44 000 ", "44000"),
        ("FR", "F-44000", "44000"),
        ("FR", "FR-44000", None),
        ("FR", "97400", "97400"),
        ("FR", "4400", None),
        ("FR", "440000", None),
        ("FR", "99000", None),
        ("FR", "00100", None),
        ("FR", "", None),
        ("FR", "٤٤٠٠٠", None),
        ("BE", "1000", "1000"),
        ("BE", "B-1000", "1000"),
        ("BE", "0999", None),
        ("LU", "L-1009", "1009"),
        ("LU", "LU1009", None),
        ("DE", "D 10115", "10115"),
        ("DE", "1011", None),
        ("ES", "28013", "28013"),
        ("ES", "53000", None),
        ("IT", "00184", "00184"),
        ("NL", "1012js", "1012 JS"),
        ("NL", "1012 JS", "1012 JS"),
        ("NL", "1012", None),
        ("NL", "0012 JS", None),
        ("GB", "sw1a1aa", "SW1A 1AA"),
        ("GB", "E1 6AN", "E1 6AN"),
        ("IE", "d02af30", "D02 AF30"),
        ("PL", "00950", "00-950"),
        ("PT", "1000205", "1000-205"),
        ("SE", "11455", "114 55"),
        ("AT", "A-1010", "1010"),
        ("JP", "100-0001", "1000001"),
        ("JP", "<script>", None),
        ("JP", "1", None),
    ],
)
def test_postcodes_as_each_country_writes_them(country, typed, written):
    assert postcode(typed, country) == written


@pytest.mark.parametrize("country", sorted(EXAMPLES))
def test_the_examples_that_we_give_are_right(country):
    assert postcode(EXAMPLES[country], country) == EXAMPLES[country]
