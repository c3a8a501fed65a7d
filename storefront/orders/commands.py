"""`flask orders ...`: what the operator does with orders, until there is a desk for it."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec
from zoneinfo import ZoneInfo

import click
from flask_babel import force_locale

from ..config import current_settings
from ..core.clock import utcnow
from ..core.commands import Commands
from ..core.database import transaction
from ..core.errors import Refused
from ..core.money import Money
from . import actions, queries
from .expiring import expire_unpaid
from .exports import export, sellers_called
from .models import Parcel, ShopOrder
from .rules import OPERATOR, STARTED, STATES

P = ParamSpec("P")
orders = Commands("orders", help="Look at orders and move them on.")
_parcel_option = click.option(
    "--parcel",
    "position",
    type=click.IntRange(1),
    help="Which parcel, counted from 1. Needed when there are several.",
)


def _verb(command: Callable[P, None]) -> Callable[P, None]:
    """A refused verb is an error message and exit code 1, not a traceback."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        with force_locale(current_settings().shop.language):
            try:
                command(*args, **kwargs)
            except Refused as refused:
                raise click.ClickException(str(refused)) from refused

    return wrapped


def _found(number: str) -> ShopOrder:
    order = queries.by_number(number)
    if order is None:
        raise click.ClickException(f"There is no order {number}. `flask orders list` shows the newest.")
    return order


def _one_parcel(order: ShopOrder, position: int | None) -> Parcel:
    if position is None and len(order.parcels) > 1:
        raise click.ClickException(
            f"{order.number} has {len(order.parcels)} parcels: say which with --parcel."
        )
    if (position or 1) > len(order.parcels):
        raise click.ClickException(
            f"{order.number} has {len(order.parcels)} parcels, and none numbered {position}."
        )
    return order.parcels[(position or 1) - 1]


def _time(moment: datetime) -> str:
    """By the shop's clock, which the letters and pages go by, too; it says which that is."""
    return f"{moment.astimezone(ZoneInfo(current_settings().shop.time_zone)):%Y-%m-%d %H:%M:%S %Z}"


def _amount(minor: int, currency: str) -> str:
    return f"{Money(minor, currency).amount} {currency}"


@orders.command("list")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--state", type=click.Choice(STATES), help="Only orders with a parcel in this state.")
@click.option("--refund", is_flag=True, help="Only orders on which money is to be paid back.")
def list_orders(limit: int, state: str | None, refund: bool) -> None:
    """The newest orders first."""
    found = queries.latest(limit=limit, status=state, to_refund=refund)
    if not found:
        click.echo("No orders." if not refund else "Nothing is to be paid back.")
    for order in found:
        sellers = ", ".join(parcel.seller_name for parcel in order.parcels)
        click.echo(
            f"{order.number}  {_time(order.placed_at)}  {order.state:<9}  "
            f"{_amount(order.total_minor, order.currency):>14}  {order.payment_method:<13}  {sellers}"
        )


@orders.command("show")
@click.argument("number")
def show_order(number: str) -> None:
    """One order with its parcels, lines and log."""
    order = _found(number)
    click.echo(f"{order.number}: {order.state}, placed {_time(order.placed_at)}, by {order.payment_method}")
    click.echo(f"  {order.name} <{order.email}> {order.phone}")
    click.echo(f"  {order.street}, {order.street_more} {order.postcode} {order.city}, {order.country}")
    click.echo(
        f"  total {_amount(order.total_minor, order.currency)}, paid {_amount(order.paid_minor, order.currency)}"
    )
    if order.balance.minor > 0:
        click.echo(f"  to pay back: {_amount(order.balance.minor, order.currency)}")
    for position, parcel in enumerate(order.parcels, 1):
        _echo_parcel(position, parcel, order.currency)
    for event in order.events:
        change = f"{event.from_state} -> {event.to_state}" if event.to_state else ""
        amount = "" if event.amount_minor is None else _amount(event.amount_minor, order.currency)
        facts = (event.actor, event.verb, change, amount, event.code, event.note)
        click.echo(f"  {_time(event.at)} {' '.join(filter(None, facts))}")


def _echo_parcel(position: int, parcel: Parcel, currency: str) -> None:
    facts = (parcel.status, parcel.seller_name, parcel.shipping_method, f"send by {parcel.send_by}")
    click.echo(f"  parcel {position}: {', '.join(facts)}")
    for line in parcel.lines:
        vat = (
            "not computable: no purchase price"
            if line.vat_minor is None
            else _amount(line.vat_minor, currency)
        )
        marks = (
            " WITHDRAWN"
            if line.withdrawn_at and not line.returned_at
            else " RETURNED"
            if line.returned_at
            else ""
        )
        click.echo(
            f"    {line.quantity} x {line.title} ({line.grade}, {line.sku}) at {_amount(line.price_minor, currency)}, "
            f"VAT {line.vat_scheme}: {vat}{marks}"
        )


