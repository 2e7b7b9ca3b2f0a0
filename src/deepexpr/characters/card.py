"""The card of a character: who made it, under which licence, and how to look at it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deepexpr.core.errors import CharacterError
from deepexpr.core.files import write_whole
from deepexpr.core.landmarks import LANDMARK_COUNT

CARD_FORMAT = 1
"""Version of the character folder that this package reads and writes."""

CARD_FILE = "character.json"

Vector = tuple[float, float, float]
MeshPoint = tuple[tuple[int, float], ...]
"""A point of the face mesh: vertex numbers and weights that sum to 1."""


@dataclass(frozen=True, slots=True)
class PortraitCamera:
    """The camera of a character's pictures; looks along -z at the target, y up.

    Attributes:
        target: point in the centre of the picture, in the rig's unit.
        distance: from the camera to the target.
        field_of_view_deg: full angle across the square picture, in (0, 180) degrees.
    """

    target: Vector
    distance: float
    field_of_view_deg: float


@dataclass(frozen=True, slots=True)
class HeadMotion:
    """How the head turns.

    Attributes:
        pivot: point about which it turns.
        face_centre: point that should stay in frame.
        sway: share of the face centre's sideways motion that is taken back, in [0, 1].
    """

    pivot: Vector
    face_centre: Vector
    sway: float


@dataclass(frozen=True, slots=True)
class CharacterCard:
    """Everything about a character that is not geometry.

    Attributes:
        name: folder name, lower-case letters and digits.
        title: display name.
        description: one sentence.
        author: who made the character.
        licence: SPDX identifier.
        sources: what it was made from, one line each.
        files: name of the model and of the portrait to its SHA-256 digest.
        camera: the camera of its pictures.
        head: how its head turns.
        landmarks: 49 points on the vertices of the mesh node "face", primitives in
            order; order of `deepexpr.core.landmarks`.
    """

    name: str
    title: str
    description: str
    author: str
    licence: str
    sources: tuple[str, ...]
    files: Mapping[str, str]
    camera: PortraitCamera
    head: HeadMotion
    landmarks: tuple[MeshPoint, ...]


def read_card(folder: Path) -> CharacterCard:
    """Read the card of a character folder.

    Raises:
        CharacterError: if the folder has no card, or the card is damaged or of another
            format; the message names the folder and the first thing wrong.
    """
    path = folder / CARD_FILE
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise CharacterError(
            f"{folder} is not a character folder: it has no {CARD_FILE}"
        ) from error
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise CharacterError(f"{path}: cannot be read ({error})") from error
    try:
        return _parse(content)
    except CharacterError as error:
        raise CharacterError(f"{path}: {error}") from error
    except KeyError as error:
        raise CharacterError(f"{path}: the entry {error} is missing") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise CharacterError(f"{path}: an entry has a wrong type ({error})") from error


def write_card(folder: Path, card: CharacterCard) -> None:
    """Write the card of a character folder as a whole file.

    Raises:
        OutputError: if the file cannot be written.
    """
    content = {
        "format": CARD_FORMAT,
        "name": card.name,
        "title": card.title,
        "description": card.description,
        "author": card.author,
        "licence": card.licence,
        "sources": list(card.sources),
        "files": dict(card.files),
        "camera": {
            "target": list(card.camera.target),
            "distance": card.camera.distance,
            "field_of_view_deg": card.camera.field_of_view_deg,
        },
        "head": {
            "pivot": list(card.head.pivot),
            "face_centre": list(card.head.face_centre),
            "sway": card.head.sway,
        },
        "landmarks": [[list(pair) for pair in point] for point in card.landmarks],
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=2)
    write_whole(folder / CARD_FILE, text + "\n")


def _parse(content: dict[str, Any]) -> CharacterCard:
    if content["format"] != CARD_FORMAT:
        raise CharacterError(
            f"format {content['format']!r}, but this version reads {CARD_FORMAT}"
        )
    camera, head = content["camera"], content["head"]
    card = CharacterCard(
        name=str(content["name"]),
        title=str(content["title"]),
        description=str(content["description"]),
        author=str(content["author"]),
        licence=str(content["licence"]),
        sources=tuple(str(line) for line in content["sources"]),
        files={str(name): str(digest) for name, digest in content["files"].items()},
        camera=PortraitCamera(
            target=_vector(camera["target"]),
            distance=float(camera["distance"]),
            field_of_view_deg=float(camera["field_of_view_deg"]),
        ),
        head=HeadMotion(
            pivot=_vector(head["pivot"]),
            face_centre=_vector(head["face_centre"]),
            sway=float(head["sway"]),
        ),
        landmarks=tuple(_mesh_point(point) for point in content["landmarks"]),
    )
    _check(card)
    return card


def _check(card: CharacterCard) -> None:
    if len(card.landmarks) != LANDMARK_COUNT:
        raise CharacterError(
            f"the card must have {LANDMARK_COUNT} landmarks, but has "
            f"{len(card.landmarks)}"
        )
    if card.camera.distance <= 0 or not 0 < card.camera.field_of_view_deg < 180:
        raise CharacterError(
            "the camera needs a distance above 0 and a field of view in (0, 180)"
        )


def _vector(values: list[float]) -> Vector:
    x, y, z = (float(value) for value in values)
    return x, y, z


def _mesh_point(pairs: list[list[float]]) -> MeshPoint:
    point = tuple((int(vertex), float(weight)) for vertex, weight in pairs)
    total = sum(weight for _, weight in point)
    if abs(total - 1.0) > 1e-3 or any(vertex < 0 for vertex, _ in point):
        raise CharacterError(
            f"landmark {pairs} needs vertex numbers and weights that sum to 1"
        )
    return point
