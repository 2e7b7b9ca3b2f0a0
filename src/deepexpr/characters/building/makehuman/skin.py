"""Colour of the skin: soft patches on the cage, freckles on the fine mesh."""

import numpy as np

from deepexpr.characters.building.makehuman.canonical import (
    canonical_head,
    face_masks,
)
from deepexpr.characters.building.makehuman.colour import linear_rgb
from deepexpr.characters.building.makehuman.geometry import Floats, smooth_step
from deepexpr.characters.building.makehuman.plan import Colour, SkinPlan
from deepexpr.characters.building.rig_source import Points


def skin_colours(plan: SkinPlan) -> Points:
    """Linear RGB (n', 3) of the fine skin."""
    head = canonical_head()
    colours = np.tile(linear_rgb(plan.tone), (len(head.cage), 1))
    for mask, colour in _patches(plan):
        amount = np.clip(mask, 0, 1)[:, None]
        colours = colours * (1 - amount) + linear_rgb(colour) * amount
    fine = head.refine(colours)
    return _with_freckles(fine, plan) if plan.freckles else fine


def _patches(plan: SkinPlan) -> list[tuple[Floats, Colour]]:
    """Masks (n,) and colours, one over the other."""
    head, masks = canonical_head(), face_masks()
    near = head.near
    lids = 1.2 * near([0.31, 7.40, 1.34], [0.22, 0.09, 0.2])
    patches = [
        (plan.blush_amount * near([0.42, 6.93, 1.2], [0.24, 0.17, 0.5]), plan.blush),
        (plan.nose_amount * near([0, 6.93, 1.66], [0.16, 0.15, 0.22]), plan.blush),
        (plan.ears_amount * masks.ears, plan.blush),
        (0.18 * near([0, 6.22, 1.45], [0.2, 0.12, 0.3]), plan.blush),
        (plan.eyelids_amount * np.clip(lids, 0, 1), plan.eyelids),
    ]
    if plan.stubble is not None:
        chin = near([0.0, 6.40, 1.35], [0.42, 0.26, 0.5])
        jaw = near([0.4, 6.5, 0.95], [0.2, 0.3, 0.4])
        beard = np.clip(chin + jaw, 0, 1) * (1 - np.clip(masks.lips * 2, 0, 1))
        patches.append((plan.stubble_amount * beard, plan.stubble))
    patches += [
        (plan.lips_amount * smooth_step(*plan.lips_edge, masks.lips), plan.lips),
        (masks.mouth_interior, plan.mouth_interior),
        (0.7 * _nostril_holes(), plan.mouth_interior),
    ]
    return patches


def _nostril_holes() -> Floats:
    head = canonical_head()
    across, height, depth = np.abs(head.cage[:, 0]), head.cage[:, 1], head.cage[:, 2]
    inside = (
        (head.visibility < 0.03)
        & (across < 0.25)
        & (height > 6.82)
        & (height < 7.05)
        & (depth > 1.2)
    )
    return inside.astype(float)


def _with_freckles(colours: Points, plan: SkinPlan) -> Points:
    head = canonical_head()
    across, height, depth = np.abs(head.fine[:, 0]), head.fine[:, 1], head.fine[:, 2]
    cheeks = np.flatnonzero(
        (np.abs(across - 0.27) < 0.24)
        & (np.abs(height - 6.98) < 0.12)
        & (depth > 1.1)
        & (head.refine(face_masks().eyes) < 0.2)
    )
    random = np.random.RandomState(3)
    spots = random.choice(cheeks, size=min(plan.freckles, len(cheeks)), replace=False)
    amount = random.uniform(0.25, 0.6, len(spots))[:, None]
    freckled = colours.copy()
    freckle = linear_rgb(plan.freckle_colour)
    freckled[spots] = freckled[spots] * (1 - amount) + freckle * amount
    return freckled
