"""Names of poses within one file."""

from collections.abc import Sequence


def distinct_names(names: Sequence[str]) -> list[str]:
    """Return the names with those that occur again numbered: a, b, a-2.

    Empty names become "pose".
    """
    taken: set[str] = set()
    distinct: list[str] = []
    for given in names:
        base = given or "pose"
        name, number = base, 1
        while name in taken:
            number += 1
            name = f"{base}-{number}"
        taken.add(name)
        distinct.append(name)
    return distinct
