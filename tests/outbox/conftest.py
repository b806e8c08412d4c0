from collections.abc import Callable, Iterator

import pytest

from members.outbox import letters
from members.outbox.letters import Mail, letter
from members.outbox.models import Letter
from tests.outbox.post_office import smtp_server

__all__ = ["smtp_server"]


class Desk:
    """A kind of letter whose content a test decides."""

    def __init__(self) -> None:
        self.mail = Mail(to="bo@example.org", context={"words": "Hello."})
        self.error: Exception | None = None
        self.before: Callable[[], object] = lambda: None

    def compose(self, about: str) -> Mail:
        self.before()
        if self.error:
            raise self.error
        return self.mail

    def post(self, about: str = "1") -> Letter:
        return letters.post("test", about)


@pytest.fixture
def desk(settings: object, tmp_path: object) -> Iterator[Desk]:
    desk = Desk()
    for name, words in {
        "test.subject.txt": "{{ subject|default:'A letter' }}",
        "test.txt": "{{ words }}",
        "test.html": "<p>{{ words }}</p>",
    }.items():
        (tmp_path / name).write_text(words)
    templates = [{**settings.TEMPLATES[0]}]
    templates[0]["DIRS"] = [tmp_path, *templates[0]["DIRS"]]
    settings.TEMPLATES = templates
    letter("test", "test")(desk.compose)
    yield desk
    del letters.KINDS["test"]
