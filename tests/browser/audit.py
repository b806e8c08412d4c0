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
PARTS = """() => ({
  h1: document.querySelectorAll("h1").length,
  main: document.querySelectorAll("main").length,
  title: document.title,
  axe: "axe" in window,
})"""
# axe reads the same few colours again and again, a third of its time: each is read once a page.
WITH_AXE = (
    "(() => { if (window !== top) return;"
    + AXE_SCRIPT
    + """
  const color = axe.commons.color.Color.prototype, read = color.parseString, known = new Map();
  color.parseString = function (words) {
    if (known.has(words)) {
      [this.r, this.g, this.b, this.alpha] = known.get(words);
    } else {
      read.call(this, words);
      known.set(words, [this.r, this.g, this.b, this.alpha]);
    }
    return this;
  };
})()"""
)
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


def open_for_axe(person: Person) -> dict[str, object]:
    """Bring axe into the open page and those to come; give the page's PARTS."""
    parts = person.page.evaluate(PARTS)
    if not parts["axe"]:
        # Half a megabyte: sent anew with every page, that took longer than to run it.
        person.context.add_init_script(WITH_AXE)
        person.page.evaluate(WITH_AXE)
    return parts


def wrong_with(person: Person, name: str, *, nobody: tuple[str, ...] = ()) -> list[str]:
    """What is wrong with the open page, a sentence each.

    Args:
        name: of the page, for the sentences and the pictures.
        nobody: names of people that its title must not hold.
    """
    page, parts = person.page, open_for_axe(person)
    found = [f"{one} is there {parts[one]} times" for one in ("h1", "main") if parts[one] != 1]
    title = parts["title"]
    if TELLING.search(title) or any(one in title for one in nobody) or not title:
        found.append(f"the title tells too much: {title!r}")
    for width in (NARROWEST, PHONE, DESK):
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            here = page.evaluate(TOO_WIDE)
            if width != PHONE:
                here += page.evaluate(AXE, RULES[scheme])
            found += [f"{width} px, {scheme}: {one}" for one in here]
            if SCREENS and width != NARROWEST:
                path = Path(SCREENS) / f"{name}-{width}-{scheme}.png"
                page.screenshot(path=path, full_page=True, animations="disabled")
    return [f"{name} ({person.path}): {one}" for one in found]
