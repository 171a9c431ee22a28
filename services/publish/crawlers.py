"""What crawlers ask for first: robots.txt, sitemaps, and whom to tell of a security hole."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import cast
from xml.etree import ElementTree as ET

from flask import Blueprint, Response, current_app
from flask.typing import ResponseReturnValue
from werkzeug.routing import AnyConverter

from services.publish import queries, rendering, sites
from services.publish.rendering.readable import plain
from services.publish.schemas import CheckRow
from services.publish.service import reading, service
from shared.clock import now
from shared.errors import NotFound
from shared.web import conditional

bp = Blueprint("crawlers", __name__)

MAX_AGE = 600  # seconds
NO_PAGES = ("pages.show_theme", "pages.show_logo", "pages.show_list")
NEWS_FOR = timedelta(hours=48)
MOST_NEWS = 1_000
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
EXPIRES_AFTER = timedelta(days=180)  # RFC 9116 asks for less than a year

ET.register_namespace("news", NEWS)


@bp.get("/robots.txt")
def show_robots() -> ResponseReturnValue:
    """Everything may be read but what is made anew for every question."""
    url = rendering.site()["url"]
    lines = ["User-agent: *", "Disallow: /search", "Disallow: /oembed", "Disallow: /views/", "Allow: /", ""]
    lines += [f"Sitemap: {url}/sitemap.xml", f"Sitemap: {url}/sitemap-news.xml", ""]
    return _answer("\n".join(lines).encode(), "text/plain")


@bp.get("/sitemap.xml")
def show_sitemaps() -> ResponseReturnValue:
    """The sitemaps: one of pages that are not checks, then the checks, fifty thousand in each in the order of publication."""
    with reading() as session:
        parts = queries.list_sitemaps(session)
    root = ET.Element("sitemapindex", {"xmlns": SITEMAP})
    url = rendering.site()["url"]
    _place(root, "sitemap", f"{url}/sitemaps/pages.xml")
    for number, moment in parts:
        _place(root, "sitemap", f"{url}/sitemaps/{number}.xml", moment)
    return _xml(root)


@bp.get("/sitemaps/pages.xml")
def show_sitemap_of_pages() -> ResponseReturnValue:
    """The pages that are not checks."""
    url = rendering.site()["url"]
    return _xml(_urls((f"{url}{page}", None) for page in _pages()))


@bp.get("/sitemaps/<int:number>.xml")
def show_sitemap(number: int) -> ResponseReturnValue:
    """A part of the checks. Raises NotFound beyond the last."""
    url = rendering.site()["url"]
    with reading() as session:
        found = queries.list_addresses(session, number)
    if not found:
        raise NotFound("There is no such sitemap.")
    return _xml(_urls((f"{url}/checks/{path}", moment) for path, moment in found))


@bp.get("/sitemap-news.xml")
def show_news() -> ResponseReturnValue:
    """What was first published in the last two days, as Google News wants it. What was retracted is no news."""
    with reading() as session:
        rows = queries.list_since(session, now() - NEWS_FOR, MOST_NEWS)
    root = ET.Element("urlset", {"xmlns": SITEMAP})
    for row in rows:
        if row.kind != "retraction":
            root.append(_news(row))
    return _xml(root)


@bp.get("/.well-known/security.txt")
def show_security() -> ResponseReturnValue:
    """Whom to tell of a hole (RFC 9116). Raises NotFound if the desk names nobody."""
    contact = service.settings.security_contact
    if not contact:
        raise NotFound("This desk has not said whom to tell.")
    expires = datetime.combine(now().date(), datetime.min.time(), UTC) + EXPIRES_AFTER
    lines = [f"Contact: {contact}", f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}"]
    lines += [f"Preferred-Languages: {sites.here().language}"]
    lines += [f"Canonical: {rendering.site()['url']}/.well-known/security.txt", ""]
    return _answer("\n".join(lines).encode(), "text/plain")


def _pages() -> Iterator[str]:
    """The addresses of pages that have one alone, as the router knows them."""
    for rule in current_app.url_map.iter_rules():
        if not rule.endpoint.startswith("pages.") or rule.endpoint in NO_PAGES or "GET" not in (rule.methods or ()):
            continue
        named = {name: rule._converters[name] for name in rule.arguments}
        if all(isinstance(one, AnyConverter) for one in named.values()):
            for values in product(*(sorted(cast(AnyConverter, one).items) for one in named.values())):
                _, path = rule.build(dict(zip(named, values, strict=True))) or ("", "")
                yield path


def _urls(places: Iterable[tuple[str, datetime | None]]) -> ET.Element:
    root = ET.Element("urlset", {"xmlns": SITEMAP})
    for url, moment in places:
        _place(root, "url", url, moment)
    return root


def _place(root: ET.Element, name: str, url: str, moment: datetime | None = None) -> ET.Element:
    place = ET.SubElement(root, name)
    ET.SubElement(place, "loc").text = url
    if moment:
        ET.SubElement(place, "lastmod").text = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    return place


def _news(row: CheckRow) -> ET.Element:
    site = rendering.site()
    place = ET.Element("url")
    ET.SubElement(place, "loc").text = f"{site['url']}/checks/{row.path}"
    news = ET.SubElement(place, f"{{{NEWS}}}news")
    publication = ET.SubElement(news, f"{{{NEWS}}}publication")
    ET.SubElement(publication, f"{{{NEWS}}}name").text = site["name"]
    ET.SubElement(publication, f"{{{NEWS}}}language").text = site["language"]
    ET.SubElement(news, f"{{{NEWS}}}publication_date").text = f"{row.first_published_at:%Y-%m-%dT%H:%M:%SZ}"
    ET.SubElement(news, f"{{{NEWS}}}title").text = plain(row.headline)
    return place


def _xml(root: ET.Element) -> Response:
    return _answer(ET.tostring(root, encoding="utf-8", xml_declaration=True), "application/xml")


def _answer(body: bytes, kind: str) -> Response:
    return conditional(Response(body, content_type=f"{kind}; charset=utf-8"), rendering.etag(body), MAX_AGE)
