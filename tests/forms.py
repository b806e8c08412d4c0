"""A form as a browser would send it back, read from the page."""

from html.parser import HTMLParser


class _Reader(HTMLParser):
    """Collects the fields of the form that has a field called `holding`."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, list[str]]] = []
        self._select: str | None = None
        self._options: list[tuple[str, bool]] = []
        self._multiple = False
        self._textarea: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        have = dict(attributes)
        name = have.get("name")
        if tag == "form":
            self.forms.append({})
        elif tag == "input" and name and self._is_sent(have):
            self._put(name, have.get("value") or ("on" if have.get("type") == "checkbox" else ""))
        elif tag == "select":
            self._select, self._options, self._multiple = name, [], "multiple" in have
        elif tag == "option" and self._select:
            self._options.append((have.get("value") or "", "selected" in have))
        elif tag == "textarea" and name:
            self._textarea = name
            self._put(name, "")

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.forms[-1][self._textarea][-1] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = None
        elif tag == "select" and self._select:
            chosen = [value for value, selected in self._options if selected]
            if not chosen and not self._multiple and self._options:
                chosen = [self._options[0][0]]
            for value in chosen:
                self._put(self._select, value)
            self._select = None

    @staticmethod
    def _is_sent(have: dict[str, str | None]) -> bool:
        if have.get("type") in {"checkbox", "radio"}:
            return "checked" in have
        return have.get("type") not in {"submit", "button", "image", "reset"}

    def _put(self, name: str, value: str) -> None:
        if self.forms:
            self.forms[-1].setdefault(name, []).append(value)


def fields_of(html: str, holding: str) -> dict[str, list[str]]:
    """What a browser would send of the form that has a field called `holding`, untouched."""
    reader = _Reader()
    reader.feed(html)
    return next(form for form in reader.forms if holding in form)
