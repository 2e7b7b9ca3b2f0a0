"""Kernels for numbers: smooth steps and value noise."""

import math

from deepexpr.characters.rendering.compiled import compiled


@compiled
def smooth_step(low: float, high: float, x: float) -> float:
    """Return 0 below `low`, 1 above `high`, and a smooth S between."""
    t = min(max((x - low) / (high - low), 0.0), 1.0)
    return t * t * (3.0 - 2.0 * t)


@compiled
def lattice_value(i: int, j: int, k: int) -> float:
    """Return a fixed pseudo-random number in [0, 1] for a lattice point."""
    mixed = (i * 374761393 + j * 668265263 + k * 2147483647) & 0xFFFFFFFF
    mixed = ((mixed ^ (mixed >> 13)) * 1274126177) & 0xFFFFFFFF
    return ((mixed ^ (mixed >> 16)) & 0xFFFF) / 65535.0


@compiled
def value_noise(x: float, y: float, z: float) -> float:
    """Return smooth noise in [-1, 1] with one cell per unit."""
    i, j, k = math.floor(x), math.floor(y), math.floor(z)
    u, v, w = x - i, y - j, z - k
    u = u * u * (3.0 - 2.0 * u)
    v = v * v * (3.0 - 2.0 * v)
    w = w * w * (3.0 - 2.0 * w)
    total = 0.0
    for corner in range(8):
        right, up, near = corner & 1, (corner >> 1) & 1, corner >> 2
        share = u if right == 1 else 1.0 - u
        share *= v if up == 1 else 1.0 - v
        share *= w if near == 1 else 1.0 - w
        total += share * lattice_value(i + right, j + up, k + near)
    return total * 2.0 - 1.0
