"""What bytes people's files are written in: UTF-8 as a rule, UTF-16 from Excel's "Unicode text", else Windows-1252."""

import codecs


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("rebelote.windows-1252", _as_windows_1252)


def decoded(raw: bytes) -> tuple[str, bool]:
    """The text of a line, and whether something in it was not UTF-8 and was read as Windows-1252.

    Only what can't be UTF-8 is taken for the other: files that were pasted together from two programs hold both. The
    few bytes that Windows-1252 doesn't know either become U+FFFD.
    """
    try:
        return raw.decode(), False
    except UnicodeDecodeError:
        return raw.decode("utf-8", "rebelote.windows-1252"), True


def utf_16(beginning: bytes) -> str:
    """The name of the UTF-16 that a file with this beginning is in, by its mark or its zeroes; empty when in none."""
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if len(beginning) == 4 and beginning[1] == beginning[3] == 0 and beginning[0] and beginning[2]:
        return "utf-16-le"
    if len(beginning) == 4 and beginning[0] == beginning[2] == 0 and beginning[1] and beginning[3]:
        return "utf-16-be"
    return ""
