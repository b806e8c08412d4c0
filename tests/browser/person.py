"""Somebody at a browser: does what people do, and keeps what the site sent them."""

import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Request,
    expect,
)

from members.forms.guards import SOONEST

TEXT = ("document", "fetch", "xhr")  # kinds of answers in which somebody could be named
# Chromium's note on a page that is not there, and htmx's on a question that a newer one replaced. (Where
# a question does not arrive it says sendError as well.)
MEANT = re.compile(r"status of 40[34]|^htmx:(afterRequest|sendAbort), ")


@dataclass
class Person:
    """One browser with an empty profile. `complaints` must be empty at the end of a test."""

    browser: Browser
    site: str  # origin of the site, as http://localhost:1234
    options: dict[str, object] = field(default_factory=dict)  # of Browser.new_context
    seen: list[str] = field(default_factory=list)  # every page and answer the site sent
    complaints: list[str] = field(default_factory=list)
    loaded_at: float = 0.0

    context: BrowserContext = field(init=False)
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        self.context = self.browser.new_context(base_url=self.site, **self.options)
        self.context.on("console", self._heard)
        self.context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))
        self.context.on("request", self._asked)
        self.context.on("requestfinished", self._got)
        self.page = self.context.new_page()
        self.page.on("load", self._loaded)
        self.page.set_default_timeout(15_000)  # milliseconds

    # --- what is kept of it ---

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not MEANT.search(message.text):
            self.complaints.append(f"{message.type} on {self.page.url}: {message.text}")

    def _asked(self, request: Request) -> None:
        ours = request.url.startswith((f"{self.site}/", "data:", "blob:"))
        if not ours:
            self.complaints.append(f"{self.page.url} asks {request.url}")

    def _got(self, request: Request) -> None:
        if request.resource_type not in TEXT:
            return
        response = request.response()
        if response and not 300 <= response.status < 400:  # a redirect has no body
            self.seen.append(response.text())
        if response and response.status >= 500:
            self.complaints.append(f"{response.status} at {response.url}")

    def _loaded(self) -> None:
        self.loaded_at = time.monotonic()

    # --- what people do ---

    def goto(self, address: str) -> None:
        self.page.goto(address)

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def heading(self) -> str:
        return self.page.get_by_role("heading", level=1).inner_text()

    def expect_heading(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(words)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def link(self, name: str) -> Locator:
        """The first link of this name in the page itself, not in its header or footer."""
        return self.page.get_by_role("main").get_by_role("link", name=name, exact=True).first

    def press(self, name: str) -> None:
        """Press a button that sends a form, and wait for the page that answers."""
        with self.page.expect_navigation():
            self.button(name).click()

    def follow(self, name: str) -> None:
        with self.page.expect_navigation():
            self.link(name).click()

    def labelled(self, label: str) -> Locator:
        """The field of this name, whether it says "required", "optional" or neither."""
        name = re.compile(rf"^\s*{re.escape(label)}\s*(required|optional)?\s*$", re.IGNORECASE)
        return self.page.get_by_role("main").get_by_label(name)

    def fill(self, label: str, words: str) -> None:
        self.labelled(label).fill(words)

    def tick(self, *labels: str) -> None:
        for label in labels:
            self.labelled(label).check()

    def open_fold(self, title: str) -> None:
        """Open a <details>, if it is not open."""
        fold = self.page.locator("details").filter(has=self.page.locator("summary", has_text=title))
        if fold.last.get_attribute("open") is None:
            fold.last.locator("> summary").click()

    def take_time(self) -> None:
        """Forms refuse whoever sends them faster than a person can read."""
        left = SOONEST.total_seconds() + 1 - (time.monotonic() - self.loaded_at)
        if left > 0:
            self.page.wait_for_timeout(left * 1000)

    def close(self) -> None:
        try:
            self.context.close()
        except Error as error:
            self.complaints.append(str(error))
