"""Cards for those who ask before the errand has drawn them: programs that follow a link come in the second in which a page is
there, and show for days what they got then.

One is drawn at a time in each process, because the library's letters are not for two at once and readers are waiting; who would
have to wait for long gets nothing, and is shown the site's own card. What was drawn last is at hand; nothing is stored.
"""

from functools import lru_cache
from threading import Lock

from services.publish.cards import drawing
from services.publish.languages import in_language
from services.publish.rendering.card import CardText
from services.publish.settings import Site

PATIENCE = 0.5  # seconds to wait for one that is being drawn; to draw one takes a tenth of it
_pen = Lock()


def draw(wanted: CardText) -> bytes | None:
    """A card as PNG; None while others are being drawn."""
    if not _pen.acquire(timeout=PATIENCE):
        return None
    try:
        return _drawn(wanted)
    finally:
        _pen.release()


def draw_plain(site: Site) -> bytes:
    """The card of a site, for what has none of its own."""
    wanted = site.name, str(in_language(site.language)("site.checks")), site.accent
    if wanted not in _plain:
        with _pen:
            _plain[wanted] = drawing.draw_plain(*wanted)
    return _plain[wanted]


_drawn = lru_cache(16)(drawing.draw)
_plain: dict[tuple[str, str, str], bytes] = {}  # one a site: who is shown it instead of a card waits for nobody
