"""Poses as custom expressions of VRM 1.0: a JSON preset, or a patched avatar.

An expression binds weights to morph targets of nodes. It moves no bones, so the turns
of eyes and head are not part of it.

Source: VRM Consortium, VRMC_vrm-1.0, section "VRMC_vrm.expressions".
"""

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deepexpr.characters.gltf import GLB, read_glb
from deepexpr.characters.gltf_builder import glb_bytes
from deepexpr.characters.library import Character
from deepexpr.characters.model import MODEL_FILE, CharacterModel
from deepexpr.characters.pose import arkit_weights
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES
from deepexpr.core.errors import CharacterError, OutputError
from deepexpr.core.files import write_whole
from deepexpr.export.morph_weights import (
    own_targets,
    rig_weights,
    target_names,
    weights_for_targets,
)
from deepexpr.export.names import distinct_names
from deepexpr.export.numbers import clamped, rounded
from deepexpr.export.take import Take

EXTENSION = "VRMC_vrm"
OLD_EXTENSION = "VRM"
SPEC_VERSION = "1.0"

MOST_EXPRESSIONS = 100
"""An avatar with more expressions than this cannot be handled by its user."""

PRESET_NAMES = frozenset(
    (
        "happy", "angry", "sad", "relaxed", "surprised", "aa", "ih", "ou", "ee", "oh",
        "blink", "blinkLeft", "blinkRight", "lookUp", "lookDown", "lookLeft",
        "lookRight", "neutral",
    )
)  # fmt: skip
"""Names that VRM keeps for its own expressions."""

_PROCEDURAL = {
    "overrideBlink": ("eyeBlink", "eyeSquint", "eyeWide"),
    "overrideLookAt": ("eyeLook",),
    "overrideMouth": ("jaw", "mouth", "tongue"),
}

Expression = dict[str, Any]


def write_vrm_preset(take: Take, character: Character, path: Path) -> None:
    """Write each frame of a take as a VRM expression of the character's own model.

    The file holds a `VRMC_vrm` block; its binds name nodes and morph targets of
    `model.glb` by number, and by name in their extras.

    Raises:
        OutputError: if the take is longer than `MOST_EXPRESSIONS`, or the file cannot
            be written.
        CharacterError: if the model is damaged.
    """
    glb = read_glb(character.folder / MODEL_FILE)
    custom = vrm_expressions(character.model, glb, take)
    block = {"specVersion": SPEC_VERSION, "expressions": {"custom": custom}}
    text = json.dumps({EXTENSION: block}, indent=2, ensure_ascii=False)
    write_whole(path, text + "\n")


def write_patched_vrm(
    take: Take, character: Character, avatar: Path, path: Path
) -> None:
    """Write a copy of an avatar with the frames of a take as custom expressions.

    Expressions of the same name are replaced; everything else stays as it is.

    Args:
        take: the poses.
        character: whose poses they are.
        avatar: a VRM 1.0 file, or a GLB, whose morph targets are named after the ARKit
            blendshapes or are the character's own.
        path: the file to write; ends in `.vrm` or `.glb`.

    Raises:
        CharacterError: if the avatar cannot be read, is of VRM 0.x, or has no such
            morph targets.
        OutputError: if the take is longer than `MOST_EXPRESSIONS`, or the file cannot
            be written.
    """
    if path.suffix.lower() not in (".vrm", ".glb"):
        raise OutputError(f"{path}: a patched avatar must end in .vrm or .glb")
    glb = read_glb(avatar)
    try:
        patched = patched_vrm(character.model, glb, take)
    except CharacterError as error:
        raise CharacterError(f"{avatar}: {error}") from error
    write_whole(path, glb_bytes(patched))


def patched_vrm(model: CharacterModel, glb: GLB, take: Take) -> GLB:
    """Return an avatar with the frames of a take as custom expressions.

    Raises:
        CharacterError: if it is of VRM 0.x, or has no fitting morph targets.
        OutputError: if the take is longer than `MOST_EXPRESSIONS`.
    """
    document = copy.deepcopy(glb.document)
    extensions = document.setdefault("extensions", {})
    if OLD_EXTENSION in extensions and EXTENSION not in extensions:
        raise CharacterError("is of VRM 0.x; save it as VRM 1.0 first")
    used = document.setdefault("extensionsUsed", [])
    if EXTENSION not in used:
        used.append(EXTENSION)
    block = extensions.setdefault(EXTENSION, {"specVersion": SPEC_VERSION})
    custom = block.setdefault("expressions", {}).setdefault("custom", {})
    custom.update(vrm_expressions(model, glb, take))
    return GLB(document, glb.binary)


def vrm_expressions(
    model: CharacterModel, glb: GLB, take: Take
) -> dict[str, Expression]:
    """Return the frames of a take as VRM expressions by name.

    The character's own model takes the rig's weights, any other its ARKit weights,
    clamped to [0, 1]. While an expression is on, it damps ("blend") what
    the player adds by itself to the same parts: blinking, gaze, lip movement.

    Args:
        model: the character that the poses were made for.
        glb: the file whose nodes and morph targets are bound.
        take: at most `MOST_EXPRESSIONS` frames.

    Raises:
        CharacterError: if no mesh of the file has fitting morph targets.
        OutputError: if the take is too long.
    """
    if len(take.frames) > MOST_EXPRESSIONS:
        raise OutputError(
            f"a VRM expression holds one pose, but the take has {len(take.frames)} "
            f"frames (at most {MOST_EXPRESSIONS}); write it as gltf or csv"
        )
    meshes = _morphing_nodes(glb)
    found = {name for targets in meshes.values() for name in targets}
    is_own = not own_targets(model).isdisjoint(found)
    names = distinct_names([_free_name(frame.name) for frame in take.frames])
    return {
        name: _expression(
            meshes,
            rig_weights(model, frame.pose) if is_own else arkit_weights(frame.pose),
        )
        for name, frame in zip(names, take.frames, strict=True)
    }


def _expression(
    meshes: Mapping[int, list[str]], weights: Mapping[str, float]
) -> Expression:
    binds: list[dict[str, Any]] = []
    moved: set[str] = set()
    for node, names in meshes.items():
        for index, weight in weights_for_targets(weights, names).items():
            value = rounded(clamped(weight))
            if value:
                moved.add(names[index][:1].lower() + names[index][1:])
                extras = {"targetName": names[index]}
                binds.append(
                    {"node": node, "index": index, "weight": value, "extras": extras}
                )
    overrides = {
        override: "blend" if any(name.startswith(parts) for name in moved) else "none"
        for override, parts in _PROCEDURAL.items()
    }
    # A list without entries is not valid glTF, so a neutral pose has none at all.
    bound = {"morphTargetBinds": binds} if binds else {}
    return {"isBinary": False, **bound, **overrides}


def _morphing_nodes(glb: GLB) -> dict[int, list[str]]:
    """Numbers of the nodes whose mesh has ARKit blendshapes, with all target names."""
    meshes = glb.listed("meshes")
    named = {
        number: target_names(meshes[node["mesh"]])
        for number, node in enumerate(glb.listed("nodes"))
        if "mesh" in node
    }
    found = {name.casefold() for names in named.values() for name in names}
    if found.isdisjoint(name.casefold() for name in ARKIT_BLENDSHAPES):
        raise CharacterError(
            "no mesh has morph targets named after the ARKit blendshapes (jawOpen …)"
        )
    return {number: names for number, names in named.items() if names}


def _free_name(name: str) -> str:
    return f"{name}-pose" if name in PRESET_NAMES else name
