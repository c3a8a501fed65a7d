"""Who may do what at the desk: the one way to declare its pages, and the scope that narrows what they show.

Every address under `/desk` is closed until a page is declared with its audience. Who isn't signed in is asked to sign
in, whatever the address; who may not see a page is told that there is none. Both are decided before anything else is
looked at, so that no answer tells an address that exists from one that doesn't.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import Enum
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from flask import Blueprint, Flask, abort, current_app, g, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.wrappers import Response

from ..accounts.current import current_person, to_sign_in
from ..accounts.models import Person
from ..orders.rules import OPERATOR, SELLER, Who
from ..sellers.members import sellers_of

P = ParamSpec("P")
R = TypeVar("R", bound=ResponseReturnValue)

HOME = "/desk"


class Audience(Enum):
    """Whom a page is for. Operators may see every page."""

    OPERATORS = "operators only"
    SELLERS = "the people of any seller"
    # A suspended seller sees its things and finishes its orders, but puts nothing more on sale.
    TRADERS = "the people of a seller that is not suspended"


OPERATORS, SELLERS, TRADERS = Audience


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose things: those of some sellers, or (`None`) of all."""

    seller_ids: frozenset[int] | None

    def __contains__(self, seller_id: int) -> bool:
        return self.seller_ids is None or seller_id in self.seller_ids


def within(
    scope: Scope, column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None] | ColumnElement[int]
) -> ColumnElement[bool]:
    """The condition that narrows a query to `scope`; `column` holds the id of the seller whose thing a row is."""
    return true() if scope.seller_ids is None else column.in_(sorted(scope.seller_ids))


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody at the desk, and on whose behalf."""

    person_id: int
    is_operator: bool
    seller_ids: frozenset[int]
    suspended_ids: frozenset[int]

    @property
    def scope(self) -> Scope:
        """What the actor may see, and which orders it may deal with."""
        return Scope(None if self.is_operator else self.seller_ids)

    @property
    def trading(self) -> Scope:
        """Whose offers the actor may change."""
        return Scope(None if self.is_operator else self.seller_ids - self.suspended_ids)

    @property
    def who(self) -> Who:
        """As whom the actor acts on orders, for their log."""
        return Who((OPERATOR if self.is_operator else SELLER).role, self.person_id)

    def belongs_to(self, audience: Audience) -> bool:
        """Whether a page for `audience` is open to this actor."""
        if self.is_operator:
            return True
        return bool({OPERATORS: (), SELLERS: self.seller_ids, TRADERS: self.trading.seller_ids}[audience])


def actor_of(person: Person) -> Actor:
    """The person as an actor; one SQL statement."""
    memberships = sellers_of(person.id)
    return Actor(
        person_id=person.id,
        is_operator=person.is_operator,
        seller_ids=frozenset(membership.seller_id for membership in memberships),
        suspended_ids=frozenset(m.seller_id for m in memberships if m.standing == "suspended"),
    )


def current_actor() -> Actor:
    """Who asks for this page of the desk."""
    actor: Actor = g.desk_actor
    return actor


class Chapter(Blueprint):
    """A part of the desk with pages of its own; `home` is the view that its link in the navigation leads to.

    `label` is a lazy text; `for_` says who has the link.
    """

    def __init__(self, name: str, import_name: str, *, label: object, home: str, for_: Audience) -> None:
        super().__init__(name, import_name)
        self.label, self.home, self.for_ = label, home, for_

    def page(
        self, rule: str, *, for_: Audience, methods: Collection[str] = ("GET",)
    ) -> Callable[[Callable[Concatenate[Actor, P], R]], Callable[Concatenate[Actor, P], R]]:
        """Declare a view of the desk at `/desk` + `rule`; it is handed the actor first."""

        def declare(view: Callable[Concatenate[Actor, P], R]) -> Callable[Concatenate[Actor, P], R]:
            @wraps(view)
            def opened(*args: P.args, **kwargs: P.kwargs) -> R:
                return view(current_actor(), *args, **kwargs)

            opened.desk_audience = for_  # type: ignore[attr-defined]
            self.add_url_rule(rule, view.__name__, opened, methods=list(methods))
            return view

        return declare


@dataclass(frozen=True, slots=True)
class Link:
    """A chapter in the navigation; `here` if the page shown is one of its own."""

    label: object
    url: str
    here: bool


def links(chapters: Iterable[Chapter], actor: Actor) -> list[Link]:
    """The navigation of the desk, as far as it is open to the actor."""
    here = request.blueprint
    return [
        Link(chapter.label, url_for(f"desk.{chapter.name}.{chapter.home}"), here == f"desk.{chapter.name}")
        for chapter in chapters
        if actor.belongs_to(chapter.for_)
    ]


def init_app(app: Flask) -> None:
    # First of all that happens before a view: the look for a form's token would tell which addresses exist.
    app.before_request_funcs.setdefault(None, []).insert(0, _let_in)


def is_desk(path: str) -> bool:
    """Whether this address is one of the desk's, existing or not."""
    # Werkzeug leads `//desk` to `/desk`, but only where there is such a page.
    return f"/{path.lstrip('/')}/".startswith(f"{HOME}/")


def _let_in() -> Response | None:
    if not is_desk(request.path):
        return None
    person = current_person()
    if person is None:
        return to_sign_in()
    audience = audience_of(request.endpoint)
    actor = actor_of(person)
    if audience is None or not actor.belongs_to(audience):
        abort(404)
    g.desk_actor = actor
    return None


def audience_of(endpoint: str | None) -> Audience | None:
    """Whom a view of the desk is for; none for what was not declared by `Chapter.page`."""
    view = current_app.view_functions.get(endpoint or "")
    audience: Audience | None = getattr(view, "desk_audience", None)
    return audience
