"""What the papers of an order have in common: their font, their page, and texts that show in any script.

The same facts give the same bytes: no date of printing, no random names inside. Loads reportlab: from outside,
papers are asked for by `papers.py`.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from babel.numbers import format_currency
from flask_babel import force_locale
from flask_babel import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    LongTable,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from ..core.i18n import locale_code
from ..core.money import Money

REGULAR, BOLD = "SourceSansPro-Regular", "SourceSansPro-Bold"
# The shop's ink and its loud accent, as on its pages; the soft one for what matters less.
INK, SOFT, ACCENT = "#231c14", "#6b6257", "#5b3df5"
MARGIN_MM = 18


@dataclass(frozen=True, slots=True)
class Paper:
    """What every page of a paper says: its title, what it is about, and who answers for it in the foot."""

    title: str
    subject: str
    author: str
    foot: str


@cache
def _letters_of(font: str) -> frozenset[int]:
    """Register a font, once for each process; the characters that it can show."""
    path = Path(str(files("font_source_sans_pro"))) / "files" / f"{font}.ttf"
    made = TTFont(font, str(path))
    registerFont(made)
    return frozenset(made.face.charToGlyph)


def shown(text: str, font: str = REGULAR) -> str:
    """`text` for a paragraph: escaped, and what the font can't show told by its name, so that nothing vanishes.

    `Zoé 🦊` becomes `Zoé [fox face]`; letters of scripts without a name of their own, such as Chinese, stay as their
    code: `[U+738B]`.
    """
    known = _letters_of(font)
    composed = unicodedata.normalize("NFC", text)
    return escape("".join(c if ord(c) in known else _told(c) for c in composed))


def _told(character: str) -> str:
    # Marks that only change how the one before them looks, and joiners.
    if unicodedata.category(character) in ("Cf", "Mn", "Me", "Cc", "Cs"):
        return " " if character in "\n\t" else ""
    name = unicodedata.name(character, "")
    if not name or re.search(r"-[0-9A-F]{4,6}$", name):
        return f"[U+{ord(character):04X}]"
    return f"[{name.lower()}]"


def style(size: float = 9.5, *, bold: bool = False, colour: str = INK, right: bool = False) -> ParagraphStyle:
    return ParagraphStyle(
        "shop",
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=size * 1.35,
        textColor=HexColor(colour),
        alignment=TA_RIGHT if right else TA_LEFT,
    )


def text(
    lines: str | Iterable[str],
    size: float = 9.5,
    *,
    bold: bool = False,
    colour: str = INK,
    right: bool = False,
) -> Flowable:
    """A paragraph of one or several lines of people's or our own text."""
    font = BOLD if bold else REGULAR
    rows = [lines] if isinstance(lines, str) else [line for line in lines if line]
    joined = "<br/>".join(shown(row, font) for row in rows)
    return Paragraph(joined, style(size, bold=bold, colour=colour, right=right))


def amount(minor: int, currency: str) -> str:
    """An amount as papers write it, with its cents: `€320.00`, `320,00 €`."""
    money = Money(minor, currency)
    return format_currency(money.amount, currency, locale=locale_code())


def space(millimetres: float) -> Flowable:
    return Spacer(1, millimetres * mm)


def table(
    rows: Sequence[Sequence[object]], widths_mm: Sequence[float], *rules: Any, repeat: int = 0
) -> Table:
    """A table without padding at its sides; `rules` are reportlab's style commands, `repeat` the rows of its head."""
    made = LongTable(
        [list(row) for row in rows],
        colWidths=[width * mm for width in widths_mm],
        repeatRows=repeat,
        hAlign="LEFT",
    )
    made.setStyle(
        TableStyle(
            [
                # Even an empty cell names a font.
                ("FONTNAME", (0, 0), (-1, -1), REGULAR),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 4),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
                *rules,
            ]
        )
    )
    return made


def printed(paper: Paper, content: Sequence[Flowable]) -> bytes:
    """The paper as a PDF: A4, each page numbered and with the foot."""
    return printed_together(paper.title, [(paper, locale_code(), content)])


def printed_together(title: str, papers: Sequence[tuple[Paper, str, Sequence[Flowable]]]) -> bytes:
    """Several papers, each with its language, as one PDF: each begins on a page of its own, with its own foot and
    numbers.
    """
    out, first = BytesIO(), papers[0][0]
    document = BaseDocTemplate(
        out,
        pagesize=A4,
        title=title,
        author=first.author,
        subject=first.subject,
        creator="Rebelote",
        producer="Rebelote",
        lang=papers[0][1],
        invariant=1,
        pageCompression=1,
        # Else each page names Helvetica first, which no file embeds: no paper for archives then (ISO 19005-3).
        initialFontName=REGULAR,
    )
    margin = MARGIN_MM * mm
    content: list[Flowable] = []
    for nth, (paper, language, parts) in enumerate(papers):
        frame = Frame(margin, 24 * mm, A4[0] - 2 * margin, A4[1] - 40 * mm, id="normal")
        template = PageTemplate(id=str(nth), frames=[frame], onPage=_finish(paper, language))
        document.addPageTemplates(template)
        content += [NextPageTemplate(str(nth)), PageBreak()] if nth else []
        content += parts
    document.build(content)
    return out.getvalue()


def _finish(paper: Paper, language: str) -> Callable[[Canvas, BaseDocTemplate], None]:
    """What completes each page of a paper; it counts them from 1, whatever was printed before."""
    begun = count(1)

    def finish(canvas: Canvas, _made: BaseDocTemplate) -> None:
        with force_locale(language):
            _foot(canvas, paper, next(begun))

    return finish


def _foot(canvas: Canvas, paper: Paper, page: int) -> None:
    # Where the frame's own padding begins what stands above.
    left, width = MARGIN_MM * mm + 6, A4[0] - 2 * MARGIN_MM * mm - 12
    canvas.saveState()
    canvas.setFillColor(ACCENT)
    canvas.rect(0, A4[1] - 4 * mm, A4[0], 4 * mm, stroke=0, fill=1)
    note = text(paper.foot, 7.5, colour=SOFT)
    note.wrapOn(canvas, width * 0.6, 20 * mm)
    note.drawOn(canvas, left, 10 * mm)
    where = _("page %(number)s", number=page)
    number = text(f"{paper.title} · {where}", 7.5, colour=SOFT, right=True)
    number.wrapOn(canvas, width * 0.4, 20 * mm)
    number.drawOn(canvas, left + width * 0.6, 10 * mm)
    canvas.restoreState()
