"""Commands of the review service: `python -m services.review --help`."""

import json
import secrets
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from sqlmodel import Session
from tqdm import tqdm

from services.review import auth, erasing, files, history, queries, reindexing, sealing, workflow
from services.review.figures.command import kept_figures
from services.review.models import Person
from services.review.schemas import Role, SealIn
from services.review.seen.command import matching
from services.review.service import reading, service, transaction
from services.review.taking_out import take_out
from services.review.workflow import invitations
from services.review.workflow.remarks import erase_remark
from shared.cli import service_commands
from shared.errors import Problem
from shared.web import validated

cli = service_commands(service)
cli.add_command(matching)
cli.add_command(kept_figures)


@cli.group("people")
def people() -> None:
    """Who works at the desk."""


@people.command("add")
@click.option("--name", required=True)
@click.option("--email", required=True)
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(["checker", "editor", "admin"]))
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input; else one is made and shown."
)
@click.option("--token", "with_token", is_flag=True, help="Make a personal token too, and show it.")
@click.option("--json", "as_json", is_flag=True)
def add_person(
    name: str, email: str, roles: tuple[Role, ...], password_stdin: bool, with_token: bool, as_json: bool
) -> None:
    """Add somebody."""
    password = _password(password_stdin)
    try:
        with transaction() as session:
            person = workflow.add_person(session, name, email, password, roles)
            token = auth.make_token(session, person, "made with the account") if with_token else None
    except Problem as problem:
        raise click.ClickException(problem.detail) from problem
    _show_person(person, token, None if password_stdin else password, as_json)


@people.command("renew")
@click.argument("email")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input; else one is made and shown."
)
@click.option("--token", "with_token", is_flag=True, help="Make a personal token too, and show it.")
@click.option("--json", "as_json", is_flag=True)
def renew_person(email: str, password_stdin: bool, with_token: bool, as_json: bool) -> None:
    """Give somebody a new password; their sessions and tokens end."""
    password = _password(password_stdin)
    try:
        with transaction() as session:
            person = _find(session, email)
            workflow.renew_password(session, person, password, None)
            token = auth.make_token(session, person, "made with a new password") if with_token else None
    except Problem as problem:
        raise click.ClickException(problem.detail) from problem
    _show_person(person, token, None if password_stdin else password, as_json)


@people.command("list")
def list_people() -> None:
    """Everybody, with their roles."""
    with reading() as session:
        for person in queries.list_people(session):
            gone = "" if person.active else "  (deactivated)"
            click.echo(f"{person.email}  {person.name}  [{', '.join(person.roles)}]{gone}")


@people.command("deactivate")
@click.argument("email")
def deactivate_person(email: str) -> None:
    """Let somebody in no more. What they did stays; what they were working on goes back to the queue."""
    try:
        with transaction() as session:
            workflow.deactivate(session, _find(session, email).id, None)
    except Problem as problem:
        raise click.ClickException(problem.detail) from problem
    click.echo(f"{email} is deactivated")


@people.command("erase")
@click.argument("email")
@click.confirmation_option(prompt="Nobody can undo this. Erase?")
def erase_person(email: str) -> None:
    """Take out what tells who somebody was who has left: they become "former colleague N", in the history too, which still holds.

    Bylines of what was published stay as readers saw them. Others work on meanwhile. If it breaks off, call it again.
    """

    def show(table: str, count: int) -> None:
        if count:
            click.echo(f"{table}: {count}", err=True)

    try:
        name = erasing.erase(email, show)
    except Problem as problem:
        raise click.ClickException(problem.detail) from problem
    click.echo(f"They are {name} from now on. Bylines of what was published stay; backups hold what they held.")


@people.command("password-link")
@click.argument("email")
def make_password_link(email: str) -> None:
    """Print a link by which somebody chooses a new password: it works once, for two hours."""
    with transaction() as session:
        link = invitations.make_password_link(session, _find(session, email), None)
        click.echo(invitations.address_of(link))


@people.command("reset-second-factor")
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Take away the second factor of somebody who lost it. Their password is enough then, until they set up another."""
    try:
        with transaction() as session:
            workflow.drop_factor(session, _find(session, email), None)
    except Problem as problem:
        raise click.ClickException(problem.detail) from problem
    click.echo(f"{email} has no second factor any more")


@cli.group("words")
def indexed_words() -> None:
    """The index that the desk's search looks in."""


@indexed_words.command("rebuild")
def rebuild_words() -> None:
    """See whether the search finds what stands on each case, and mend it where it does not. Others work on meanwhile. If it breaks
    off, call it again."""
    with reading() as session:
        total = reindexing.count_all(session)
    with tqdm(total=total, unit=" cases", disable=None) as bar:
        mended = reindexing.reindex(bar.update)
    click.echo(f"{total} cases and fact-checks of others were looked at, {mended} rows of the index were mended.")


@cli.group("disputes")
def disputes() -> None:
    """Readers' challenges."""


@disputes.command("erase")
@click.argument("dispute_id", type=click.UUID)
@click.confirmation_option(prompt="Nobody can undo this. Erase?")
def erase_dispute(dispute_id: UUID) -> None:
    """Forget what a reader wrote in a challenge, and how to reach them. What was decided stays."""
    try:
        with transaction() as session:
            workflow.erase_dispute(session, dispute_id)
    except Problem as problem:
        raise click.ClickException(problem.detail) from problem
    click.echo("Forgotten. What was decided stays.")


@cli.group("remarks")
def remarks() -> None:
    """What readers wrote of whether a verdict was useful."""


