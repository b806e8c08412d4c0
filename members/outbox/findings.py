from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that `manage.py mailcheck` found, in a sentence for whoever runs the site."""

    is_well: bool
    words: str


def well(words: str) -> Finding:
    return Finding(True, words)


def wrong(words: str) -> Finding:
    return Finding(False, words)
