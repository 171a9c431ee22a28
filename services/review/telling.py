"""Letters and chat lines: how what somebody is told looks outside the page, and how it gets there."""

import re
import smtplib
import ssl
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import idna
import requests

from services.review.settings import Settings
from shared.clock import in_zone, now

TIMEOUT = 20  # seconds
TURNS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
KINDS: Mapping[str, str] = {
    "assigned": "was handed to you",
    "mentioned": "you are named in a note",
    "answered": "your note was answered",
    "returned": "your verdict was sent back",
    "second": "waits for a second check",
    "to_approve": "waits for a second pair of eyes",
    "published": "your verdict can be read on the site",
    "reopened": "a verdict of yours was taken up again",
    "taken_away": "a claim that you work on was given away or ended",
    "replied": "a reply came in",
    "reminder": "reminder",
    "offered": "went back to the queue",
    "story": "its story was withdrawn",
    "source": "what your check rests on has to be looked at",
    "disputed": "a reader challenges the verdict",
    "to_post": "a notice waits to be posted",
    "legal": "a legal question waits for an editor",
    "ratings": "ratings wait for a second person",
    "decided": "what you proposed, asked or checked was decided",
    "account": "what opens your account was changed",
}


class Told(NamedTuple):
    """One thing that somebody is told, in words."""

    kind: str
    claim: str
    by: str | None
    words: str
    url: str


def legible(one: Told) -> Told:
    """Without signs that turn the direction of all that follows: in a letter or a chat nothing ends them, and an address after them
    would be read backwards."""
    return Told(one.kind, TURNS.sub("", one.claim), one.by, TURNS.sub("", one.words), one.url)


class Letter(NamedTuple):
    """A mail. `name` is the same for the same letter, so that one which is sent twice can be known as one."""

    to: str
    subject: str
    text: str
    name: str


def letter(to: str, name: str, told: Sequence[Told], account_url: str) -> Letter:
    """What a person is told by mail: one thing, or several in one letter."""
    first = told[0]
    subject = f"{_line(first)}: {_short(first.claim, 90)}" if len(told) == 1 else f"{len(told)} things at the desk"
    parts = [
        "\n".join(
            part
            for part in (f"{_line(one)}:", f"  {one.claim}", f"  {one.words}" if one.words else "", one.url)
            if part
        )
        for one in told
    ]
    return Letter(to, subject, "\n\n".join([*parts, f"--\nChoose what you are told, and how: {account_url}"]), name)


def digest(
    to: str, name: str, counts: Iterable[tuple[str, int, str]], told: Sequence[Told], desk_url: str, on: date
) -> Letter:
    """The summary of a day: how much waits in which list (title, count, address), and what was not read yet."""
    lines = [f"{count:>5}  {title}  {url}" for title, count, url in counts]
    unread = [f"{_line(one)}: {_short(one.claim, 120)}\n  {one.url}" for one in told]
    text = "\n".join(lines) + ("\n\nNot read yet:\n\n" + "\n\n".join(unread) if unread else "")
    return Letter(
        to, f"The desk on {on:%-d %B}", f"{text}\n\n--\nChoose when you get this, and whether: {desk_url}", name
    )


def invitation(to: str, name: str, by: str | None, url: str, until: datetime, zone: ZoneInfo) -> Letter:
    """How somebody is invited to the desk; the time is that of whoever invites them, whose colleague they become."""
    who = f"{' '.join(by.split())} invites you" if by else "You are invited"
    text = (
        f"{who} to work at the fact-check desk. Choose the name that colleagues see, and a password, here; the link works "
        f"once, until {in_zone(until, '%-d %B %Y, %H:%M', zone)}:\n\n{url}\n\nIf you do not know what this is about, do nothing."
    )
    return Letter(to, "Come to the fact-check desk", text, name)


def new_password(to: str, name: str, url: str, until: datetime, zone: ZoneInfo) -> Letter:
    """How somebody gets a new password."""
    text = (
        "By this link you choose a new password for the fact-check desk. It works once, until "
        f"{in_zone(until, '%H:%M', zone)}:\n\n{url}\n\n"
        "If neither you nor an admin of the desk asked for it, do nothing: your password stays as it is."
    )
    return Letter(to, "A new password for the fact-check desk", text, name)


def changed(to: str, name: str, words: str, at: datetime, account_url: str, zone: ZoneInfo) -> Letter:
    """How somebody is told that what opens their account was changed."""
    text = (
        f"{words}\n\nThis was on {in_zone(at, '%-d %B %Y at %H:%M', zone)}. If it was you, or you know of it, there is nothing to "
        "do. If not, somebody else may be in your account: end the sessions that you don't know and choose a new password here, "
        f"and tell an admin of the desk at once:\n\n{account_url}"
    )
    return Letter(to, "Your account at the fact-check desk was changed", text, name)


def send(settings: Settings, one: Letter) -> None:
    """Hand a letter to the mail server. Raises OSError (smtplib's are such) if it does not take it."""
    if not settings.smtp_url:
        return
    parts = urlsplit(settings.smtp_url)
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = _mailable(one.to)
    message["Subject"] = " ".join(one.subject.split())
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<{one.name}@{urlsplit(settings.public_base_url).hostname or 'desk'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(one.text)
    with _connect(parts.scheme, parts.hostname or "localhost", parts.port) as server:
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


def say(settings: Settings, chat_name: str | None, told: Sequence[Told]) -> None:
    """Write lines into the newsroom's chat, by its incoming webhook (`{"text": …}`, as Slack, Mattermost and Rocket.Chat take it).
    Raises requests.RequestException if it does not take them."""
    if not settings.chat_webhook_url:
        return
    name = f"{chat_name} " if chat_name else ""
    lines = [f"{name}{_escaped(_line(one))}: {_escaped(_short(one.claim, 200))}{_said(one)} {one.url}" for one in told]
    answer = requests.post(
        settings.chat_webhook_url, json={"text": "\n".join(lines)}, timeout=TIMEOUT, allow_redirects=False
    )
    answer.raise_for_status()


def _mailable(address: str) -> str:
    """The address with its domain as every mail server reads it (RFC 5891). The name before it goes as it is: a server that takes
    none but of ASCII says so."""
    name, _, domain = address.rpartition("@")
    try:
        return f"{name}@{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError:
        return address


def _connect(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port or (587 if scheme == "smtp+starttls" else 25), timeout=TIMEOUT)
    if scheme == "smtp+starttls":
        server.starttls(context=ssl.create_default_context())
    return server


def _line(one: Told) -> str:
    words = KINDS.get(one.kind, one.kind)
    return f"{one.by}: {words}" if one.by else words[:1].upper() + words[1:]


def _said(one: Told) -> str:
    return f" – {_escaped(_short(one.words, 200))}" if one.words else ""


def _short(text: str, most: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _escaped(text: str) -> str:
    """Slack reads `<…>` as links and mentions: what somebody wrote must not call the whole channel."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "@\u200b")
