"""Readability of key poses: which expression does an encoder name in each of them?

An encoder that has never seen a character is an independent judge of its poses;
with the default encoder it shows an animator which poses need another look.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from deepexpr.characters.library import Character
from deepexpr.characters.pose import NEUTRAL_POSE, interpolate
from deepexpr.characters.rendering.renderer import Renderer
from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.expression.encoder import ExpressionEncoder
from deepexpr.faces.align import align_face

RENDER_SIZE_PX = 256


@dataclass(frozen=True, slots=True)
class PoseReading:
    """How one pose was read.

    Attributes:
        character: whose pose.
        key_pose: its id.
        label: the expression that is intended.
        strength: how far from neutral towards the key pose, in (0, 1].
        named: the expression that was named.
        second: the next likely one.
        clarity: probability of the intended expression, 0 to 1.
    """

    character: str
    key_pose: str
    label: Expression
    strength: float
    named: Expression
    second: Expression
    clarity: float


def read_key_poses(
    character: Character,
    encoder: ExpressionEncoder,
    strengths: Sequence[float] = (1.0,),
    report: Callable[[int, int], None] | None = None,
) -> tuple[PoseReading, ...]:
    """Render a character's key poses and let an encoder name their expressions.

    Args:
        character: whose key poses.
        encoder: the judge.
        strengths: shares of the way from neutral to each key pose, in (0, 1].
        report: told how many renders of how many are done.
    """
    renderer = Renderer(character.model)
    asked = [
        (key_pose, strength)
        for key_pose in character.key_poses
        for strength in strengths
    ]
    faces = []
    for number, (key_pose, strength) in enumerate(asked, start=1):
        pose = interpolate(NEUTRAL_POSE, key_pose.pose, strength)
        rendering = renderer.render(pose, size_px=RENDER_SIZE_PX)
        faces.append(align_face(rendering.image, rendering.landmarks).image)
        if report is not None:
            report(number, len(asked))
    probabilities = encoder.encode(faces).probabilities
    order = np.argsort(-probabilities, axis=1)
    return tuple(
        PoseReading(
            character=character.name,
            key_pose=key_pose.id,
            label=key_pose.label,
            strength=strength,
            named=EXPRESSIONS[int(likely[0])],
            second=EXPRESSIONS[int(likely[1])],
            clarity=float(row[EXPRESSIONS.index(key_pose.label)]),
        )
        for (key_pose, strength), row, likely in zip(
            asked, probabilities, order, strict=True
        )
    )
