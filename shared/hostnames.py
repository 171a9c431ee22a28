"""Names of hosts: as machines compare them, as people read them, and what can be told from them without asking a network.

A host is compared in the letters of RFC 5890 (`xn--…`). It is shown in its own, unless they were chosen to be taken for others: of
several scripts, or of one that looks like another throughout. Under which names anybody can have one of their own is told by the
public suffix list, in the edition that `tld` brings.
"""

import ipaddress
import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote, urlsplit

import idna
from tld import is_tld

HOST = re.compile(r"(?=.{4,253}\Z)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}")
WITH_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*:)?//")
PORTS = {"http": 80, "https": 443}
OF_ONES_OWN = {
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "private",
    "test",
    "invalid",
    "arpa",
}
TRANSLATED, COMPATIBLE = ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96")
WRITTEN_TOGETHER = ({"CJK", "HIRAGANA", "KATAKANA"}, {"CJK", "HANGUL"}, {"CJK", "BOPOMOFO"})
LIKE_LATIN = {"CYRILLIC": set("асԁеһіјӏорԛѕԝхуъьгпв"), "GREEK": set("αβγηικνορτυχω"), "ARMENIAN": set("ոսցհյզք")}
MORE_LATIN = set("ßæøœłđðþħŋə")


def host_of(given: str | None) -> str | None:
    """The host of an address, or what was given as one, as machines compare it; None if it has no name."""
    try:
        named = urlsplit(given if WITH_SCHEME.match(given) else f"//{given}").hostname if given else None
        host = (named or "").rstrip(".").lower()
        host = host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
    except ValueError:
        return None
    return host if HOST.fullmatch(host) and not host.rpartition(".")[2].isdigit() else None


def for_people(host: str) -> str:
    """A host in its own letters where they can't be taken for others, else as machines compare it."""
    labels = host.split(".")
    in_ascii = not labels[-1].startswith("xn--")
    return ".".join(_shown(label, in_ascii) for label in labels)


def is_for_all(host: str) -> bool:
    """Whether anybody can have a name of their own below this one (`co.uk`, `github.io`): it is nobody's site."""
    return is_tld(host)


def is_private(url: str) -> bool:
    """Whether an address leads, as far as can be told from it, to a machine that the public internet has no way to: a name without
    a dot or one that is kept for networks of one's own (RFC 6761, 6762, 8375), an address of such a network, however written."""
    as_browsers_do = url.replace("\\", "/")
    return any(_is_inside(urlsplit(one).hostname or "") for one in {url, as_browsers_do})


@lru_cache(4_096)
def _is_inside(written: str) -> bool:
    host = _as_browsers_read(written).rstrip(".")
    if (address := _address(host)) is not None:
        within = _carried(address)
        return not within.is_global or within.is_multicast
    return "." not in host or host.rpartition(".")[2] in OF_ONES_OWN


def is_same_page(one: str, other: str) -> bool:
    """Whether two addresses ask the same host for the same thing, however they write it."""
    try:
        return _asked(one) == _asked(other)
    except ValueError:  # one of them is no address
        return one == other


def _asked(url: str) -> tuple[str, int, str, str]:
    parts = urlsplit(url)
    usual = PORTS.get(parts.scheme.lower(), 0)
    port = parts.port or usual
    return (host_of(url) or (parts.hostname or ""), 0 if port == usual else port, parts.path or "/", parts.query)


def _as_browsers_read(host: str) -> str:
    """A host without what stands for other letters: `%31`, `①`, a hyphen that is not seen, also where they were put in ASCII as
    they are."""
    host = unquote(host)
    try:
        host = ".".join(
            one[4:].encode().decode("punycode") if one.startswith("xn--") else one for one in host.split(".")
        )
        return host if host.isascii() else idna.uts46_remap(host, std3_rules=False)
    except ValueError:  # no browser goes there
        return host


def _carried(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The address of the older protocol that one of the newer stands for, if it does (RFC 4291, 3056, 6052)."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in TRANSLATED or (address in COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP address that a host is, in whole or, as browsers take it, in parts: `127.1`, `0x7f.1`, `2130706433`."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        pass
    parts = host.split(".")
    try:
        *first, last = [int(part, 16 if part.startswith("0x") else 8 if part[:1] == "0" else 10) for part in parts]
        return ipaddress.IPv4Address(sum(part << 24 - 8 * place for place, part in enumerate(first)) + last)
    except (ValueError, OverflowError):
        return None


def _shown(label: str, beside_latin: bool) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        found = idna.decode(label)
    except ValueError:
        return label
    return label if _can_be_taken_for_another(found, beside_latin) else found


def _can_be_taken_for_another(label: str, beside_latin: bool) -> bool:
    letters = {letter for letter in label if letter.isalpha()}
    scripts = {unicodedata.name(letter, "NONE").partition(" ")[0] for letter in letters}
    if scripts == {"LATIN"}:
        return not all(_is_plain_latin(letter) for letter in letters)
    if len(scripts) > 1:
        return not any(scripts <= together for together in WRITTEN_TOGETHER)
    return beside_latin and any(letters <= like for script, like in LIKE_LATIN.items() if script in scripts)


def _is_plain_latin(letter: str) -> bool:
    return letter in MORE_LATIN or unicodedata.normalize("NFD", letter)[0].isascii()
