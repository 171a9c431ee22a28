"""The sites that the record is read at: one, or several by host.

A check is at home at one of them, from the day on which readers are first told of it: at the first in the file that takes its desk,
its topics and its language, or else at the main one. So it has one address, one page, one look, and machines find it once. Each
site's places in the lists are a stretch of their own: a page of a list is cut from the same index whether there are ten sites or
one, and a search keeps to a site by its first and its last place.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from services.publish.service import service
from services.publish.settings import Look, Settings, Site

MAIN = 0
ROOM = 10_000_000  # places in the lists of a site
_here: ContextVar[int] = ContextVar("site", default=MAIN)


class _Known:
    """The sites of the settings that were asked for last."""

    def __init__(self) -> None:
        self._of: Settings | None = None
        self._sites: dict[int, Site] = {}

    def sites(self) -> Mapping[int, Site]:
        settings = service.settings
        if self._of is not settings:
            look = {name: getattr(settings, name) for name in Look.model_fields}
            main = Site.model_construct(number=MAIN, name=settings.site_name, url=settings.public_base_url, **look)
            self._sites = {MAIN: main} | {site.number: site for site in settings.sites}
            self._of = settings
        return self._sites


_known = _Known()
every = _known.sites  # by their numbers, the main one first


def here() -> Site:
    """The site that is being read, or made."""
    return numbered(_here.get())


def numbered(number: int) -> Site:
    """The site with this number. What was published at one that is no longer in the file is read at the main one."""
    sites = every()
    return sites.get(number) or sites[MAIN]


def is_here(number: int) -> bool:
    """Whether what is at home at this site is read at this one."""
    return numbered(number) is here()


@contextmanager
def at(number: int) -> Iterator[None]:
    """Within this, `here` is the site with this number."""
    token = _here.set(number)
    try:
        yield
    finally:
        _here.reset(token)


def stay_at(number: int) -> None:
    """From now on `here` is the site with this number: for a request, whose answer may be written after its view has ended."""
    _here.set(number)


def home_of(desk: str | None, topics: Iterable[str], language: str | None) -> Site:
    """Where something is at home that is told of for the first time."""
    sites = every()
    said = {topic.casefold() for topic in topics}
    spoken = {language.casefold(), language.casefold().partition("-")[0]} if language else set()
    for site in sites.values():
        if site.number != MAIN and all(
            not wanted or found & {one.casefold() for one in wanted}
            for wanted, found in (
                (site.desks, {desk.casefold()} if desk else set()),
                (site.topics, said),
                (site.languages, spoken),
            )
        ):
            return site
    return sites[MAIN]


def places(site: Site | None = None) -> tuple[int, int]:
    """The first and the last place that a site's lists can have."""
    base = (site or here()).number * ROOM
    return base + 1, base + ROOM - 1


def own(word: str, site: Site | None = None) -> str:
    """A word by which something is kept that each site has of its own."""
    number = (site or here()).number
    return word if number == MAIN else f"{word}@{number}"
