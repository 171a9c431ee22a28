"""How other sites show a check: oEmbed, a page for frames, and its card."""

import re
from typing import Annotated, NamedTuple
from uuid import UUID
from xml.etree import ElementTree as ET

from flask import Blueprint, Response, jsonify, redirect
from flask.typing import ResponseReturnValue
from markupsafe import escape
from pydantic import Field, StringConstraints

from services.publish import queries, rendering, sites
from services.publish.cards import at_once
from services.publish.service import reading
from shared.errors import BadRequest, NotFound, Problem
from shared.openapi import IF_NONE_MATCH, JSON, Parameter, operation
from shared.parameters import parameter
from shared.web import conditional, etag_of, readable_anywhere

bp = Blueprint("embedding", __name__)
bp.after_request(readable_anywhere)

MAX_AGE, ONE_HOUR, FOR_EVER = 60, 3_600, 31_536_000  # seconds
WIDTH, HEIGHT, NARROWEST = 600, 280, 200
FRAMES = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
Address = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Pixels = Annotated[int, Field(ge=1, le=10_000)]
REVISION = re.compile(r"\d{1,9}", re.A)
PIXELS = {"type": "integer", "minimum": 1, "maximum": 10_000}
TEXTS = (
    "version",
    "type",
    "title",
    "author_name",
    "author_url",
    "provider_name",
    "provider_url",
    "html",
    "thumbnail_url",
)
NUMBERS = ("cache_age", "width", "height", "thumbnail_width", "thumbnail_height")
OEMBED = {
    "type": "object",
    "required": [*TEXTS, *NUMBERS],
    "properties": {name: {"type": "string"} for name in TEXTS} | {name: {"type": "integer"} for name in NUMBERS},
}


class NotImplementedHere(Problem):
    """A format that oEmbed knows and we don't, as its section 2.3.4 wants it said."""

    status, title = 501, "Not Implemented"


@bp.get("/oembed")
@operation(
    {200: OEMBED, 304: None},
    gives=(JSON, "text/xml"),
    headers=IF_NONE_MATCH,
    query={
        "url": Parameter(
            "The address of a check's page, or of a revision of it.",
            {"type": "string", "minLength": 1, "maxLength": 2_000},
            True,
        ),
        "format": Parameter("`json` (unless asked otherwise) or `xml`.", {"enum": ["json", "xml"]}),
        "maxwidth": Parameter("At most so wide, in pixels.", PIXELS),
        "maxheight": Parameter("At most so high, in pixels.", PIXELS),
    },
    problems=(404, 501),
    secured=False,
)
def describe() -> ResponseReturnValue:
    """How a page is embedded (oEmbed 1.0): a frame without script that follows every correction.

    A revision's address is described as its check is now: what other sites show must not stay with what was corrected since.
    """
    url, wanted = parameter("url", Address), parameter("format", str, "json")
    width = min(parameter("maxwidth", Pixels, WIDTH), WIDTH)
    height = min(parameter("maxheight", Pixels, HEIGHT), HEIGHT)
    if wanted not in ("json", "xml"):
        raise NotImplementedHere(f"There is json and xml, and no {wanted[:40]!r}.")
    if url is None:
        raise BadRequest("url is missing: the address of the page that is to be embedded.")
    place = _place_in(url)
    with reading() as session:
        at_path = queries.find_check_at(session, queries.path_now(place.path)) if place else None
    if place is None or at_path is None:
        raise NotFound("There is no fact-check of ours at this address.")
    check, revisions = at_path
    if place.revision is not None and place.revision not in {one.revision for one in revisions}:
        raise NotFound(f"This fact-check has no revision {place.revision}.")
    site = rendering.site()
    title = rendering.title_of(check)
    frame = (
        f'<iframe src="{site["url"]}/embed/{check.claim_id}" width="{width}" height="{height}" title="{escape(title)}" '
        'sandbox="allow-popups allow-popups-to-escape-sandbox" loading="lazy" style="border:0;max-width:100%"></iframe>'
    )
    found = {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "author_name": site["name"],
        "author_url": f"{site['url']}/",
        "provider_name": site["name"],
        "provider_url": f"{site['url']}/",
        "cache_age": 600,
        "html": frame,
        "width": width,
        "height": height,
        "thumbnail_url": rendering.card_address(check),
        "thumbnail_width": 1200,
        "thumbnail_height": 630,
    }
    if wanted == "json":
        response = jsonify(found)
        return conditional(response, etag_of(response.get_data(as_text=True)), MAX_AGE)
    root = ET.Element("oembed")
    for name, value in found.items():
        ET.SubElement(root, name).text = str(value)
    body = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return conditional(Response(body, content_type="text/xml; charset=utf-8"), rendering.etag(body), MAX_AGE)


@bp.get("/embed/<uuid:claim_id>")
def show_frame(claim_id: UUID) -> ResponseReturnValue:
    """A check for other sites' frames: small, without script, and with its corrections."""
    with reading() as session:
        check = queries.find_check(session, claim_id)
    if check is None:
        raise NotFound("There is no fact-check with this id.")
    body = rendering.frame_page(check)
    response = Response(body, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = FRAMES
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
    return conditional(response, rendering.etag(body), MAX_AGE)


@bp.get("/cards/<uuid:claim_id>/<version>.png")
def show_card(claim_id: UUID, version: str) -> ResponseReturnValue:
    """A check's card, drawn now if it is not there yet. One that has been replaced leads to the newest."""
    with reading() as session:
        card = queries.get_card(session, claim_id)
        if card is not None and card.version == version:
            return _picture(card.image, version, FOR_EVER)
        check = queries.find_check(session, claim_id)
    wanted = rendering.card_of(check) if check else None
    if wanted is None:
        raise NotFound("There is no card here: no check has this id.")
    if wanted.version != version:
        return _elsewhere(f"/cards/{claim_id}/{wanted.version}.png", f"public, max-age={MAX_AGE}")
    image = at_once.draw(wanted)
    return _picture(image, version, FOR_EVER) if image else _elsewhere("/cards/site.png", "no-store")


@bp.get("/cards/site.png")
def show_card_of_site() -> ResponseReturnValue:
    """The card of the site, which its lists and other pages have, and a check for the moment in which its own can't be had."""
    image = at_once.draw_plain(sites.here())
    return _picture(image, rendering.etag(image), ONE_HOUR)


def _picture(image: bytes, etag: str, max_age: int) -> Response:
    return conditional(Response(image, content_type="image/png"), etag, max_age)


def _elsewhere(address: str, kept: str) -> ResponseReturnValue:
    answer = redirect(address, 302)
    answer.headers["Cache-Control"] = kept
    return answer


class Place(NamedTuple):
    """What an address of ours names: a check's path, and which of its revisions if it names one."""

    path: str
    revision: int | None


def _place_in(url: str) -> Place | None:
    """What the address names; None if it is none of ours."""
    before, found, rest = url.partition("#")[0].partition("?")[0].partition("/checks/")
    if not found or before.lower() != rendering.site()["url"].lower():
        return None
    path, is_revision, number = rest.rstrip("/").lower().partition("/revisions/")
    if not is_revision:
        return Place(path, None)
    return Place(path, int(number)) if REVISION.fullmatch(number) else None
