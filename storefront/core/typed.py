"""What people and addresses give as text, and what it must be: one reading of each for all rooms."""

# So many digits fit into 64 bits, which is what databases have room for.
_MOST_DIGITS = 18


def whole_number(text: str) -> int | None:
    """An id, a version or a count, as addresses and forms have it; none for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else None
