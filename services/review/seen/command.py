"""`python -m services.review matching`: the index, comparing, and learning from what was decided."""

import click

from services.review.seen.comparing import compare_again, compare_all, order
from services.review.seen.index import fill, index
from services.review.service import service, transaction
from shared.matching.command import index_commands

matching = index_commands(service, index, fill, order)


@matching.command("compare")
@click.option(
    "--all", "again", is_flag=True, help="All open claims, such as after other weights or thresholds were set."
)
def compare_now(again: bool) -> None:
    """Compare what was not compared yet, here and now, rather than within a minute. What was decided stays."""
    if again:
        with transaction() as session:
            compare_again(session)
    compare_all()
    click.echo("Everything is compared.")
