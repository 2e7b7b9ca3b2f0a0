"""From somebody's GLB or VRM to a character folder.

The folder also keeps what a person may adjust: `mapping.csv`, `landmarks.csv` and
`key_poses.csv`. A second run takes what is there and makes the rest anew.
"""

from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from deepexpr.characters.adding.facs_poses import proposed_key_poses
from deepexpr.characters.adding.frame_file import (
    FRAME_FILE,
    Frame,
    read_frame,
    write_frame,
)
from deepexpr.characters.adding.landmark_file import (
    LANDMARK_FILE,
    LANDMARK_PICTURE,
    read_landmarks,
    write_check_picture,
    write_landmarks,
)
from deepexpr.characters.adding.landmark_places import (
    Places,
    landmarks_on_mesh,
    movement,
    proposed_places,
)
from deepexpr.characters.adding.mapping import (
    MAPPING_FILE,
    Mapping,
    proposed_mapping,
    read_mapping,
    write_mapping,
)
from deepexpr.characters.adding.placing import (
    first_stand,
    head_motion,
    look_for_face,
    plain_card,
    portrait_camera,
    posable_of,
    unposed_model,
    with_neck,
)
from deepexpr.characters.adding.posable_rig import Numbers, moved_rows
from deepexpr.characters.adding.report import REPORT_FILE, rig_report
from deepexpr.characters.adding.rig_writing import Posable, posable_glb
from deepexpr.characters.adding.source_rig import SourceRig, read_source_rig
from deepexpr.characters.adding.visible_face import VisibleFace
from deepexpr.characters.card import CharacterCard, PortraitCamera, write_card
from deepexpr.characters.gltf_builder import glb_bytes
from deepexpr.characters.key_pose_table import write_key_poses
from deepexpr.characters.library import (
    KEY_POSES_FILE,
    PORTRAIT_FILE,
    Character,
    load_character,
)
from deepexpr.characters.model import MODEL_FILE, CharacterModel
from deepexpr.characters.pose import NEUTRAL_POSE
from deepexpr.characters.rendering.camera import Camera
from deepexpr.characters.rendering.renderer import Renderer
from deepexpr.characters.rig_reader import read_rig
from deepexpr.core.errors import CharacterError
from deepexpr.core.files import sha256_of, write_whole
from deepexpr.faces.finder import FaceFinder

CHECK_PX = 1024
"""Side of the check picture in pixels."""

