"""The templates, and what every page has: who publishes it, its language, its style.

A plain Jinja environment for each language: the worker renders without a web request, and the web side renders lists by the same.
"""

from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.publish import sites
from services.publish.languages import Words, called, in_language, named_in, of_the_site
from services.publish.rendering import links, theme, words
from services.publish.rendering.readable import plain
from services.publish.service import service
from shared import shapes
from shared.readable import slants

FOLDER = Path(__file__).parents[1]
SHARED = FOLDER.parents[1] / "shared"
MADE_BY = (
    *(FOLDER / name for name in ("templates", "static", "languages", "rendering")),
    *(SHARED / f"{name}.py" for name in ("markdown", "ways", "diffs", "languages", "readable", "hostnames", "inside", "shapes")),
    SHARED / "contracts/attribution.py",
)  # fmt: skip
OF_PAGES = ("base.html", "check.html", "notice.html")
KINDS = {".html", ".css", ".svg", ".toml", ".py"}
SHAPES = (
    "true", "mostly-true", "half-true", "mostly-false", "false", "misleading", "missing-context", "unproven", "satire",
    "explainer",
)  # fmt: skip


def look() -> str:
    """Changes whenever a page would be made otherwise: with templates, words, style, and what the settings say of the sites."""
    told = [site.model_dump_json() for site in sites.every().values()]
    told += [f"{theme.stylesheet(site)!r} {theme.logo(site)!r}" for site in sites.every().values()]
    told += [_code(), str(service.settings.sample_desk), str(takes_answers())]
    told += [str(service.settings.counts_views)]
    return sha256("\n".join(told).encode()).hexdigest()[:32]


@cache
def _code() -> str:
    """All that pages are made by, as this process has it."""
    found = sha256()
    for path in sorted(path for part in MADE_BY for path in (part.rglob("*") if part.is_dir() else [part])):
        if path.suffix in KINDS:
            found.update(f"{path.relative_to(FOLDER.parents[1])}\n".encode() + path.read_bytes())
    return found.hexdigest()


def site() -> dict[str, Any]:
    """Who publishes this, and where, whether readers' forms are open and pages counted."""
    here = sites.here()
    return {
        "name": here.name,
        "url": here.url,
        "language": here.language,
        "takes_answers": takes_answers(),
        "counts_views": service.settings.counts_views,
    }


def takes_answers() -> bool:
    """Whether readers are asked for anything by forms."""
    return service.settings.readers_per_hour > 0


def etag(page: bytes) -> str:
    """Changes whenever a byte of the page does."""
    return sha256(page).hexdigest()[:32]


def render(template: str, t: Words | None = None, **context: Any) -> bytes:
    """A page in a language, the site's own unless another is given."""
    t = t or of_the_site()
    return environment(t.language).get_template(template).render(everywhere() | {"t": t} | context).encode()


def load() -> None:
    """Have the templates of verdicts and notices ready in every site's language: to load them takes longer than to make a page."""
    for language in {one.language for one in sites.every().values()}:
        templates = environment(language)
        for name in templates.list_templates(filter_func=lambda one: one.startswith("_") or one in OF_PAGES):
            templates.get_template(name)


def everywhere() -> dict[str, Any]:
    """What every template is given, whoever renders it."""
    return {
        "site": site(),
        "theme": theme.shown(),
        "sample_desk": service.settings.sample_desk,
        "t": of_the_site(),
    }


@cache
def environment(language: str) -> Environment:
    """The templates in one language."""
    t = in_language(language)
    found = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    found.globals.update(static_url=static_url, drawn=shapes.svg)
    found.filters.update(
        day=t.day, moment=t.moment, web=links.web, host=links.host, plain=plain, shape=shape, slug=links.slug_of,
        slants=slants, called=partial(called, t), named_in=partial(named_in, t),
        file_path=links.file_path, size=partial(words.size, t=t), figure=partial(words.figure, t=t),
    )  # fmt: skip
    return found


def shape(slug: str) -> str:
    """The name of the shape and colour of a rating of the usual scale; of one that came without a look, that of all such."""
    return slug if slug in SHAPES else "other"


@cache
def static_url(filename: str) -> str:
    """As `shared.web` makes it: it changes with the file's content."""
    return f"/static/{filename}?v={sha256((FOLDER / 'static' / filename).read_bytes()).hexdigest()[:12]}"
