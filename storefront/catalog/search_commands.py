"""`flask search ...`: the text index, made anew, checked against the database, and asked for its reasons."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil

import click
from sqlalchemy import select

from search import Document, IndexDamaged, Query
from search.explaining import ExplainedHit, Explanation
from search.ranking import LAM

from ..config import current_settings
from ..core.commands import Commands
from ..core.database import db
from ..core.money import Money
from .figures import Figures, figures
from .finder import current_finder
from .forms import PER_PAGE
from .index_state import products_waiting
from .models import Product

# Of the ids of products that differ, so many are named.
_NAMED = 10
# How long a change may be on its way to the index (seconds).
_PATIENCE = 3.0

search = Commands("search", help="The text index.")


@search.command("rebuild")
def rebuild_command() -> None:
    """Build the text index anew beside the old one and swap, while the shop serves."""
    with _readable_index():
        if not current_finder().rebuild(_progress):
            raise click.ClickException("Another process is building the index anew already.")
    click.echo("The search index is new.")


@search.command("check")
def check_command() -> None:
    """Compare the text index with the database, word by word; exits with 1 when they differ."""
    with _readable_index():
        _wait_for_words()
        difference, waiting = current_finder().check()
    rest = difference.without(waiting)
    for what, ids in (
        ("products are not in the index", rest.missing),
        ("products in the index are none", rest.stray),
        ("products have other words there", rest.other),
    ):
        if ids:
            named = ", ".join(map(str, ids[:_NAMED]))
            click.echo(f"{len(ids)} {what}: {named}{' ...' if len(ids) > _NAMED else ''}")
    if waiting:
        click.echo(f"{len(waiting)} changed products wait to be written; the next request does so.")
    if difference:
        raise click.ClickException(
            "The search index differs from the database; `flask search rebuild` mends it."
        )
    click.echo("The search index agrees with the database.")


def _wait_for_words() -> None:
    """Give the shop that is open, if one is, the moment in which it writes what changed just now."""
    deadline = time.monotonic() + _PATIENCE
    while products_waiting() and time.monotonic() < deadline:
        time.sleep(0.1)


@search.command("explain")
@click.argument("query")
@click.option("--places", default=5, show_default=True, type=click.IntRange(1, 100), help="How many results.")
def explain_command(query: str, *, places: int) -> None:
    """Say how a search was understood, and print the parts of each score."""
    finder = current_finder()
    finder.catch_up()
    with _readable_index():
        # Page by page, as the shop asks: on a longer page, other words would be enough.
        pages = [
            finder.engine.explain(Query(query, page=page, per_page=PER_PAGE), PER_PAGE)
            for page in range(1, ceil(places / PER_PAGE) + 1)
        ]
    _tell_understanding(pages[0])
    hits = [found for page in pages for found in page.hits][:places]
    ids = [found.hit.product_id for found in hits]
    titles = {
        row.id: row.title for row in db.session.execute(select(Product).where(Product.id.in_(ids))).scalars()
    }
    known = figures((found.hit.offer_id for found in hits), finder.turns)
    for place, found in enumerate(hits, start=1):
        click.echo(f"\n{place}. {titles.get(found.hit.product_id, '?')} ({found.hit.grade})")
        _tell_hit(found)
        if found.hit.offer_id in known:
            _tell_value(known[found.hit.offer_id])


def _tell_understanding(explanation: Explanation) -> None:
    if explanation.corrected:
        click.echo(f"Corrected to: {explanation.corrected}")
    for alternatives in explanation.understood:
        click.echo(f"Looked for:   {' | '.join(alternatives)}")
    for alternatives in explanation.unheard:
        click.echo(f"Nobody has:   {' | '.join(alternatives)}")
    if explanation.relaxed:
        click.echo("Any of the words was enough.")
    if explanation.near:
        click.echo(f"Near it:      {', '.join(explanation.near)}")
    click.echo(f"{explanation.total} cards.")


def _tell_hit(found: ExplainedHit) -> None:
    hit = found.hit
    if not found.groups:
        click.echo(f"   score {hit.score:.4f} = list value {hit.value:.4f}, offer {hit.offer_id}")
        return
    click.echo(
        f"   score {hit.score:.4f} = relevance {hit.relevance:.4f} "
        f"* ({1 - LAM:g} + {LAM:g} * list value {hit.value:.4f}), offer {hit.offer_id}"
    )
    click.echo(f"   guard: whatever the prices, from {hit.relevance * (1 - LAM):.4f} to {hit.relevance:.4f}")
    if found.share < 1:
        click.echo(f"   relevance counts {found.share:.4f}: some words are missing")
    for group in found.groups:
        weight = f" * {group.weight:g} (synonym)" if group.weight != 1 else ""
        click.echo(f"   {group.score:8.4f}  {' '.join(group.terms) or '(missing)'}{weight}")
        for part in group.parts:
            click.echo(f"     {part.score:8.4f}  {part.term} in {part.field} (boost {part.boost:g})")


def _tell_value(found: Figures) -> None:
    currency = current_settings().shop.currency
    price, usual = Money(found.price, currency), Money(round(found.usual), currency)
    click.echo(
        f"   list value {found.list_value:.4f}: {price.amount} where {usual.amount} is usual, "
        f"risk {found.list_risk:.4f}"
    )
    click.echo(f"   value on its card {found.value:.4f}: risk {found.turn_risk:.4f} of {found.seller}")
    if found.is_turn:
        click.echo(f"   newcomer's turn today: the seller's own risk is {found.risk:.4f}")


def _progress(products: list[Document]) -> Iterator[Document]:
    """The products, with a bar that moves as they are taken; nothing where nobody watches."""
    hidden = not sys.stdout.isatty()
    with click.progressbar(products, label="Writing the index", hidden=hidden) as bar:
        yield from bar


@contextmanager
def _readable_index() -> Iterator[None]:
    try:
        yield
    except IndexDamaged as error:
        raise click.ClickException(f"The search index can't be used: {error}") from error
