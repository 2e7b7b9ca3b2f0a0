"""What a VRM avatar says about itself: expressions, bones, and its author.

Source: VRM Consortium, VRM 0.0 (`extensions.VRM`) and VRM 1.0 (`extensions.VRMC_vrm`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from deepexpr.characters.gltf import GLB

NEWER, OLDER = "VRMC_vrm", "VRM"

_PRESETS = {"joy": "happy", "sorrow": "sad", "fun": "relaxed", "a": "aa", "i": "ih",
            "u": "ou", "e": "ee", "o": "oh", "blink_l": "blinkLeft",
            "blink_r": "blinkRight", "lookup": "lookUp", "lookdown": "lookDown",
            "lookleft": "lookLeft", "lookright": "lookRight"}  # fmt: skip
"""Names of VRM 0.x presets that VRM 1.0 has changed."""

Bind = tuple[int, int, float]
"""Number of a mesh, number of its morph target, and weight at full expression."""


@dataclass(frozen=True, slots=True)
class Avatar:
    """The VRM part of a file.

    Attributes:
        version: "0.x" or "1.0"; empty where the file is plain glTF.
        expressions: name, presets by their VRM 1.0 names, to the morph targets bound.
        bones: humanoid bone to node number.
        look_deg: how far an eye turns to the side and up at most; None if not said.
        title: name of the avatar; may be empty.
        author: who made it; may be empty.
        licence: name or address of its licence; may be empty.
    """

    version: str = ""
    expressions: Mapping[str, tuple[Bind, ...]] = field(default_factory=dict)
    bones: Mapping[str, int] = field(default_factory=dict)
    look_deg: tuple[float, float] | None = None
    title: str = ""
    author: str = ""
    licence: str = ""

    @property
    def faces_backwards(self) -> bool:
        """Whether it looks along -z, as avatars of VRM 0.x do."""
        return self.version == "0.x"


def read_avatar(glb: GLB) -> Avatar:
    """Read the VRM part of a file; one without it gives an empty avatar."""
    extensions = glb.document.get("extensions", {})
    if NEWER in extensions:
        return _newer(glb, extensions[NEWER])
    if OLDER in extensions:
        return _older(extensions[OLDER])
    return Avatar()


def _newer(glb: GLB, block: dict[str, Any]) -> Avatar:
    nodes, listed = glb.listed("nodes"), block.get("expressions", {})
    found: dict[str, tuple[Bind, ...]] = {}
    for group in ("preset", "custom"):
        for name, entry in listed.get(group, {}).items():
            binds = entry.get("morphTargetBinds", [])
            found[name] = tuple(
                (nodes[b["node"]]["mesh"], b["index"], float(b.get("weight", 1.0)))
                for b in binds
                if "mesh" in nodes[b["node"]]
            )
    bones = block.get("humanoid", {}).get("humanBones", {})
    meta, look = block.get("meta", {}), block.get("lookAt", {})
    return Avatar(
        version="1.0",
        expressions=found,
        bones={name: entry["node"] for name, entry in bones.items()},
        look_deg=_look(
            look.get("rangeMapHorizontalOuter", {}).get("outputScale"),
            look.get("rangeMapVerticalUp", {}).get("outputScale"),
        ),
        title=str(meta.get("name") or ""),
        author=", ".join(str(name) for name in meta.get("authors", [])),
        licence=str(meta.get("licenseUrl") or ""),
    )


def _older(block: dict[str, Any]) -> Avatar:
    groups = block.get("blendShapeMaster", {}).get("blendShapeGroups", [])
    bones = block.get("humanoid", {}).get("humanBones", [])
    meta, look = block.get("meta", {}), block.get("firstPerson", {})
    return Avatar(
        version="0.x",
        expressions=dict(_older_expression(group) for group in groups),
        bones={entry["bone"]: entry["node"] for entry in bones},
        look_deg=_look(
            look.get("lookAtHorizontalOuter", {}).get("yRange"),
            look.get("lookAtVerticalUp", {}).get("yRange"),
        ),
        title=str(meta.get("title") or ""),
        author=str(meta.get("author") or ""),
        licence=str(meta.get("otherLicenseUrl") or meta.get("licenseName") or ""),
    )


def _older_expression(group: dict[str, Any]) -> tuple[str, tuple[Bind, ...]]:
    preset = str(group.get("presetName") or "unknown").lower()
    name = str(group.get("name", "")) if preset == "unknown" else preset
    # VRM 0.x weighs binds in hundredths.
    binds = tuple(_older_binds(group.get("binds") or []))
    return _PRESETS.get(name, name), binds


def _older_binds(binds: list[dict[str, Any]]) -> Iterator[Bind]:
    for bind in binds:
        if bind.get("mesh", -1) >= 0:
            yield bind["mesh"], bind["index"], float(bind.get("weight", 100.0)) / 100.0


def _look(sideways: float | None, up: float | None) -> tuple[float, float] | None:
    return None if not sideways or not up else (float(sideways), float(up))
