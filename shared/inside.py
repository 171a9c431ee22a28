"""Addresses inside a network of somebody's own, in what readers are to read: they can't follow them, and learn what is inside.

One is found in a link, written out within words, or within another address, as those have it that lead on (`?url=http%3A…`).
A host that is written without a scheme (`10.0.0.3`) is a word like any other: claims are about such, too.
"""

import re
from urllib.parse import unquote, urlsplit

from shared.hostnames import is_private

LEFT_OUT = "[…]"
WITH_HOST = re.compile(r"https?:|([a-z][a-z0-9+.-]*:)?[/\\]{2}", re.IGNORECASE)  # browsers need no slashes after http:
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
BEGINS = r"\b[a-z][a-z0-9+.-]{0,20}:[/\\]{2}"
GOES_ON = r"(?:\[[^]\s]{0,60}\]|[^\s<>\"()\[\]`])"
WRITTEN_OUT = re.compile(f"{BEGINS}{GOES_ON}+", re.IGNORECASE)
WITHIN = re.compile(
    f"(?=({BEGINS}{GOES_ON}{{1,300}}))", re.IGNORECASE
)  # also in the middle of another: its host is enough
AFTER_IT = ".,;:!?'’*_"  # of a sentence, where the address ends


def is_inside(url: str) -> bool:
    """Whether a link leads inside, or tells of an address that does. One that is no address does, too."""
    try:
        return any(map(_leads_inside, [url, unquote(url).replace("\\", "/"), *_within(url)]))
    except ValueError:
        return True


def addresses_in(text: str) -> list[str]:
    """The addresses inside that are written out within words."""
    return [one for one in map(_alone, WRITTEN_OUT.findall(text)) if is_inside(one)]


def without_addresses(text: str) -> str:
    """The words, with `[…]` for each such address."""

    def left_out(found: re.Match[str]) -> str:
        one = _alone(found[0])
        return f"{LEFT_OUT}{found[0].removeprefix(one)}" if is_inside(one) else found[0]

    return WRITTEN_OUT.sub(left_out, text)


def without_host(words: str, url: str) -> str:
    """The words of a link, with `[…]` for the address that it has, also where the words lack the scheme."""
    words, host = without_addresses(words), _host_in(url)
    told = host if "." in host or ":" in host else f"{host}/"  # a wiki may be spoken of, as long as nobody says where
    return re.sub(rf"[^\s<>()]*{re.escape(told)}[^\s<>()]*", LEFT_OUT, words, flags=re.IGNORECASE)


def _host_in(url: str) -> str:
    """What stands where a host does, in an address that may be none."""
    try:
        return urlsplit(url).hostname or url.rpartition("@")[2]
    except ValueError:
        return url


def _leads_inside(url: str) -> bool:
    if url[:7].lower() == "mailto:":
        return any(is_private(f"//{one}") for one in re.findall(r"@([^,?&]+)", unquote(url)))
    if url[:1] in ("#", "?") or (url[:1] == "/" and url[1:2] != "/"):  # of the site itself
        return False
    if WITH_HOST.match(url):
        return is_private(url)
    return not SCHEME.match(url) and is_private(f"//{url}")  # somebody forgot the scheme


def _within(url: str) -> list[str]:
    """The addresses that an address holds, its letters as they are or as `%3A`, twice as well."""
    return [_alone(one) for text in (url, unquote(url), unquote(unquote(url))) for one in WITHIN.findall(text)]


def _alone(found: str) -> str:
    return found.rstrip(AFTER_IT)
