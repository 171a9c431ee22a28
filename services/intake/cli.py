"""Commands of the intake service: `python -m services.intake --help`."""

import json
import re
import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import get_args
from urllib.parse import urlsplit
from uuid import UUID

import click
from pydantic import ValidationError

from services.intake import auth, blocking, pulling, queries, seen, visitors, webhooks, workflow
from services.intake.earlier.command import earlier
from services.intake.models import ApiKey, Newsroom
from services.intake.schemas import FeedIn
from services.intake.service import reading, service, transaction
from shared import stored
from shared.cli import service_commands
from shared.clock import now
from shared.errors import NotFound, Problem
from shared.fetch import Refused, Unreachable, check_destination
from shared.matching.command import index_commands
from shared.web import invalid

cli = service_commands(service)
cli.add_command(earlier)


ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Name(click.ParamType[str]):
    """A name that people can see."""

    name = "name"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        name = " ".join(value.split())
        if not name.isprintable() or not 1 <= len(name) <= 200:
            self.fail("has to be a name of 1 to 200 characters.", param, ctx)
        return name


@cli.group("keys")
def keys() -> None:
    """API keys of newsrooms."""


@keys.command("create")
@click.option("--newsroom", type=Name(), required=True, help="Whose key it is; a new newsroom is made.")
@click.option("--name", type=Name(), required=True, help="What it is for, such as the system that uses it.")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(auth.SCOPES), default=auth.USUAL, show_default=True)
@click.option("--every-scope", is_flag=True, help="It may do all that a key can.")
@click.option("--expires-days", type=click.IntRange(1, 36_500), help="After so many days it opens nothing.")
@click.option(
    "--per-minute", type=click.IntRange(1), help="Requests a minute; else as INTAKE_REQUESTS_PER_MINUTE says."
)
@click.option("--per-day", type=click.IntRange(0), help="Claims a day; else as INTAKE_CLAIMS_PER_DAY says.")
@click.option("--contact", type=Name(), help="An e-mail address of the newsroom, for when its system misbehaves.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def create_key(
    newsroom: str,
    name: str,
    scopes: tuple[auth.Scope, ...],
    every_scope: bool,
    expires_days: int | None,
    per_minute: int | None,
    per_day: int | None,
    contact: str | None,
    as_json: bool,
) -> None:
    """Make a key and show it, once."""
    scopes = get_args(auth.Scope) if every_scope else scopes
    expires_at = now() + timedelta(days=expires_days) if expires_days else None
    with transaction() as session:
        key = auth.make_key(session, newsroom, name, list(scopes), expires_at, contact, per_minute, per_day)
    if as_json:
        click.echo(json.dumps({"key": key, "newsroom": newsroom, "scopes": list(scopes)}))
    else:
        click.echo(f"{key}\nKeep it now: it can't be shown again.")


@keys.command("list")
def list_keys() -> None:
    """Every key, without its secret."""
    with reading() as session:
        for key, newsroom in queries.list_keys(session):
            click.echo(f"{key.id}  {newsroom}: {key.name}  [{', '.join(key.scopes)}]  {_state_of(key)}")


def _state_of(key: ApiKey) -> str:
    if key.revoked_at:
        return "revoked"
    if key.expires_at is None:
        return "no expiry"
    return f"{'expires' if auth.is_open(key) else 'expired'} {key.expires_at:%Y-%m-%d}"


@keys.command("revoke")
@click.argument("key_id")
def revoke_key(key_id: str) -> None:
    """Make a key open nothing from now on."""
    try:
        with transaction() as session:
            auth.revoke_key(session, key_id)
        with reading() as session:
            made = [key.id for key, _ in queries.list_keys(session) if key.made_from == key_id and auth.is_open(key)]
    except NotFound as error:
        raise click.ClickException(error.detail) from error
    click.echo(f"{key_id} is revoked")
    if made:
        click.echo(f"Keys that were made from it still open something: {', '.join(made)}")


@cli.group("newsrooms")
def newsrooms() -> None:
    """Newsrooms, and their people's way in."""


@newsrooms.command("link")
@click.argument("newsroom", type=Name())
@click.option(
    "--hours", type=click.IntRange(1, 24 * 14), default=48, show_default=True, help="How long it can be used."
)
def make_link(newsroom: str, hours: int) -> None:
    """Make a link that signs somebody of NEWSROOM in to its own pages, once. Mail it, or print it."""
    try:
        with transaction() as session:
            token = visitors.make_link(session, queries.get_newsroom(session, newsroom).id, timedelta(hours=hours))
    except NotFound as error:
        raise click.ClickException(error.detail) from error
    click.echo(f"{service.settings.public_base_url}/newsroom/sign-in/{token}")
    click.echo(f"For {newsroom}. It works once, within {hours} hours: then make another.")


