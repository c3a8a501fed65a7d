"""Tokens, links and cookies that somebody has meddled with."""


def forged(signed: str) -> str:
    """`signed` with another character three quarters in.

    Not at its end: the lowest bits of the last base64 character may mean nothing, and the forgery would be none.
    """
    middle = len(signed) * 3 // 4
    return signed[:middle] + ("A" if signed[middle] != "A" else "B") + signed[middle + 1 :]
