"""Where a new model stands: its size and direction, its camera, its neck."""

from collections.abc import Mapping
from dataclasses import replace
from math import radians, tan

import numpy as np

from deepexpr.characters.adding.landmark_places import Places
from deepexpr.characters.adding.mapping import Mapping as RigMapping
from deepexpr.characters.adding.posable_rig import (
    Numbers,
    Stand,
    all_positions,
    control_offsets,
    moved_rows,
)
from deepexpr.characters.adding.rig_writing import Posable, posable_glb
from deepexpr.characters.adding.source_rig import SourceRig
from deepexpr.characters.card import (
    CharacterCard,
    HeadMotion,
    MeshPoint,
    PortraitCamera,
    Vector,
)
from deepexpr.characters.model import CharacterModel
from deepexpr.characters.pose import NEUTRAL_POSE
from deepexpr.characters.rendering.renderer import Renderer
from deepexpr.characters.rig_reader import read_rig
from deepexpr.core.landmarks import LANDMARK_COUNT, LEFT_EYE, RIGHT_EYE
from deepexpr.faces.finder import FaceFinder

FACE_HEIGHT = 2.0
"""Height of the part of a face that moves, in the unit of our characters."""

FIELD_OF_VIEW_DEG = 14.0
LANDMARK_SHARE = 0.43
"""Longer side of the box around the landmarks, as a share of the picture."""

EYES_HEIGHT = 0.53
"""Height of the eyes in the picture, from its top."""

SWAY = 0.7

_SEARCH_PX = 512
_SEARCH_WIDTH = 4.4
_TURNS_DEG = (0.0, 180.0, 90.0, -90.0)
_NECK = (0.15, 0.8)
"""Where the head's motion begins and ends to fade below the chin, in face heights."""


def first_stand(rig: SourceRig, mapping: RigMapping) -> Stand:
    """Return where a model stands before its face has been looked for."""
    face = all_positions(rig)[moved_rows(rig, mapping)]
    low, high = face.min(axis=0), face.max(axis=0)
    height = max(float(high[1] - low[1]), 1e-9)
    turned = 180.0 if rig.avatar.faces_backwards else 0.0
    return Stand((low + high) / 2, FACE_HEIGHT / height, turned)


def look_for_face(rig: SourceRig, stand: Stand, finder: FaceFinder) -> Stand:
    """Turn a model about until its face is seen; it stays as it was if none is."""
    for turn in _TURNS_DEG:
        turned = replace(stand, turned_deg=stand.turned_deg + turn)
        model = unposed_model(rig, turned)
        image = Renderer(model).render(NEUTRAL_POSE, size_px=_SEARCH_PX).image
        if finder.find(image, limit=1):
            return turned
    return stand


def unposed_model(rig: SourceRig, stand: Stand) -> CharacterModel:
    """Return a model without controls, seen by a camera wide enough for its head."""
    count = len(all_positions(rig))
    still = {"still": np.full((count, 3), 1e-3)}
    posable = Posable(rig, stand, still, np.zeros(3), np.ones(count))
    distance = _SEARCH_WIDTH / 2 / tan(radians(FIELD_OF_VIEW_DEG) / 2)
    camera = PortraitCamera((0.0, 0.0, 0.0), distance, FIELD_OF_VIEW_DEG)
    return CharacterModel(plain_card(camera), read_rig(posable_glb(posable)))


def plain_card(camera: PortraitCamera) -> CharacterCard:
    """Return the card of a character that has no landmarks yet."""
    still = HeadMotion((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 0.0)
    nowhere: MeshPoint = ((0, 1.0),)
    landmarks = (nowhere,) * LANDMARK_COUNT
    return CharacterCard("new", "", "", "", "", (), {}, camera, still, landmarks)


def posable_of(rig: SourceRig, mapping: RigMapping, stand: Stand) -> Posable:
    """Return a model with its controls; its head turns about its head bone."""
    offsets: Mapping[str, Numbers] = control_offsets(rig, mapping, stand)
    if rig.bones.pivot is None:
        weights = np.ones(len(all_positions(rig)))
        return Posable(rig, stand, offsets, np.zeros(3), weights)
    pivot = stand.placed(rig.bones.pivot[None])[0]
    weights = np.concatenate([part.head for part in rig.parts])
    return Posable(rig, stand, offsets, pivot, weights)


def portrait_camera(landmarks: Places) -> PortraitCamera:
    """Return the camera that frames a face as our characters are framed.

    Args:
        landmarks: (49, 3) at rest, in the rig's unit.
    """
    low, high = landmarks.min(axis=0), landmarks.max(axis=0)
    width = float(max(high[0] - low[0], high[1] - low[1])) / LANDMARK_SHARE
    eyes = np.concatenate([landmarks[RIGHT_EYE], landmarks[LEFT_EYE]]).mean(axis=0)
    target = (
        float(low[0] + high[0]) / 2,
        float(eyes[1]) + (EYES_HEIGHT - 0.5) * width,
        float(landmarks[:, 2].mean()),
    )
    distance = width / 2 / tan(radians(FIELD_OF_VIEW_DEG) / 2)
    return PortraitCamera(_rounded(target), round(distance, 6), FIELD_OF_VIEW_DEG)


def head_motion(landmarks: Places, posable: Posable) -> HeadMotion:
    """Return how a head turns: about its bone, else about the top of a likely neck."""
    low, high = landmarks.min(axis=0), landmarks.max(axis=0)
    height = float(high[1] - low[1])
    pivot = posable.pivot
    if posable.rig.bones.pivot is None:
        middle = float(low[0] + high[0]) / 2
        pivot = np.array([middle, low[1] - 0.6 * height, high[2] - 1.1 * height])
    centre = landmarks.mean(axis=0)
    return HeadMotion(_rounded(tuple(pivot)), _rounded(tuple(centre)), SWAY)


def with_neck(posable: Posable, landmarks: Places) -> Posable:
    """Let the shoulders of a model without a head bone stay where they are.

    Args:
        posable: the model.
        landmarks: (49, 3) at rest, in the rig's unit.
    """
    pivot = np.array(head_motion(landmarks, posable).pivot)
    if posable.rig.bones.pivot is not None:
        return posable
    positions = posable.stand.placed(all_positions(posable.rig))
    low, high = landmarks[:, 1].min(), landmarks[:, 1].max()
    chin = low - 0.35 * (high - low)
    begin, end = (chin - share * (high - low) for share in _NECK)
    if positions[:, 1].min() > end:
        return replace(posable, pivot=pivot)
    share = np.clip((positions[:, 1] - end) / (begin - end), 0.0, 1.0)
    weights = share * share * (3.0 - 2.0 * share)
    return replace(posable, pivot=pivot, head_weights=weights)


def _rounded(values: tuple[float, ...]) -> Vector:
    x, y, z = (round(float(value), 6) for value in values)
    return x, y, z
