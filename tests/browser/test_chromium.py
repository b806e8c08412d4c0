"""The browser itself: what is turned off in it."""

import re

from playwright.sync_api import Browser


def test_nothing_that_playwright_turns_off_is_on_again(browser: Browser) -> None:
    command = browser.new_browser_cdp_session().send("SystemInfo.getInfo")["commandLine"]

    by_playwright, ours = re.findall(r"--disable-features=(\S+)", command)

    assert set(by_playwright.split(",")) - set(ours.split(",")) == set()