@newsrooms.command("sign-out")
@click.argument("newsroom", type=Name())
def sign_out(newsroom: str) -> None:
    """End every session of NEWSROOM's pages, and make its links work no more."""
    try:
        with transaction() as session:
            count = visitors.sign_out_all(session, queries.get_newsroom(session, newsroom).id)
    except NotFound as error:
        raise click.ClickException(error.detail) from error
    click.echo(f"{count} sessions of {newsroom} are ended")


@newsrooms.command("list")
def list_newsrooms() -> None:
    """Every newsroom, whom to ask there, and whether it is blocked."""
    with reading() as session:
        for one in queries.list_newsrooms(session):
            state = f"blocked {one.blocked_at:%Y-%m-%d %H:%M} UTC: {one.blocked_because}" if one.blocked_at else "ok"
            click.echo(f"{one.name}  <{one.contact_email or 'no address'}>  {state}")


@newsrooms.command("block")
@click.argument("newsroom", type=Name())
@click.option("--because", type=Name(), required=True, help="Why. For the desk alone: the newsroom is not told.")
def block(newsroom: str, because: str) -> None:
    """Take nothing more from NEWSROOM. Its claims that nobody has taken leave the queue."""
    try:
        with transaction() as session:
            was_let_in = blocking.block(session, queries.get_newsroom(session, newsroom), because)
    except NotFound as error:
        raise click.ClickException(error.detail) from error
    click.echo(f"{newsroom} is blocked" if was_let_in else f"{newsroom} was blocked already; the reason is changed")


@newsrooms.command("unblock")
@click.argument("newsroom", type=Name())
def unblock(newsroom: str) -> None:
    """Let NEWSROOM in again. Its claims come back into the queue."""
    try:
        with transaction() as session:
            was_blocked = blocking.unblock(session, queries.get_newsroom(session, newsroom))
    except NotFound as error:
        raise click.ClickException(error.detail) from error
    click.echo(f"{newsroom} is let in again" if was_blocked else f"{newsroom} was not blocked")


@newsrooms.command("forget-contact")
@click.argument("newsroom", type=Name())
def forget_contact(newsroom: str) -> None:
    """Forget the e-mail address of a newsroom."""
    try:
        with transaction() as session:
            owner = queries.get_newsroom(session, newsroom)
            owner.contact_email = None
            session.add(owner)
    except NotFound as error:
        raise click.ClickException(error.detail) from error
    click.echo(f"{newsroom} has no address here any more")


@cli.group("submissions")
def submissions() -> None:
    """What was sent in, one by one."""


class Which(click.ParamType[UUID | str]):
    """A submission, by its id or by its receipt's address or token."""

    name = "submission"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> UUID | str:
        token = value.rstrip("/").rpartition("/")[2]
        return UUID(token) if ID.fullmatch(token) else token


@submissions.command("show")
@click.argument("which", type=Which())
def show_submission(which: UUID | str) -> None:
    """Who sent a claim in and what they wrote beside it, as JSON. WHICH is its id, or its receipt's address or token."""
    try:
        with reading() as session:
            found = workflow.find_submission(session, which)
            told = found.model_dump(
                mode="json", include={"id", "claim_id", "submitted_at", "reason", "external_id", "submitter"}
            )
            told["newsroom"] = session.get_one(Newsroom, found.newsroom_id).name
    except NotFound as problem:
        raise click.ClickException(problem.detail) from problem
    click.echo(json.dumps(told, indent=2, ensure_ascii=False))


@submissions.command("erase")
@click.argument("which", type=Which())
@click.confirmation_option(prompt="Nobody can undo this. Erase?")
def erase_submission(which: UUID | str) -> None:
    """Forget who sent a claim in and what they wrote beside it. WHICH is its id, or its receipt's address or token."""
    try:
        with transaction() as session:
            found = workflow.erase_submission(session, which)
            click.echo(
                f"{found.id}: what came with it is forgotten, and the desk is told to forget it. The claim stays."
            )
    except NotFound as problem:
        raise click.ClickException(problem.detail) from problem


@cli.group("webhooks")
def webhook_commands() -> None:
    """Endpoints of newsrooms that are told of events."""


