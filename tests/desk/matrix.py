"""The access matrix: one row for each address and method of the desk. A route without a row fails `test_access.py`.

    Row("POST /desk/offers/<int:offer_id>", TRADERS, of=offer, sends={"price": "300"}, answers=303)

`of` makes the thing that the address is about, for a seller, and gives the address's values; left out, it is about no
thing. `shared` things belong to no seller: who may come at all may see them. From `for_` follows who gets in: `answers`
for those who do, 404 for the others, 303 to sign in for nobody. A row that differs says so:
`but={(SUSPENDED, "own"): 409}`.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from storefront.core.database import db
from storefront.core.mail import OutgoingMail
from storefront.desk.access import OPERATORS, SELLERS, Audience

from ..factories import NOW

Thing = Callable[[int], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Row:
    """What each actor is answered at one address."""

    route: str
    for_: Audience
    of: Thing | None = None
    shared: bool = False
    sends: Mapping[str, Any] = field(default_factory=dict)
    answers: int = 200
    but: Mapping[tuple[str, str], int] = field(default_factory=dict)
    # Values that fit the address and name nothing at all.
    nobodys: Mapping[str, Any] | None = None

    @property
    def method(self) -> str:
        return self.route.partition(" ")[0]

    @property
    def rule(self) -> str:
        return self.route.partition(" ")[2]


def failed_mail(_seller_id: int) -> dict[str, Any]:
    mail = OutgoingMail(
        reason=secrets.token_hex(8),
        recipient="lou@example.com",
        subject="Hello",
        text="Hello",
        created_at=NOW,
    )
    db.session.add(mail)
    db.session.flush()
    return {"mail_id": mail.id}


ROWS = (
    # Today
    Row("GET /desk", SELLERS),
    Row("GET /desk/mails", OPERATORS),
    Row("POST /desk/mails/<int:mail_id>/retry", OPERATORS, of=failed_mail, shared=True, answers=303),
)
