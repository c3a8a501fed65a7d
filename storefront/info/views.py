"""Pages about the shop itself, and what machines ask of it."""

from flask import Blueprint, Response, render_template, url_for
from sqlalchemy import text

from ..config import current_settings
from ..core.database import db
from ..core.delivery import public
from .pages import page_text

bp = Blueprint("info", __name__)


@bp.get("/legal")
@public
def legal() -> str:
    texts = {name: page_text(name) for name in ("terms", "privacy", "imprint")}
    return render_template("info/legal.html", **texts)


@bp.get("/about")
@public
def about() -> str:
    return render_template("info/about.html", text=page_text("about"))


@bp.get("/contact")
@public
def contact() -> str:
    return render_template("info/contact.html")


@bp.get("/robots.txt")
def robots() -> Response:
    """Everything but people's own pages may be read; filtered lists are views of pages that are listed already."""
    lines = (
        "User-agent: *",
        *(
            f"Disallow: {path}"
            for path in (
                "/account",
                "/sign-",
                "/forgotten",
                "/cart",
                "/checkout",
                "/orders/",
                "/withdraw",
                "/*?*grade=",
                "/*?*sort=",
            )
        ),
        f"Sitemap: {current_settings().shop.url}{url_for('catalog.sitemap')}",
        "",
    )
    return Response("\n".join(lines), mimetype="text/plain")


@bp.get("/healthz")
def healthz() -> Response:
    """200 while the database answers: for the machines that watch the shop."""
    db.session.execute(text("SELECT 1"))
    return Response("ok\n", mimetype="text/plain")
