"""A rig whose 49 vertices are its landmarks, each control moving a few of them.

The average face with y up, 256 units high. Moves are round numbers: an open jaw lowers
the lower lip by 40, a raised inner brow lifts by 20, and so on.
"""

from pathlib import Path

import numpy as np

from deepexpr.characters.card import CharacterCard, HeadMotion, PortraitCamera
from deepexpr.characters.library import Character
from deepexpr.characters.model import CharacterModel
from deepexpr.characters.pose import KeyPose, Pose
from deepexpr.characters.rig_mesh import MorphTarget, RigMesh
from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.core.landmarks import Landmarks
from deepexpr.faces.align import AVERAGE_FACE
from deepexpr.faces.geometry import geometric_features

RIGHT, LEFT = range(5), range(5, 10)
LOWER_LIP = (*range(38, 43), 46, 47, 48)
UPPER_LIP = (*range(32, 37), 43, 44, 45)

MOVES = {
    "jawOpen": (LOWER_LIP, (0, -40)),
    "mouthUpperUpLeft": ((44, 45), (0, 10)),
    "mouthUpperUpRight": ((43, 44), (0, 10)),
    "mouthSmileLeft": ((37,), (6, 15)),
    "mouthSmileRight": ((31,), (-6, 15)),
    "mouthFrownLeft": ((37,), (0, -12)),
    "mouthFrownRight": ((31,), (0, -12)),
    "mouthStretchLeft": ((37,), (10, 0)),
    "mouthStretchRight": ((31,), (-10, 0)),
    "mouthShrugLower": ((47,), (0, 5)),
    "eyeBlinkLeft": ((26, 27), (0, -12)),
    "eyeBlinkRight": ((20, 21), (0, -12)),
    "eyeWideLeft": ((26, 27), (0, 4)),
    "eyeWideRight": ((20, 21), (0, 4)),
    "eyeSquintLeft": ((29, 30), (0, 4)),
    "eyeSquintRight": ((23, 24), (0, 4)),
    "browInnerUp": ((4, 5), (0, 20)),
    "browOuterUpLeft": ((8, 9), (0, 16)),
    "browOuterUpRight": ((0, 1), (0, 16)),
    "browDownLeft": (LEFT, (0, -14)),
    "browDownRight": (RIGHT, (0, -14)),
    "noseSneerLeft": ((18,), (0, 8)),
    "noseSneerRight": ((14,), (0, 8)),
    "mouthPucker": ((31, 37), (0, 0)),
}


def drawn_model() -> CharacterModel:
    flat = np.column_stack([AVERAGE_FACE[:, 0], -AVERAGE_FACE[:, 1], np.zeros(49)])
    targets = tuple(
        MorphTarget(
            name,
            np.array(list(rows)),
            np.array([[*move, 0.0]] * len(rows), np.float32),
        )
        for name, (rows, move) in MOVES.items()
    )
    mesh = RigMesh(
        neutral=flat.astype(np.float32),
        triangles=np.zeros((0, 3), np.int32),
        triangle_materials=np.zeros(0, np.int32),
        colours=np.ones((49, 3), np.float32),
        aux=np.zeros((49, 3), np.float32),
        face_coordinates=np.full((49, 2), -1, np.float32),
        head_weights=np.ones(49, np.float32),
        face_count=49,
        rigid_stop=49,
        materials=(),
        targets=targets,
        controls=tuple(MOVES),
        correctives=(),
        creases=None,
        eyes=(),
    )
    card = CharacterCard(
        name="drawn",
        title="Drawn",
        description="Landmarks alone.",
        author="tests",
        licence="CC0-1.0",
        sources=(),
        files={},
        camera=PortraitCamera((128.0, -128.0, 0.0), 500.0, 30.0),
        head=HeadMotion((128.0, -200.0, 0.0), (128.0, -128.0, 0.0), 0.7),
        landmarks=tuple(((vertex, 1.0),) for vertex in range(49)),
    )
    return CharacterModel(card, mesh)


def key_pose(identity: str, label: str, **weights: float) -> KeyPose:
    return KeyPose(identity, Expression(label), "tests", None, Pose(weights))


def drawn_character(*key_poses: KeyPose) -> Character:
    return Character(Path("drawn"), drawn_model(), key_poses)


def face_like(label="neutral", probability=0.88, pose=None, blendshapes=None):
    """A photo's face that stands like the drawn rig in a pose."""
    from deepexpr.baselines.photo_face import PhotoFace

    points = drawn_model().landmarks(pose or Pose({}))[:, :2] * (1, -1)
    landmarks = Landmarks(points)
    probabilities = dict.fromkeys(EXPRESSIONS, (1 - probability) / 6)
    probabilities[Expression(label)] = probability
    return PhotoFace(
        landmarks,
        geometric_features(landmarks),
        blendshapes or {},
        probabilities,
        np.ones(32, np.float32),
    )