PORTRAIT_PX = 256
_SEARCH_PX = 768


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user says about a character; empty texts are taken from the file.

    Attributes:
        name: folder name, lower-case letters and digits.
        title: display name.
        author: who made it.
        licence: its licence.
        mapping: a mapping file to use instead of the folder's.
        landmarks: a landmark file to use instead of the folder's.
    """

    name: str
    title: str = ""
    author: str = ""
    licence: str = ""
    mapping: Path | None = None
    landmarks: Path | None = None


@dataclass(frozen=True, slots=True)
class AddedRig:
    """A character that was added.

    Attributes:
        character: as it is read back.
        report: what its rig lacks, and what is done instead.
    """

    character: Character
    report: str


@dataclass(frozen=True, slots=True)
class _Placed:
    """A model with its landmarks.

    Attributes:
        posable: what is written.
        frame: where it stands and is seen from.
        card: with camera, head and landmarks.
        places: (49, 2) landmarks in the check picture.
        notes: sentences about them.
    """

    posable: Posable
    frame: Frame
    card: CharacterCard
    places: Places
    notes: tuple[str, ...]


def add_rig(path: Path, folder: Path, wishes: Wishes, finder: FaceFinder) -> AddedRig:
    """Make a character folder of a model, or make it anew from adjusted files.

    Args:
        path: a GLB or VRM file.
        folder: the character's folder; made if it does not exist.
        wishes: what the user says about it.
        finder: looks for the face.

    Raises:
        CharacterError: if the model, the mapping or the landmarks cannot be used.
        OutputError: if a file cannot be written.
    """
    rig = read_source_rig(path)
    mapping = _mapping(rig, folder, wishes)
    placed = _placed(rig, mapping, folder, wishes, finder)
    glb = posable_glb(placed.posable)
    model = CharacterModel(placed.card, read_rig(glb))
    write_whole(folder / MODEL_FILE, glb_bytes(glb))
    write_mapping(folder / MAPPING_FILE, mapping)
    write_frame(folder / FRAME_FILE, placed.frame)
    write_landmarks(folder / LANDMARK_FILE, placed.places)
    renderer = Renderer(model)
    neutral = renderer.render(NEUTRAL_POSE, size_px=CHECK_PX)
    write_check_picture(
        folder / LANDMARK_PICTURE, neutral.image, neutral.landmarks.points
    )
    write_whole(folder / PORTRAIT_FILE, _portrait(renderer))
    poses = folder / KEY_POSES_FILE
    if not poses.is_file():
        write_key_poses(poses, proposed_key_poses(model.controls), model.controls)
    names = (MODEL_FILE, PORTRAIT_FILE)
    digests = {name: sha256_of(folder / name) for name in names}
    write_card(folder, replace(placed.card, files=digests))
    character = load_character(folder)
    notes = (*_rig_notes(rig, model), *placed.notes)
    report = rig_report(model.controls, character.key_poses, notes)
    write_whole(folder / REPORT_FILE, report)
    return AddedRig(character, report)


def _mapping(rig: SourceRig, folder: Path, wishes: Wishes) -> Mapping:
    own = wishes.mapping or folder / MAPPING_FILE
    given = wishes.mapping is not None or own.is_file()
    mapping = read_mapping(own, rig) if given else proposed_mapping(rig)
    if not moved_rows(rig, mapping).any():
        raise CharacterError(
            f"{rig.path}: no mapped shape moves a vertex; check its morph targets, or "
            f"map others with a mapping file ({', '.join(rig.shapes[:5])}, …)"
        )
    return mapping


def _placed(
    rig: SourceRig, mapping: Mapping, folder: Path, wishes: Wishes, finder: FaceFinder
) -> _Placed:
    frame = read_frame(folder / FRAME_FILE)
    stand = (
        look_for_face(rig, first_stand(rig, mapping), finder)
        if frame is None
        else frame.stand
    )
    posable = posable_of(rig, mapping, stand)
    mesh = read_rig(posable_glb(posable))

    def model(camera: PortraitCamera) -> CharacterModel:
        return CharacterModel(plain_card(camera), mesh)

    if frame is None:
        wide = model(unposed_model(rig, stand).card.camera)
        seen = _proposed(wide, finder, _SEARCH_PX)
        frame = Frame(stand, portrait_camera(_points(wide, seen[0], _SEARCH_PX)[1]))
    close = model(frame.camera)
    notes: tuple[str, ...] = ()
    own = wishes.landmarks or folder / LANDMARK_FILE
    if wishes.landmarks is not None or own.is_file():
        places = read_landmarks(own)
    else:
        places, notes = _proposed(close, finder, CHECK_PX)
    points, landmarks = _points(close, places, CHECK_PX)
    card = CharacterCard(
        name=wishes.name,
        title=wishes.title or rig.avatar.title or wishes.name.capitalize(),
        description=f"Added from {rig.path.name}.",
        author=wishes.author or rig.avatar.author or "unknown",
        licence=wishes.licence or rig.avatar.licence or "unknown",
        sources=(f"{rig.path.name}, sha256 {sha256_of(rig.path)}",),
        files={},
        camera=frame.camera,
        head=head_motion(landmarks, posable),
        landmarks=points,
    )
    return _Placed(with_neck(posable, landmarks), frame, card, places, notes)


def _proposed(
    model: CharacterModel, finder: FaceFinder, size_px: int
) -> tuple[Places, tuple[str, ...]]:
    image = Renderer(model).render(NEUTRAL_POSE, size_px=size_px).image
    camera = Camera.of(model.card.camera)
    corners = camera.project(model.mesh.neutral, size_px)[:, :2]
    proposal = proposed_places(image, model, corners, finder)
    return proposal.places, proposal.notes


def _points(
    model: CharacterModel, places: Places, size_px: int
) -> tuple[tuple[tuple[tuple[int, float], ...], ...], Numbers]:
    """Landmarks on the mesh, and where they lie, (49, 3)."""
    face = VisibleFace.of(model, Camera.of(model.card.camera), size_px)
    points = landmarks_on_mesh(places, model, face)
    marked = replace(model, card=replace(model.card, landmarks=points))
    return points, marked.landmarks(NEUTRAL_POSE)


def _portrait(renderer: Renderer) -> bytes:
    image = renderer.render(NEUTRAL_POSE, size_px=PORTRAIT_PX).image
    encoded = BytesIO()
    Image.fromarray(image).save(encoded, "WEBP", quality=90, method=6)
    return encoded.getvalue()


def _rig_notes(rig: SourceRig, model: CharacterModel) -> tuple[str, ...]:
    """What is odd about a rig."""
    notes: list[str] = []
    if rig.bones.pivot is None:
        notes.append(
            "no bone is called head; the whole model turns, or all above its neck"
        )
    if not any(name.startswith("eyeLook") for name in model.controls):
        notes.append("nothing turns the eyes; the gaze of key poses does not show")
    swapped = [
        control
        for control in ("eyeBlinkLeft", "mouthSmileLeft")
        if control in model.controls and _moves_right(model, control)
    ]
    if swapped:
        notes.append(
            f"{', '.join(swapped)} moves the subject's right side: the rig may count "
            "sides as the viewer does; swap them in the mapping file"
        )
    if rig.avatar.version:
        notes.append(f"the file is a VRM {rig.avatar.version} avatar")
    return tuple(notes)


def _moves_right(model: CharacterModel, control: str) -> bool:
    reach = movement(model, [control])
    middle = model.card.camera.target[0]
    across = (model.mesh.neutral[:, 0] - middle) @ reach
    return bool(across < -0.2 * np.abs(model.mesh.neutral[:, 0] - middle) @ reach)
