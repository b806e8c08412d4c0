import pytest

from tests.outbox.post_office import smtp_server
from tests.places.known_towns import load_known_towns

__all__ = ["smtp_server"]


@pytest.fixture
def known_towns(db: None) -> None:
    load_known_towns()
