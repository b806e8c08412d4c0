"""The palette can be read by everybody: WCAG 2.2 AA, computed, in every theme and community."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[2] / "static/css/tokens.css").read_text()
LIGHT, BY_SYSTEM, BY_CHOICE = re.split(r"^@media.*$", TOKENS, flags=re.MULTILINE)

GROUNDS = ["paper", "surface", "sunk", "accent-soft"]
WORDS = [(word, ground) for word in ("ink", "ink-quiet", "accent") for ground in GROUNDS]
WORDS += [(kind, f"{kind}-soft") for kind in ("danger", "success", "warning")]
WORDS += [("ink", f"{kind}-soft") for kind in ("danger", "success", "warning")]
WORDS += [("on-accent", fill) for fill in ("accent-fill", "accent-fill-hover", "danger-fill")]
EDGES = [(edge, ground) for edge in ("line-strong", "focus") for ground in GROUNDS[:3]]


def colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css))


def palettes(css: str) -> dict[str, dict[str, str]]:
    """The palette of pages without a community, of TWP and of ICI."""
    without, twp, ici = re.split(r'^.*\[data-community="\w+"\] {$', css, flags=re.MULTILINE)
    return {
        "none": colours(without),
        "twp": colours(without) | colours(twp),
        "ici": colours(without) | colours(ici),
    }


THEMES = {"light": palettes(LIGHT), "dark": palettes(BY_CHOICE)}


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1, as https://www.w3.org/TR/WCAG22/#dfn-relative-luminance has it."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("community", ["none", "twp", "ici"])
def test_words_stand_out_from_their_ground(theme: str, community: str) -> None:
    palette = THEMES[theme][community]

    faint = [pair for pair in WORDS if contrast(palette[pair[0]], palette[pair[1]]) < 4.5]

    assert faint == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("community", ["none", "twp", "ici"])
def test_edges_of_fields_and_the_focus_can_be_seen(theme: str, community: str) -> None:
    palette = THEMES[theme][community]

    faint = [pair for pair in EDGES if contrast(palette[pair[0]], palette[pair[1]]) < 3]

    assert faint == []


def test_the_dark_is_the_same_by_the_system_and_by_choice() -> None:
    assert palettes(BY_SYSTEM) == palettes(BY_CHOICE)
