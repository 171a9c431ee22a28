"""`python -m services.review matching`: the index, comparing, and learning from what was decided."""

from pathlib import Path

import click

from services.review.seen.comparing import compare_again, compare_all, order
from services.review.seen.index import fill, index
from services.review.seen.tuning import Figures, tune
from services.review.service import reading, service, transaction
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


@matching.command("tune")
@click.option(
    "--write", type=click.Path(dir_okay=False, path_type=Path), help="Write the learned weights to this file."
)
def tune_weights(write: Path | None) -> None:
    """Learn weights from what was accepted and refused at this desk, and show how they do on decisions that were held out.

    Nothing uses them before REVIEW_MATCH_WEIGHTS names the file that --write wrote.
    """
    with reading() as session:
        tuned = tune(session)
    click.echo(f"{tuned.accepted} claims with an accepted candidate, {tuned.refused} whose candidates were all refused")
    if tuned.weights is None or tuned.before is None or tuned.after is None:
        raise click.ClickException(f"That is too little to learn from: there have to be {tuned.wants}.")
    click.echo(f"learned from {tuned.learned_from}; on the newest {tuned.held_out}, which were held out:")
    for name, figures in (("now", tuned.before), ("learned", tuned.after)):
        click.echo(f"  {name:8} {_in_words(figures)}")
    if write is None:
        click.echo("Nothing is changed. --write FILE keeps the learned weights.")
        return
    write.write_text(tuned.weights.write())
    click.echo(f"Written to {write}. They are used once REVIEW_MATCH_WEIGHTS names it and the desk is started again.")


def _in_words(found: Figures) -> str:
    return (
        f"right one first {found.first:.3f}; surely the same, from {found.sure:.2f} on: precision {found.precision:.3f}, "
        f"recall {found.recall:.3f}"
    )
