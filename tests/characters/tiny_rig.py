"""A character small enough to check by hand.

The face is a 2×2 square in the plane z = 0, seen from z = 10 with a picture 4 wide:

    2 ── 3      y = 1        hair: a triangle above, z = -0.5, follows the head
    │  ╲ │                   shirt: a triangle below, z = -0.5, stays
    0 ── 1      y = -1       eyes: balls of radius 0.25 at (±0.5, 0.5, 0)

jawOpen lowers the bottom corners by 0.5, mouthClose raises them by 0.25 on an open jaw,
browInnerUp raises the top by 0.25; both together also push the top out by 0.1. A blink
lowers the top by 0.2, and by another 0.05 on the way there.
"""

from collections.abc import Mapping
from math import degrees, pi
from typing import Any, Literal

import numpy as np

from deepexpr.characters.building.rig_source import (
    CameraSource,
    CardTexts,
    Corrective,
    CreaseChannel,
    CreaseSource,
    EyeSource,
    MaterialSource,
    RigPart,
)
from deepexpr.characters.pose import KeyPose, Pose
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES
from deepexpr.core.expression import Expression

SQUARE = np.array([[-1, -1, 0], [1, -1, 0], [-1, 1, 0], [1, 1, 0]], float)
HAIR = np.array([[-1, 1.2, -0.5], [1, 1.2, -0.5], [0, 1.8, -0.5]])
SHIRT = np.array([[0, -1.9, -0.5], [1, -1.2, -0.5], [-1, -1.2, -0.5]])
NEUTRAL = np.concatenate([SQUARE, HAIR, SHIRT])

CONTROLS = (*ARKIT_BLENDSHAPES, "x_snarl", "pupilSmall")
CAMERA_DISTANCE = 10.0
# A picture is 4 units wide at the target.
FIELD_OF_VIEW_DEG = degrees(2 * np.arctan(2 / CAMERA_DISTANCE))

RED, GREEN, BLUE, GREY = ([0.5, 0, 0], [0, 0.5, 0], [0, 0, 0.5], [0.5, 0.5, 0.5])


def ball(columns: int = 16, rings: int = 9) -> tuple[np.ndarray, np.ndarray]:
    """A unit ball around the poles ±z: directions and triangles seen from outside."""
    angles = np.linspace(0, pi, rings)
    turns = np.arange(columns) / columns * 2 * pi
    points = [
        [np.sin(a) * np.cos(t), np.sin(a) * np.sin(t), np.cos(a)]
        for a in angles
        for t in turns
    ]
    triangles = []
    for ring in range(rings - 1):
        for column in range(columns):
            here, along = ring * columns, (column + 1) % columns
            a, b = here + column, here + along
            c, d = a + columns, b + columns
            triangles += [[a, c, d], [a, d, b]]
    return np.array(points), np.array(triangles)


def eye(side: Literal["Left", "Right"]) -> EyeSource:
    directions, triangles = ball()
    small = directions * [0.5, 0.5, 1.0]
    return EyeSource(
        side=side,
        centre=np.array([0.5 if side == "Left" else -0.5, 0.5, 0.0]),
        radii=np.full(3, 0.25),
        axes=np.eye(3),
        directions=directions,
        triangles=triangles,
        colours=np.full_like(directions, 0.8),
        sclera=np.array([0.9, 0.9, 0.9]),
        targets={"pupilSmall": small},
    )


def key_pose(
    identity: str, label: Expression, weights: Mapping[str, float], **pose: Any
) -> KeyPose:
    return KeyPose(identity, label, "tests", None, Pose(weights, **pose))


class TinyRig:
    """A `RigSource` of ten vertices and two eyes."""

    name = "tiny"
    controls = CONTROLS
    head_weights = np.array([1.0] * 7 + [0.0] * 3)
    pivot = np.array([0.0, -1.0, 0.0])
    face_centre = np.array([0.0, 0.0, 1.0])
    sway = 0.7
    camera = CameraSource((0.0, 0.0, 0.0), CAMERA_DISTANCE, FIELD_OF_VIEW_DEG)
    landmarks = (((0, 0.5), (1, 0.5)), *(((n % 4, 1.0),) for n in range(48)))
    open_poses: Mapping[str, Mapping[str, float]] = {"mouthClose": {"jawOpen": 1.0}}
    correctives = (
        Corrective("open and raised", "product", ("jawOpen", "browInnerUp")),
        Corrective("half blink", "inbetween", ("eyeBlinkLeft",)),
    )
    texts = CardTexts("Tiny", "A square.", "tests", "CC0-1.0", ("made up",))
    key_poses = (
        key_pose("neutral-rest", Expression.NEUTRAL, {}),
        key_pose("joy-wide", Expression.JOY, {"jawOpen": 1.0}, head=(10.0, 0.0, 0.0)),
        key_pose("joy-high", Expression.JOY, {"browInnerUp": 1.0}),
        key_pose("fear-stare", Expression.FEAR, {"pupilSmall": 1.0}, iris=0.5),
    )
    creases = CreaseSource(
        (
            CreaseChannel(
                "middle line",
                np.pad(np.ones((2, 20, 3), np.float32), ((9, 9), (0, 0), (0, 0))),
                {"x_snarl": 2.0, "jawOpen": -1.0},
            ),
        )
    )

    def __init__(self) -> None:
        self.parts = [
            RigPart(
                "skin",
                0,
                4,
                np.array([[0, 1, 2], [1, 3, 2]]),
                "skin",
                np.array([GREY] * 4),
                face_coordinates=(SQUARE[:, :2] + 1) / 2,
            ),
            RigPart(
                "hair",
                4,
                7,
                np.array([[0, 1, 2]]),
                "hair",
                np.array([GREEN] * 3),
                strands=np.array([[0.0, 1.0, 0.0]] * 3),
                moving=False,
            ),
            RigPart(
                "shirt",
                7,
                10,
                np.array([[0, 1, 2]]),
                "cloth",
                np.array([BLUE] * 3),
                moving=False,
            ),
        ]
        self.materials = {
            "skin": MaterialSource("skin", subsurface=1.0, noise_amount=0.05,
                                   noise_frequency=5.0),
            "hair": MaterialSource("hair", specular=0.2, anisotropic_shift=0.1),
            "cloth": MaterialSource("plain"),
            "eye": MaterialSource("eye", iris_angle=0.6, pupil_ratio=0.4,
                                  iris_colour=(0.1, 0.2, 0.8),
                                  highlight_cosine=0.99),
        }  # fmt: skip
        self.eyes = [eye("Left"), eye("Right")]

    def vertices(self, weights: Mapping[str, float]) -> np.ndarray:
        def weight(name: str) -> float:
            return weights.get(name, 0.0)

        moved = NEUTRAL.copy()
        jaw, brow = weight("jawOpen"), weight("browInnerUp")
        blink = weight("eyeBlinkLeft")
        moved[[0, 1], 1] -= 0.5 * jaw - 0.25 * min(weight("mouthClose"), jaw)
        moved[[2, 3], 1] += 0.25 * brow - 0.2 * blink - 0.2 * blink * (1 - blink)
        moved[[2, 3], 2] += 0.1 * jaw * brow
        return moved
