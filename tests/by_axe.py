"""What axe finds on a page: in the light everything, and in the dark what colours decide; the rest is the same there."""

from axe_playwright_python.sync_playwright import Axe, AxeResults

COLOURS = ["color-contrast", "link-in-text-block"]
# What a page does right is ten times as long as what it does wrong, and nobody reads it.
RUN = "rules => axe.run({resultTypes: ['violations'], ...rules}).then(found => ({violations: found.violations}))"


def faults_of(page):
    """A report of them; empty where there are none. The page is left in the light."""
    page.emulate_media(color_scheme="light")
    page.evaluate(Axe().axe_script)
    found = [page.evaluate(RUN, {})]
    page.emulate_media(color_scheme="dark")
    page.evaluate("document.getAnimations().forEach(one => one.finish())")  # colours that change may fade
    found.append(page.evaluate(RUN, {"runOnly": COLOURS}))
    page.emulate_media(color_scheme="light")
    return "\n".join(AxeResults(one).generate_report() for one in found if one["violations"])
