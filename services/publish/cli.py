"""Commands of the publish service: `python -m services.publish --help`."""

from uuid import UUID

import click
from sqlmodel import col, select

from services.publish import disputes, workflow
from services.publish.models import Check
from services.publish.service import reading, service, transaction
from shared.cli import service_commands
from shared.errors import NotFound

AT_ONCE = 50

cli = service_commands(service)


@cli.group("disputes")
def disputes_group() -> None:
    """Readers' challenges."""


@disputes_group.command("erase")
@click.argument("dispute_id", type=click.UUID)
@click.confirmation_option(prompt="Nobody can undo this. Erase?")
def erase_dispute(dispute_id: UUID) -> None:
    """Forget what a reader wrote in a challenge. What was decided stays. The desk forgets it by the same command of review."""
    try:
        with transaction() as session:
            disputes.erase(session, dispute_id)
    except NotFound as problem:
        raise click.ClickException(problem.detail) from problem
    click.echo("Forgotten here. What was decided stays.")


@cli.command("rerender")
def rerender() -> None:
    """Render every page anew from its current revision, after a change of templates, style or address."""
    done, last = 0, None
    while ids := _after(last):
        with transaction() as session:  # a few at a time, so that new verdicts need not wait
            for claim_id in ids:
                workflow.render_again(session, claim_id)
        done, last = done + len(ids), ids[-1]
        click.echo(f"{done} pages rendered")
    click.echo(f"All {done} pages are rendered anew")


def _after(last: UUID | None) -> list[UUID]:
    chosen = select(col(Check.claim_id)).where(Check.revision > 0).order_by(col(Check.claim_id)).limit(AT_ONCE)
    with reading() as session:
        return list(session.exec(chosen if last is None else chosen.where(col(Check.claim_id) > last)))
