import pytest

from tests.places.known_towns import load_known_towns


@pytest.fixture
def known_towns(db: None) -> None:
    load_known_towns()
