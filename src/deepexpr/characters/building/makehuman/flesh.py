"""How lower teeth are set in the flesh of lip and chin, and move with it."""

from dataclasses import replace

import numpy as np

from deepexpr.characters.building.makehuman.canonical import window
from deepexpr.characters.building.makehuman.geometry import Floats, Mesh
from deepexpr.characters.building.makehuman.head_rig import HeadRig
from deepexpr.characters.building.makehuman.surface import FrontView
from deepexpr.characters.building.rig_source import Points

_LOWER_FACE = (0.0, 6.42, 1.2), (0.65, 0.40, 0.65)
"""Canonical centre and radii of what surrounds the lower teeth."""

_FLESH_REACH, _LEAST_CARRIED = 0.08, 2e-3
"""How far away flesh still carries a tooth, and the shortest way it is carried."""


def set_in_flesh(rig: HeadRig, row: Mesh, clearance: float) -> Mesh:
    """The lower teeth, no nearer to the skin of lip and chin than a clearance.

    Args:
        rig: the head that they belong to.
        row: the teeth.
        clearance: least distance along z.
    """
    skin, head = rig.refine(rig.neutral), rig.canonical
    below = window(head.fine, *_LOWER_FACE) > np.exp(-1)
    view = FrontView(skin, head.triangles[below[head.triangles].all(axis=1)])
    front = view.points_at(row.vertices[:, :2]).on(skin)[:, 2]
    vertices = row.vertices.copy()
    vertices[:, 2] = np.minimum(vertices[:, 2], front - clearance)
    return replace(row, vertices=vertices)


def carried_by_flesh(rig: HeadRig, teeth: Points) -> dict[str, Points]:
    """Offsets (n, 3) of lower teeth for each shape but the one that bares them.

    Each vertex moves as the affine motion of the skin around it. The flesh of lip and
    chin thins as a jaw drops or a mouth smiles; teeth that went with the bone would
    pierce it.
    """
    drop = rig.refine(rig.shapes["jawOpen"])[:, 1]
    below = window(rig.canonical.fine, *_LOWER_FACE) > np.exp(-1)
    flesh = np.flatnonzero(below & (drop < 0.3 * drop.min()))
    places = rig.refine(rig.neutral)[flesh]
    names = [name for name in rig.shapes if not name.startswith("mouthLowerDown")]
    moved = np.stack([rig.refine(rig.shapes[name])[flesh] for name in names], axis=1)
    offsets = np.stack(
        [_carried(tooth, places, moved.reshape(len(flesh), -1)) for tooth in teeth]
    ).reshape(len(teeth), len(names), 3)
    return {
        name: offsets[:, number]
        for number, name in enumerate(names)
        if np.abs(offsets[:, number]).max() > _LEAST_CARRIED
    }


def _carried(point: Floats, places: Points, moved: Floats) -> Floats:
    """What the affine map nearest to values (k, m) around a point says there: (m,).

    Source: S. Schaefer, T. McPhail and J. Warren, "Image deformation using moving least
    squares", SIGGRAPH 2006.
    """
    from_point = (places - point) / _FLESH_REACH
    distance = (from_point**2).sum(axis=1)
    weight = np.exp(distance.min() - distance)[:, None]
    known = np.column_stack([from_point, np.ones(len(from_point))])
    fit = known.T @ (weight * known) + 1e-6 * np.eye(4)
    carried: Floats = np.linalg.solve(fit, known.T @ (weight * moved))[3]
    return carried
