"""Rebelote: a storefront for refurbished electronics. One folder (room) a feature; imports go down only."""

import logging
from pathlib import Path

from flask import Flask

from . import (
    accounts,
    cart,
    catalog,
    checkout,
    demo,
    desk,
    fleet,
    house,
    impact,
    info,
    orders,
    personal,
    repair,
    sellers,
)
from .config import Settings, instance_folder, load_settings, secret_key
from .core import (
    assets,
    csrf,
    database,
    delivery,
    error_pages,
    htmx,
    i18n,
    mail,
    ratelimit,
    security,
    templating,
)

ROOT = Path(__file__).parents[1]
# The core's own tables; named so that migrations see them even where no room uses them.
CORE_TABLES = (mail.OutgoingMail, ratelimit.RateCount)
# From the ground up; each room registers its own pages and commands.
ROOMS = (
    house,
    info,
    impact,
    accounts,
    sellers,
    catalog,
    cart,
    orders,
    checkout,
    repair,
    fleet,
    personal,
    desk,
    demo,
)


def create_app(settings: Settings | None = None) -> Flask:
    """The shop as a WSGI application. Raises `config.WrongSetting` when a setting can't be used."""
    settings = settings or load_settings(instance_folder(ROOT))
    app = Flask(
        __name__,
        instance_path=str(settings.instance),
        template_folder=str(ROOT / "templates"),
        static_folder=None,
    )
    settings.instance.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    app.config.update(SETTINGS=settings, SECRET_KEY=secret_key(settings))
    # What was changed while the shop ran comes on top: the house room takes this place.
    app.extensions["settings"] = lambda: settings
    # First, so that its own step on the way out is the last: pages are kept and compressed when they are complete.
    delivery.init_app(app, generation=catalog.peek_at_generation(app))
    database.init_app(app, settings.storage.database_url)
    i18n.init_app(app)
    htmx.init_app(app)
    csrf.init_app(app)
    templating.init_app(app)
    error_pages.init_app(app)
    for room in ROOMS:
        room.init_app(app)
    assets.init_app(app, ROOT / "static")
    security.init_app(app)
    return app
