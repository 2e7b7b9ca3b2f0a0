"""The MakeHuman head as this package ships it: one mesh and its morph targets.

`mh_head_cc0.npz` holds head and neck of the MakeHuman base mesh, its helper meshes for
tongue, eyes and teeth, and 472 targets: the 52 ARKit shapes ("faceunit/..."), identity
and age. Mesh and targets are CC0 (MakeHuman, September 2020), the face units are CC0 by
Mika Suominen. Lengths are MakeHuman's decimetres, y up, z forward.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.building.rig_source import Points

PACK_FILE = Path(__file__).with_name("mh_head_cc0.npz")

_TONGUE_COUNT, _EYE_COUNT, _TEETH_ROW_COUNT = 226, 72, 68
_HELPER_COUNT = _TONGUE_COUNT + 2 * _EYE_COUNT + 2 * _TEETH_ROW_COUNT


@dataclass(frozen=True, slots=True)
class HeadPack:
    """The mesh; rows are the head cage, then the helper meshes.

    Attributes:
        vertices: (n, 3).
        quads: (m, 4) of the head cage.
        tongue_quads: (k, 4), numbered from the first tongue vertex.
        head: rows of the head cage.
        tongue: rows of the tongue helper.
        left_eye: rows of the left eye helper.
        lower_teeth: rows of the lower teeth helper.
        upper_teeth: rows of the upper teeth helper.
    """

    vertices: Points
    quads: NDArray[np.int64]
    tongue_quads: NDArray[np.int64]
    head: slice
    tongue: slice
    left_eye: slice
    lower_teeth: slice
    upper_teeth: slice


@cache
def head_pack() -> HeadPack:
    """The mesh of the pack, read once."""
    with np.load(PACK_FILE) as stored:
        vertices = stored["base"].astype(np.float64)
        quads = stored["quads"].astype(np.int64)
        tongue_quads = stored["tongue"].astype(np.int64)
    tongue = len(vertices) - _HELPER_COUNT
    left_eye = tongue + _TONGUE_COUNT
    lower = left_eye + 2 * _EYE_COUNT
    upper = lower + _TEETH_ROW_COUNT
    return HeadPack(
        vertices=vertices,
        quads=quads,
        tongue_quads=tongue_quads,
        head=slice(0, tongue),
        tongue=slice(tongue, left_eye),
        left_eye=slice(left_eye, left_eye + _EYE_COUNT),
        lower_teeth=slice(lower, upper),
        upper_teeth=slice(upper, upper + _TEETH_ROW_COUNT),
    )


@cache
def target(name: str) -> Points:
    """Offsets (n, 3) of one morph target over all rows of the pack.

    Args:
        name: such as "faceunit/jawOpen" or "nose/nose-point-up".

    Raises:
        KeyError: if the pack holds no such target.
    """
    stored = _stored_targets()
    number = stored.numbers[name]
    rows = slice(stored.offsets[number], stored.offsets[number + 1])
    offsets = np.zeros_like(head_pack().vertices)
    offsets[stored.vertices[rows]] = stored.deltas[rows] * stored.scale
    return offsets


@dataclass(frozen=True, slots=True)
class _StoredTargets:
    """Sparse targets, one after the other.

    Attributes:
        numbers: target name to its number.
        offsets: first row of each target, and the end.
        vertices: moved vertex of each row.
        deltas: (rows, 3) motion in units of `scale`.
        scale: length of one unit.
    """

    numbers: dict[str, int]
    offsets: NDArray[np.int64]
    vertices: NDArray[np.uint16]
    deltas: NDArray[np.int32]
    scale: float


@cache
def _stored_targets() -> _StoredTargets:
    with np.load(PACK_FILE) as stored:
        return _StoredTargets(
            numbers={str(name): at for at, name in enumerate(stored["names"])},
            offsets=stored["off"],
            vertices=stored["idx"],
            deltas=stored["delta"],
            scale=float(stored["scale"]),
        )
