"""The pure part of orders: what may happen to a parcel and by whom, and the state of the whole."""

from collections.abc import Sequence
from dataclasses import dataclass

STATES = (
    "placed",
    "paid",
    "accepted",
    "shipped",
    "delivered",
    "cancelled",
    "refused",
    "returned",
    "refunded",
)
CUSTOMER, SELLER, OPERATOR, SYSTEM = ACTORS = ("customer", "seller", "operator", "system")
SHIPPING_METHODS = ("standard", "express", "pickup")
# The payment method whose money changes hands at the counter.
PAY_AT_PICKUP = "pickup"

# How a parcel moves forward, and how it ends otherwise: what its customer most needs to know comes first.
PROGRESS = ("placed", "paid", "accepted", "shipped", "delivered")
ENDED_OTHERWISE = ("returned", "refused", "cancelled", "refunded")

# Conditions of a transition, on the order's payment.
ALWAYS = "always"
PREPAID = "prepaid"  # the order is paid before anything is sent
OWES_AT_COUNTER = "owes at counter"  # it is paid when it is picked up, which hasn't happened yet
MONEY_CAME = "money came"


@dataclass(frozen=True, slots=True)
class Transition:
    """`verb` leads a parcel from one of `sources` to `target`; `actors` may do it, when `condition` holds."""

    verb: str
    sources: tuple[str, ...]
    target: str
    actors: tuple[str, ...]
    condition: str


# All that may happen to a parcel; what isn't here is refused.
TRANSITIONS = (
    Transition("pay", ("placed",), "paid", (OPERATOR, SYSTEM), PREPAID),
    Transition("accept", ("paid",), "accepted", (SELLER, OPERATOR), ALWAYS),
    Transition("accept", ("placed",), "accepted", (SELLER, OPERATOR), OWES_AT_COUNTER),
    # Who sends has accepted: no ceremony. For a pickup, "shipped" means that it waits at the counter.
    Transition("ship", ("paid", "accepted"), "shipped", (SELLER, OPERATOR), ALWAYS),
    Transition("ship", ("placed",), "shipped", (SELLER, OPERATOR), OWES_AT_COUNTER),
    Transition("deliver", ("shipped",), "delivered", (CUSTOMER, SELLER, OPERATOR, SYSTEM), MONEY_CAME),
    # Handed over and paid in one go; the customer can't say so alone.
    Transition("deliver", ("shipped",), "delivered", (SELLER, OPERATOR), OWES_AT_COUNTER),
    Transition("cancel", ("placed",), "cancelled", (CUSTOMER, OPERATOR, SYSTEM), ALWAYS),
    Transition("cancel", ("paid", "accepted"), "cancelled", (CUSTOMER, OPERATOR), ALWAYS),
    # It waits at the counter, and its customer has had second thoughts, or never came.
    Transition("cancel", ("accepted", "shipped"), "cancelled", (CUSTOMER, OPERATOR, SYSTEM), OWES_AT_COUNTER),
    Transition("refuse", ("placed", "paid", "accepted"), "refused", (SELLER, OPERATOR), ALWAYS),
    Transition("return", ("shipped", "delivered"), "returned", (SELLER, OPERATOR), MONEY_CAME),
    Transition("refund", ("cancelled", "refused", "returned"), "refunded", (OPERATOR, SYSTEM), MONEY_CAME),
    # The bank was slow, the order had run out, and the units could be had again.
    Transition("revive", ("cancelled",), "paid", (OPERATOR, SYSTEM), PREPAID),
)


@dataclass(frozen=True, slots=True)
class Paying:
    """What transitions ask about an order's money: is it paid at the counter, and has any come."""

    at_counter: bool
    money_came: bool

    def meets(self, condition: str) -> bool:
        return {
            ALWAYS: True,
            PREPAID: not self.at_counter,
            OWES_AT_COUNTER: self.at_counter and not self.money_came,
            MONEY_CAME: self.money_came,
        }[condition]


# What money did to an order.
STARTED = "started"  # exactly what was owed: it goes on
TOO_MUCH = "too much"  # it goes on, and something is left over
GONE = "gone"  # it came after its time, and the units could not be had again
CANCELLED = "cancelled"  # the order had been called off before
AGAIN = "again"  # it was paid already


def what_money_did(*, is_first: bool, goes_on: bool, ran_out: bool, left_over: int) -> str:
    """What money that came did: `goes_on` and `ran_out` tell of the order's parcels after it was booked, `left_over`
    is the balance then, in minor units.
    """
    if not is_first:
        return AGAIN
    if goes_on:
        return TOO_MUCH if left_over > 0 else STARTED
    return GONE if ran_out else CANCELLED


def target(verb: str, source: str, actor: str, paying: Paying) -> str | None:
    """Where `verb` by `actor` leads a parcel in state `source`; none when that is refused."""
    for row in TRANSITIONS:
        if row.verb == verb and source in row.sources and actor in row.actors and paying.meets(row.condition):
            return row.target
    return None


def order_state(parcels: Sequence[str]) -> str:
    """The state of an order from its parcels': the least advanced that still goes on, else how it ended.

    A parcel delivered and one on its way: `shipped`. One cancelled and one delivered: `delivered`. One cancelled, not
    yet paid back, and one refunded: `cancelled`.
    """
    going = [state for state in parcels if state in PROGRESS]
    if going:
        return min(going, key=PROGRESS.index)
    return min(parcels, key=ENDED_OTHERWISE.index)


def balance(*, total: int, given_up: int, paid: int, refunded: int) -> int:
    """What is between the shop and the customer, in minor units: above 0 to be paid back, below 0 to be paid.

    `given_up` is what of the total need not be paid any more (cancelled, refused, returned). Of 500.00, all paid, one
    parcel of 120.00 cancelled and nothing paid back yet: 12000.
    """
    return (paid - refunded) - (total - given_up)


def given_up_on_return(goods: int, shipping: int, standard_shipping: int, *, everything: bool) -> int:
    """What comes back for returned goods worth `goods`, in minor units.

    When all of a parcel comes back, so does its shipping, but not what express cost more than the cheapest ordinary
    delivery (Directive 2011/83/EU art. 13(1) and (2)).
    """
    return goods + (min(shipping, standard_shipping) if everything else 0)
