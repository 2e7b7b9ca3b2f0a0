"""A character of a few triangles, with everything that an exporter can meet."""

from pathlib import Path

import numpy as np

from deepexpr.characters.card import (
    CARD_FILE,
    CharacterCard,
    HeadMotion,
    PortraitCamera,
    write_card,
)
from deepexpr.characters.gltf import GLB
from deepexpr.characters.gltf_builder import GLBBuilder, glb_bytes
from deepexpr.characters.key_pose_table import write_key_poses
from deepexpr.characters.library import Character, load_character
from deepexpr.characters.pose import KeyPose, Pose
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES
from deepexpr.core.expression import Expression
from deepexpr.core.files import sha256_of, write_whole

CONTROLS = (*ARKIT_BLENDSHAPES, "x_chinBoss")
CORRECTIVE = "fix_jawOpen_mouthFunnel"
PIVOT = (0.0, 1.0, 0.0)
SNARL = Pose(
    {"jawOpen": 0.5, "mouthFunnel": 0.8, "noseSneerLeft": 1.2, "x_chinBoss": 0.4},
    gaze=(15.0, -5.0),
    head=(20.0, 10.0, -5.0),
    iris=0.8,
)
GRIN = Pose({"mouthSmileLeft": 1.0, "mouthSmileRight": 0.6, "pupilSmall": 0.5})


def write_tiny_character(folder: Path) -> Character:
    """Write the folder of a character called "tiny" and load it."""
    write_whole(folder / "model.glb", glb_bytes(tiny_glb()))
    key_poses = [
        KeyPose("anger-snarl", Expression.ANGER, "", None, SNARL),
        KeyPose("joy-grin", Expression.JOY, "", None, GRIN),
    ]
    controls = [*CONTROLS, "pupilSmall"]
    write_key_poses(folder / "key_poses.csv", key_poses, controls)
    card = CharacterCard(
        name="tiny",
        title="Tiny",
        description="A few triangles.",
        author="The tests",
        licence="CC0-1.0",
        sources=(),
        files={"model.glb": sha256_of(folder / "model.glb")},
        camera=PortraitCamera((0.0, 1.5, 0.0), 10.0, 20.0),
        head=HeadMotion(PIVOT, (0.0, 1.5, 0.5), 0.7),
        landmarks=tuple(
            (
                (0, number % 7 / 14),
                (1, number // 7 / 14),
                (2, 1 - (number % 7 + number // 7) / 14),
            )
            for number in range(49)
        ),
    )
    write_card(folder, card)
    if not (folder / CARD_FILE).is_file():
        raise OSError(folder)
    return load_character(folder)


def tiny_glb() -> GLB:
    builder = GLBBuilder()
    rng = np.random.default_rng(5)
    face = np.array([[-1, 1, 0], [1, 1, 0], [0, 2, 0.5], [0, 0, 0]], np.float32)
    faces = np.array([[0, 1, 2], [0, 3, 1]])
    joints = np.array([[1, 0, 0, 0]] * 3 + [[0, 1, 0, 0]], np.uint8)
    shares = np.array([[65535, 0, 0, 0]] * 3 + [[49151, 16384, 0, 0]], np.uint16)
    names = [*CONTROLS, CORRECTIVE]
    offsets = rng.uniform(-0.4, 0.4, (len(names), 4, 3))
    eye = np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0], [0, 0, -1]], np.float32)
    eye_targets = rng.uniform(-0.2, 0.2, (2, 4, 3))
    mesh = {
        "name": "face",
        "primitives": [
            {
                "attributes": {
                    "POSITION": builder.attribute(face, bounds=True),
                    "JOINTS_0": builder.attribute(joints),
                    "WEIGHTS_0": builder.attribute(shares, normalised=True),
                },
                "indices": builder.indices(faces, 4),
                "material": 0,
                "targets": [{"POSITION": builder.offsets(o, 0.0)} for o in offsets],
            }
        ],
        "weights": [0.0] * len(names),
        "extras": {
            "targetNames": names,
            "deepexpr": {
                "correctives": [
                    {
                        "name": CORRECTIVE,
                        "kind": "product",
                        "of": ["jawOpen", "mouthFunnel"],
                    }
                ]
            },
        },
    }
    eyes = [_eye_mesh(builder, side, eye, eye_targets) for side in ("Left", "Right")]
    matrices = np.stack([np.eye(4), np.eye(4)])
    matrices[1, :3, 3] = [-part for part in PIVOT]
    columns = matrices.transpose(0, 2, 1).reshape(2, 16).astype(np.float32)
    return builder.finish(
        {
            "asset": {"version": "2.0"},
            "extensionsUsed": ["KHR_mesh_quantization"],
            "extensionsRequired": ["KHR_mesh_quantization"],
            "scene": 0,
            "scenes": [{"nodes": [0, 2]}],
            "nodes": [
                {"name": "root", "children": [1]},
                {"name": "head", "translation": list(PIVOT), "children": [3, 5]},
                {"name": "face", "mesh": 0, "skin": 0},
                _socket("Left", 0.4, 4),
                _eye_node("Left", 1),
                _socket("Right", -0.4, 6),
                _eye_node("Right", 2),
            ],
            "skins": [
                {"joints": [0, 1], "inverseBindMatrices": builder.plain(columns)}
            ],
            "meshes": [mesh, *eyes],
            "materials": [{"name": "skin"}],
        }
    )


def _eye_mesh(builder, side, directions, targets):
    return {
        "name": f"eye{side}",
        "primitives": [
            {
                "attributes": {"POSITION": builder.attribute(directions, bounds=True)},
                "indices": builder.indices(np.array([[0, 1, 2], [1, 3, 2]]), 4),
                "material": 0,
                "targets": [{"POSITION": builder.offsets(o, 0.0)} for o in targets],
            }
        ],
        "weights": [0.0, 0.0],
        "extras": {"targetNames": ["pupilSmall", "irisSmall"]},
    }


def _socket(side, x, child):
    return {
        "name": f"socket{side}",
        "translation": [x, 0.5, 0.3],
        "rotation": [0.0, 0.1986693, 0.0, 0.9800666],
        "scale": [0.2, 0.3, 0.1],
        "children": [child],
    }


def _eye_node(side, mesh):
    # Turned a little at rest, so that an exporter must keep the rest turn.
    return {"name": f"eye{side}", "mesh": mesh, "rotation": [0.0, 0.0, 0.6, 0.8]}
