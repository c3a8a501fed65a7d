"""Text that a spreadsheet program would take for a formula, written so that it does not, and read back."""

import re

# How a formula may begin (OWASP, "CSV Injection"), in the wide forms of Asian keyboards, too.
_WIDE = (
    "\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
)
_SIGNS = rf"=+\-@\t\r{_WIDE}"
_FORMULA = re.compile(f"'*[{_SIGNS}]")
_ESCAPED = re.compile("'" + _FORMULA.pattern)


def escaped(text: str) -> str:
    """`=1+1` -> `'=1+1`: with an apostrophe before what a spreadsheet would work out. `'=1` becomes `''=1`."""
    return "'" + text if _FORMULA.match(text) else text


def unescaped(text: str) -> str:
    """What `escaped` made it from: `unescaped(escaped(text)) == text` for any text."""
    return text[1:] if _ESCAPED.match(text) else text
