"""Somebody who uses the keys only, and must see where they are at every step."""

from dataclasses import dataclass, field

from playwright.sync_api import Locator

from tests.browser.person import Person

WHERE = """() => {
  const one = document.activeElement;
  const style = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  const inSight = box.bottom > 0 && box.top < innerHeight;
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const covered = top && !one.contains(top) && !top.contains(one);
  return { name: one.outerHTML.slice(0, 120), seen: ring && inSight && !covered };
}"""


@dataclass
class Keyboard:
    """`unseen`: everything that had the focus without showing it."""

    person: Person
    unseen: list[str] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.person.page.keyboard.press(key)

    def type(self, words: str) -> None:
        self.person.page.keyboard.type(words)

    def reach(self, target: Locator, most: int = 150) -> None:
        """Tab on until the target has the focus; fails after `most` steps."""
        target.wait_for(state="attached")
        goal = target.element_handle()
        for _step in range(most):
            self.press("Tab")
            self._look()
            if self.person.page.evaluate("goal => document.activeElement === goal", goal):
                return
        raise AssertionError(f"{target} cannot be reached with Tab")

    def tick(self, label: str) -> None:
        self.reach(self.person.labelled(label))
        self.press("Space")

    def fill(self, label: str, words: str) -> None:
        self.reach(self.person.labelled(label))
        self.press("ControlOrMeta+a")
        self.type(words)

    def open_fold(self, title: str) -> None:
        self.reach(self.person.page.locator("summary", has_text=title).last)
        self.press("Enter")

    def go(self, target: Locator) -> None:
        """Reach a link or a button, press Enter, and wait for the next page."""
        self.reach(target)
        with self.person.page.expect_navigation():
            self.press("Enter")

    def _look(self) -> None:
        place = self.person.page.evaluate(WHERE)
        if not place["seen"]:
            self.unseen.append(f"{self.person.path}: {place['name']}")
