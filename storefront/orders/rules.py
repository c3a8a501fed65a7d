"""The pure part of orders: what may happen to a parcel and by whom, and the state of the whole."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

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
ROLES = ("customer", "seller", "operator", "system")
# A carrier's link: host, perhaps a port, path and query of plain characters.
_TRACKING = re.compile(r"https://[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+(:[0-9]{1,5})?([/?#][!#-;=?-\[\]_a-z~]*)?")
SHIPPING_METHODS = ("standard", "express", "pickup")
# The payment method whose money changes hands at the counter, and those whose provider pays back for us.
PAY_AT_PICKUP = "pickup"
# The one whose money comes after the goods: a firm that the operator trusts pays its invoices.
ON_INVOICE = "invoice"
# Methods whose sellers get everything ready before the money.
PAID_LATER = (PAY_AT_PICKUP, ON_INVOICE)
PAID_AT_PROVIDER = ("stripe",)
REFUND_STATES = ("wanted", "done", "failed")

# How a parcel moves forward, and how it ends otherwise: what its customer most needs to know comes first.
PROGRESS = ("placed", "paid", "accepted", "shipped", "delivered")
ENDED_OTHERWISE = ("returned", "refused", "cancelled", "refunded")

# Whose customer its seller knows by name and address: what is to be sent to them, or was.
NAMED_STATES = ("paid", "accepted", "shipped", "delivered", "returned")
# Ordered, and not arrived yet.
UNDER_WAY = ("placed", "paid", "accepted", "shipped")
# Paid, and to be sent by its seller.
WAITING = ("paid", "accepted")
# While something of its price can be given back; what has ended otherwise was given back whole.
REDUCIBLE = ("paid", "accepted", "shipped", "delivered")


@dataclass(frozen=True, slots=True)
class Who:
    """Who does something to an order: in which role, and which person (`person.id`), where one has signed in."""

    role: str
    person_id: int | None = None


CUSTOMER, SELLER, OPERATOR, SYSTEM = ACTORS = tuple(Who(role) for role in ROLES)

# Conditions of a transition, on the order's payment.
ALWAYS = "always"
PREPAID = "prepaid"  # the order is paid before anything is sent
OWES_AT_COUNTER = "owes at counter"  # it is paid when it is picked up, which hasn't happened yet
OWES_ON_ACCOUNT = (
    "owes on account"  # it is paid by its invoice, days after it was sent, which hasn't happened yet
)
MONEY_CAME = "money came"


@dataclass(frozen=True, slots=True)
class Transition:
    """`verb` leads a parcel from one of `sources` to `target`; `actors` may do it, when `condition` holds."""

    verb: str
    sources: tuple[str, ...]
    target: str
    actors: tuple[Who, ...]
    condition: str


# All that may happen to a parcel; what isn't here is refused.
TRANSITIONS = (
    Transition("pay", ("placed",), "paid", (OPERATOR, SYSTEM), PREPAID),
    Transition("accept", ("paid",), "accepted", (SELLER, OPERATOR), ALWAYS),
    Transition("accept", ("placed",), "accepted", (SELLER, OPERATOR), OWES_AT_COUNTER),
    Transition("accept", ("placed",), "accepted", (SELLER, OPERATOR), OWES_ON_ACCOUNT),
    # The payment was noted by mistake: see `is_undoable`.
    Transition("unpay", ("paid", "accepted"), "placed", (OPERATOR,), PREPAID),
    # Who sends has accepted: no ceremony. For a pickup, "shipped" means that it waits at the counter.
    Transition("ship", ("paid", "accepted"), "shipped", (SELLER, OPERATOR), ALWAYS),
    Transition("ship", ("placed",), "shipped", (SELLER, OPERATOR), OWES_AT_COUNTER),
    Transition("ship", ("placed",), "shipped", (SELLER, OPERATOR), OWES_ON_ACCOUNT),
    Transition("deliver", ("shipped",), "delivered", (CUSTOMER, SELLER, OPERATOR, SYSTEM), MONEY_CAME),
    Transition("deliver", ("shipped",), "delivered", (CUSTOMER, SELLER, OPERATOR, SYSTEM), OWES_ON_ACCOUNT),
    # Handed over and paid in one go; the customer can't say so alone.
    Transition("deliver", ("shipped",), "delivered", (SELLER, OPERATOR), OWES_AT_COUNTER),
    Transition("cancel", ("placed",), "cancelled", (CUSTOMER, OPERATOR, SYSTEM), ALWAYS),
    Transition("cancel", ("paid", "accepted"), "cancelled", (CUSTOMER, OPERATOR), ALWAYS),
    # It waits at the counter, and its customer has had second thoughts, or never came.
    Transition("cancel", ("accepted", "shipped"), "cancelled", (CUSTOMER, OPERATOR, SYSTEM), OWES_AT_COUNTER),
    Transition("refuse", ("placed", "paid", "accepted"), "refused", (SELLER, OPERATOR), ALWAYS),
    Transition("return", ("shipped", "delivered"), "returned", (SELLER, OPERATOR), MONEY_CAME),
    Transition("return", ("shipped", "delivered"), "returned", (SELLER, OPERATOR), OWES_ON_ACCOUNT),
    Transition("refund", ("cancelled", "refused", "returned"), "refunded", (OPERATOR, SYSTEM), MONEY_CAME),
    # The bank was slow, the order had run out, and the units could be had again.
    Transition("revive", ("cancelled",), "paid", (OPERATOR, SYSTEM), PREPAID),
)


@dataclass(frozen=True, slots=True)
class Paying:
    """What transitions ask about an order's money: is it paid at the counter, or on account, and has any come."""

    at_counter: bool
    money_came: bool
    on_account: bool = False

    @property
    def comes_later(self) -> bool:
        """Whether its sellers get it ready before the money."""
        return self.at_counter or self.on_account

    def meets(self, condition: str) -> bool:
        return {
            ALWAYS: True,
            PREPAID: not self.at_counter,
            OWES_AT_COUNTER: self.at_counter and not self.money_came,
            OWES_ON_ACCOUNT: self.on_account and not self.money_came,
            MONEY_CAME: self.money_came,
        }[condition]


