"""Weights of the morph targets of a glTF file, for our rigs and for anyone's."""

from collections.abc import Mapping, Sequence
from typing import Any

from deepexpr.characters.model import CharacterModel
from deepexpr.characters.pose import Pose
from deepexpr.characters.rig_reader import IRIS_TARGET, IRIS_TARGET_SIZE
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES
from deepexpr.export.numbers import clamped


def rig_weights(model: CharacterModel, pose: Pose) -> dict[str, float]:
    """Return the weight of every morph target of a character's own model.

    Controls keep their weights, also where they go a little beyond [0, 1]; correctives
    follow from them; the iris size becomes the weight of the eyes' iris target, within
    [-1, 1].

    Returns:
        Morph target names to weights; targets at rest are left out.
    """
    weights = model.target_weights(pose)
    small = (1.0 - pose.iris) / (1.0 - IRIS_TARGET_SIZE)
    if small:
        weights[IRIS_TARGET] = clamped(small, -1.0, 1.0)
    return weights


def weights_for_targets(
    weights: Mapping[str, float], names: Sequence[str]
) -> dict[int, float]:
    """Return the weights of a mesh's morph targets by their numbers.

    Args:
        weights: morph target names to weights; the case of letters does not matter.
        names: names of the mesh's morph targets in order.

    Returns:
        Target number to weight; targets at rest or unknown are left out.
    """
    by_name = {name.casefold(): weight for name, weight in weights.items() if weight}
    return {
        number: by_name[name.casefold()]
        for number, name in enumerate(names)
        if name.casefold() in by_name
    }


def own_targets(model: CharacterModel) -> set[str]:
    """Return the names of a rig's targets that are no ARKit blendshapes.

    A file with one of them is taken for the character's own model.
    """
    rules = (rule.name for rule in model.mesh.correctives)
    names = {IRIS_TARGET, *model.controls, *rules}
    return names - set(ARKIT_BLENDSHAPES)


def target_names(mesh: Mapping[str, Any]) -> list[str]:
    """Return the names of a glTF mesh's morph targets, empty where it has none.

    Exporters write them on the mesh, or on its first primitive.
    """
    first = mesh["primitives"][0] if mesh.get("primitives") else {}
    for holder in (mesh, first):
        names = holder.get("extras", {}).get("targetNames")
        if isinstance(names, list):
            return [str(name) for name in names]
    return []
