"""Materials as the rows of numbers that the shading kernels read."""

from collections.abc import Sequence

import numpy as np

from deepexpr.characters.material import Material
from deepexpr.characters.rendering import shading_inputs as columns
from deepexpr.characters.rendering.shading_inputs import Floats
from deepexpr.characters.rig_mesh import Eye

KIND_NUMBERS = {
    "skin": columns.SKIN,
    "eye": columns.EYE,
    "hair": columns.HAIR,
    "plain": columns.PLAIN,
    "felt": columns.FELT,
}


def material_table(materials: Sequence[Material], eyes: Sequence[Eye]) -> Floats:
    """Return (k, COLUMNS) float32, one row a material.

    Args:
        materials: the rig's materials.
        eyes: the rig's eyes; their size says how wide a pixel is on the iris.
    """
    table = np.zeros((len(materials), columns.COLUMNS), np.float32)
    radius = min((_iris_radius(eye) for eye in eyes), default=1.0)
    for row, material in zip(table, materials, strict=True):
        row[columns.KIND] = KIND_NUMBERS[material.kind]
        row[columns.SPECULAR] = material.specular
        row[columns.ROUGHNESS] = material.roughness
        row[columns.SUBSURFACE] = material.subsurface
        row[columns.RIM] = material.rim
        row[columns.SHIFT] = material.anisotropic_shift
        row[columns.NOISE_AMOUNT] = material.noise_amount
        row[columns.NOISE_FREQUENCY] = material.noise_frequency
        row[columns.BUMP] = material.bump
        row[columns.FLOOR] = material.ambient_floor
        row[columns.IRIS_ANGLE] = material.iris_angle
        row[columns.PUPIL_RATIO] = material.pupil_ratio
        row[columns.HIGHLIGHT] = material.highlight_cosine
        row[columns.EYE_SCALE] = 1.0 / radius
        for start, colour in (
            (columns.IRIS_COLOUR, material.iris_colour),
            (columns.IRIS_INNER, material.iris_inner_colour),
            (columns.SCLERA, material.sclera_colour),
        ):
            row[start : start + 3] = colour
    return table


def _iris_radius(eye: Eye) -> float:
    across, up, _ = np.linalg.norm(eye.basis, axis=0)
    return max(float(np.sqrt(across * up)), 1e-6)