# What money did to an order.
STARTED = "started"  # exactly what was owed: it goes on
TOO_MUCH = "too much"  # it goes on, and something is left over
GONE = "gone"  # it came after its time, and the units could not be had again
CANCELLED = "cancelled"  # the order had been called off before
AGAIN = "again"  # it was paid already

# What else the log says by a code (`labels.FACTS`), besides what money did and why something came back.
UNPAID = "unpaid"
WITHDRAWN = "withdrawn"
TOO_LATE = "too late"
AT_COUNTER = "at counter"
WRONG_AMOUNT = "wrong amount"
REFUND_SENT = "refund sent"
REFUND_FAILED = "refund failed"


def what_money_did(*, is_first: bool, goes_on: bool, ran_out: bool, left_over: int) -> str:
    """What money that came did: `goes_on` and `ran_out` tell of the order's parcels after it was booked, `left_over`
    is the balance then, in minor units.
    """
    if not is_first:
        return AGAIN
    if goes_on:
        return TOO_MUCH if left_over > 0 else STARTED
    return GONE if ran_out else CANCELLED


def is_undoable(*, noted_by: Sequence[str], refunded: int, was_sent: bool) -> bool:
    """Whether payments, each noted by one of `ROLES`, may be taken back as a mistake of the hand.

    What a provider told of did come. What was sent was invoiced as paid, and what went back came: both are corrected
    by paying back and by credit notes, which stay in the books. `refunded` in minor units.
    """
    return bool(noted_by) and set(noted_by) == {OPERATOR.role} and not refunded and not was_sent


def target(verb: str, source: str, by: Who, paying: Paying) -> str | None:
    """Where `verb` by somebody leads a parcel in state `source`; none when that is refused."""
    actor = Who(by.role)
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


def delivery_given_up_on_return(delivery: int, standard_delivery: int, before: int) -> int:
    """What of a parcel's delivery comes back when all of it is returned, in minor units; `before` came back already.

    Not what express cost more than the cheapest ordinary delivery (Directive 2011/83/EU art. 13(1) and (2)).
    """
    return max(0, min(delivery, standard_delivery) - before)


def spread(amount: int, left: Sequence[int]) -> list[int]:
    """`amount` over what is `left` of each thing, in proportion, and never more than that; minor units.

    3000 over 20000, 0 and 10000: 2000, 0 and 1000. The cents that don't divide go to the first. Raises `ValueError`
    when there is less left than that.
    """
    whole = sum(left)
    if not 0 <= amount <= whole:
        raise ValueError("more than is left")
    parts = [amount * one // whole if whole else 0 for one in left]
    for position in range(len(left)):
        if sum(parts) == amount:
            break
        parts[position] += parts[position] < left[position]
    return parts


def is_tracking_link(text: str) -> bool:
    """Whether this may stand on an order's page as the carrier's link: plain https, and no user name before the host,
    which makes `https://carrier.example@elsewhere.example` look like the carrier's.
    """
    return len(text) <= 500 and _TRACKING.fullmatch(text) is not None


def is_named(status: str, *, was_sent: bool) -> bool:
    """Whether the seller of a parcel knows its customer's name and address: once it is paid, or promised at the
    counter, and for ever once it was sent.
    """
    return was_sent or status in NAMED_STATES


def is_late(status: str, send_by: date | None, today: date, *, paid_later: bool) -> bool:
    """Whether a parcel was promised for a day that is over, and was not sent; where it is paid later (at the counter,
    on account), payment keeps nobody from getting it ready.
    """
    waits = status in WAITING or (status == "placed" and paid_later)
    return waits and send_by is not None and send_by < today
