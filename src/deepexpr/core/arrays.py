"""Checks of array shapes at the door of a stage."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.errors import ShapeError


def check_shape(
    name: str, array: NDArray[np.generic], expected: tuple[int | None, ...]
) -> None:
    """Raise unless an array has the expected shape.

    Args:
        name: what the array is, for the message.
        array: the array to check.
        expected: its shape; None stands for any length of that axis.

    Raises:
        ShapeError: naming the array, the shape expected and the shape found.
    """
    actual: tuple[Any, ...] = array.shape
    fits = len(actual) == len(expected) and all(
        want is None or want == have
        for want, have in zip(expected, actual, strict=True)
    )
    if not fits:
        wanted = ", ".join("any" if n is None else str(n) for n in expected)
        raise ShapeError(f"{name} must have shape ({wanted}), but has {actual}")
