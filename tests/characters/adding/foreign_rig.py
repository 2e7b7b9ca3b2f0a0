"""Models as other people make them, made from a built-in character."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deepexpr.characters.gltf import GLB, read_glb
from deepexpr.characters.gltf_builder import glb_bytes
from deepexpr.characters.library import BUILT_IN_FOLDER
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES

Rename = Callable[[str], str]


def foreign_glb(
    character: str = "kai", rename: Rename = str, *, turned: bool = False
) -> GLB:
    """A built-in character as a stranger's file: metres, a parent, no extras of ours.

    Args:
        character: which one.
        rename: name of a morph target from ours.
        turned: whether it looks along -z.
    """
    glb = read_glb(BUILT_IN_FOLDER / character / "model.glb")
    document: dict[str, Any] = copy.deepcopy(glb.document)
    document["asset"] = {"version": "2.0", "generator": "somebody"}
    for material in document["materials"]:
        material.pop("extras", None)
    for mesh in document["meshes"]:
        names = mesh.get("extras", {}).get("targetNames", [])
        mesh["extras"] = {"targetNames": [rename(name) for name in names]}
    names = {"face": "Wolf3D_Head", "rigid": "Body", "head": "mixamorig:Head"}
    for node in document["nodes"]:
        node["name"] = names.get(node["name"], node["name"])
    top = len(document["nodes"])
    document["nodes"].append(
        {
            "name": "Armature",
            "children": document["scenes"][0]["nodes"],
            "scale": [0.1, 0.1, 0.1],
            "rotation": [0.0, 1.0, 0.0, 0.0] if turned else [0.0, 0.0, 0.0, 1.0],
        }
    )
    document["scenes"] = [{"nodes": [top]}]
    return GLB(json.loads(json.dumps(document)), glb.binary)


def write_foreign_glb(path: Path, glb: GLB) -> Path:
    path.write_bytes(glb_bytes(glb))
    return path


def short_sides(name: str) -> str:
    """`mouthSmileLeft` as Blender's mirroring spells it: `Face.mouth_smile_L`."""
    for side in ("Left", "Right"):
        if name in ARKIT_BLENDSHAPES and name.endswith(side):
            return f"Face.{name.removesuffix(side)}_{side[0]}"
    return name
