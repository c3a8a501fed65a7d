"""What commands print about a file that was loaded."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from .tables import Problem, WrongTable

# More bad rows than this are counted, not listed: the screen is for reading.
MOST_LISTED = 200


def list_problems(problems: Sequence[Problem]) -> None:
    """Print the rows that were left out, each with line, column and reason."""
    for problem in problems[:MOST_LISTED]:
        click.echo(f"  {problem}", err=True)
    if len(problems) > MOST_LISTED:
        click.echo(f"  ... and {len(problems) - MOST_LISTED} more", err=True)


@contextmanager
def readable() -> Iterator[None]:
    """Turn a file that can't be read at all into one sentence and exit code 1."""
    try:
        yield
    except WrongTable as error:
        raise click.ClickException(str(error)) from error
