"""`/impact`: every figure we use, with its source."""

from flask import Blueprint, render_template

from ..core.delivery import public
from .queries import factors

bp = Blueprint("impact", __name__)


@bp.get("/impact")
@public
def show() -> str:
    return render_template("impact/show.html", rows=factors())
