"""What all of the shop's commands (`flask --app app ROOM ...`) have in common."""

from typing import Any

import click
from flask.cli import AppGroup
from psycopg.errors import UndefinedColumn, UndefinedTable
from sqlalchemy.exc import DBAPIError

from .errors import Refused


class Commands(AppGroup):
    """A room's commands. What a rule refuses, and a database that was never brought up to date, are said in a sentence:
    exit code 1, no traceback.
    """

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refused as refused:
            raise click.ClickException(str(refused)) from refused
        except DBAPIError as error:
            if not _is_behind(error.orig):
                raise
            raise click.ClickException(
                "The database is not up to date: run `flask --app app db upgrade` first."
            ) from error


def _is_behind(error: BaseException | None) -> bool:
    # SQLite has one error class for everything, and says what is missing in words only.
    return isinstance(error, UndefinedTable | UndefinedColumn) or str(error).startswith("no such ")
