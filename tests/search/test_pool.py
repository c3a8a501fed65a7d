from hypothesis import given
from hypothesis import strategies as st
from whoosh.system import pack_uint

from search.pool import PostingPool

postings = st.builds(
    lambda name, term, document, count: (name, term.encode(), document, float(count), pack_uint(count)),
    st.sampled_from(("brand", "title")),
    st.text(max_size=3),
    st.integers(0, 2**31),
    st.integers(1, 20_000),
)
ids = st.builds(lambda number: ("id", number.to_bytes(9, "big"), number, 1.0, b""), st.integers(0, 2**31))


@given(st.lists(postings | ids, unique_by=lambda posting: posting[:3]))
def test_postings_come_back_as_they_went_in_by_field_term_and_document(added):
    pool = PostingPool()
    for posting in added:
        pool.add(posting)
    assert list(pool.iter_postings()) == sorted(added)