@webhook_commands.command("list")
def list_webhooks() -> None:
    """Every endpoint, whose it is and how it is doing. Of its address only the host: the rest may be a secret."""
    with reading() as session:
        for endpoint, newsroom in webhooks.list_all(session):
            state = "ok"
            if endpoint.disabled_at:
                state = f"disabled {endpoint.disabled_at:%Y-%m-%d %H:%M} ({endpoint.disabled_because})"
            elif endpoint.failing_since:
                state = f"failing since {endpoint.failing_since:%Y-%m-%d %H:%M}, {endpoint.failures} times"
            click.echo(f"{endpoint.id}  {newsroom}: {urlsplit(endpoint.url).hostname}  {endpoint.about}  {state}")


@cli.group("feeds")
def feeds() -> None:
    """RSS and Atom feeds that are pulled for newsrooms."""


@feeds.command("add")
@click.argument("url")
@click.option("--newsroom", type=Name(), required=True, help="Whose feed it is.")
@click.option("--every", type=click.IntRange(5, 1_440), default=15, show_default=True, help="Minutes between pulls.")
def add_feed(url: str, newsroom: str, every: int) -> None:
    """Have the feed at URL pulled."""
    try:
        found = FeedIn(url=url, every_minutes=every)
        check_destination(found.url, service.settings.private_hosts)
    except ValidationError as error:
        raise click.BadParameter(invalid(error).detail) from error
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    except Unreachable as failure:
        click.echo(f"It can't be reached now, and will be tried again: {failure}", err=True)
    try:
        with transaction() as session:
            feed, is_new = pulling.add_feed(session, found, queries.get_newsroom(session, newsroom).id)
    except Problem as problem:
        raise click.ClickException(problem.detail) from problem
    click.echo(f"{feed.id}  {'is pulled from now on' if is_new else 'was there already'}")


@feeds.command("list")
def list_feeds() -> None:
    """Every feed, and how its last pull went."""
    with reading() as session:
        for feed, newsroom in queries.list_all_feeds(session):
            went = feed.error or (f"pulled {feed.pulled_at:%Y-%m-%d %H:%M} UTC" if feed.pulled_at else "not pulled yet")
            click.echo(f"{feed.id}  {newsroom}: {feed.url}  [every {feed.every_minutes} minutes]  {went}")


@feeds.command("remove")
@click.argument("feed_id", type=click.UUID)
def remove_feed(feed_id: UUID) -> None:
    """Stop pulling a feed, and forget its entries."""
    try:
        with transaction() as session:
            pulling.remove_feed(session, feed_id)
    except NotFound as error:
        raise click.ClickException(f"There is no feed {feed_id}.") from error
    click.echo(f"{feed_id} is removed")


@feeds.command("pull")
@click.argument("feed_ids", nargs=-1, type=click.UUID)
def pull_feeds(feed_ids: tuple[UUID, ...]) -> None:
    """Have feeds pulled now: those with the given FEED_IDS, or all that are due."""
    try:
        with transaction() as session:
            for feed_id in feed_ids:
                pulling.pull_now(session, feed_id)
            count = len(feed_ids) or pulling.order_due(session)
    except NotFound as error:
        raise click.ClickException(error.detail) from error
    click.echo(f"{count} feeds will be pulled")


cli.add_command(index_commands(service, seen.index, seen.fill, seen.order_encoding))


@cli.group("archive")
def archive() -> None:
    """Copies of the pages that claims point to."""


@archive.command("verify")
def verify_archive() -> None:
    """See whether every copy and picture is there and is what it was. Exits with 1 if one is not."""
    with reading() as session:
        copies, pictures = queries.list_copies(session), queries.list_pictures(session)
    good = _say_whether_kept(copies, "copies", stored.WARC)
    if pictures:
        good &= _say_whether_kept(pictures, "pictures", stored.WEBP)
    sys.exit(0 if good else 1)


def _say_whether_kept(expected: Sequence[str], named: str, ending: str) -> bool:
    """Name each of these files of the archive that is not what it was; whether there is none."""
    bad = 0
    for digest in expected:
        path = stored.path_of(service.settings.archive_folder, digest, ending)
        try:
            state = None if stored.holds(path, ending) else "has changed"
        except OSError as error:
            state = f"can't be read: {error.strerror}"
        if state:
            bad += 1
            click.echo(f"{digest}  {state}")
    click.echo(f"{len(expected) - bad} of {len(expected)} {named} are what they were")
    return not bad
