"""What must be true of every page, at every width, light and dark."""

import os
import re
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT

from tests.browser.person import Person

NARROWEST, PHONE, DESK = 320, 360, 1280  # CSS pixels
HEIGHTS = {NARROWEST: 640, PHONE: 740, DESK: 860}
SCHEMES = ("light", "dark")
# Colours are all that a scheme changes.
RULES = {"light": None, "dark": ["color-contrast", "link-in-text-block"]}
# A title stands in the history, on the tab and in the list of windows.
TELLING = re.compile(r"drug|withdraw|psychiatr|taper|coming off|\bTWP\b|\bICI\b", re.IGNORECASE)
SCREENS = os.environ.get("SCREENS")  # a folder: pictures of every page are put there

TOO_WIDE = """() => {
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  const sticking = [...document.querySelectorAll("body *")].filter(
    (one) => one.getBoundingClientRect().right > innerWidth + 1
      && !one.closest(".table-frame, .leaflet-container"));
  return sticking.slice(-3).map((one) => one.outerHTML.slice(0, 120)).concat("too wide");
}"""
AXE = """async (rules) => {
  // Colours of the staff's pages fade from one scheme to the other; inside what is folded they would
  // never be done, so they are ended here instead of waited for.
  document.getAnimations().forEach((one) => one.finish());
  const { violations } = await axe.run(document, {
    resultTypes: ["violations"],
    preload: false,  // axe would copy imported style sheets into the page, which refuses them
    ...(rules ? { runOnly: { type: "rule", values: rules } } : {}),
  });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
    `${id} at ${target}: ${failureSummary.replaceAll("\\n", " ")}`));
}"""


def wrong_with(person: Person, name: str, *, nobody: tuple[str, ...] = ()) -> list[str]:
    """What is wrong with the open page, a sentence each.

    Args:
        name: of the page, for the sentences and the pictures.
        nobody: names of people that its title must not hold.
    """
    page = person.page
    found = [f"h1 is there {count} times" for count in [page.locator("h1").count()] if count != 1]
    found += [f"main is there {n} times" for n in [page.locator("main").count()] if n != 1]
    title = page.title()
    if TELLING.search(title) or any(one in title for one in nobody) or not title:
        found.append(f"the title tells too much: {title!r}")
    page.evaluate(AXE_SCRIPT)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        for width in (NARROWEST, PHONE, DESK):
            page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            here = page.evaluate(TOO_WIDE)
            if width != PHONE:
                here += page.evaluate(AXE, RULES[scheme])
            found += [f"{width} px, {scheme}: {one}" for one in here]
            if SCREENS and width != NARROWEST:
                path = Path(SCREENS) / f"{name}-{width}-{scheme}.png"
                page.screenshot(path=path, full_page=True)
    return [f"{name} ({person.path}): {one}" for one in found]
