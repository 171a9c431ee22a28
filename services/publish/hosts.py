"""Which of several sites is asked, by the host that a browser names.

A host that is none of ours is told so, in words that hold nothing of what was asked. No other header has a say, whoever sends it.
Where there is one site, every host leads to it. What is behind this never sees the host that was asked for.
"""

from collections.abc import Callable, Iterable
from urllib.parse import quote
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.wsgi import ClosingIterator

from services.publish import sites
from services.publish.settings import Site
from shared.wsgi import SECURITY_HEADERS

FOR_MACHINES = {"/healthz", "/readyz", "/metrics", "/version"}  # which are asked by address, and are of no site
WRONG = b"There is no such site here.\n"
MOVED = b"This has moved.\n"
USUAL_PORTS = {"http": ":80", "https": ":443"}

App = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]


class Hosts:
    """A WSGI app around another, which finds the site in `sites.here()`."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._only = sites.here() if len(sites.every()) == 1 else None
        self._sites = {name: site for site in sites.every().values() for name in _names(site)}
        self._moved = {alias: site for site in sites.every().values() for alias in site.aliases}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self._only is not None:
            environ["HTTP_HOST"] = self._only.host
            return self._app(environ, start_response)
        host = environ.get("HTTP_HOST", "").lower()
        site = self._sites.get(host)
        if site is None and environ["PATH_INFO"] not in FOR_MACHINES:
            return self._lead_on(host, environ, start_response)
        site = site or sites.numbered(sites.MAIN)
        environ["HTTP_HOST"] = site.host
        before = sites.here().number
        sites.stay_at(site.number)
        return ClosingIterator(self._app(environ, start_response), lambda: sites.stay_at(before))

    def _lead_on(self, host: str, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        headers = [
            *SECURITY_HEADERS.items(),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Cache-Control", "no-store"),
        ]
        if (site := self._moved.get(host)) is None:
            start_response("421 Misdirected Request", headers)
            return [WRONG]
        path = quote(environ["PATH_INFO"].encode("latin-1"), safe="/:@!$&'()*+,;=~-._")
        asked = quote(environ.get("QUERY_STRING", ""), safe="/:@!$&'()*+,;=~-._?%")
        place = f"{site.url}/{path.lstrip('/')}" + (f"?{asked}" if asked else "")
        start_response("301 Moved Permanently", [*headers, ("Location", place)])
        return [MOVED]


def _names(site: Site) -> tuple[str, str]:
    """A site's host without the port that goes without saying, and with it."""
    usual = USUAL_PORTS[site.url.partition(":")[0]]
    bare = site.host.removesuffix(usual)
    return (bare, bare if ":" in bare else bare + usual)
