"""Reads a page as a browser would, and names everything in it that runs, styles or loads."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

LOADED = {"script", "img", "iframe", "embed", "audio", "video", "source", "object", "track"}
ADDRESSES = {"href", "src", "action", "formaction", "data", "poster", "xlink:href", "srcset"}
# Given by us to what a browser may fetch by itself.
OWN = ("testserver", "")


class _Faults(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        have = dict(attributes)
        if tag == "style":
            self.found.append("<style>")
        if tag == "script" and "src" not in have and have.get("type") != "application/json":
            self.found.append("<script> without src")
        if tag in {"base", "object", "embed", "applet", "frame", "xss", "math", "marquee"}:
            self.found.append(f"<{tag}>")
        for name, value in attributes:
            self._attribute(tag, name, (value or "").strip())

    handle_startendtag = handle_starttag

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name.startswith("on") or name in {"style", "srcdoc"}:
            self.found.append(f"<{tag} {name}>")
        if name not in ADDRESSES:
            return
        parts = urlsplit("".join(value.split()))
        if parts.scheme not in {"", "http", "https", "mailto", "tel", "sms", "data", "otpauth"}:
            self.found.append(f"<{tag} {name}={value[:60]}>")
        if parts.scheme == "data" and tag != "img":
            self.found.append(f"<{tag} {name}=data:>")
        if (tag in LOADED or tag == "link") and parts.netloc not in OWN:
            self.found.append(f"<{tag} {name}={value[:60]}> of another origin")


def faults(html: str) -> list[str]:
    """All that runs a script, sets a style or loads from elsewhere; empty for a page of ours."""
    reader = _Faults()
    reader.feed(html)
    reader.close()
    return reader.found


def loads(html: str) -> list[str]:
    """Everything a mail program would fetch by itself."""
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            names = {name for name, _value in attributes}
            if tag in LOADED | {"link", "style"} or names & {
                "src",
                "background",
                "style",
                "srcset",
            }:
                found.append(tag)

    Reader().feed(html)
    return found
