"""From a computed rig to a character folder."""

from io import BytesIO
from pathlib import Path

from PIL import Image

from deepexpr.characters.building.rig_glb import RigGLB, rig_glb
from deepexpr.characters.building.rig_source import RigSource
from deepexpr.characters.card import (
    CharacterCard,
    HeadMotion,
    MeshPoint,
    PortraitCamera,
    Vector,
    write_card,
)
from deepexpr.characters.gltf_builder import glb_bytes
from deepexpr.characters.key_pose_table import write_key_poses
from deepexpr.characters.library import KEY_POSES_FILE, PORTRAIT_FILE
from deepexpr.characters.model import MODEL_FILE, CharacterModel
from deepexpr.characters.pose import NEUTRAL_POSE
from deepexpr.characters.rendering.renderer import Renderer
from deepexpr.characters.rig_reader import read_rig
from deepexpr.core.errors import CharacterError
from deepexpr.core.files import sha256_of, write_whole

PORTRAIT_PX = 256
"""Side of the portrait in pixels."""


def write_character(source: RigSource, folder: Path) -> CharacterModel:
    """Write a rig as a character folder: model, key poses, portrait, and the card last.

    Args:
        source: the rig.
        folder: where to write; made if it does not exist.

    Returns:
        The character as it is read back.

    Raises:
        CharacterError: if a landmark lies on a part that does not move, or a key pose
            uses an unknown control.
        OutputError: if a file cannot be written.
    """
    written = rig_glb(source)
    write_whole(folder / MODEL_FILE, glb_bytes(written.glb))
    write_key_poses(folder / KEY_POSES_FILE, source.key_poses, source.controls)
    card = _card(source, written, {})
    portrait = _portrait(CharacterModel(card, read_rig(written.glb)))
    write_whole(folder / PORTRAIT_FILE, portrait)
    names = (MODEL_FILE, PORTRAIT_FILE)
    digests = {name: sha256_of(folder / name) for name in names}
    write_card(folder, _card(source, written, digests))
    return CharacterModel.read(folder)


def _portrait(model: CharacterModel) -> bytes:
    image = Renderer(model).render(NEUTRAL_POSE, size_px=PORTRAIT_PX).image
    encoded = BytesIO()
    Image.fromarray(image).save(encoded, "WEBP", quality=90, method=6)
    return encoded.getvalue()


def _card(source: RigSource, written: RigGLB, digests: dict[str, str]) -> CharacterCard:
    texts, camera = source.texts, source.camera
    return CharacterCard(
        name=source.name,
        title=texts.title,
        description=texts.description,
        author=texts.author,
        licence=texts.licence,
        sources=tuple(texts.sources),
        files=digests,
        camera=PortraitCamera(
            target=_vector(camera.target),
            distance=float(camera.distance),
            field_of_view_deg=float(camera.field_of_view_deg),
        ),
        head=HeadMotion(
            pivot=_vector(tuple(source.pivot)),
            face_centre=_vector(tuple(source.face_centre)),
            sway=float(source.sway),
        ),
        landmarks=tuple(_mesh_point(point, written) for point in source.landmarks),
    )


def _mesh_point(point: MeshPoint, written: RigGLB) -> MeshPoint:
    numbers = [int(written.face_numbers[vertex]) for vertex, _ in point]
    if min(numbers) < 0:
        raise CharacterError(
            f"landmark {point} lies on a part that does not move; mark the face"
        )
    weights = [round(float(weight), 6) for _, weight in point]
    return tuple(zip(numbers, weights, strict=True))


def _vector(values: tuple[float, ...]) -> Vector:
    x, y, z = (round(float(value), 6) for value in values)
    return x, y, z