@orders.command("pay")
@click.argument("number")
@click.option("--amount", help="What came in, such as 323.90; left out: all that is owed.")
@click.option("--reference", help="What the bank calls it; told twice, it counts once.")
@click.option("--yes", is_flag=True, help="Don't ask back when it is more than what is owed.")
@_verb
def pay(number: str, amount: str | None, reference: str | None, yes: bool) -> None:
    """Money for an order has come in."""
    order = _found(number)
    try:
        money = Money.parse(amount, order.currency) if amount else order.owed
    except ValueError as error:
        raise click.ClickException(f"--amount: {error}. Write it like 323.90.") from error
    if order.paying.money_came and not reference:
        raise click.ClickException(
            f"{order.number} is paid already. For a second payment, give its --reference."
        )
    if not amount and money.minor <= 0:
        raise click.ClickException(
            f"Nothing is owed on {order.number}. If money came all the same, give its --amount."
        )
    owed, order_id = order.owed, order.id
    if money > owed and not yes:
        asked = f"{money.amount} {money.currency} is more than the {owed.amount} owed on {number}. Note it?"
        click.confirm(asked, abort=True)
    with transaction():
        did = actions.mark_paid(
            order_id=order_id, amount=money, by=OPERATOR, now=utcnow(), reference=reference
        )
    said = f"{money.amount} {money.currency} noted." if did else "this was noted before."
    click.echo(f"{number}: {said}" + ("" if did in ("", STARTED) else " Something is to be paid back."))


@orders.command("accept")
@click.argument("number")
@_parcel_option
@_verb
def accept(number: str, position: int | None) -> None:
    """The seller will send it."""
    _move(number, position, actions.accept)


@orders.command("ship")
@click.argument("number")
@_parcel_option
@click.option("--tracking", default="", help="Where the customer can follow it: an https:// address.")
@_verb
def ship(number: str, position: int | None, tracking: str) -> None:
    """It is on its way; a pickup waits at the counter."""
    _move(number, position, actions.ship, tracking_url=tracking)


@orders.command("deliver")
@click.argument("number")
@_parcel_option
@_verb
def deliver(number: str, position: int | None) -> None:
    """It arrived, or was picked up (and paid, where that is done at the counter)."""
    _move(number, position, actions.deliver)


@orders.command("refuse")
@click.argument("number")
@_parcel_option
@click.option("--note", default="")
@_verb
def refuse(number: str, position: int | None, note: str) -> None:
    """The seller can't send it after all."""
    _move(number, position, actions.refuse, note=note)


@orders.command("return")
@click.argument("number")
@_parcel_option
@click.option("--sku", "skus", multiple=True, help="Only the line with this SKU; may be given several times.")
@click.option("--reason", type=click.Choice(["withdrawn", "defect", "wrong_grade"]), default="withdrawn")
@_verb
def return_lines(number: str, position: int | None, skus: tuple[str, ...], reason: str) -> None:
    """Devices came back to the seller."""
    parcel = _one_parcel(_found(number), position)
    line_ids = [line.id for line in parcel.lines if not skus or line.sku in skus]
    _move(number, position, actions.return_lines, line_ids=line_ids, reason=reason)


def _move(number: str, position: int | None, action: Callable[..., None], **values: Any) -> None:
    parcel_id = _one_parcel(_found(number), position).id
    with transaction():
        action(parcel_id=parcel_id, by=OPERATOR, now=utcnow(), **values)
    _say_state(number)


@orders.command("cancel")
@click.argument("number")
@_parcel_option
@click.option("--note", default="")
@_verb
def cancel(number: str, position: int | None, note: str) -> None:
    """Cancel an order, or one parcel of it; units go back into stock."""
    order = _found(number)
    order_id, parcel_id = order.id, _one_parcel(order, position).id if position else None
    with transaction():
        actions.cancel(order_id=order_id, parcel_id=parcel_id, by=OPERATOR, now=utcnow(), note=note)
    _say_state(number)


@orders.command("refund")
@click.argument("number")
@click.option("--note", default="", help="How it was paid back.")
@click.option(
    "--by-hand", "verb", flag_value=actions.refund_by_hand, help="Paid back already, not by the provider."
)
@_verb
def refund(number: str, note: str, verb: Callable[..., Money] | None) -> None:
    """Pay back what is due: cards by the payment provider, within a minute; the rest was paid back by hand."""
    order_id = _found(number).id
    with transaction():
        money = (verb or actions.refund)(order_id=order_id, by=OPERATOR, now=utcnow(), note=note)
    click.echo(f"{number}: {money.amount} {money.currency} noted as paid back.")


@orders.command("export")
@click.option("--kind", type=click.Choice(["lines", "margin", "vat"]), default="lines", show_default=True)
@click.option(
    "--from", "first", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The first day, 2026-01-01."
)
@click.option(
    "--to", "last", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The last day, 2026-01-31."
)
@click.option(
    "--seller", "slugs", multiple=True, help="Only this seller, by its slug; may be given several times."
)
def export_records(kind: str, first: datetime, last: datetime, slugs: tuple[str, ...]) -> None:
    """Order lines, the margin scheme's register, or VAT by month and rate, as CSV."""
    sellers = sellers_called(slugs) if slugs else None
    if sellers is not None and len(sellers) < len(set(slugs)):
        raise click.ClickException("There is no such seller.")
    for piece in export(kind, sellers, first.date(), last.date()):
        click.echo(piece, nl=False)


@orders.command("expire")
@_verb
def expire() -> None:
    """Cancel what was not paid in time, and give its units back; the server does so, too, now and then."""
    count = expire_unpaid(now=utcnow())
    click.echo(f"{count} orders ran out." if count != 1 else "1 order ran out.")


def _say_state(number: str) -> None:
    order = _found(number)
    parcels = ", ".join(
        f"parcel {position} {parcel.status}" for position, parcel in enumerate(order.parcels, 1)
    )
    click.echo(f"{order.number}: {parcels}")
