"""`python -m services.review figures …`: what figures are made of, kept by day, is made again from the tables."""

import click

from services.review.figures.keeping import days_to_keep, forget_all, keep_day
from services.review.service import reading, transaction


@click.group("figures")
def kept_figures() -> None:
    """What the pages of figures are made of."""


@kept_figures.command("rebuild")
def rebuild() -> None:
    """Forget what is kept of each day that is over, and keep it again as the tables have it. Others work on meanwhile; figures are
    right all the time, and slower until it is done."""
    with transaction() as session:
        forget_all(session)
    with reading() as session:
        days = days_to_keep(session)
    for day in days:
        with transaction() as session:
            keep_day(session, day)
    click.echo(f"{len(days)} days are kept")
