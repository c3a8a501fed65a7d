"""The test shopper fills in forms as a browser does."""

from .shopper import read_forms

PAGE = """
<form action="/search"><input name="q" value="phone"><button name="go">Go</button></form>
<form action="/cart" method="post">
  <input type="hidden" name="token" value="abc"><input type="checkbox" name="gift" value="yes">
  <input type="checkbox" name="grade" value="good" checked><input type="checkbox" name="grade" value="fair" checked>
  <input type="radio" name="ship" value="slow"><input type="radio" name="ship" value="fast" checked>
  <select name="country"><option value="FR">France</option><option value="BE" selected>Belgium</option></select>
  <select name="year"><option value="1">One</option><option value="2">Two</option></select>
  <textarea name="note">Hello &amp; thanks</textarea><input name="off" value="x" disabled>
</form>
"""


def test_a_form_gives_what_a_browser_would_send():
    search, cart = read_forms(PAGE)
    assert (search.action, search.method, search.fields) == ("/search", "get", {"q": "phone"})
    assert (cart.action, cart.method) == ("/cart", "post")
    assert cart.fields == {
        "token": "abc",
        "grade": ["good", "fair"],
        "ship": "fast",
        "country": "BE",
        "year": "1",
        "note": "Hello & thanks",
    }
