"""The publisher's own look: colours, typeface, logo, a line at the foot of every page; as the settings say."""

from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from services.publish import sites
from services.publish.settings import Look

FACES = {
    "serif": 'Charter, "Bitstream Charter", "Sitka Text", Cambria, Georgia, serif',
    "sans": 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
    "old-style": '"Iowan Old Style", "Palatino Linotype", "URW Palladio L", P052, serif',
    "slab": 'Rockwell, "Rockwell Nova", "Roboto Slab", "DejaVu Serif", "Sitka Small", serif',
}
KINDS = {".svg": "image/svg+xml", ".png": "image/png"}


class Shown(NamedTuple):
    """What the templates know of it: addresses that change with what is there, or None."""

    style: str | None
    logo: str | None
    footer: str | None


def shown() -> Shown:
    """The look of this site."""
    here = sites.here()
    style, image = stylesheet(here), logo(here)
    return Shown(
        f"/theme.css?v={_mark(style)}" if style else None,
        f"/logo?v={_mark(image[0])}" if image else None,
        here.footer or None,
    )


def stylesheet(look: Look) -> bytes:
    """What differs from the usual style. Empty if nothing does."""
    light = [f"--accent: {look.accent};"] if look.accent else []
    light += [f"--serif: {FACES[look.typeface]};"] if look.typeface != "serif" else []
    css = f":root {{ {' '.join(light)} }}\n" if light else ""
    if look.accent_dark:
        css += f"@media screen and (prefers-color-scheme: dark) {{ :root {{ --accent: {look.accent_dark}; }} }}\n"
    elif look.accent:
        css += "@media screen and (prefers-color-scheme: dark) { :root { --accent: #93c4f0; } }\n"
    return css.encode()


def logo(look: Look) -> tuple[bytes, str] | None:
    """The logo's file and its kind."""
    if not look.logo:
        return None
    path = Path(look.logo)
    return path.read_bytes(), KINDS[path.suffix.lower()]


def _mark(body: bytes) -> str:
    return sha256(body).hexdigest()[:12]
