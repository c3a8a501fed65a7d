"""The catalogue: categories, models, products and their offers; how they are found, ranked and shown."""

from flask import Flask

from ..house.changes import house_changed
from ..sellers.actions import sellers_changed
from . import (
    actions,
    cards,
    drawings,
    feed,  # adds its route to `bp`, as `suggest` does
    finder,
    fruitless,
    labels,
    models,
    suggest,
)
from .changes import peek_at_generation
from .commands import catalog
from .search_commands import search
from .views import bp


def init_app(app: Flask) -> None:
    """Register this room's pages and commands."""
    app.register_blueprint(bp)
    app.cli.add_command(catalog)
    app.cli.add_command(search)
    app.jinja_env.filters.update({**labels.FILTERS, **drawings.FILTERS})
    app.jinja_env.globals.update(drawings.GLOBALS)
    sellers_changed.connect(actions.show_sellers_anew)
    house_changed.connect(actions.show_house_anew)
    finder.init_app(app)
    fruitless.init_app(app)
    cards.init_app(app)


__all__ = ["actions", "feed", "init_app", "models", "peek_at_generation", "suggest"]