@remarks.command("erase")
@click.argument("remark_id", type=click.UUID)
@click.confirmation_option(prompt="Nobody can undo this. Erase?")
def erase_reader_remark(remark_id: UUID) -> None:
    """Forget what a reader wrote. That they found the verdict useful, or did not, stays counted."""
    try:
        with transaction() as session:
            erase_remark(session, remark_id)
    except Problem as problem:
        raise click.ClickException(problem.detail) from problem
    click.echo("Forgotten. The answer stays counted.")


@cli.group("files")
def evidence_files() -> None:
    """Files that are evidence."""


@evidence_files.command("erase")
@click.argument("sha256")
@click.option("--reason", required=True, help="People at the desk read it.")
@click.confirmation_option(prompt="Nobody can undo this. Erase?")
def erase_file(sha256: str, reason: str) -> None:
    """Take a file away, from the desk and from readers. What it was called and its SHA-256 stay on its cases, with the reason."""
    settings = service.settings
    try:
        with transaction() as session:
            count = workflow.erase_file(session, sha256, reason)
    except Problem as problem:
        raise click.ClickException(problem.detail) from problem
    files.erase(settings.files_folder, settings.public_files_folder, sha256)  # again, too, if it ended in between
    click.echo(f"Erased from {count} case{'' if count == 1 else 's'}. Backups hold what they held.")


@evidence_files.command("verify")
def verify_files() -> None:
    """See whether every file is there and is what its SHA-256 says. Exits with 1 if one is not."""
    with reading() as session:
        known = queries.list_digests(session)
    faults = [
        f"{digest} {fault}" for digest in known if (fault := files.fault_of(service.settings.files_folder, digest))
    ]
    for one in faults:
        click.echo(one, err=True)
    click.echo(f"{len(known)} files, {len(faults)} faults.")
    sys.exit(1 if faults else 0)


@cli.group("case")
def cases() -> None:
    """Cases as sealed files, for a lawyer or a court."""


@cases.command("seal")
@click.argument("case_id", type=click.UUID)
@click.option("--by", required=True, help="The e-mail address of the editor who takes it out.")
@click.option("--reason", required=True, help="For whom, and why. It stands in the history.")
@click.option("--to", required=True, type=click.Path(path_type=Path, dir_okay=False))
def seal_case(case_id: UUID, by: str, reason: str, to: Path) -> None:
    """Write a case as a sealed file: all that stands on it, its history, its files and copies. It names people who are unnamed in
    public."""
    if to.exists():
        raise click.ClickException(f"{to} is there already.")
    with reading() as session:
        person = _find(session, by)
    try:
        sealed = take_out(case_id, validated(SealIn, {"reason": reason}), person, to)
    except Problem as problem:
        to.unlink(missing_ok=True)
        raise click.ClickException(problem.detail) from problem
    except OSError as error:
        raise click.ClickException(f"{to} can't be written: {error.strerror}.") from error
    for name, why in sealed.missing.items():
        click.echo(f"Not in it: {name} {why}", err=True)
    click.echo(f"{to} {sealed.digest}")


@cases.command("check-seal")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def check_seal(file: Path) -> None:
    """See whether a sealed file is as it was sealed, and whether this desk's history knows its seal. Exits with 1 if not."""
    try:
        digest, faults = sealing.broken(file)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    with reading() as session:
        known = queries.find_seal(session, digest)
    faults += [] if known else ["The history of this desk has no such seal."]
    for one in faults:
        click.echo(one, err=True)
    click.echo(f"{'Not as it was sealed' if faults else f'As it was sealed, {known}'}: {digest}")
    sys.exit(1 if faults else 0)


@cli.command("head")
def show_head() -> None:
    """Print the history's last hash, to be noted elsewhere; `verify --head` proves later that it still holds."""
    with reading() as session:
        click.echo(history.head(session))


@cli.command("verify")
@click.option("--head", help="A hash that was noted earlier; it must still be in the chain.")
@click.option("--json", "as_json", is_flag=True)
def verify_history(head: str | None, as_json: bool) -> None:
    """Recompute the history's hash chain, and see whether timestamps hold. Exits with 1 if anything does not."""
    trusted = service.settings.tsa_roots
    with reading() as session:
        found = history.verify(session, head)
        stamped, faults = queries.faults_of_stamps(session, trusted) if trusted else (0, [])
    found.broken.extend(faults)
    if as_json:
        click.echo(json.dumps(found._asdict() | {"timestamps": stamped}))
    else:
        for fault in found.broken:
            click.echo(fault, err=True)
        verdict = "What was found does not hold." if found.broken else "The chain holds."
        click.echo(
            f"{verdict} {found.entries} entries, {found.erased} with erased details, {found.rewritten} with details rewritten when "
            f"somebody's data was erased, {stamped} timestamps, head {found.head or 'none'}"
        )
    sys.exit(1 if found.broken else 0)


def _find(session: Session, email: str) -> Person:
    person = queries.find_person(session, email)
    if person is None:
        raise click.ClickException("Nobody active has this address.")
    return person


def _password(from_stdin: bool) -> str:
    return sys.stdin.read().strip() if from_stdin else secrets.token_urlsafe(12)


def _show_person(person: Person, token: str | None, password: str | None, as_json: bool) -> None:
    """What the person needs to come in. A password that was given is not shown."""
    made: dict[str, Any] = {"name": person.name, "email": person.email, "roles": person.roles, "token": token}
    if password:
        made["password"] = password
    shown = made if as_json else {key: value for key, value in made.items() if value}
    click.echo(json.dumps(shown) if as_json else "\n".join(f"{key}: {value}" for key, value in shown.items()))
