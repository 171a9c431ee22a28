"""Commands of the publish service: `python -m services.publish --help`."""

from uuid import UUID

import click
from sqlmodel import col, select

from services.publish import workflow
from services.publish.models import Check
from services.publish.service import reading, service, transaction
from shared.cli import service_commands

AT_ONCE = 50

cli = service_commands(service)


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
