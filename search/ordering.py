"""Most in common first: among those found, who shares most with the viewer."""

from search.nearest import Found


def most_in_common_first(found: list[Found], shared: set[int]) -> list[Found]:
    """Order hits that came with their facets; equals keep the order they had.

    Args:
        found: hits, the nearest or the newest first.
        shared: the facets that are something in common (Viewer.shared_facets).
    """
    return sorted(found, key=lambda hit: -len(shared.intersection(hit.facets)))
